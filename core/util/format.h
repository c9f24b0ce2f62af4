// The printf and scanf of a C library, small: for a firmware, where the usual ones are 80 KB,
// because they know wide characters, hexadecimal fractions and fractions to the last digit. Pure;
// any thread.
//
//     int len = cc_format_print(put, file, "%5u KB of %s", args);
//     int fields = cc_format_scan("M3.5.0", "M%hu.%hu.%hu", args);
//
// Printed are %d %i %u %x %X %o %c %s %p %% and %f %g, with - + blank 0 #, width, precision, * for
// both, and hh h l ll j z t. The 15th digit of a fraction may be one off; %e prints as %g.
// Scanned are %d %i %u %x %X %c %s %[ %n %g %f %%, with *, width and the same lengths.
#pragma once

#include <stdarg.h>
#include <stddef.h>

// Where a text goes, piece by piece; never with 0 bytes.
typedef void (*cc_format_put_t)(void *ctx, const char *bytes, size_t len);

// Returns the length. A conversion that it does not know is printed as it stands, and ends it: what
// the next argument is, nobody knows then.
int cc_format_print(cc_format_put_t put, void *ctx, const char *format, va_list args);

// Returns how many fields were stored; -1 (EOF) when the text ended before the first.
int cc_format_scan(const char *text, const char *format, va_list args);

// As strtod: a number in decimals, `end` (may be NULL) behind it, or at `text` where none is. No
// hexadecimals, infinity or NaN. Whole numbers up to 2^53 are exact.
double cc_format_number(const char *text, char **end);
