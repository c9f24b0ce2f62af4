#include "system/clock.h"

#include <esp_timer.h>
#include <sys/time.h>
#include <time.h>

#include "util/date.h"

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

// The time zone is the C library's, set with network.timezone; its struct tm has no offset.
static int32_t offset_s(void *ctx, int64_t unix_s)
{
    (void)ctx;
    struct tm local;
    time_t at = (time_t)unix_s;
    localtime_r(&at, &local);
    int64_t day = cc_date_day_to_unix(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
    return (int32_t)(day + local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec - unix_s);
}

cc_clock_t cc_esp32_clock_port(void)
{
    return (cc_clock_t){.monotonic_ms = monotonic_ms, .unix_ms = unix_ms, .offset_s = offset_s};
}
