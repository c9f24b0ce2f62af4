// Three crashes in a row and the camera keeps to network and page; anything else in between, and
// the count begins anew.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "status/crashes.h"

static void memory_of_chance_is_no_record(void **state)
{
    (void)state;
    cc_crashes_t crashes = {.in_a_row = 77, .sum = 12};
    cc_crashes_started(&crashes, CC_ENDED_CRASH);
    assert_int_equal(crashes.in_a_row, 1);
    assert_false(cc_crashes_safe_mode(&crashes));
}

static void the_third_crash_starts_safe_mode(void **state)
{
    (void)state;
    cc_crashes_t crashes = {0};
    cc_crashes_started(&crashes, CC_ENDED_POWER);
    for (int i = 1; i <= 4; i++) {
        cc_crashes_started(&crashes, CC_ENDED_CRASH);
        assert_int_equal(cc_crashes_safe_mode(&crashes), i >= 3);
    }
}

static void a_restart_that_was_asked_for_leaves_it(void **state)
{
    (void)state;
    cc_crashes_t crashes = {0};
    for (int i = 0; i < 3; i++)
        cc_crashes_started(&crashes, CC_ENDED_CRASH);
    cc_crashes_started(&crashes, CC_ENDED_ASKED);
    assert_false(cc_crashes_safe_mode(&crashes));
    cc_crashes_started(&crashes, CC_ENDED_CRASH);
    assert_int_equal(crashes.in_a_row, 1);
}

static void a_long_run_forgives(void **state)
{
    (void)state;
    cc_crashes_t crashes = {0};
    cc_crashes_started(&crashes, CC_ENDED_CRASH);
    cc_crashes_started(&crashes, CC_ENDED_CRASH);
    assert_false(cc_crashes_ran(&crashes, CC_CRASHES_FORGIVEN_MS - 1));
    assert_int_equal(crashes.in_a_row, 2);
    assert_true(cc_crashes_ran(&crashes, CC_CRASHES_FORGIVEN_MS));
    assert_false(cc_crashes_ran(&crashes, CC_CRASHES_FORGIVEN_MS + 1));
    cc_crashes_started(&crashes, CC_ENDED_CRASH);
    assert_int_equal(crashes.in_a_row, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_of_chance_is_no_record),
        cmocka_unit_test(the_third_crash_starts_safe_mode),
        cmocka_unit_test(a_restart_that_was_asked_for_leaves_it),
        cmocka_unit_test(a_long_run_forgives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
