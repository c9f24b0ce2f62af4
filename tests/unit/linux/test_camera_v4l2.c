// What is decided about a V4L2 camera without one: which mode to take, what a setting means to the
// device, how a raw picture becomes a JPEG.
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/videodev2.h>
#include <turbojpeg.h>

#include "camera/jpeg_encoder.h"
#include "camera/v4l2_controls.h"
#include "camera/v4l2_device.h"
#include "camera/v4l2_modes.h"
#include "frame/jpeg.h"
#include "util/err.h"

#define ABSENT INT32_MIN

static cc_v4l2_controls_t controls;
static int32_t want[CC_CONTROL_COUNT];

static void has_knob(cc_knob_id_t id, int32_t min, int32_t max, int32_t step, int32_t middle)
{
    controls.knobs[id] =
        (cc_knob_t){.present = true, .min = min, .max = max, .step = step, .default_value = middle};
}

static void has_menu(cc_knob_id_t id, uint64_t items, int32_t middle)
{
    has_knob(id, 0, 63, 1, middle);
    controls.knobs[id].menu = items;
}

static uint64_t item(int i)
{
    return UINT64_C(1) << i;
}

static int begin(void **state)
{
    (void)state;
    memset(&controls, 0, sizeof controls);
    memset(want, 0, sizeof want);
    return 0;
}

// What would be written to a knob; ABSENT: nothing.
static int32_t planned(cc_knob_id_t id)
{
    cc_knob_write_t writes[CC_KNOB_COUNT];
    size_t count = cc_v4l2_controls_plan(&controls, want, writes);
    for (size_t i = 0; i < count; i++) {
        if (writes[i].knob == id)
            return writes[i].value;
    }
    return ABSENT;
}

static size_t place_in_plan(cc_knob_id_t id)
{
    cc_knob_write_t writes[CC_KNOB_COUNT];
    size_t count = cc_v4l2_controls_plan(&controls, want, writes);
    for (size_t i = 0; i < count; i++) {
        if (writes[i].knob == id)
            return i;
    }
    return count;
}

static cc_control_range_t range_of(cc_control_t control)
{
    cc_control_range_t ranges[CC_CONTROL_COUNT];
    cc_v4l2_controls_ranges(&controls, false, ranges);
    return ranges[control];
}

static void a_level_runs_from_least_over_default_to_most(void **state)
{
    (void)state;
    has_knob(CC_KNOB_BRIGHTNESS, -64, 64, 1, 10);
    static const int32_t expected[] = {-64, -27, 10, 37, 64};
    for (int32_t level = -2; level <= 2; level++) {
        want[CC_CONTROL_BRIGHTNESS] = level;
        assert_int_equal(planned(CC_KNOB_BRIGHTNESS), expected[level + 2]);
    }
    // The device's own default need not lie on a step; everything else does.
    has_knob(CC_KNOB_BRIGHTNESS, 0, 255, 10, 128);
    want[CC_CONTROL_BRIGHTNESS] = 0;
    assert_int_equal(planned(CC_KNOB_BRIGHTNESS), 128);
    want[CC_CONTROL_BRIGHTNESS] = 1;
    assert_int_equal(planned(CC_KNOB_BRIGHTNESS), 190);
    // The whole of 32 bits.
    has_knob(CC_KNOB_BRIGHTNESS, INT32_MIN, INT32_MAX, 1, 0);
    want[CC_CONTROL_BRIGHTNESS] = -2;
    assert_int_equal(planned(CC_KNOB_BRIGHTNESS), INT32_MIN);
    want[CC_CONTROL_BRIGHTNESS] = 2;
    assert_int_equal(planned(CC_KNOB_BRIGHTNESS), INT32_MAX);
}

static void what_the_device_lacks_is_absent(void **state)
{
    (void)state;
    cc_control_range_t ranges[CC_CONTROL_COUNT];
    cc_knob_write_t writes[CC_KNOB_COUNT];
    cc_v4l2_controls_ranges(&controls, false, ranges);
    for (size_t i = 0; i < CC_CONTROL_COUNT; i++)
        assert_false(ranges[i].present);
    assert_int_equal(cc_v4l2_controls_plan(&controls, want, writes), 0);
    cc_v4l2_controls_ranges(&controls, true, ranges);
    assert_true(ranges[CC_CONTROL_QUALITY].present); // it is ours when we encode
}

