// A time zone's name as people know it, in the form that the C library wants. Pure.
#pragma once

// The POSIX form (POSIX.1-2017, 8.3, TZ) of an Olson name from a short list ("Europe/Prague"); text
// that is in POSIX form already comes back as it is. NULL: a name that is not in the list.
const char *cc_timezone_posix(const char *name);
