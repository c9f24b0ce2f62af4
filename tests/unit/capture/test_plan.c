// When the camera is opened, started, asked and left alone: made-up cameras over made-up time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "capture/plan.h"

#define START 1000u

static cc_plan_step_t next(cc_plan_t *plan, uint64_t now_ms)
{
    cc_plan_note(plan, now_ms);
    return cc_plan_next(plan, now_ms);
}

static void assert_does(cc_plan_t *plan, uint64_t now_ms, cc_plan_action_t action)
{
    assert_int_equal(next(plan, now_ms).action, action);
}

static void assert_waits(cc_plan_t *plan, uint64_t now_ms, uint32_t wait_ms)
{
    cc_plan_step_t step = next(plan, now_ms);
    assert_int_equal(step.action, CC_PLAN_WAIT);
    assert_int_equal(step.wait_ms, wait_ms);
}

// A camera that runs since START, and that nobody wants anything of.
static cc_plan_t running(bool stops)
{
    cc_plan_t plan = {.interval_ms = 100};
    cc_plan_opened(&plan, stops);
    cc_plan_started(&plan, 0, START);
    return plan;
}

static void the_camera_is_opened_at_once_to_learn_what_it_can_do(void **state)
{
    (void)state;
    cc_plan_t plan = {.interval_ms = 100};
    assert_does(&plan, START, CC_PLAN_OPEN);
    cc_plan_opened(&plan, true);
    assert_waits(&plan, START, UINT32_MAX); // opened, but nobody wants a picture
    plan.wanted = 1;
    assert_does(&plan, START, CC_PLAN_START);
    cc_plan_started(&plan, 0, START);
    assert_does(&plan, START, CC_PLAN_GRAB);
}

static void a_camera_that_cannot_be_opened_is_tried_more_and_more_seldom(void **state)
{
    (void)state;
    static const uint32_t pauses[] = {500, 1000, 2000, 4000, 4000, 4000};
    cc_plan_t plan = {.interval_ms = 100};
    uint64_t now_ms = START;
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        assert_does(&plan, now_ms, CC_PLAN_OPEN);
        cc_plan_failed(&plan, now_ms);
        assert_waits(&plan, now_ms, pauses[i]);
        assert_waits(&plan, now_ms + pauses[i] - 1, 1);
        now_ms += pauses[i];
    }
    for (int i = 0; i < 100; i++)
        cc_plan_failed(&plan, now_ms);
    assert_waits(&plan, now_ms, 4000);
    // the first good picture forgives everything, an open that succeeds does not
    cc_plan_opened(&plan, true);
    cc_plan_started(&plan, 0, now_ms);
    cc_plan_failed(&plan, now_ms);
    assert_waits(&plan, now_ms, 4000);
    cc_plan_opened(&plan, true);
    cc_plan_started(&plan, 0, now_ms);
    cc_plan_published(&plan, now_ms);
    cc_plan_failed(&plan, now_ms);
    assert_waits(&plan, now_ms, 500);
}

static void a_camera_that_stalls_is_closed_after_five_seconds(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.watched = true;
    cc_plan_note(&plan, START);
    cc_plan_published(&plan, START + 700);
    assert_int_not_equal(next(&plan, START + 700 + 4999).action, CC_PLAN_CLOSE);
    assert_does(&plan, START + 700 + 5000, CC_PLAN_CLOSE);
}

static void pictures_that_are_dropped_are_a_sign_of_life(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.watched = true;
    cc_plan_note(&plan, START);
    cc_plan_skipped(&plan, START + 4000);
    assert_int_not_equal(next(&plan, START + 8999).action, CC_PLAN_CLOSE);
    assert_does(&plan, START + 9000, CC_PLAN_CLOSE);
}

static void a_camera_that_nobody_asks_is_not_called_stalled(void **state)
{
    (void)state;
    cc_plan_t plan = running(false);
    assert_waits(&plan, START, UINT32_MAX);
    uint64_t later_ms = START + 3600 * 1000;
    assert_waits(&plan, later_ms, UINT32_MAX);
    plan.wanted = 1;
    assert_does(&plan, later_ms, CC_PLAN_GRAB);
    assert_does(&plan, later_ms + 4999, CC_PLAN_GRAB);
    assert_does(&plan, later_ms + 5000, CC_PLAN_CLOSE);
}

static void viewers_who_hold_all_buffers_do_not_make_the_camera_stalled(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.watched = true;
    plan.starved = true;
    for (uint64_t now_ms = START; now_ms < START + 60000; now_ms += 1000)
        assert_waits(&plan, now_ms, UINT32_MAX);
    plan.starved = false;
    assert_does(&plan, START + 60000, CC_PLAN_GRAB);
    assert_does(&plan, START + 63999, CC_PLAN_GRAB);
    assert_does(&plan, START + 64999, CC_PLAN_CLOSE); // five seconds after it could give one again
}

