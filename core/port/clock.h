// Time. Called from any thread; never blocks.
#pragma once

#include <stdint.h>

typedef struct cc_clock {
    void *ctx;
    // Milliseconds that only grow, from an arbitrary start; never 0, so that 0 can mean "never".
    uint64_t (*monotonic_ms)(void *ctx);
    // Milliseconds since 1970-01-01 UTC; 0 while the wall clock is not known (an ESP32 before
    // SNTP).
    int64_t (*unix_ms)(void *ctx);
    // Seconds that local time is ahead of UTC at that moment of the wall clock, in seconds.
    int32_t (*offset_s)(void *ctx, int64_t unix_s);
} cc_clock_t;

static inline uint64_t cc_clock_now(const cc_clock_t *clock)
{
    return clock->monotonic_ms(clock->ctx);
}

static inline int64_t cc_clock_unix(const cc_clock_t *clock)
{
    return clock->unix_ms(clock->ctx);
}

static inline int32_t cc_clock_offset_s(const cc_clock_t *clock, int64_t unix_s)
{
    return clock->offset_s(clock->ctx, unix_s);
}
