#include "status/led.h"

cc_led_state_t cc_led_state(const cc_led_facts_t *facts)
{
    if (facts->trouble)
        return CC_LED_TROUBLE;
    if (facts->network_up)
        return CC_LED_CONNECTED;
    return facts->has_ssid ? CC_LED_CONNECTING : CC_LED_SETUP;
}

cc_led_step_t cc_led_step(cc_led_state_t state, uint64_t age_ms)
{
    static const uint32_t half_ms[] = {
        [CC_LED_OFF] = 0,          [CC_LED_SETUP] = 400,   [CC_LED_CONNECTING] = 800,
        [CC_LED_CONNECTED] = 4000, [CC_LED_TROUBLE] = 100,
    };
    uint32_t half = half_ms[state];
    if (half == 0)
        return (cc_led_step_t){false, 0};
    return (cc_led_step_t){age_ms / half % 2 == 0, half - (uint32_t)(age_ms % half)};
}
