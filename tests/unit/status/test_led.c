// What the status LED tells.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "status/led.h"

static void check(cc_led_state_t state, uint64_t age_ms, bool on, uint32_t wait_ms)
{
    cc_led_step_t step = cc_led_step(state, age_ms);
    assert_int_equal(step.on, on);
    assert_int_equal(step.wait_ms, wait_ms);
}

static void each_state_has_the_rhythm_that_users_know(void **state)
{
    (void)state;
    static const struct {
        cc_led_state_t state;
        uint32_t half_ms;
    } rhythms[] = {
        {CC_LED_SETUP, 400},
        {CC_LED_CONNECTING, 800},
        {CC_LED_CONNECTED, 4000},
        {CC_LED_TROUBLE, 100},
    };
    for (size_t i = 0; i < sizeof rhythms / sizeof *rhythms; i++) {
        uint32_t half_ms = rhythms[i].half_ms;
        check(rhythms[i].state, 0, true, half_ms);
        check(rhythms[i].state, half_ms - 1, true, 1);
        check(rhythms[i].state, half_ms, false, half_ms);
        check(rhythms[i].state, 2 * half_ms + 3, true, half_ms - 3);
        check(rhythms[i].state, UINT64_C(100000000001) * half_ms, false, half_ms);
    }
}

static void off_stays_off(void **state)
{
    (void)state;
    check(CC_LED_OFF, 0, false, 0);
    check(CC_LED_OFF, 12345, false, 0);
}

static void trouble_comes_before_the_network(void **state)
{
    (void)state;
    cc_led_facts_t facts = {0};
    assert_int_equal(cc_led_state(&facts), CC_LED_SETUP);
    facts.has_ssid = true;
    assert_int_equal(cc_led_state(&facts), CC_LED_CONNECTING);
    facts.network_up = true;
    assert_int_equal(cc_led_state(&facts), CC_LED_CONNECTED);
    facts.has_ssid = false;
    assert_int_equal(cc_led_state(&facts), CC_LED_CONNECTED);
    facts.trouble = true;
    assert_int_equal(cc_led_state(&facts), CC_LED_TROUBLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_has_the_rhythm_that_users_know),
        cmocka_unit_test(off_stays_off),
        cmocka_unit_test(trouble_comes_before_the_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
