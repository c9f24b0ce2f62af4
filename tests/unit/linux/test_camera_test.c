// The test camera: what a user sees when he turns a control.
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "camera/test_look.h"
#include "camera/test_picture.h"

static int32_t control[CC_CONTROL_COUNT];
static cc_control_range_t ranges[CC_CONTROL_COUNT];

static int begin(void **state)
{
    (void)state;
    memset(ranges, 0, sizeof ranges);
    cc_test_look_controls(ranges);
    for (int i = 0; i < CC_CONTROL_COUNT; i++)
        control[i] = ranges[i].default_value;
    return 0;
}

static cc_colour_t look(unsigned lamp_percent)
{
    return cc_test_look(control, lamp_percent, (cc_colour_t){150, 100, 60, 0});
}

static int light(cc_colour_t colour)
{
    return colour.r + colour.g + colour.b;
}

static void untouched_controls_leave_colours_alone(void **state)
{
    (void)state;
    cc_colour_t seen = look(0);
    assert_int_equal(seen.r, 150);
    assert_int_equal(seen.g, 100);
    assert_int_equal(seen.b, 60);
}

static void more_of_a_control_is_more_light(void **state)
{
    (void)state;
    static const cc_control_t brighter[] = {CC_CONTROL_BRIGHTNESS, CC_CONTROL_AE_LEVEL};
    for (size_t i = 0; i < 2; i++) {
        int last = -1;
        for (int32_t level = -2; level <= 2; level++) {
            control[brighter[i]] = level;
            assert_true(light(look(0)) > last);
            last = light(look(0));
        }
        control[brighter[i]] = 0;
    }
    assert_true(light(look(100)) > light(look(30)) && light(look(30)) > light(look(0)));

    int automatic = light(look(0));
    control[CC_CONTROL_EXPOSURE] = 1200;
    control[CC_CONTROL_GAIN] = 30;
    assert_int_equal(light(look(0)), automatic); // neither counts yet
    control[CC_CONTROL_EXPOSURE_AUTO] = 0;
    assert_true(light(look(0)) > automatic);
    control[CC_CONTROL_EXPOSURE] = 100;
    int dark = light(look(0));
    assert_true(dark < automatic);
    control[CC_CONTROL_AGC] = 0;
    assert_true(light(look(0)) > dark);
}

static void each_effect_and_white_balance_shows(void **state)
{
    (void)state;
    cc_colour_t seen[7];
    static const cc_control_t choices[] = {CC_CONTROL_EFFECT, CC_CONTROL_WB_MODE};
    for (size_t c = 0; c < 2; c++) {
        int32_t count = ranges[choices[c]].max + 1;
        for (int32_t i = 0; i < count; i++) {
            control[choices[c]] = i;
            seen[i] = look(0);
            for (int32_t j = 0; j < i; j++)
                assert_memory_not_equal(&seen[i], &seen[j], sizeof *seen);
        }
        control[choices[c]] = 0;
    }
    control[CC_CONTROL_EFFECT] = 2;
    assert_int_equal(look(0).r, look(0).b);
    control[CC_CONTROL_EFFECT] = 0;
    control[CC_CONTROL_SATURATION] = -2;
    assert_true(look(0).r - look(0).b < 90);
    control[CC_CONTROL_SATURATION] = 2;
    assert_true(look(0).r - look(0).b > 90);
}

// The pixel at (x, y) as it comes out.
static cc_colour_t pixel(cc_test_picture_t *picture, int x, int y)
{
    cc_colour_t colour;
    cc_test_picture_set(picture, control, 0);
    cc_pixels_t pixels = cc_test_picture_draw(picture, 1000, 1);
    memcpy(&colour, pixels.bytes + (size_t)y * pixels.stride + (size_t)x * sizeof colour,
           sizeof colour);
    return colour;
}

static void assert_white(cc_colour_t colour)
{
    assert_true(colour.r == 191 && colour.g == 191 && colour.b == 191);
}

static void a_turned_picture_is_turned(void **state)
{
    (void)state;
    cc_test_picture_t *picture = cc_test_picture_open((cc_size_t){320, 240});
    assert_non_null(picture);
    control[CC_CONTROL_TEST_PATTERN] = 1; // its white bar stands at the left
    assert_white(pixel(picture, 3, 20));
    control[CC_CONTROL_HMIRROR] = 1;
    assert_white(pixel(picture, 316, 20));
    control[CC_CONTROL_ROTATION] = 180;
    assert_white(pixel(picture, 3, 220));
    control[CC_CONTROL_HMIRROR] = 0;
    control[CC_CONTROL_ROTATION] = 90; // clockwise: left goes up
    assert_white(pixel(picture, 120, 3));
    assert_int_equal(cc_test_picture_size(picture).width, 240);
    assert_int_equal(cc_test_picture_size(picture).height, 320);
    control[CC_CONTROL_ROTATION] = 270;
    assert_white(pixel(picture, 120, 316));
    control[CC_CONTROL_VFLIP] = 1;
    assert_white(pixel(picture, 120, 316));
    control[CC_CONTROL_ROTATION] = 0;
    assert_white(pixel(picture, 3, 220));
    cc_test_picture_close(picture);
}

static void the_picture_lives_at_every_size(void **state)
{
    (void)state;
    static const cc_size_t sizes[] = {{320, 240}, {352, 288}, {1600, 1200}, {1, 1}, {16, 9}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cc_test_picture_t *picture = cc_test_picture_open(sizes[i]);
        assert_non_null(picture);
        cc_test_picture_set(picture, control, 0);
        cc_pixels_t pixels = cc_test_picture_draw(picture, 45000, 1);
        assert_int_equal(pixels.len, (size_t)sizes[i].width * sizes[i].height * 4);
        uint8_t *before = malloc(pixels.len);
        memcpy(before, pixels.bytes, pixels.len);
        pixels = cc_test_picture_draw(picture, 45400, 2);
        if (sizes[i].width >= 320)
            assert_memory_not_equal(before, pixels.bytes, pixels.len);
        cc_test_picture_draw(picture, INT64_C(253402300800000), UINT64_MAX); // the year 10000
        free(before);
        cc_test_picture_close(picture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(untouched_controls_leave_colours_alone, begin),
        cmocka_unit_test_setup(more_of_a_control_is_more_light, begin),
        cmocka_unit_test_setup(each_effect_and_white_balance_shows, begin),
        cmocka_unit_test_setup(a_turned_picture_is_turned, begin),
        cmocka_unit_test_setup(the_picture_lives_at_every_size, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
