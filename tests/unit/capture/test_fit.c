// Pictures that are too large are compressed more, and less again when there is room.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/fit.h"

// A camera whose pictures get smaller by a sixth with each step, for a server that takes `limit`.
// Returns the steps after so many pictures; *changes counts how often they were changed.
static unsigned settle(cc_fit_t *fit, size_t plain, size_t limit, int pictures, unsigned *changes)
{
    for (int i = 0; i < pictures; i++) {
        size_t len = plain;
        for (unsigned step = 0; step < fit->steps; step++)
            len = len * 5 / 6;
        if (len > limit ? cc_fit_too_large(fit, len) : cc_fit_came(fit, len))
            (*changes)++;
    }
    return fit->steps;
}

static void what_fits_is_left_alone(void **state)
{
    (void)state;
    cc_fit_t fit = {0};
    unsigned changes = 0;
    assert_int_equal(settle(&fit, 90000, 100000, 1000, &changes), 0);
    assert_int_equal(changes, 0);
    assert_int_equal(cc_fit_quality(&fit, 12, 63), 12);
}

static void it_gets_smaller_until_it_fits_and_stays_there(void **state)
{
    (void)state;
    cc_fit_t fit = {0};
    unsigned changes = 0;
    assert_int_equal(settle(&fit, 200000, 100000, 10000, &changes), 4);
    assert_int_equal(changes, 4); // it does not swing
    assert_int_equal(cc_fit_quality(&fit, 12, 63), 12 + 4 * CC_FIT_STEP);
}

static void a_plainer_scene_gets_its_quality_back(void **state)
{
    (void)state;
    cc_fit_t fit = {0};
    unsigned changes = 0;
    settle(&fit, 200000, 100000, 100, &changes);
    assert_int_equal(settle(&fit, 60000, 100000, 3 * CC_FIT_CALM, &changes), 1);
    assert_int_equal(settle(&fit, 60000, 100000, 2 * CC_FIT_CALM, &changes), 0);
    assert_int_equal(settle(&fit, 60000, 100000, 1000, &changes), 0);
}

static void one_plain_picture_changes_nothing(void **state)
{
    (void)state;
    cc_fit_t fit = {0};
    unsigned changes = 0;
    settle(&fit, 200000, 100000, 100, &changes);
    for (int i = 0; i < 10 * CC_FIT_CALM; i++)
        assert_false(cc_fit_came(&fit, i % CC_FIT_CALM ? 10000 : 90000));
}

static void there_is_an_end_to_compression(void **state)
{
    (void)state;
    cc_fit_t fit = {0};
    for (int i = 0; i < CC_FIT_STEPS_MAX; i++)
        assert_true(cc_fit_too_large(&fit, 100));
    assert_false(cc_fit_too_large(&fit, 100));
    assert_int_equal(cc_fit_quality(&fit, 12, 63), 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_left_alone),
        cmocka_unit_test(it_gets_smaller_until_it_fits_and_stays_there),
        cmocka_unit_test(a_plainer_scene_gets_its_quality_back),
        cmocka_unit_test(one_plain_picture_changes_nothing),
        cmocka_unit_test(there_is_an_end_to_compression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