static void manual_exposure_comes_after_its_switch_and_not_while_automatic(void **state)
{
    (void)state;
    has_menu(CC_KNOB_EXPOSURE_AUTO,
             item(V4L2_EXPOSURE_MANUAL) | item(V4L2_EXPOSURE_APERTURE_PRIORITY),
             V4L2_EXPOSURE_APERTURE_PRIORITY);
    has_knob(CC_KNOB_EXPOSURE, 3, 2047, 1, 250);
    assert_int_equal(range_of(CC_CONTROL_EXPOSURE_AUTO).default_value, 1);
    assert_int_equal(range_of(CC_CONTROL_EXPOSURE).max, 2047);
    assert_int_equal(range_of(CC_CONTROL_EXPOSURE).default_value, 250);

    want[CC_CONTROL_EXPOSURE_AUTO] = 1;
    want[CC_CONTROL_EXPOSURE] = 9999;
    assert_int_equal(planned(CC_KNOB_EXPOSURE_AUTO), V4L2_EXPOSURE_APERTURE_PRIORITY);
    assert_int_equal(planned(CC_KNOB_EXPOSURE), ABSENT);
    want[CC_CONTROL_EXPOSURE_AUTO] = 0;
    assert_int_equal(planned(CC_KNOB_EXPOSURE_AUTO), V4L2_EXPOSURE_MANUAL);
    assert_int_equal(planned(CC_KNOB_EXPOSURE), 2047);
    assert_true(place_in_plan(CC_KNOB_EXPOSURE_AUTO) < place_in_plan(CC_KNOB_EXPOSURE));

    has_menu(CC_KNOB_EXPOSURE_AUTO, item(V4L2_EXPOSURE_AUTO) | item(V4L2_EXPOSURE_SHUTTER_PRIORITY),
             V4L2_EXPOSURE_AUTO);
    assert_int_equal(planned(CC_KNOB_EXPOSURE_AUTO), V4L2_EXPOSURE_SHUTTER_PRIORITY);
    has_menu(CC_KNOB_EXPOSURE_AUTO, item(V4L2_EXPOSURE_AUTO), V4L2_EXPOSURE_AUTO);
    assert_false(range_of(CC_CONTROL_EXPOSURE_AUTO).present);
}

static void gain_waits_for_manual_gain(void **state)
{
    (void)state;
    has_knob(CC_KNOB_GAIN, 0, 100, 1, 0);
    want[CC_CONTROL_GAIN] = 40;
    assert_int_equal(planned(CC_KNOB_GAIN), 40);
    has_knob(CC_KNOB_GAIN_AUTO, 0, 1, 1, 1);
    want[CC_CONTROL_AGC] = 1;
    assert_int_equal(planned(CC_KNOB_GAIN), ABSENT);
    want[CC_CONTROL_AGC] = 0;
    assert_int_equal(planned(CC_KNOB_GAIN), 40);
}

static void white_balance_by_temperature(void **state)
{
    (void)state;
    has_knob(CC_KNOB_WHITE_AUTO, 0, 1, 1, 1);
    has_knob(CC_KNOB_WHITE_TEMPERATURE, 2800, 6000, 10, 4600);
    want[CC_CONTROL_AWB] = 1;
    assert_int_equal(planned(CC_KNOB_WHITE_AUTO), 1);
    assert_int_equal(planned(CC_KNOB_WHITE_TEMPERATURE), ABSENT);
    want[CC_CONTROL_WB_MODE] = 2; // cloudy
    assert_int_equal(planned(CC_KNOB_WHITE_AUTO), 0);
    assert_int_equal(planned(CC_KNOB_WHITE_TEMPERATURE), 6000);
    want[CC_CONTROL_WB_MODE] = 4; // home
    assert_int_equal(planned(CC_KNOB_WHITE_TEMPERATURE), 2800);
    assert_int_equal(range_of(CC_CONTROL_WB_MODE).max, 4);
}

static void white_balance_by_preset(void **state)
{
    (void)state;
    has_menu(CC_KNOB_WHITE_PRESET, 0x3FF, V4L2_WHITE_BALANCE_AUTO);
    assert_true(range_of(CC_CONTROL_AWB).present);
    want[CC_CONTROL_AWB] = 1;
    assert_int_equal(planned(CC_KNOB_WHITE_PRESET), V4L2_WHITE_BALANCE_AUTO);
    want[CC_CONTROL_WB_MODE] = 1;
    assert_int_equal(planned(CC_KNOB_WHITE_PRESET), V4L2_WHITE_BALANCE_DAYLIGHT);
    want[CC_CONTROL_AWB] = 0;
    assert_int_equal(planned(CC_KNOB_WHITE_PRESET), V4L2_WHITE_BALANCE_MANUAL);
}