static void the_first_pictures_after_a_start_are_dropped(void **state)
{
    (void)state;
    cc_plan_t plan = {.interval_ms = 100};
    cc_plan_opened(&plan, true);
    plan.wanted = 1;
    cc_plan_started(&plan, 3, START);
    for (uint64_t i = 0; i < 3; i++) {
        assert_does(&plan, START + i, CC_PLAN_SKIP);
        cc_plan_skipped(&plan, START + i);
    }
    assert_does(&plan, START + 3, CC_PLAN_GRAB);
}

// A picture every 33 ms; returns how many were measured until one was good, and when that was.
static unsigned judged_until_good(cc_plan_t *plan, const int *brightness, uint64_t *now_ms)
{
    for (unsigned judged = 0;; *now_ms += 33) {
        cc_plan_action_t action = next(plan, *now_ms).action;
        if (action == CC_PLAN_SKIP) {
            cc_plan_skipped(plan, *now_ms);
            continue;
        }
        assert_int_equal(action, CC_PLAN_GRAB);
        if (!cc_plan_judges(plan, *now_ms))
            return judged;
        bool good = cc_plan_judge(plan, *brightness, *now_ms);
        brightness += brightness[1] != 0;
        judged++;
        if (good)
            return judged;
    }
}

static cc_plan_t started_with_warmup(unsigned frames)
{
    cc_plan_t plan = {.interval_ms = 100, .wanted = 1};
    cc_plan_opened(&plan, true);
    cc_plan_started(&plan, frames, START);
    return plan;
}

static void pictures_are_good_once_two_are_of_the_same_brightness(void **state)
{
    (void)state;
    static const int bright_at_first[] = {250, 220, 190, 165, 140, 136, 0};
    static const int even[] = {128, 0}, dark[] = {9, 10, 0}, unknown[] = {-1, 0};
    uint64_t now_ms = START;
    cc_plan_t plan = started_with_warmup(6);
    assert_int_equal(judged_until_good(&plan, bright_at_first, &now_ms), 6);
    assert_false(cc_plan_judges(&plan, now_ms)); // from now on, nothing is measured
    static const int *const at_once[] = {even, dark, unknown};
    for (size_t i = 0; i < 3; i++) {
        now_ms = START;
        plan = started_with_warmup(6);
        assert_int_equal(judged_until_good(&plan, at_once[i], &now_ms), 2);
        assert_in_range(now_ms - START, CC_PLAN_JUDGE_MS, 6 * 33 + 2 * CC_PLAN_JUDGE_MS);
    }
}

static void pictures_that_never_settle_are_good_after_two_seconds(void **state)
{
    (void)state;
    int restless[200] = {0};
    for (int i = 0; i < 199; i++)
        restless[i] = i % 2 ? 40 : 200;
    uint64_t now_ms = START;
    cc_plan_t plan = started_with_warmup(6);
    judged_until_good(&plan, restless, &now_ms);
    assert_in_range(now_ms - START, 2000, 2000 + CC_PLAN_JUDGE_MS);
    now_ms = START + 60000;
    cc_plan_published(&plan, now_ms);
    cc_plan_light_changed(&plan, now_ms);
    judged_until_good(&plan, restless, &now_ms);
    assert_in_range(now_ms - START, 61000, 61000 + CC_PLAN_JUDGE_MS);
}

static void a_camera_that_is_good_at_once_is_never_judged(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.wanted = 1;
    cc_plan_light_changed(&plan, START);
    assert_does(&plan, START, CC_PLAN_GRAB);
    assert_false(cc_plan_judges(&plan, START));
}

static void the_exposure_is_judged_once_the_lamp_is_steady(void **state)
{
    (void)state;
    static const int settling[] = {250, 180, 130, 131, 0}, even[] = {128, 0};
    uint64_t now_ms = START;
    cc_plan_t plan = started_with_warmup(6);
    judged_until_good(&plan, even, &now_ms);
    plan.watched = true;
    plan.wanted = plan.wanted_flash = 1;
    cc_plan_flashed(&plan, 200, now_ms);
    uint64_t steady_ms = plan.lamp_steady_ms;
    // live viewers see on meanwhile
    assert_false(cc_plan_judges(&plan, steady_ms - 1));
    assert_false(cc_plan_is_lit(&plan, steady_ms - 1));
    // one that the camera took while the lamp became steady is nobody's
    assert_true(cc_plan_judges(&plan, steady_ms));
    now_ms = steady_ms;
    assert_int_equal(judged_until_good(&plan, settling, &now_ms), 4);
    assert_true(cc_plan_is_lit(&plan, now_ms));
    assert_true(now_ms <= steady_ms + CC_PLAN_SETTLE_FLASH_MS);
}

