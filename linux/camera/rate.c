#include "camera/rate.h"

#include "system/monotonic.h"
#include "util/err.h"

uint64_t cc_rate_next(uint64_t due_us, uint64_t now_us, uint8_t fps)
{
    uint64_t period_us = 1000000u / (fps ? fps : 1u);
    if (now_us >= due_us + period_us)
        return now_us + period_us;
    return due_us + period_us;
}

int cc_rate_wait(cc_rate_t *rate, const cc_stop_event_t *stop, uint8_t fps, uint32_t timeout_ms)
{
    uint64_t until_ms = cc_monotonic_ms() + timeout_ms;
    uint64_t due_ms = (rate->due_us + 999u) / 1000u;
    int err = cc_stop_event_wait(stop, -1, 0, due_ms < until_ms ? due_ms : until_ms);
    if (err != CC_ERR_TIMEOUT)
        return err;
    uint64_t now_us = cc_monotonic_us();
    if (now_us < rate->due_us)
        return CC_ERR_TIMEOUT;
    rate->due_us = cc_rate_next(rate->due_us, now_us, fps);
    return CC_OK;
}
