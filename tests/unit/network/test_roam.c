// Several access points of one name: the camera goes to a better one, and does not go to and fro.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network/roam.h"

static const uint8_t here[6] = {2, 0, 0, 0, 0, 1};

static uint64_t hear(cc_roam_t *roam, int8_t rssi_dbm, unsigned n, uint64_t now_ms)
{
    for (; n > 0; n--, now_ms += CC_ROAM_SAMPLE_MS)
        cc_roam_heard(roam, rssi_dbm);
    return now_ms;
}

static int look(cc_roam_t *roam, int8_t other_dbm, uint64_t now_ms)
{
    const cc_roam_candidate_t found[] = {
        {{2, 0, 0, 0, 0, 1}, 1, -79},
        {{2, 0, 0, 0, 0, 2}, 6, (int8_t)(other_dbm - 3)},
        {{2, 0, 0, 0, 0, 3}, 11, other_dbm},
    };
    return cc_roam_choose(roam, found, 3, here, now_ms);
}

static void a_good_signal_is_left_alone(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    cc_roam_joined(&roam, 1000);
    uint64_t now_ms = hear(&roam, -60, 1000, 1000);
    assert_false(cc_roam_wants_look(&roam, now_ms));
    assert_int_equal(cc_roam_signal(&roam), -60);
}

static void one_bad_moment_is_no_reason_to_look(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    cc_roam_joined(&roam, 1000);
    uint64_t now_ms = hear(&roam, -60, 100, 1000);
    now_ms = hear(&roam, -90, 1, now_ms);
    assert_false(cc_roam_wants_look(&roam, now_ms));
}

static void a_signal_that_fades_makes_it_look_and_go_to_the_best(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    cc_roam_joined(&roam, 1000);
    uint64_t now_ms = hear(&roam, -60, 100, 1000);
    now_ms = hear(&roam, -79, 20, now_ms);
    assert_true(cc_roam_wants_look(&roam, now_ms));
    assert_int_equal(look(&roam, -60, now_ms), 2);
}

static void a_little_better_is_not_enough(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    cc_roam_joined(&roam, 1000);
    uint64_t now_ms = hear(&roam, -79, 50, 1000);
    assert_int_equal(look(&roam, -72, now_ms), -1);
    assert_int_equal(look(&roam, -69, now_ms), 2);
}

static void it_looks_ever_more_seldom_where_there_is_nothing_better(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    cc_roam_joined(&roam, 1000);
    uint64_t now_ms = hear(&roam, -79, 50, 1000), end_ms = now_ms + 24u * 3600 * 1000;
    unsigned looks = 0;
    for (; now_ms < end_ms; now_ms = hear(&roam, -79, 1, now_ms))
        if (cc_roam_wants_look(&roam, now_ms)) {
            assert_int_equal(look(&roam, -76, now_ms), -1);
            looks++;
        }
    assert_in_range(looks, 48, 54);
}

static void two_that_are_weak_in_turns_are_not_visited_to_and_fro(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    uint64_t now_ms = 1000, end_ms = now_ms + 24u * 3600 * 1000;
    unsigned changes = 0;
    cc_roam_joined(&roam, now_ms);
    while (now_ms < end_ms) {
        now_ms = hear(&roam, -80, 1, now_ms); // wherever it is, the other one seems better
        if (cc_roam_wants_look(&roam, now_ms) && look(&roam, -60, now_ms) >= 0) {
            changes++;
            cc_roam_joined(&roam, now_ms);
        }
    }
    // the pause survives the change: no more than one each half hour in the long run
    assert_in_range(changes, 40, 1500);
}

static void a_signal_that_recovers_makes_the_next_weakness_a_new_one(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    cc_roam_joined(&roam, 1000);
    uint64_t now_ms = hear(&roam, -79, 50, 1000);
    for (int i = 0; i < 10; i++)
        look(&roam, -78, now_ms);
    assert_int_equal(roam.pause_ms, CC_ROAM_LOOK_LAST_MS);
    now_ms = hear(&roam, -60, 50, now_ms);
    assert_int_equal(roam.pause_ms, 0);
}

static void nothing_found_is_a_reason_to_stay(void **state)
{
    (void)state;
    cc_roam_t roam = {0};
    cc_roam_joined(&roam, 1000);
    uint64_t now_ms = hear(&roam, -79, 50, 1000);
    assert_int_equal(cc_roam_choose(&roam, NULL, 0, here, now_ms), -1);
    const cc_roam_candidate_t unknown = {{2, 0, 0, 0, 0, 2}, 6, 0}; // a strength nobody knows
    assert_int_equal(cc_roam_choose(&roam, &unknown, 1, here, now_ms), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_signal_is_left_alone),
        cmocka_unit_test(one_bad_moment_is_no_reason_to_look),
        cmocka_unit_test(a_signal_that_fades_makes_it_look_and_go_to_the_best),
        cmocka_unit_test(a_little_better_is_not_enough),
        cmocka_unit_test(it_looks_ever_more_seldom_where_there_is_nothing_better),
        cmocka_unit_test(two_that_are_weak_in_turns_are_not_visited_to_and_fro),
        cmocka_unit_test(a_signal_that_recovers_makes_the_next_weakness_a_new_one),
        cmocka_unit_test(nothing_found_is_a_reason_to_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
