// Into the Wi-Fi and back into it, in made-up time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "network/plan.h"

#define START 1000u

static cc_network_plan_t chosen(void)
{
    cc_network_plan_t plan = {0};
    cc_network_plan_choose(&plan, true, START);
    return plan;
}

static void assert_action(const cc_network_plan_t *plan, uint64_t now_ms,
                          cc_network_action_t action)
{
    assert_int_equal(cc_network_plan_next(plan, now_ms).action, action);
}

static uint64_t wait_ms(const cc_network_plan_t *plan, uint64_t now_ms)
{
    cc_network_step_t step = cc_network_plan_next(plan, now_ms);
    return step.action == CC_NETWORK_WAIT ? step.wait_ms : 0;
}

// Waits out the pause, tries, and fails a second later.
static uint64_t try_in_vain(cc_network_plan_t *plan, uint64_t now_ms, cc_join_cause_t cause,
                            int8_t rssi, uint32_t random)
{
    now_ms += wait_ms(plan, now_ms);
    assert_action(plan, now_ms, CC_NETWORK_JOIN);
    cc_network_plan_trying(plan, now_ms);
    now_ms += 1000;
    cc_network_plan_ended(plan, cause, rssi, now_ms, random);
    return now_ms;
}

static uint64_t bring_up(cc_network_plan_t *plan, uint64_t now_ms)
{
    now_ms += wait_ms(plan, now_ms);
    cc_network_plan_trying(plan, now_ms);
    cc_network_plan_joined(plan, now_ms + 2000);
    cc_network_plan_address(plan, true, now_ms + 3000);
    assert_int_equal(plan->state, CC_JOIN_UP);
    return now_ms + 3000;
}

static void without_a_network_nothing_is_tried(void **state)
{
    (void)state;
    cc_network_plan_t plan = {0};
    cc_network_plan_choose(&plan, false, START);
    assert_int_equal(wait_ms(&plan, START), UINT64_MAX);
    cc_network_plan_ended(&plan, CC_CAUSE_GONE, -50, START, 0);
    cc_network_plan_joined(&plan, START);
    cc_network_plan_restarted(&plan, START);
    assert_int_equal(plan.state, CC_JOIN_OFF);
    assert_false(cc_network_plan_in_trouble(&plan, START));
}

static void a_chosen_network_is_tried_at_once_and_left_alone_when_it_works(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    assert_action(&plan, START, CC_NETWORK_JOIN);
    uint64_t now_ms = bring_up(&plan, START);
    assert_int_equal(wait_ms(&plan, now_ms), UINT64_MAX);
    assert_false(cc_network_plan_in_trouble(&plan, now_ms));
}

static void pauses_grow_from_one_second_to_a_minute(void **state)
{
    (void)state;
    static const uint64_t longest_ms[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = START;
    for (size_t i = 0; i < sizeof longest_ms / sizeof *longest_ms; i++) {
        now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_NOT_FOUND, 0, (uint32_t)i * 7919u);
        uint64_t pause_ms = wait_ms(&plan, now_ms);
        assert_in_range(pause_ms, longest_ms[i] / 2, longest_ms[i]);
    }
}

static void cameras_do_not_all_call_in_the_same_moment(void **state)
{
    (void)state;
    uint64_t first_ms = 0;
    unsigned others = 0;
    for (uint32_t random = 0; random < 1000; random += 100) {
        cc_network_plan_t plan = chosen();
        uint64_t pause_ms = wait_ms(&plan, try_in_vain(&plan, START, CC_CAUSE_GONE, 0, random));
        others += first_ms != 0 && pause_ms != first_ms;
        first_ms = first_ms ? first_ms : pause_ms;
    }
    assert_true(others > 2);
}

