#include "fake/fake_clock.h"

static uint64_t monotonic_ms(void *ctx)
{
    const cc_fake_clock_t *clock = ctx;
    return clock->now_ms;
}

static int64_t unix_ms(void *ctx)
{
    const cc_fake_clock_t *clock = ctx;
    return clock->unix_ms;
}

static int32_t offset_s(void *ctx, int64_t unix_s)
{
    (void)unix_s;
    const cc_fake_clock_t *clock = ctx;
    return clock->offset_s;
}

cc_clock_t cc_fake_clock_port(cc_fake_clock_t *clock)
{
    return (cc_clock_t){clock, monotonic_ms, unix_ms, offset_s};
}

void cc_fake_clock_advance(cc_fake_clock_t *clock, uint64_t ms)
{
    clock->now_ms += ms;
    if (clock->unix_ms)
        clock->unix_ms += (int64_t)ms;
}
