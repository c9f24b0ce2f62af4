// What a server's Retry-After asks for (RFC 9110 section 10.2.3). Pure.
#pragma once

#include <stdint.h>

// Seconds from now: a number as it stands, a date made relative. 0: it says nothing that can be
// understood, asks for the past, or is a date while the time is not known (now_s 0). At most 30
// days.
uint32_t cc_retry_after_s(const char *value, int64_t now_s);