static void a_network_that_is_away_for_days_is_found_within_a_minute_of_its_return(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = bring_up(&plan, START) + CC_NETWORK_STEADY_MS;
    cc_network_plan_ended(&plan, CC_CAUSE_GONE, -60, now_ms, 3);
    uint64_t end_ms = now_ms + 3u * 24 * 3600 * 1000;
    unsigned restarts = 0;
    while (now_ms < end_ms) {
        now_ms += wait_ms(&plan, now_ms);
        assert_in_range(wait_ms(&plan, now_ms), 0, CC_NETWORK_PAUSE_LAST_MS);
        if (cc_network_plan_next(&plan, now_ms).action == CC_NETWORK_RESTART) {
            cc_network_plan_restarted(&plan, now_ms);
            restarts++;
        }
        now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_NOT_FOUND, 0, (uint32_t)now_ms);
    }
    // seldom, and ever more so
    assert_in_range(restarts, 3, 3 * 24 + 5);
    now_ms = bring_up(&plan, now_ms);
    assert_false(cc_network_plan_in_trouble(&plan, now_ms));
}

static void what_worked_for_a_while_is_tried_again_after_a_second(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = START;
    for (int i = 0; i < 10; i++)
        now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_NOT_FOUND, 0, 9);
    now_ms = bring_up(&plan, now_ms) + CC_NETWORK_STEADY_MS;
    cc_network_plan_ended(&plan, CC_CAUSE_GONE, -60, now_ms, 9);
    assert_in_range(wait_ms(&plan, now_ms), 1, CC_NETWORK_PAUSE_MS);
    assert_int_equal(plan.fault, CC_FAULT_LOST);
}

static void what_breaks_each_time_at_once_is_tried_ever_more_seldom(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = START;
    for (int i = 0; i < 8; i++) {
        now_ms = bring_up(&plan, now_ms) + 500;
        cc_network_plan_ended(&plan, CC_CAUSE_GONE, -60, now_ms, 0);
    }
    assert_int_equal(wait_ms(&plan, now_ms), CC_NETWORK_PAUSE_LAST_MS / 2);
}

static void looking_disturbs_a_guest_of_our_own_network_seldomer(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    plan.guests = true;
    uint64_t now_ms = try_in_vain(&plan, START, CC_CAUSE_NOT_FOUND, 0, 0);
    assert_int_equal(wait_ms(&plan, now_ms), CC_NETWORK_PAUSE_GUESTS_MS / 2);
    cc_network_plan_choose(&plan, true, now_ms); // what the guest chooses is tried at once
    assert_action(&plan, now_ms, CC_NETWORK_JOIN);
    assert_true(plan.guests);
}

static void a_wrong_password_is_told_from_lost_frames(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = try_in_vain(&plan, START, CC_CAUSE_KEY, -50, 0);
    assert_false(cc_network_plan_in_trouble(&plan, now_ms)); // once may be chance
    now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_KEY, -50, 0);
    assert_int_equal(plan.fault, CC_FAULT_PASSWORD);
    assert_true(cc_network_plan_in_trouble(&plan, now_ms));

    plan = chosen();
    now_ms = try_in_vain(&plan, START, CC_CAUSE_KEY, -88, 0);
    now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_KEY, -88, 0);
    assert_int_equal(plan.fault, CC_FAULT_WEAK);

    plan = chosen();
    now_ms = bring_up(&plan, START) + CC_NETWORK_STEADY_MS;
    cc_network_plan_ended(&plan, CC_CAUSE_KEY, -50, now_ms, 0);
    assert_int_equal(plan.fault, CC_FAULT_LOST);
    for (int i = 0; i < 4; i++)
        now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_KEY, -50, 0);
    assert_int_equal(plan.fault, CC_FAULT_LOST); // it worked before
    try_in_vain(&plan, now_ms, CC_CAUSE_KEY, -50, 0);
    assert_int_equal(plan.fault, CC_FAULT_PASSWORD); // but this often: it was changed
}