static void a_start_for_a_flash_measures_nothing_in_the_dark(void **state)
{
    (void)state;
    cc_plan_t plan = started_with_warmup(1);
    plan.wanted_flash = 1;
    cc_plan_flashed(&plan, 1000, START);
    for (uint64_t now_ms = START; now_ms < START + 1000; now_ms += 33) {
        assert_does(&plan, now_ms, CC_PLAN_SKIP);
        cc_plan_skipped(&plan, now_ms);
    }
    assert_does(&plan, START + 1000, CC_PLAN_GRAB);
}

static void a_camera_that_nobody_wants_any_more_goes_on_for_two_seconds(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.wanted = 1;
    cc_plan_note(&plan, START + 100);
    plan.wanted = 0;
    cc_plan_published(&plan, START + 200);
    assert_does(&plan, START + 200, CC_PLAN_SKIP); // its queue is kept fresh meanwhile
    assert_does(&plan, START + 2099, CC_PLAN_SKIP);
    assert_does(&plan, START + 2100, CC_PLAN_STOP);
    cc_plan_stopped(&plan);
    assert_waits(&plan, START + 2100, UINT32_MAX);
    // somebody who comes within that time finds it running
    plan = running(true);
    plan.wanted = 1;
    assert_does(&plan, START + 1500, CC_PLAN_GRAB);
}

static void a_camera_that_costs_nothing_is_never_stopped(void **state)
{
    (void)state;
    cc_plan_t plan = running(false);
    assert_waits(&plan, START + 100000, UINT32_MAX);
}

static void a_changed_setting_is_applied_before_the_next_picture(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.wanted = 1;
    plan.changed = true;
    assert_does(&plan, START, CC_PLAN_APPLY);
    plan.changed = false;
    assert_does(&plan, START, CC_PLAN_GRAB);
    // one that was stopped gets it with its start
    cc_plan_stopped(&plan);
    plan.changed = true;
    assert_does(&plan, START, CC_PLAN_START);
    cc_plan_started(&plan, 0, START);
    assert_does(&plan, START, CC_PLAN_GRAB);
}

static void the_flash_is_lit_before_its_picture_and_goes_out_after_it(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.wanted = plan.wanted_flash = 1;
    assert_does(&plan, START, CC_PLAN_LAMP_ON);
    cc_plan_flashed(&plan, 200, START);
    assert_does(&plan, START, CC_PLAN_SKIP); // dark ones are not for those who wait for light
    assert_does(&plan, START + 199, CC_PLAN_SKIP);
    assert_does(&plan, START + 200, CC_PLAN_GRAB);
    plan.wanted = plan.wanted_flash = 0;
    assert_does(&plan, START + 250, CC_PLAN_LAMP_OFF);
    plan.lamp_on = false;
    assert_does(&plan, START + 250, CC_PLAN_SKIP);

    plan = running(false);
    plan.wanted = plan.wanted_flash = 1;
    cc_plan_flashed(&plan, 200, START);
    assert_waits(&plan, START + 50, 150);
}

static void who_wants_no_flash_does_not_wait_for_the_lamp(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.wanted = 2;
    plan.wanted_flash = 1;
    cc_plan_flashed(&plan, 200, START);
    assert_does(&plan, START, CC_PLAN_GRAB);
}

static void a_lamp_never_stays_on_when_the_camera_is_gone(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.lamp_on = true;
    cc_plan_failed(&plan, START);
    assert_does(&plan, START, CC_PLAN_LAMP_OFF);
}

// Pictures published in a minute from a camera at this rate; once it is running, no two within
// `least_ms`.
static unsigned live_minute(bool stops, double camera_hz, uint32_t interval_ms, uint64_t least_ms)
{
    cc_plan_t plan = {.interval_ms = interval_ms, .watched = true};
    cc_plan_opened(&plan, stops);
    cc_plan_started(&plan, 0, START);
    unsigned published = 0;
    uint64_t now_ms = START, last_ms = 0, frame = 0;
    while (now_ms < START + 60000) {
        cc_plan_step_t step = next(&plan, now_ms);
        if (step.action == CC_PLAN_WAIT) {
            assert_true(step.wait_ms > 0);
            now_ms += step.wait_ms;
            continue;
        }
        assert_true(step.action == CC_PLAN_GRAB || step.action == CC_PLAN_SKIP);
        // the camera's next picture; milliseconds jitter as a real one's do
        uint64_t taken_ms;
        do {
            frame++;
            taken_ms = START + (uint64_t)((double)frame * 1000.0 / camera_hz) + frame % 3;
        } while (taken_ms <= now_ms);
        now_ms = taken_ms;
        if (step.action == CC_PLAN_SKIP) {
            cc_plan_skipped(&plan, now_ms);
            continue;
        }
        cc_plan_published(&plan, now_ms);
        assert_true(now_ms < START + 1000 || now_ms - last_ms >= least_ms);
        last_ms = now_ms;
        published++;
    }
    return published;
}

