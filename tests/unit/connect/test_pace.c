// When something is sent to Connect: a day in an instant, and every answer's pace.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "connect/pace.h"

#define START 5000u
#define DAY   (24u * 3600u * 1000u)

static const uint32_t randoms[] = {0, 1, 999, 1000, 4999, 5000, 123456789, UINT32_MAX};
#define N_RANDOMS (sizeof randoms / sizeof *randoms)

static cc_pace_t able(uint32_t interval_ms)
{
    return (cc_pace_t){.able = true, .interval_ms = interval_ms, .due_ms = START};
}

static void assert_waits(const cc_pace_t *pace, uint64_t now_ms, uint64_t wait_ms)
{
    cc_pace_step_t step = cc_pace_next(pace, now_ms);
    assert_int_equal(step.action, CC_PACE_WAIT);
    assert_int_equal(step.wait_ms, wait_ms);
}

static void assert_sends(const cc_pace_t *pace, uint64_t now_ms)
{
    assert_int_equal(cc_pace_next(pace, now_ms).action, CC_PACE_SNAPSHOT);
}

// A snapshot that is taken from now on, leaves as soon as it may, and is answered so much later.
// Returns when it left.
static uint64_t send(cc_pace_t *pace, uint64_t now_ms, uint64_t takes_ms, cc_result_t result,
                     uint32_t retry_after_s, uint32_t random)
{
    assert_sends(pace, now_ms);
    cc_pace_snapshot_begun(pace, now_ms);
    uint64_t left_ms = cc_pace_send_ms(pace) > now_ms ? cc_pace_send_ms(pace) : now_ms;
    cc_pace_snapshot_done(pace, result, retry_after_s, left_ms, left_ms + takes_ms, random);
    return left_ms;
}

static void without_a_token_nothing_is_sent(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    pace.able = false;
    pace.info_wanted = true;
    pace.forced = true;
    assert_waits(&pace, START, UINT64_MAX);
}

static void the_description_goes_before_the_first_picture(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    pace.info_wanted = true;
    assert_int_equal(cc_pace_next(&pace, START).action, CC_PACE_INFO);
    cc_pace_info_done(&pace, CC_RESULT_SENT, 0, START + 300, 0);
    assert_false(pace.info_wanted);
    assert_sends(&pace, START + 300);
}

static void a_day_of_pictures_stays_on_its_grid_however_long_each_takes(void **state)
{
    (void)state;
    for (uint32_t interval_ms = 10000; interval_ms <= 60000; interval_ms += 12500) {
        cc_pace_t pace = able(interval_ms);
        uint64_t now_ms = START;
        uint32_t sent = 0, random = 7;
        while (now_ms < START + DAY) {
            cc_pace_step_t step = cc_pace_next(&pace, now_ms);
            if (step.action == CC_PACE_WAIT) {
                now_ms += step.wait_ms;
                continue;
            }
            assert_int_equal((now_ms - START) % interval_ms, 0);
            random = random * 1664525u + 1013904223u;
            uint64_t takes_ms = 50 + (random >> 8) % (interval_ms - 100);
            send(&pace, now_ms, takes_ms, CC_RESULT_SENT, 0, random);
            now_ms += takes_ms;
            sent++;
        }
        assert_int_equal(sent, (DAY + interval_ms - 1) / interval_ms);
    }
}

static void a_thread_that_wakes_late_does_not_shift_the_grid(void **state)
{
    (void)state;
    cc_pace_t pace = able(15000);
    uint64_t now_ms = START;
    uint32_t sent = 0, random = 7;
    while (now_ms < START + DAY) {
        cc_pace_step_t step = cc_pace_next(&pace, now_ms);
        random = random * 1664525u + 1013904223u;
        uint64_t late_ms = (random >> 8) % 900;
        if (step.action == CC_PACE_WAIT) {
            now_ms += step.wait_ms + late_ms;
            continue;
        }
        assert_true((now_ms - START) % 15000 < 900);
        send(&pace, now_ms, 2000, CC_RESULT_SENT, 0, random);
        now_ms += 2000;
        sent++;
    }
    assert_int_equal(sent, DAY / 15000);
}

