#include "capture/fit.h"

bool cc_fit_too_large(cc_fit_t *fit, size_t len)
{
    if (len > 0 && (!fit->too_large || len < fit->too_large))
        fit->too_large = len;
    fit->calm = 0;
    if (fit->steps == CC_FIT_STEPS_MAX)
        return false;
    fit->steps++;
    return true;
}

bool cc_fit_came(cc_fit_t *fit, size_t len)
{
    bool room = fit->steps > 0 && fit->too_large > 0 &&
                (uint64_t)len * CC_FIT_ROOM_NUM < (uint64_t)fit->too_large * CC_FIT_ROOM_DEN;
    fit->calm = room ? fit->calm + 1 : 0;
    if (fit->calm < CC_FIT_CALM)
        return false;
    fit->calm = 0;
    fit->steps--;
    return true;
}

int32_t cc_fit_quality(const cc_fit_t *fit, int32_t wanted, int32_t max)
{
    int32_t quality = wanted + (int32_t)fit->steps * CC_FIT_STEP;
    return quality < max ? quality : max;
}
