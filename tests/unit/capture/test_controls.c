// What settings ask of a camera.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/controls.h"
#include "fake/rig.h"
#include "util/err.h"

static cc_rig_t rig;
static cc_camera_traits_t traits;
static cc_camera_want_t want;

static int set_up(void **state)
{
    (void)state;
    cc_rig_init(&rig);
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    traits = (cc_camera_traits_t){0};
    traits.controls[CC_CONTROL_EXPOSURE_AUTO] = (cc_control_range_t){true, 0, 1, 1, 1};
    traits.controls[CC_CONTROL_AEC2] = (cc_control_range_t){true, 0, 1, 1, 0};
    traits.controls[CC_CONTROL_AGC] = (cc_control_range_t){true, 0, 1, 1, 1};
    traits.controls[CC_CONTROL_GAIN_CEILING] = (cc_control_range_t){true, 0, 6, 1, 0};
    traits.controls[CC_CONTROL_XCLK_MHZ] = (cc_control_range_t){true, 0, 3, 1, 3};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cc_rig_deinit(&rig);
    return 0;
}

static void look(void)
{
    cc_turn_t turn;
    cc_controls_want(rig.settings, &traits, &want, &turn);
}

static void a_dark_room_is_one_switch_there_and_back(void **state)
{
    (void)state;
    cc_controls_publish(rig.settings, &traits, false);
    assert_int_equal(cc_rig_set(&rig, "camera.exposure_auto", "false"), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "camera.gain_ceiling", "4x"), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "25"), CC_OK);
    look();
    const cc_camera_want_t before = want;
    assert_int_equal(before.control[CC_CONTROL_GAIN_CEILING], 1);
    assert_int_equal(cc_rig_set(&rig, "camera.dark_room", "true"), CC_OK);
    look();
    assert_true(want.control[CC_CONTROL_EXPOSURE_AUTO]);
    assert_true(want.control[CC_CONTROL_AEC2]);
    assert_int_equal(want.control[CC_CONTROL_GAIN_CEILING], 3); // 16x
    assert_int_equal(want.control[CC_CONTROL_XCLK_MHZ], 0);     // 8 MHz
    assert_int_equal(want.fps, 10);
    assert_int_equal(cc_rig_set(&rig, "camera.dark_room", "false"), CC_OK);
    look();
    assert_memory_equal(&want, &before, sizeof want);
}

static void more_gain_than_a_dark_room_asks_for_stays(void **state)
{
    (void)state;
    cc_controls_publish(rig.settings, &traits, false);
    assert_int_equal(cc_rig_set(&rig, "camera.gain_ceiling", "64x"), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "camera.dark_room", "true"), CC_OK);
    look();
    assert_int_equal(want.control[CC_CONTROL_GAIN_CEILING], 5);
}

static void a_camera_without_night_mode_offers_no_dark_room(void **state)
{
    (void)state;
    traits.controls[CC_CONTROL_AEC2].present = false;
    cc_controls_publish(rig.settings, &traits, false);
    assert_true(cc_settings_is_absent(rig.settings, CC_SETTING_CAMERA_DARK_ROOM));
    assert_int_equal(cc_rig_set(&rig, "camera.dark_room", "true"), CC_ERR_RANGE);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_dark_room_is_one_switch_there_and_back),
        T(more_gain_than_a_dark_room_asks_for_stays),
        T(a_camera_without_night_mode_offers_no_dark_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
