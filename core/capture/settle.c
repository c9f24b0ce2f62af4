#include "capture/settle.h"

void cc_settle_begin(cc_settle_t *settle, uint64_t now_ms, uint32_t limit_ms)
{
    uint64_t until_ms = now_ms + limit_ms;
    if (!settle->settled && settle->until_ms > until_ms)
        until_ms = settle->until_ms;
    *settle = (cc_settle_t){.until_ms = until_ms};
}

static bool agree(uint32_t a, uint32_t b)
{
    uint32_t more = a > b ? a : b;
    uint32_t less = a > b ? b : a;
    return more - less <= more / CC_SETTLE_TOLERANCE;
}

bool cc_settle_frame(cc_settle_t *settle, uint32_t reading, uint64_t now_ms)
{
    if (settle->settled)
        return true;
    settle->frames++;
    bool steady = settle->has_reading && agree(settle->reading, reading);
    settle->has_reading = true;
    settle->reading = reading;
    settle->settled =
        now_ms >= settle->until_ms || (steady && settle->frames >= CC_SETTLE_FRAMES_LEAST);
    return settle->settled;
}
