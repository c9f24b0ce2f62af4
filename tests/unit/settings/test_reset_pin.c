// A factory reset by a pin that is held from power-up.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "settings/reset_pin.h"

// Holds it until `until_ms`, a level each 20 ms; returns the state then.
static cc_reset_pin_state_t hold(cc_reset_pin_t *pin, uint64_t from_ms, uint64_t until_ms)
{
    for (uint64_t age_ms = from_ms; age_ms < until_ms; age_ms += 20)
        cc_reset_pin_feed(pin, true, age_ms);
    return cc_reset_pin_feed(pin, true, until_ms);
}

static void ten_seconds_arm_and_letting_go_confirms(void **state)
{
    (void)state;
    cc_reset_pin_t pin = {0};
    assert_int_equal(hold(&pin, 0, 9999), CC_RESET_PIN_HELD);
    assert_int_equal(hold(&pin, 10000, 15000), CC_RESET_PIN_ARMED);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 15020), CC_RESET_PIN_ARMED);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 15070), CC_RESET_PIN_CONFIRMED);
    assert_int_equal(cc_reset_pin_feed(&pin, true, 15080), CC_RESET_PIN_CONFIRMED);
}

static void not_pressed_is_no(void **state)
{
    (void)state;
    cc_reset_pin_t pin = {0};
    assert_int_equal(cc_reset_pin_feed(&pin, false, 0), CC_RESET_PIN_HELD);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 50), CC_RESET_PIN_NO);
}

static void let_go_early_is_no_and_pressing_again_does_not_count(void **state)
{
    (void)state;
    cc_reset_pin_t pin = {0};
    assert_int_equal(hold(&pin, 0, 9900), CC_RESET_PIN_HELD);
    cc_reset_pin_feed(&pin, false, 9920);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 9980), CC_RESET_PIN_NO);
    assert_int_equal(hold(&pin, 10000, 30000), CC_RESET_PIN_NO);
}

static void a_contact_that_bounces_is_still_held(void **state)
{
    (void)state;
    cc_reset_pin_t pin = {0};
    hold(&pin, 0, 12000);
    cc_reset_pin_feed(&pin, false, 12020);
    cc_reset_pin_feed(&pin, false, 12060);
    assert_int_equal(hold(&pin, 12065, 12080), CC_RESET_PIN_ARMED);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 12100), CC_RESET_PIN_ARMED);
}

static void a_pin_that_is_wired_to_ground_forgets_nothing(void **state)
{
    (void)state;
    cc_reset_pin_t pin = {0};
    assert_int_equal(hold(&pin, 0, 59999), CC_RESET_PIN_ARMED);
    assert_int_equal(hold(&pin, 60000, 60000), CC_RESET_PIN_NO);
    cc_reset_pin_feed(&pin, false, 61000);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 62000), CC_RESET_PIN_NO);
}

static void a_pin_that_is_pressed_late_counts_only_where_it_may(void **state)
{
    (void)state;
    cc_reset_pin_t pin = {.late_ms = 5000};
    cc_reset_pin_feed(&pin, false, 300);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 4980), CC_RESET_PIN_HELD);
    assert_int_equal(hold(&pin, 4990, 10000), CC_RESET_PIN_ARMED);
    cc_reset_pin_feed(&pin, false, 10020);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 10080), CC_RESET_PIN_CONFIRMED);

    pin = (cc_reset_pin_t){.late_ms = 5000};
    hold(&pin, 1000, 2000);
    cc_reset_pin_feed(&pin, false, 2020);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 2080), CC_RESET_PIN_NO);

    pin = (cc_reset_pin_t){.late_ms = 5000};
    cc_reset_pin_feed(&pin, false, 5000);
    assert_int_equal(cc_reset_pin_feed(&pin, false, 5060), CC_RESET_PIN_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_seconds_arm_and_letting_go_confirms),
        cmocka_unit_test(not_pressed_is_no),
        cmocka_unit_test(let_go_early_is_no_and_pressing_again_does_not_count),
        cmocka_unit_test(a_contact_that_bounces_is_still_held),
        cmocka_unit_test(a_pin_that_is_wired_to_ground_forgets_nothing),
        cmocka_unit_test(a_pin_that_is_pressed_late_counts_only_where_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
