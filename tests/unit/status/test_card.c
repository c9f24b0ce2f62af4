// A memory card that people pull out and put in.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "status/card.h"

static void check(const cc_card_plan_t *plan, uint64_t now_ms, cc_card_action_t action,
                  uint32_t wait_ms)
{
    cc_card_step_t step = cc_card_next(plan, now_ms);
    assert_int_equal(step.action, action);
    assert_int_equal(step.wait_ms, wait_ms);
}

static void it_is_looked_for_at_once_and_then_ever_more_rarely(void **state)
{
    (void)state;
    static const uint32_t waits_ms[] = {2000, 4000, 8000, 16000, 32000, 60000, 60000};
    cc_card_plan_t plan = {0};
    uint64_t now_ms = 1;
    for (size_t i = 0; i < sizeof waits_ms / sizeof *waits_ms; i++) {
        check(&plan, now_ms, CC_CARD_MOUNT, 0);
        cc_card_mounted(&plan, false, now_ms);
        check(&plan, now_ms, CC_CARD_WAIT, waits_ms[i]);
        assert_false(cc_card_hold(&plan));
        now_ms += waits_ms[i];
    }
}

static void one_that_is_there_is_asked_now_and_then(void **state)
{
    (void)state;
    cc_card_plan_t plan = {0};
    cc_card_mounted(&plan, true, 1000);
    check(&plan, 1000, CC_CARD_WAIT, 3000);
    check(&plan, 4000, CC_CARD_ASK, 0);
    cc_card_asked(&plan, true, 4000);
    check(&plan, 4000, CC_CARD_WAIT, 3000);
}

static void one_that_was_pulled_out_is_let_go_when_nobody_uses_it(void **state)
{
    (void)state;
    cc_card_plan_t plan = {0};
    cc_card_mounted(&plan, true, 1000);
    assert_true(cc_card_hold(&plan));
    cc_card_asked(&plan, false, 4000);
    check(&plan, 4000, CC_CARD_WAIT, 100);
    assert_false(cc_card_hold(&plan));
    cc_card_release(&plan, false);
    check(&plan, 4100, CC_CARD_UNMOUNT, 0);
    cc_card_unmounted(&plan, 4100);
    check(&plan, 4100, CC_CARD_WAIT, 2000);
    check(&plan, 6100, CC_CARD_MOUNT, 0);
}

static void a_write_that_fails_has_it_asked_at_once(void **state)
{
    (void)state;
    cc_card_plan_t plan = {0};
    cc_card_mounted(&plan, true, 1000);
    assert_true(cc_card_hold(&plan));
    cc_card_release(&plan, false);
    check(&plan, 1001, CC_CARD_ASK, 0);
    cc_card_asked(&plan, true, 1001); // it was full, no more
    check(&plan, 1001, CC_CARD_WAIT, 3000);
    assert_true(cc_card_hold(&plan));
    cc_card_release(&plan, true);
    check(&plan, 1001, CC_CARD_WAIT, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_looked_for_at_once_and_then_ever_more_rarely),
        cmocka_unit_test(one_that_is_there_is_asked_now_and_then),
        cmocka_unit_test(one_that_was_pulled_out_is_let_go_when_nobody_uses_it),
        cmocka_unit_test(a_write_that_fails_has_it_asked_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