static void a_stream_has_the_rate_that_was_set_whatever_the_cameras_own_is(void **state)
{
    (void)state;
    static const struct {
        double camera_hz;
        unsigned least;
        unsigned most;
    } cameras[] = {
        {10, 595, 601}, // the same: every picture
        {15, 595, 605}, // two of three
        {20, 595, 601}, // every other one
        {25, 595, 605}, {30, 595, 605},  {60, 595, 605},
        {5, 295, 301},  {7.5, 445, 451}, // slower: all there are
    };
    for (size_t i = 0; i < sizeof cameras / sizeof *cameras; i++) {
        for (int stops = 0; stops < 2; stops++) {
            unsigned n = live_minute(stops, cameras[i].camera_hz, 100, 45);
            if (n < cameras[i].least || n > cameras[i].most)
                fail_msg("at %.1f Hz a minute has %u pictures, not 600", cameras[i].camera_hz, n);
        }
    }
}

static void a_picture_for_somebody_who_waits_does_not_shift_the_stream(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.watched = true;
    cc_plan_published(&plan, START);
    plan.wanted = 1;
    assert_does(&plan, START + 20, CC_PLAN_GRAB);
    cc_plan_published(&plan, START + 20);
    plan.wanted = 0;
    // the camera gives one each 20 ms: the one nearest to START + 100 is taken
    assert_does(&plan, START + 69, CC_PLAN_SKIP);
    assert_does(&plan, START + 70, CC_PLAN_GRAB);
}

static void after_a_pause_the_stream_goes_on_without_a_burst(void **state)
{
    (void)state;
    cc_plan_t plan = running(true);
    plan.watched = true;
    cc_plan_published(&plan, START + 4000);
    unsigned published = 0;
    for (uint64_t now_ms = START + 4020; now_ms < START + 5000; now_ms += 20) {
        if (next(&plan, now_ms).action != CC_PLAN_GRAB) {
            cc_plan_skipped(&plan, now_ms);
            continue;
        }
        cc_plan_published(&plan, now_ms);
        published++;
    }
    assert_in_range(published, 9, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_camera_is_opened_at_once_to_learn_what_it_can_do),
        cmocka_unit_test(a_camera_that_cannot_be_opened_is_tried_more_and_more_seldom),
        cmocka_unit_test(a_camera_that_stalls_is_closed_after_five_seconds),
        cmocka_unit_test(pictures_that_are_dropped_are_a_sign_of_life),
        cmocka_unit_test(a_camera_that_nobody_asks_is_not_called_stalled),
        cmocka_unit_test(viewers_who_hold_all_buffers_do_not_make_the_camera_stalled),
        cmocka_unit_test(the_first_pictures_after_a_start_are_dropped),
        cmocka_unit_test(pictures_are_good_once_two_are_of_the_same_brightness),
        cmocka_unit_test(pictures_that_never_settle_are_good_after_two_seconds),
        cmocka_unit_test(a_camera_that_is_good_at_once_is_never_judged),
        cmocka_unit_test(the_exposure_is_judged_once_the_lamp_is_steady),
        cmocka_unit_test(a_start_for_a_flash_measures_nothing_in_the_dark),
        cmocka_unit_test(a_camera_that_nobody_wants_any_more_goes_on_for_two_seconds),
        cmocka_unit_test(a_camera_that_costs_nothing_is_never_stopped),
        cmocka_unit_test(a_changed_setting_is_applied_before_the_next_picture),
        cmocka_unit_test(the_flash_is_lit_before_its_picture_and_goes_out_after_it),
        cmocka_unit_test(who_wants_no_flash_does_not_wait_for_the_lamp),
        cmocka_unit_test(a_lamp_never_stays_on_when_the_camera_is_gone),
        cmocka_unit_test(a_stream_has_the_rate_that_was_set_whatever_the_cameras_own_is),
        cmocka_unit_test(a_picture_for_somebody_who_waits_does_not_shift_the_stream),
        cmocka_unit_test(after_a_pause_the_stream_goes_on_without_a_burst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
