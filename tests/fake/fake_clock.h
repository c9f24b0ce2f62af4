// Time that passes when a test says so.
#pragma once

#include <stdint.h>

#include "port/clock.h"

typedef struct {
    uint64_t now_ms;
    int64_t unix_ms;  // 0: the wall clock is not known
    int32_t offset_s; // of local time, east of UTC
} cc_fake_clock_t;

cc_clock_t cc_fake_clock_port(cc_fake_clock_t *clock);

// Lets time pass, on both clocks.
void cc_fake_clock_advance(cc_fake_clock_t *clock, uint64_t ms);
