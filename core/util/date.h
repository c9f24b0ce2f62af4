// The calendar, in UTC and without the C library's time zone state. Pure; any thread.
#pragma once

#include <stdint.h>

typedef struct {
    int year;    // 1970..9999
    int month;   // 1..12
    int day;     // 1..31
    int hour;    // 0..23
    int minute;  // 0..59
    int second;  // 0..59
    int weekday; // 0 Sunday .. 6 Saturday
} cc_date_t;

// Seconds since 1970-01-01 UTC, not negative.
cc_date_t cc_date_from_unix(int64_t seconds);

// The day's first second; year, month and day count. Days that no month has are the next one's.
int64_t cc_date_day_to_unix(int year, int month, int day);

#define CC_DATE_TEXT_MAX 32

// "2026-11-22T09:41:05Z" (RFC 3339).
void cc_date_iso(int64_t seconds, char out[CC_DATE_TEXT_MAX]);

// "Sun, 22 Nov 2026 09:41:05 GMT" (RFC 9110 section 5.6.7).
void cc_date_http(int64_t seconds, char out[CC_DATE_TEXT_MAX]);
