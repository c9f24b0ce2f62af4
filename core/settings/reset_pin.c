#include "settings/reset_pin.h"

static cc_reset_pin_state_t let_go(const cc_reset_pin_t *pin)
{
    return pin->state == CC_RESET_PIN_ARMED ? CC_RESET_PIN_CONFIRMED : CC_RESET_PIN_NO;
}

cc_reset_pin_state_t cc_reset_pin_feed(cc_reset_pin_t *pin, bool pressed, uint64_t age_ms)
{
    if (pin->state == CC_RESET_PIN_CONFIRMED || pin->state == CC_RESET_PIN_NO)
        return pin->state;
    if (!pressed) {
        if (!pin->was_pressed && age_ms < pin->late_ms)
            return pin->state;
        if (!pin->is_open)
            pin->open_ms = age_ms;
        pin->is_open = true;
        if (age_ms - pin->open_ms >= CC_RESET_PIN_BOUNCE_MS)
            pin->state = let_go(pin);
        return pin->state;
    }
    pin->was_pressed = true;
    pin->is_open = false;
    if (age_ms >= CC_RESET_PIN_STUCK_MS)
        pin->state = CC_RESET_PIN_NO;
    else if (age_ms >= CC_RESET_PIN_HOLD_MS)
        pin->state = CC_RESET_PIN_ARMED;
    return pin->state;
}