static void half_a_turn_is_both_flips(void **state)
{
    (void)state;
    has_knob(CC_KNOB_HFLIP, 0, 1, 1, 0);
    assert_false(range_of(CC_CONTROL_ROTATION).present);
    has_knob(CC_KNOB_VFLIP, 0, 1, 1, 0);
    assert_int_equal(range_of(CC_CONTROL_ROTATION).max, 180);
    assert_int_equal(range_of(CC_CONTROL_ROTATION).step, 180);
    want[CC_CONTROL_ROTATION] = 180;
    want[CC_CONTROL_HMIRROR] = 1;
    assert_int_equal(planned(CC_KNOB_HFLIP), 0);
    assert_int_equal(planned(CC_KNOB_VFLIP), 1);
}

static void exposure_bias_meets_items_that_exist(void **state)
{
    (void)state;
    has_menu(CC_KNOB_EXPOSURE_BIAS, item(0) | item(3) | item(4) | item(8), 4);
    controls.knobs[CC_KNOB_EXPOSURE_BIAS].max = 8;
    static const int32_t expected[] = {0, 3, 4, 4, 8};
    for (int32_t level = -2; level <= 2; level++) {
        want[CC_CONTROL_AE_LEVEL] = level;
        assert_int_equal(planned(CC_KNOB_EXPOSURE_BIAS), expected[level + 2]);
    }
}

static void effects_are_those_the_device_has(void **state)
{
    (void)state;
    uint64_t plain = item(V4L2_COLORFX_NONE) | item(V4L2_COLORFX_NEGATIVE) | item(V4L2_COLORFX_BW);
    has_menu(CC_KNOB_EFFECT, plain | item(V4L2_COLORFX_SEPIA), V4L2_COLORFX_NONE);
    assert_int_equal(range_of(CC_CONTROL_EFFECT).max, 2);
    want[CC_CONTROL_EFFECT] = 6;
    assert_int_equal(planned(CC_KNOB_EFFECT), ABSENT);
    has_menu(CC_KNOB_EFFECT, plain | item(V4L2_COLORFX_SEPIA) | item(V4L2_COLORFX_SET_CBCR),
             V4L2_COLORFX_NONE);
    has_knob(CC_KNOB_EFFECT_CBCR, 0, 0xFFFF, 1, 0x8080);
    assert_int_equal(range_of(CC_CONTROL_EFFECT).max, 6);
    assert_int_equal(planned(CC_KNOB_EFFECT), V4L2_COLORFX_SEPIA);
}

static void quality_falls_from_best_to_worst(void **state)
{
    (void)state;
    assert_int_equal(cc_jpeg_quality(4), 95);
    assert_int_equal(cc_jpeg_quality(12), 83);
    assert_int_equal(cc_jpeg_quality(63), 20);
    for (int32_t i = 5; i <= 63; i++)
        assert_true(cc_jpeg_quality(i) < cc_jpeg_quality(i - 1));
    for (int32_t i = 4; i <= 63; i++)
        assert_int_equal(cc_jpeg_quality_back(cc_jpeg_quality(i)), i);
    assert_int_equal(cc_jpeg_quality(INT32_MIN), 95);
    assert_int_equal(cc_jpeg_quality(INT32_MAX), 20);

    has_knob(CC_KNOB_JPEG_QUALITY, 1, 80, 1, 75);
    want[CC_CONTROL_QUALITY] = 4;
    assert_int_equal(planned(CC_KNOB_JPEG_QUALITY), 80);
    assert_in_range(cc_jpeg_quality(range_of(CC_CONTROL_QUALITY).default_value), 74, 76);
}