static void out_of_reach_is_told_from_not_there(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    try_in_vain(&plan, START, CC_CAUSE_NOT_FOUND, 0, 0);
    assert_int_equal(plan.fault, CC_FAULT_NOT_FOUND);

    plan = chosen();
    uint64_t now_ms = bring_up(&plan, START);
    cc_network_plan_heard(&plan, -86);
    cc_network_plan_ended(&plan, CC_CAUSE_GONE, 0, now_ms, 0);
    assert_int_equal(plan.fault, CC_FAULT_WEAK);
    now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_NOT_FOUND, 0, 0);
    assert_int_equal(plan.fault, CC_FAULT_WEAK);
    try_in_vain(&plan, now_ms, CC_CAUSE_NOT_FOUND, 0, 0);
    assert_int_equal(plan.fault, CC_FAULT_AWAY);
}

static void a_network_that_gives_no_address_is_left_for_another_try(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    cc_network_plan_trying(&plan, START);
    cc_network_plan_joined(&plan, START);
    assert_false(cc_network_plan_in_trouble(&plan, START));
    assert_true(cc_network_plan_in_trouble(&plan, START + CC_NETWORK_ADDRESS_SAID_MS));
    assert_int_equal(wait_ms(&plan, START), CC_NETWORK_ADDRESS_MS);
    assert_action(&plan, START + CC_NETWORK_ADDRESS_MS, CC_NETWORK_LEAVE);
    cc_network_plan_gave_up(&plan, START + CC_NETWORK_ADDRESS_MS, 0);
    assert_int_equal(plan.fault, CC_FAULT_ADDRESS);
    // the driver's word that we left is an echo
    cc_network_plan_ended(&plan, CC_CAUSE_OTHER, 0, START + CC_NETWORK_ADDRESS_MS, 0);
    assert_int_equal(plan.fault, CC_FAULT_ADDRESS);
    assert_int_equal(plan.failures, 1);
}

static void an_address_that_is_lost_is_waited_for(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = bring_up(&plan, START);
    cc_network_plan_address(&plan, false, now_ms);
    assert_int_equal(plan.state, CC_JOIN_ADDRESS);
    cc_network_plan_address(&plan, true, now_ms + 10);
    assert_int_equal(plan.state, CC_JOIN_UP);
}

static void a_driver_that_never_answers_is_restarted_seldom_and_for_ever(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = START, last_ms = 0;
    unsigned restarts = 0;
    while (now_ms < 24u * 3600 * 1000) {
        cc_network_step_t step = cc_network_plan_next(&plan, now_ms);
        switch (step.action) {
        case CC_NETWORK_WAIT:
            now_ms += step.wait_ms;
            break;
        case CC_NETWORK_JOIN:
            cc_network_plan_trying(&plan, now_ms);
            break;
        case CC_NETWORK_LEAVE:
            cc_network_plan_gave_up(&plan, now_ms, 77);
            break;
        case CC_NETWORK_RESTART:
            if (restarts == 0) // three tries of 45 s and their pauses
                assert_in_range(now_ms, 135000, 155000);
            else
                assert_true(now_ms - last_ms >= CC_NETWORK_RESTART_MS);
            last_ms = now_ms;
            restarts++;
            cc_network_plan_restarted(&plan, now_ms);
            break;
        }
    }
    assert_in_range(restarts, 20, 28);
    assert_int_equal(plan.fault, CC_FAULT_DRIVER);
}

static void another_choice_wipes_the_slate(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = START;
    for (int i = 0; i < 9; i++)
        now_ms = try_in_vain(&plan, now_ms, CC_CAUSE_KEY, -50, 0);
    cc_network_plan_choose(&plan, true, now_ms);
    assert_action(&plan, now_ms, CC_NETWORK_JOIN);
    assert_false(cc_network_plan_in_trouble(&plan, now_ms));
}