static void the_time_that_taking_a_picture_takes_does_not_shift_the_grid(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    uint64_t now_ms = START;
    uint32_t sent = 0, random = 7;
    while (now_ms < START + DAY) {
        cc_pace_step_t step = cc_pace_next(&pace, now_ms);
        if (step.action == CC_PACE_WAIT) {
            now_ms += step.wait_ms;
            continue;
        }
        random = random * 1664525u + 1013904223u;
        uint64_t taken_ms = now_ms + 100 + (random >> 8) % 1500;
        uint64_t left_ms = cc_pace_send_ms(&pace) > taken_ms ? cc_pace_send_ms(&pace) : taken_ms;
        cc_pace_snapshot_begun(&pace, now_ms);
        cc_pace_snapshot_done(&pace, CC_RESULT_SENT, 0, left_ms, left_ms + 300, random);
        now_ms = left_ms + 300;
        sent++;
    }
    assert_int_equal(sent, DAY / 10000);
}

static void two_pictures_are_never_nearer_than_ten_seconds(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    uint64_t now_ms = START, last_ms = 0;
    uint32_t random = 3, sent = 0;
    while (now_ms < START + DAY) {
        random = random * 1664525u + 1013904223u;
        if ((random >> 8) % 5 == 0)
            pace.forced = true;
        cc_pace_step_t step = cc_pace_next(&pace, now_ms);
        if (step.action == CC_PACE_WAIT) {
            now_ms += step.wait_ms < 3000 ? step.wait_ms : 3000;
            continue;
        }
        bool lost = (random >> 8) % 3 == 0;
        uint64_t takes_ms = (random >> 8) % 4000;
        uint64_t left_ms =
            send(&pace, now_ms, takes_ms, lost ? CC_RESULT_OUTAGE : CC_RESULT_SENT, 0, random);
        assert_true(last_ms == 0 || left_ms - last_ms >= CC_PACE_LEAST_MS);
        last_ms = left_ms;
        now_ms = left_ms + takes_ms;
        sent++;
    }
    assert_true(sent > DAY / 30000);
}

static void slots_that_were_missed_are_left_out(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    send(&pace, START, 35000, CC_RESULT_SENT, 0, 0);
    assert_waits(&pace, START + 35000, 5000); // the slot at 40 s, no burst for 10, 20 and 30
    send(&pace, START + 40000, 10000, CC_RESULT_SENT, 0, 0);
    assert_waits(&pace, START + 50000, 10000); // one that took exactly the interval
}

static void a_machine_that_slept_goes_on_with_one_picture(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    send(&pace, START, 100, CC_RESULT_SENT, 0, 0);
    uint64_t woken_ms = START + 8 * 3600 * 1000 + 3000;
    send(&pace, woken_ms, 100, CC_RESULT_SENT, 0, 0);
    cc_pace_step_t step = cc_pace_next(&pace, woken_ms + 100);
    assert_int_equal(step.action, CC_PACE_WAIT);
    assert_in_range(step.wait_ms, 6900, 9900);
}

static void each_answer_has_its_pace(void **state)
{
    (void)state;
    static const struct {
        cc_result_t result;
        uint64_t least_ms;
        uint64_t most_ms;
    } paces[] = {
        {CC_RESULT_SENT, 9900, 9900},        {CC_RESULT_NO_PICTURE, 9900, 9900},
        {CC_RESULT_REFUSED, 60000, 60000},   {CC_RESULT_CONFLICT, 60000, 60000},
        {CC_RESULT_TOO_LARGE, 60000, 60000}, {CC_RESULT_NOT_FOUND, 60000, 60000},
        {CC_RESULT_DENIED, 300000, 300000},  {CC_RESULT_REDIRECT, 300000, 300000},
        {CC_RESULT_TOO_OFTEN, 25000, 30000}, {CC_RESULT_OUTAGE, 9900, 10000},
        {CC_RESULT_DNS, 9900, 10000},        {CC_RESULT_CONNECT, 9900, 10000},
        {CC_RESULT_TLS, 9900, 10000},        {CC_RESULT_SEND, 9900, 10000},
        {CC_RESULT_ANSWER, 9900, 10000},
    };
    for (size_t i = 0; i < sizeof paces / sizeof *paces; i++) {
        for (size_t r = 0; r < N_RANDOMS; r++) {
            cc_pace_t pace = able(10000);
            send(&pace, START, 100, paces[i].result, 0, randoms[r]);
            cc_pace_step_t step = cc_pace_next(&pace, START + 100);
            assert_int_equal(step.action, CC_PACE_WAIT);
            if (step.wait_ms < paces[i].least_ms || step.wait_ms > paces[i].most_ms)
                fail_msg("after %s with %u it waits %llu ms", cc_result_name(paces[i].result),
                         (unsigned)randoms[r], (unsigned long long)step.wait_ms);
        }
    }
}