static void sizes_come_sorted_and_once(void **state)
{
    (void)state;
    cc_v4l2_modes_t modes = {0};
    cc_size_t sizes[CC_CAMERA_SIZES_MAX];
    cc_v4l2_modes_add(&modes, V4L2_PIX_FMT_YUYV, (cc_size_t){1280, 720});
    cc_v4l2_modes_add(&modes, V4L2_PIX_FMT_YUYV, (cc_size_t){640, 480});
    cc_v4l2_modes_add(&modes, V4L2_PIX_FMT_MJPEG, (cc_size_t){1280, 720});
    cc_v4l2_modes_add(&modes, V4L2_PIX_FMT_MJPEG, (cc_size_t){1280, 720});
    cc_v4l2_modes_add(&modes, V4L2_PIX_FMT_H264, (cc_size_t){1920, 1080});
    cc_v4l2_modes_add(&modes, V4L2_PIX_FMT_MJPEG, (cc_size_t){0, 480});
    assert_int_equal(cc_v4l2_modes_sizes(&modes, sizes, CC_CAMERA_SIZES_MAX), 2);
    assert_int_equal(sizes[0].width, 640);
    assert_int_equal(sizes[1].width, 1280);
    assert_int_equal(cc_v4l2_modes_sizes(&modes, sizes, 1), 1); // too many: the largest stay
    assert_int_equal(sizes[0].width, 1280);

    assert_int_equal(cc_v4l2_modes_pick(&modes, (cc_size_t){1920, 1080})->fourcc,
                     V4L2_PIX_FMT_MJPEG);
    assert_int_equal(cc_v4l2_modes_pick(&modes, (cc_size_t){0, 0})->size.width, 640);
    assert_int_equal(cc_v4l2_modes_pick(&modes, (cc_size_t){640, 480})->fourcc, V4L2_PIX_FMT_YUYV);
    modes.count = 0;
    assert_null(cc_v4l2_modes_pick(&modes, (cc_size_t){640, 480}));
}

static void a_device_of_any_size_offers_the_common_ones(void **state)
{
    (void)state;
    cc_v4l2_modes_t modes = {0};
    cc_size_t sizes[CC_CAMERA_SIZES_MAX];
    struct v4l2_frmsize_stepwise bounds = {320, 1296, 16, 240, 972, 2};
    cc_v4l2_modes_add_stepwise(&modes, V4L2_PIX_FMT_NV12, &bounds);
    size_t count = cc_v4l2_modes_sizes(&modes, sizes, CC_CAMERA_SIZES_MAX);
    assert_int_equal(sizes[0].width, 320);
    assert_int_equal(sizes[count - 1].width, 1296);
    for (size_t i = 0; i < count; i++)
        assert_true(sizes[i].width <= 1296 && sizes[i].height <= 972);
}

static void the_rate_is_the_slowest_that_is_fast_enough(void **state)
{
    (void)state;
    const struct v4l2_fract offered[] = {{1, 30}, {1, 5}, {1, 15}, {2, 15}, {0, 1}, {1, 0}};
    static const struct {
        uint8_t fps;
        uint32_t numerator, denominator;
    } expected[] = {{1, 1, 5}, {5, 1, 5}, {6, 2, 15}, {10, 1, 15}, {16, 1, 30}, {60, 1, 30}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct v4l2_fract best = {0};
        for (size_t j = 0; j < sizeof offered / sizeof *offered; j++) {
            if (cc_v4l2_interval_is_better(offered[j], best, expected[i].fps))
                best = offered[j];
        }
        assert_int_equal(best.numerator, expected[i].numerator);
        assert_int_equal(best.denominator, expected[i].denominator);
    }
}

static void a_name_is_made_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } names[] = {
        {"HD Pro Webcam C920", "HD Pro Webcam C920"},
        {"Kamera f\xC3\xBCr alle", "Kamera f\xC3\xBCr alle"},
        {"cut in a letter \xC3", "cut in a letter ?"},
        {"bad \xFF\xC0\xAF tab\t", "bad ??? tab?"},
    };
    char name[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cc_v4l2_copy_text(name, sizeof name, names[i].from, strlen(names[i].from));
        assert_string_equal(name, names[i].to);
    }
    cc_v4l2_copy_text(name, 4, "ab\xC3\xBC", 4);
    assert_string_equal(name, "ab");
}

