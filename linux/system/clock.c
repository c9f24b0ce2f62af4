#include "system/clock.h"

#include <time.h>

#include "system/monotonic.h"

static uint64_t monotonic_ms(void *ctx)
{
    (void)ctx;
    // Never 0: the kernel has taken longer than a millisecond to get here.
    return cc_monotonic_ms();
}

static int64_t unix_ms(void *ctx)
{
    (void)ctx;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int32_t offset_s(void *ctx, int64_t unix_s)
{
    (void)ctx;
    struct tm local;
    time_t at = (time_t)unix_s;
    return localtime_r(&at, &local) ? (int32_t)local.tm_gmtoff : 0;
}

cc_clock_t cc_linux_clock_port(void)
{
    return (cc_clock_t){.monotonic_ms = monotonic_ms, .unix_ms = unix_ms, .offset_s = offset_s};
}