static void an_outage_of_days_is_met_with_longer_pauses_up_to_five_minutes(void **state)
{
    (void)state;
    for (size_t r = 0; r < N_RANDOMS; r++) {
        cc_pace_t pace = able(10000);
        uint64_t now_ms = START, most_ms = 10000;
        for (int failure = 0; failure < 400; failure++) {
            now_ms += 100;
            cc_pace_snapshot_begun(&pace, now_ms);
            cc_pace_snapshot_done(&pace, CC_RESULT_OUTAGE, 0, now_ms - 100, now_ms, randoms[r]);
            uint64_t wait_ms = pace.hold_ms - now_ms;
            assert_in_range(wait_ms, most_ms / 2, most_ms);
            if (most_ms < CC_PACE_BACKOFF_LAST_MS)
                most_ms =
                    most_ms * 2 < CC_PACE_BACKOFF_LAST_MS ? most_ms * 2 : CC_PACE_BACKOFF_LAST_MS;
            now_ms = cc_pace_snapshot_ms(&pace);
        }
        cc_pace_snapshot_begun(&pace, now_ms);
        cc_pace_snapshot_done(&pace, CC_RESULT_SENT, 0, now_ms, now_ms + 100, randoms[r]);
        assert_int_equal(pace.failures, 0);
        assert_in_range(cc_pace_snapshot_ms(&pace), now_ms + 10000, now_ms + 20000);
    }
}

static void cameras_do_not_all_come_back_in_the_same_second(void **state)
{
    (void)state;
    uint64_t seen[8];
    for (uint32_t i = 0; i < 8; i++) {
        cc_pace_t pace = able(10000);
        pace.failures = 5;
        cc_pace_snapshot_begun(&pace, START);
        cc_pace_snapshot_done(&pace, CC_RESULT_OUTAGE, 0, START, START, i * 20011u);
        seen[i] = pace.hold_ms / 1000;
        for (uint32_t j = 0; j < i; j++)
            assert_int_not_equal(seen[i], seen[j]);
    }
}

static void retry_after_is_honoured_and_an_hour_at_most(void **state)
{
    (void)state;
    static const cc_result_t results[] = {CC_RESULT_TOO_OFTEN, CC_RESULT_OUTAGE};
    for (size_t i = 0; i < 2; i++) {
        for (size_t r = 0; r < N_RANDOMS; r++) {
            cc_pace_t pace = able(10000);
            send(&pace, START, 100, results[i], 120, randoms[r]);
            cc_pace_step_t step = cc_pace_next(&pace, START + 100);
            assert_in_range(step.wait_ms, 120000, 121000);
            pace = able(10000);
            send(&pace, START, 100, results[i], UINT32_MAX, randoms[r]);
            step = cc_pace_next(&pace, START + 100);
            assert_in_range(step.wait_ms, 3600000, 3601000);
        }
    }
    // a shorter one than the back-off does not make an outage's pause shorter
    cc_pace_t pace = able(10000);
    pace.failures = 10;
    cc_pace_snapshot_begun(&pace, START);
    cc_pace_snapshot_done(&pace, CC_RESULT_OUTAGE, 1, START, START, 0);
    assert_true(pace.hold_ms >= START + CC_PACE_BACKOFF_LAST_MS / 2);
}

