#include "system/clock.h"

#include <esp_timer.h>
#include <sys/time.h>

// 2024-01-01: before that the wall clock was never set, and counts from 1970.
#define SET_AFTER_S 1704067200

static uint64_t monotonic_ms(void *ctx)
{
    (void)ctx;
    return (uint64_t)(esp_timer_get_time() / 1000) + 1; // never 0
}

static int64_t unix_ms(void *ctx)
{
    (void)ctx;
    struct timeval now;
    gettimeofday(&now, NULL);
    if (now.tv_sec < SET_AFTER_S)
        return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000;
}

cc_clock_t cc_esp32_clock_port(void)
{
    return (cc_clock_t){.monotonic_ms = monotonic_ms, .unix_ms = unix_ms};
}
