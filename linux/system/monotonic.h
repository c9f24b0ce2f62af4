// Time that only grows, for deadlines and for what a picture's begun_ms counts in.
#pragma once

#include <stdint.h>
#include <time.h>

static inline uint64_t cc_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static inline uint64_t cc_monotonic_ms(void)
{
    return cc_monotonic_us() / 1000u;
}