static void a_picture_that_a_person_wants_goes_at_once(void **state)
{
    (void)state;
    cc_pace_t pace = able(3600 * 1000);
    send(&pace, START, 100, CC_RESULT_SENT, 0, 0);
    pace.forced = true;
    // but Connect takes one in ten seconds: it is taken a little before, and leaves then
    assert_waits(&pace, START + 100, 9900 - CC_PACE_EARLY_MS);
    assert_int_equal(cc_pace_send_ms(&pace), START + 10000);
    assert_sends(&pace, START + 10000);
    send(&pace, START + 600000, 100, CC_RESULT_SENT, 0, 0);
    assert_false(pace.forced);
    assert_waits(&pace, START + 600100, 3600 * 1000 - 100); // the grid begins anew with it
}

static void a_picture_that_a_person_wants_does_not_wait_for_a_pause_to_end(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    send(&pace, START, 100, CC_RESULT_DENIED, 0, 0);
    assert_waits(&pace, START + 100, CC_PACE_DENIED_MS);
    pace.forced = true;
    assert_sends(&pace, START + 10000);
    send(&pace, START + 10000, 100, CC_RESULT_DENIED, 0, 0);
    assert_waits(&pace, START + 10100, CC_PACE_DENIED_MS); // one request, one try
}

static void a_picture_that_a_person_wants_in_vain_does_not_cost_the_next_slot(void **state)
{
    (void)state;
    cc_pace_t pace = able(3600 * 1000);
    send(&pace, START, 100, CC_RESULT_SENT, 0, 0);
    uint64_t slot_ms = cc_pace_snapshot_ms(&pace);
    pace.forced = true;
    send(&pace, START + 60000, 100, CC_RESULT_SEND, 0, 0);
    assert_int_equal(cc_pace_snapshot_ms(&pace), slot_ms);
}

static void one_that_is_asked_for_while_another_is_under_way_is_sent_afterwards(void **state)
{
    (void)state;
    cc_pace_t pace = able(60000);
    pace.forced = true;
    assert_sends(&pace, START);
    cc_pace_snapshot_begun(&pace, START);
    pace.forced = true;
    cc_pace_snapshot_done(&pace, CC_RESULT_SENT, 0, START, START + 100, 0);
    assert_true(pace.forced);
    assert_waits(&pace, START + 100, 9900 - CC_PACE_EARLY_MS);
}

static void a_new_token_is_tried_at_once(void **state)
{
    (void)state;
    cc_pace_t pace = able(10000);
    send(&pace, START, 100, CC_RESULT_SENT, 0, 0);
    cc_pace_fresh_start(&pace, true, START + 1000);
    cc_pace_info_done(&pace, CC_RESULT_SENT, 0, START + 1000, 0);
    assert_sends(&pace, START + 1000);
    assert_int_equal(cc_pace_send_ms(&pace), 0);

    pace = able(10000);
    send(&pace, START, 100, CC_RESULT_DENIED, 0, 0);
    assert_waits(&pace, START + 100, CC_PACE_DENIED_MS);
    cc_pace_fresh_start(&pace, true, START + 20000);
    assert_int_equal(cc_pace_next(&pace, START + 20000).action, CC_PACE_INFO);
    cc_pace_info_done(&pace, CC_RESULT_SENT, 0, START + 20100, 0);
    assert_sends(&pace, START + 20100);
    assert_int_equal(pace.failures, 0);
}

static void a_network_that_comes_back_ends_the_wait_for_it(void **state)
{
    (void)state;
    static const cc_result_t unreached[] = {CC_RESULT_DNS, CC_RESULT_CONNECT, CC_RESULT_TLS,
                                            CC_RESULT_SEND};
    for (size_t i = 0; i < 4; i++) {
        cc_pace_t pace = able(60000);
        uint64_t now_ms = START;
        for (int n = 0; n < 6; n++, now_ms += CC_PACE_BACKOFF_LAST_MS)
            send(&pace, now_ms, 100, unreached[i], 0, 0);
        now_ms = pace.hold_ms - 60000;
        cc_pace_network_is_up(&pace, now_ms);
        assert_sends(&pace, now_ms);
        assert_int_equal(pace.failures, 0);
    }
    cc_pace_t pace = able(60000);
    pace.info_wanted = true;
    cc_pace_info_done(&pace, CC_RESULT_DNS, 0, START, 0);
    cc_pace_network_is_up(&pace, START + 1000);
    assert_int_equal(cc_pace_next(&pace, START + 1000).action, CC_PACE_INFO);
}