// Encodes a picture of one colour, and gives the colour that a decoder finds in its middle.
static void encode_one_colour(bool is_nv12, uint16_t width, uint16_t height, bool full_range,
                              const uint8_t yuv[3], uint8_t rgb[3])
{
    size_t stride = ((size_t)width + 1) / 2 * (is_nv12 ? 2 : 4) + 8;
    size_t lines = is_nv12 ? height + ((size_t)height + 1) / 2 : height;
    size_t len = stride * lines - 8; // a driver need not pad the last line
    uint8_t *raw = malloc(len);
    for (size_t i = 0; i < len; i++) {
        size_t x = i % stride;
        bool is_chroma = is_nv12 ? i / stride >= height : x % 2 == 1;
        size_t chroma = is_nv12 ? x % 2 : x % 4 / 2;
        raw[i] = is_chroma ? yuv[1 + chroma] : yuv[0];
    }
    cc_jpeg_encoder_t *encoder = cc_jpeg_encoder_open(width, height);
    assert_non_null(encoder);
    size_t cap = cc_jpeg_encoder_bound(encoder);
    uint8_t *jpeg = malloc(cap);
    size_t jpeg_len = 0;
    int (*encode)(cc_jpeg_encoder_t *, const cc_pixels_t *, int32_t, uint8_t *, size_t, size_t *) =
        is_nv12 ? cc_jpeg_encode_nv12 : cc_jpeg_encode_yuyv;
    cc_pixels_t pixels = {raw, len, stride, full_range};
    assert_int_equal(encode(encoder, &pixels, 4, jpeg, cap, &jpeg_len), CC_OK);

    cc_jpeg_info_t info;
    assert_int_equal(cc_jpeg_read(jpeg, jpeg_len, &info), CC_OK);
    assert_int_equal(info.width, width);
    assert_int_equal(info.height, height);
    uint8_t *decoded = malloc((size_t)width * height * 3);
    tjhandle decoder = tjInitDecompress();
    assert_int_equal(tjDecompress2(decoder, jpeg, (unsigned long)jpeg_len, decoded, width, 0,
                                   height, TJPF_RGB, 0),
                     0);
    memcpy(rgb, decoded + ((size_t)height / 2 * width + width / 2) * 3, 3);

    pixels.len--; // a picture that lacks its last byte is none
    assert_int_equal(encode(encoder, &pixels, 4, jpeg, cap, &jpeg_len), CC_ERR_CUT);
    pixels.len = 0;
    assert_int_equal(encode(encoder, &pixels, 4, jpeg, cap, &jpeg_len), CC_ERR_CUT);
    pixels.len = len;
    assert_int_equal(encode(encoder, &pixels, 4, jpeg, cap - 1, &jpeg_len), CC_ERR_SPACE);
    tjDestroy(decoder);
    cc_jpeg_encoder_close(encoder);
    free(decoded);
    free(jpeg);
    free(raw);
}

static void colours_survive_the_encoder(void **state)
{
    (void)state;
    static const struct {
        bool full_range;
        uint8_t yuv[3];
        uint8_t rgb[3];
    } colours[] = {
        {false, {16, 128, 128}, {0, 0, 0}},  {false, {235, 128, 128}, {255, 255, 255}},
        {false, {81, 90, 240}, {255, 0, 0}}, {false, {41, 240, 110}, {0, 0, 255}},
        {true, {76, 85, 255}, {255, 0, 0}},  {true, {100, 128, 128}, {100, 100, 100}},
    };
    static const cc_size_t sizes[] = {{64, 48}, {33, 17}, {2, 2}, {1, 1}};
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        for (size_t j = 0; j < 2 * sizeof sizes / sizeof *sizes; j++) {
            uint8_t rgb[3];
            encode_one_colour(j % 2, sizes[j / 2].width, sizes[j / 2].height, colours[i].full_range,
                              colours[i].yuv, rgb);
            for (int channel = 0; channel < 3; channel++)
                assert_true(abs(rgb[channel] - colours[i].rgb[channel]) <= 6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_level_runs_from_least_over_default_to_most, begin),
        cmocka_unit_test_setup(what_the_device_lacks_is_absent, begin),
        cmocka_unit_test_setup(manual_exposure_comes_after_its_switch_and_not_while_automatic,
                               begin),
        cmocka_unit_test_setup(gain_waits_for_manual_gain, begin),
        cmocka_unit_test_setup(white_balance_by_temperature, begin),
        cmocka_unit_test_setup(white_balance_by_preset, begin),
        cmocka_unit_test_setup(half_a_turn_is_both_flips, begin),
        cmocka_unit_test_setup(exposure_bias_meets_items_that_exist, begin),
        cmocka_unit_test_setup(effects_are_those_the_device_has, begin),
        cmocka_unit_test_setup(quality_falls_from_best_to_worst, begin),
        cmocka_unit_test(sizes_come_sorted_and_once),
        cmocka_unit_test(a_device_of_any_size_offers_the_common_ones),
        cmocka_unit_test(the_rate_is_the_slowest_that_is_fast_enough),
        cmocka_unit_test(a_name_is_made_utf8),
        cmocka_unit_test(colours_survive_the_encoder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
