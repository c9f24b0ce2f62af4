// Days and pictures of a timelapse, as numbers and as the names of their folders and files. Pure.
//
// All of them are of local time, and sort by it: "2026-11-22", "2026-11-22/08/08-15-30.jpg".
#pragma once

#include <stdbool.h>
#include <stdint.h>

// 20261122; 0 none.
typedef uint32_t cc_day_t;

enum {
    CC_DAY_SECONDS = 24 * 60 * 60,
    CC_HOUR_SECONDS = 60 * 60,
};

#define CC_DAY_TEXT_MAX     11 // with NUL
#define CC_PICTURE_TEXT_MAX 13

// One picture of a day.
typedef struct {
    uint32_t second; // of the day
    uint32_t bytes;
} cc_kept_t;

// The day of that second; local, since 1970.
cc_day_t cc_day_of(int64_t local_s);
// Its first second.
int64_t cc_day_begin(cc_day_t day);

// A day that there is in the calendar; false: `text` is no name of one.
bool cc_day_read(const char *text, cc_day_t *day);
void cc_day_text(cc_day_t day, char out[CC_DAY_TEXT_MAX]);

// "08-15-30.jpg".
bool cc_picture_read(const char *text, uint32_t *second);
void cc_picture_text(uint32_t second, char out[CC_PICTURE_TEXT_MAX]);