static void a_network_that_comes_back_hurries_nobody_who_asked_for_a_pause(void **state)
{
    (void)state;
    static const cc_result_t said[] = {CC_RESULT_OUTAGE, CC_RESULT_DENIED, CC_RESULT_TOO_OFTEN};
    for (size_t i = 0; i < 3; i++) {
        cc_pace_t pace = able(10000);
        send(&pace, START, 100, said[i], 0, 0);
        uint64_t hold_ms = pace.hold_ms;
        cc_pace_network_is_up(&pace, START + 200);
        assert_int_equal(pace.hold_ms, hold_ms);
        assert_int_equal(pace.failures, 1);
    }
}

static void a_description_that_is_refused_does_not_hold_back_the_pictures(void **state)
{
    (void)state;
    static const cc_result_t refused[] = {CC_RESULT_REFUSED, CC_RESULT_CONFLICT,
                                          CC_RESULT_NOT_FOUND};
    for (size_t i = 0; i < 3; i++) {
        cc_pace_t pace = able(10000);
        pace.info_wanted = true;
        cc_pace_info_done(&pace, refused[i], 0, START, 0);
        assert_true(pace.info_wanted);
        send(&pace, START, 100, CC_RESULT_SENT, 0, 0);
        assert_waits(&pace, START + 100, 9900);
        pace.due_ms = pace.last_ms = START + DAY;
        assert_int_equal(cc_pace_next(&pace, START + CC_PACE_SLOW_MS).action, CC_PACE_INFO);
    }
}

static void a_description_that_meets_an_outage_holds_back_the_pictures_too(void **state)
{
    (void)state;
    static const cc_result_t down[] = {CC_RESULT_OUTAGE, CC_RESULT_DNS,      CC_RESULT_TLS,
                                       CC_RESULT_DENIED, CC_RESULT_REDIRECT, CC_RESULT_TOO_OFTEN};
    for (size_t i = 0; i < sizeof down / sizeof *down; i++) {
        cc_pace_t pace = able(10000);
        pace.info_wanted = true;
        cc_pace_info_done(&pace, down[i], 0, START, 0);
        cc_pace_step_t step = cc_pace_next(&pace, START);
        assert_int_equal(step.action, CC_PACE_WAIT);
        assert_true(step.wait_ms >= 5000);
        assert_int_equal(cc_pace_next(&pace, START + step.wait_ms).action, CC_PACE_INFO);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_token_nothing_is_sent),
        cmocka_unit_test(the_description_goes_before_the_first_picture),
        cmocka_unit_test(a_day_of_pictures_stays_on_its_grid_however_long_each_takes),
        cmocka_unit_test(a_thread_that_wakes_late_does_not_shift_the_grid),
        cmocka_unit_test(the_time_that_taking_a_picture_takes_does_not_shift_the_grid),
        cmocka_unit_test(two_pictures_are_never_nearer_than_ten_seconds),
        cmocka_unit_test(slots_that_were_missed_are_left_out),
        cmocka_unit_test(a_machine_that_slept_goes_on_with_one_picture),
        cmocka_unit_test(each_answer_has_its_pace),
        cmocka_unit_test(an_outage_of_days_is_met_with_longer_pauses_up_to_five_minutes),
        cmocka_unit_test(cameras_do_not_all_come_back_in_the_same_second),
        cmocka_unit_test(retry_after_is_honoured_and_an_hour_at_most),
        cmocka_unit_test(a_picture_that_a_person_wants_goes_at_once),
        cmocka_unit_test(a_picture_that_a_person_wants_does_not_wait_for_a_pause_to_end),
        cmocka_unit_test(a_picture_that_a_person_wants_in_vain_does_not_cost_the_next_slot),
        cmocka_unit_test(one_that_is_asked_for_while_another_is_under_way_is_sent_afterwards),
        cmocka_unit_test(a_new_token_is_tried_at_once),
        cmocka_unit_test(a_network_that_comes_back_ends_the_wait_for_it),
        cmocka_unit_test(a_network_that_comes_back_hurries_nobody_who_asked_for_a_pause),
        cmocka_unit_test(a_description_that_is_refused_does_not_hold_back_the_pictures),
        cmocka_unit_test(a_description_that_meets_an_outage_holds_back_the_pictures_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