static void what_was_before_is_left_before_the_next_try(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    uint64_t now_ms = bring_up(&plan, START);
    cc_network_plan_choose(&plan, true, now_ms); // another network
    assert_int_equal(wait_ms(&plan, now_ms), CC_NETWORK_LEAVING_MS);
    cc_network_plan_ended(&plan, CC_CAUSE_OTHER, -50, now_ms + 20, 0);
    assert_action(&plan, now_ms + 20, CC_NETWORK_JOIN);
    assert_int_equal(plan.fault, CC_FAULT_NONE);
    assert_int_equal(plan.failures, 0);

    now_ms = bring_up(&plan, now_ms + 20);
    cc_network_plan_change(&plan, now_ms); // a driver that never says that it left
    assert_action(&plan, now_ms + CC_NETWORK_LEAVING_MS, CC_NETWORK_JOIN);
    cc_network_plan_trying(&plan, now_ms + CC_NETWORK_LEAVING_MS);
    assert_int_equal(plan.failures, 0);
    cc_network_plan_ended(&plan, CC_CAUSE_NOT_FOUND, 0, now_ms + CC_NETWORK_LEAVING_MS + 1, 0);
    assert_int_equal(plan.failures, 1);
}

static void a_look_around_does_not_count_as_a_failure(void **state)
{
    (void)state;
    cc_network_plan_t plan = chosen();
    cc_network_plan_trying(&plan, START);
    cc_network_plan_change(&plan, START + 10);
    cc_network_plan_ended(&plan, CC_CAUSE_OTHER, 0, START + 20, 0);
    assert_action(&plan, START + 20, CC_NETWORK_JOIN);
    assert_int_equal(plan.failures, 0);
    plan = (cc_network_plan_t){0};
    cc_network_plan_change(&plan, START);
    assert_int_equal(plan.state, CC_JOIN_OFF);
}

static void every_fault_has_a_sentence_that_fits(void **state)
{
    (void)state;
    char ssid[129], sentence[CC_NETWORK_SENTENCE_MAX];
    memset(ssid, 'x', 32);
    ssid[32] = '\0';
    for (int fault = CC_FAULT_NOT_FOUND; fault <= CC_FAULT_DRIVER; fault++) {
        cc_network_sentence((cc_join_fault_t)fault, ssid, sentence, sizeof sentence);
        assert_int_equal(
            sentence[strlen(sentence) - 1] == '.' || sentence[strlen(sentence) - 1] == '?', 1);
    }
    cc_network_sentence(CC_FAULT_NOT_FOUND, "Home", sentence, sizeof sentence);
    assert_non_null(strstr(sentence, "\"Home\""));
    assert_non_null(strstr(sentence, "2.4 GHz"));
    cc_network_sentence(CC_FAULT_NONE, "Home", sentence, sizeof sentence);
    assert_string_equal(sentence, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_network_nothing_is_tried),
        cmocka_unit_test(a_chosen_network_is_tried_at_once_and_left_alone_when_it_works),
        cmocka_unit_test(pauses_grow_from_one_second_to_a_minute),
        cmocka_unit_test(cameras_do_not_all_call_in_the_same_moment),
        cmocka_unit_test(a_network_that_is_away_for_days_is_found_within_a_minute_of_its_return),
        cmocka_unit_test(what_worked_for_a_while_is_tried_again_after_a_second),
        cmocka_unit_test(what_breaks_each_time_at_once_is_tried_ever_more_seldom),
        cmocka_unit_test(looking_disturbs_a_guest_of_our_own_network_seldomer),
        cmocka_unit_test(a_wrong_password_is_told_from_lost_frames),
        cmocka_unit_test(out_of_reach_is_told_from_not_there),
        cmocka_unit_test(a_network_that_gives_no_address_is_left_for_another_try),
        cmocka_unit_test(an_address_that_is_lost_is_waited_for),
        cmocka_unit_test(a_driver_that_never_answers_is_restarted_seldom_and_for_ever),
        cmocka_unit_test(another_choice_wipes_the_slate),
        cmocka_unit_test(what_was_before_is_left_before_the_next_try),
        cmocka_unit_test(a_look_around_does_not_count_as_a_failure),
        cmocka_unit_test(every_fault_has_a_sentence_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
