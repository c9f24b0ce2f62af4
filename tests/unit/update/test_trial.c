// Whether a new firmware may stay, in made-up time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_store.h"
#include "update/trial.h"
#include "util/err.h"

static const cc_trial_works_t all = {.picture = true, .network = true};

static void a_picture_and_the_network_win_it(void **state)
{
    (void)state;
    cc_trial_facts_t facts = {.before = all, .network_chosen = true};
    assert_int_equal(cc_trial_judge(&facts, 0), CC_TRIAL_GOES_ON);
    facts.now.picture = true;
    assert_int_equal(cc_trial_judge(&facts, 3000), CC_TRIAL_GOES_ON);
    facts.now.network = true;
    assert_int_equal(cc_trial_judge(&facts, 8000), CC_TRIAL_WON);
    assert_int_equal(cc_trial_judge(&facts, CC_TRIAL_MS + 1), CC_TRIAL_WON);
}

static void after_two_minutes_without_either_it_is_lost(void **state)
{
    (void)state;
    cc_trial_facts_t facts = {.before = all, .network_chosen = true, .access_point = true};
    assert_int_equal(cc_trial_judge(&facts, CC_TRIAL_MS - 1), CC_TRIAL_GOES_ON);
    assert_int_equal(cc_trial_judge(&facts, CC_TRIAL_MS), CC_TRIAL_LOST);
    assert_string_equal(cc_trial_why(&facts), "it took no picture and had no network");
    facts.now.network = true;
    assert_int_equal(cc_trial_judge(&facts, CC_TRIAL_MS), CC_TRIAL_LOST);
    assert_string_equal(cc_trial_why(&facts), "it took no picture");
    facts.now = (cc_trial_works_t){.picture = true};
    assert_int_equal(cc_trial_judge(&facts, CC_TRIAL_MS), CC_TRIAL_LOST);
    assert_string_equal(cc_trial_why(&facts), "it had no network");
}

static void a_camera_without_a_sensor_needs_the_network_only(void **state)
{
    (void)state;
    cc_trial_facts_t facts = {.before = {.network = true}, .network_chosen = true};
    facts.now.network = true;
    assert_int_equal(cc_trial_judge(&facts, 5000), CC_TRIAL_WON);
}

static void who_updates_over_the_set_up_network_needs_that_only(void **state)
{
    (void)state;
    cc_trial_facts_t facts = {.before = {.picture = true}, .network_chosen = true};
    facts.now.picture = true;
    assert_int_equal(cc_trial_judge(&facts, 5000), CC_TRIAL_GOES_ON);
    facts.access_point = true;
    assert_int_equal(cc_trial_judge(&facts, 5000), CC_TRIAL_WON);
    // no note, and no network to join: an older firmware's user who was never in one
    facts.before = all;
    assert_int_equal(cc_trial_judge(&facts, 5000), CC_TRIAL_GOES_ON);
    facts.network_chosen = false;
    assert_int_equal(cc_trial_judge(&facts, 5000), CC_TRIAL_WON);
    facts.access_point = false;
    assert_int_equal(cc_trial_judge(&facts, CC_TRIAL_MS), CC_TRIAL_LOST);
}

static void the_note_tells_what_worked(void **state)
{
    (void)state;
    cc_fake_store_t disk = {0};
    cc_store_t store = cc_fake_store_port(&disk);
    cc_trial_works_t works = cc_trial_read_note(&store);
    assert_true(works.picture && works.network);
    for (int i = 0; i < 4; i++) {
        const cc_trial_works_t noted = {.picture = i & 1, .network = i & 2};
        assert_int_equal(cc_trial_note(&store, &noted), CC_OK);
        works = cc_trial_read_note(&store);
        assert_int_equal(works.picture, noted.picture);
        assert_int_equal(works.network, noted.network);
    }
    cc_fake_store_put(&disk, "trial", "-", 1);
    works = cc_trial_read_note(&store);
    assert_true(works.picture && works.network);
    cc_fake_store_put(&disk, "trial", "much too long a note", 20);
    works = cc_trial_read_note(&store);
    assert_true(works.picture && works.network);
    cc_fake_store_clear(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_and_the_network_win_it),
        cmocka_unit_test(after_two_minutes_without_either_it_is_lost),
        cmocka_unit_test(a_camera_without_a_sensor_needs_the_network_only),
        cmocka_unit_test(who_updates_over_the_set_up_network_needs_that_only),
        cmocka_unit_test(the_note_tells_what_worked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
