// OmniVision OV3660 and OV5640: the same controls at the same addresses, but for their sizes.
// Registers: data sheets of both, and what esp32-camera's functions write.
#include "camera/sensor_model.h"

enum {
    EXPOSURE_HIGH = 0x3500, // 0x0F exposure 19:16
    EXPOSURE_MIDDLE = 0x3501,
    EXPOSURE_LOW = 0x3502,   // 0xF0 lines, below are sixteenths of one
    MANUAL = 0x3503,         // 0x02 gain, 0x01 exposure by hand
    GAIN_HIGH = 0x350A,      // 0x03
    GAIN_LOW = 0x350B,       // sixteenths
    NIGHT = 0x3A00,          // 0x04
    CEILING_HIGH = 0x3A18,   // 0x03
    CEILING_LOW = 0x3A19,    // sixteenths
    QUANTISATION = 0x4407,   // 0x3F
    ISP_SWITCHES = 0x5000,   // 0x80 lens correction, 0x20 gamma, 0x04 BPC, 0x02 WPC
    ISP_SWITCHES_2 = 0x5001, // 0x01 AWB
    TEST_PATTERN = 0x503D,   // 0x80
    SHARPNESS = 0x5308,      // 0x40 automatic
};

static const cc_sensor_size_t sizes_ov3660[] = {
    {{320, 240}, FRAMESIZE_QVGA},   {{640, 480}, FRAMESIZE_VGA},   {{800, 600}, FRAMESIZE_SVGA},
    {{1024, 768}, FRAMESIZE_XGA},   {{1280, 720}, FRAMESIZE_HD},   {{1280, 1024}, FRAMESIZE_SXGA},
    {{1600, 1200}, FRAMESIZE_UXGA}, {{1920, 1080}, FRAMESIZE_FHD}, {{2048, 1536}, FRAMESIZE_QXGA},
};

static const cc_sensor_size_t sizes_ov5640[] = {
    {{320, 240}, FRAMESIZE_QVGA},   {{640, 480}, FRAMESIZE_VGA},     {{800, 600}, FRAMESIZE_SVGA},
    {{1024, 768}, FRAMESIZE_XGA},   {{1280, 720}, FRAMESIZE_HD},     {{1280, 1024}, FRAMESIZE_SXGA},
    {{1600, 1200}, FRAMESIZE_UXGA}, {{1920, 1080}, FRAMESIZE_FHD},   {{2048, 1536}, FRAMESIZE_QXGA},
    {{2560, 1440}, FRAMESIZE_QHD},  {{2560, 1920}, FRAMESIZE_QSXGA},
};

static int set_size(sensor_t *sensor, const cc_sensor_size_t *size)
{
    return sensor->set_framesize(sensor, size->framesize);
}

static int write_quality(sensor_t *sensor, const int32_t *want)
{
    int quality = (int)want[CC_CONTROL_QUALITY];
    int err = sensor->set_quality(sensor, quality);
    return err ? err : cc_sensor_check(sensor, QUANTISATION, 0x3F, quality);
}

static int write_effect(sensor_t *sensor, const int32_t *want)
{
    return sensor->set_special_effect(sensor, (int)want[CC_CONTROL_EFFECT]);
}

static int write_brightness(sensor_t *sensor, const int32_t *want)
{
    return sensor->set_brightness(sensor, (int)want[CC_CONTROL_BRIGHTNESS]);
}

static int write_contrast(sensor_t *sensor, const int32_t *want)
{
    return sensor->set_contrast(sensor, (int)want[CC_CONTROL_CONTRAST]);
}

static int write_saturation(sensor_t *sensor, const int32_t *want)
{
    return sensor->set_saturation(sensor, (int)want[CC_CONTROL_SATURATION]);
}

// In the middle the sensor chooses for itself, by the gain: noise is not sharpened.
static int write_sharpness(sensor_t *sensor, const int32_t *want)
{
    int level = (int)want[CC_CONTROL_SHARPNESS];
    return level ? sensor->set_sharpness(sensor, level)
                 : sensor->set_reg(sensor, SHARPNESS, 0x40, 0x40);
}

static int write_turn(sensor_t *sensor, const int32_t *want)
{
    int err = sensor->set_hmirror(sensor, cc_sensor_mirrors(want));
    return err ? err : sensor->set_vflip(sensor, cc_sensor_flips(want));
}

static int write_exposure(sensor_t *sensor, const int32_t *want)
{
    bool is_auto = want[CC_CONTROL_EXPOSURE_AUTO];
    bool night = want[CC_CONTROL_AEC2];
    int err = cc_sensor_set_exposure(sensor, want);
    if (!err)
        err = cc_sensor_check(sensor, NIGHT, 0x04, night ? 0x04 : 0);
    return err ? err : cc_sensor_check(sensor, MANUAL, 0x01, !is_auto);
}

// 2x to 64x in sixteenths; ten bits hold a little less than 64.
static int ceiling_sixteenths(int32_t choice)
{
    int ceiling = 32 << choice;
    return ceiling < 0x3FF ? ceiling : 0x3FF;
}

static int write_gain(sensor_t *sensor, const int32_t *want)
{
    bool is_auto = want[CC_CONTROL_AGC];
    int ceiling = ceiling_sixteenths(want[CC_CONTROL_GAIN_CEILING]);
    int err = cc_sensor_set_gain(sensor, want, ceiling);
    if (!err)
        err = cc_sensor_check(sensor, CEILING_HIGH, 0x03, ceiling >> 8);
    if (!err)
        err = cc_sensor_check(sensor, CEILING_LOW, 0xFF, ceiling & 0xFF);
    return err ? err : cc_sensor_check(sensor, MANUAL, 0x02, is_auto ? 0 : 0x02);
}

static int write_white(sensor_t *sensor, const int32_t *want)
{
    bool is_auto = want[CC_CONTROL_AWB];
    int err = sensor->set_whitebal(sensor, is_auto);
    if (!err)
        err = sensor->set_wb_mode(sensor, (int)want[CC_CONTROL_WB_MODE]);
    return err ? err : cc_sensor_check(sensor, ISP_SWITCHES_2, 0x01, is_auto);
}

static int write_switches(sensor_t *sensor, const int32_t *want)
{
    bool lens = want[CC_CONTROL_LENS_CORRECTION];
    bool gamma = want[CC_CONTROL_RAW_GAMMA];
    bool dark = want[CC_CONTROL_BPC];
    bool bright = want[CC_CONTROL_WPC];
    int err = sensor->set_lenc(sensor, lens);
    if (!err)
        err = sensor->set_raw_gma(sensor, gamma);
    if (!err)
        err = sensor->set_bpc(sensor, dark);
    if (!err)
        err = sensor->set_wpc(sensor, bright);
    int bits = (lens ? 0x80 : 0) | (gamma ? 0x20 : 0) | (dark ? 0x04 : 0) | (bright ? 0x02 : 0);
    return err ? err : cc_sensor_check(sensor, ISP_SWITCHES, 0xA6, bits);
}

static int write_test_pattern(sensor_t *sensor, const int32_t *want)
{
    bool bars = want[CC_CONTROL_TEST_PATTERN];
    int err = sensor->set_colorbar(sensor, bars);
    return err ? err : cc_sensor_check(sensor, TEST_PATTERN, 0x80, bars ? 0x80 : 0);
}

static const cc_sensor_step_t steps[] = {
    {CC_SENSOR_BIT(QUALITY), write_quality},
    {CC_SENSOR_BIT(EFFECT), write_effect},
    {CC_SENSOR_BIT(BRIGHTNESS), write_brightness},
    {CC_SENSOR_BIT(CONTRAST), write_contrast},
    {CC_SENSOR_BIT(SATURATION), write_saturation},
    {CC_SENSOR_BIT(SHARPNESS), write_sharpness},
    {CC_SENSOR_BIT(AE_LEVEL), cc_sensor_set_ae_level},
    {CC_SENSOR_BIT(HMIRROR) | CC_SENSOR_BIT(VFLIP) | CC_SENSOR_BIT(ROTATION), write_turn},
    {CC_SENSOR_BIT(EXPOSURE_AUTO) | CC_SENSOR_BIT(AEC2) | CC_SENSOR_BIT(EXPOSURE), write_exposure},
    {CC_SENSOR_BIT(AGC) | CC_SENSOR_BIT(GAIN) | CC_SENSOR_BIT(GAIN_CEILING), write_gain},
    {CC_SENSOR_BIT(AWB) | CC_SENSOR_BIT(WB_MODE), write_white},
    {CC_SENSOR_BIT(LENS_CORRECTION) | CC_SENSOR_BIT(RAW_GAMMA) | CC_SENSOR_BIT(BPC) |
         CC_SENSOR_BIT(WPC),
     write_switches},
    {CC_SENSOR_BIT(TEST_PATTERN), write_test_pattern},
};

// AWB_GAIN and DCW are absent: what the driver writes under these names is the mode of white
// balance once more, and a kind of automatic white balance.
static void ranges(cc_control_range_t ranges[CC_CONTROL_COUNT])
{
    cc_sensor_common_ranges(ranges);
    ranges[CC_CONTROL_BRIGHTNESS] = cc_sensor_range(-3, 3, 0);
    ranges[CC_CONTROL_CONTRAST] = cc_sensor_range(-3, 3, 0);
    ranges[CC_CONTROL_SATURATION] = cc_sensor_range(-4, 4, 0);
    ranges[CC_CONTROL_AE_LEVEL] = cc_sensor_range(-5, 5, 0);
    ranges[CC_CONTROL_SHARPNESS] = cc_sensor_range(-3, 3, 0);
    ranges[CC_CONTROL_BPC] = cc_sensor_switch(true);
    ranges[CC_CONTROL_GAIN] = cc_sensor_range(0, 64, 0);
    ranges[CC_CONTROL_GAIN_CEILING] = cc_sensor_range(0, 5, 3); // 16x: as after a reset
}

// Lines of exposure times sixteenths of gain: 16 bits and 10.
static uint32_t exposure(sensor_t *sensor)
{
    uint32_t lines = (uint32_t)sensor->get_reg(sensor, EXPOSURE_HIGH, 0x0F) << 12 |
                     (uint32_t)sensor->get_reg(sensor, EXPOSURE_MIDDLE, 0xFF) << 4 |
                     (uint32_t)sensor->get_reg(sensor, EXPOSURE_LOW, 0xF0) >> 4;
    uint32_t gain = (uint32_t)sensor->get_reg(sensor, GAIN_HIGH, 0x03) << 8 |
                    (uint32_t)sensor->get_reg(sensor, GAIN_LOW, 0xFF);
    return lines * gain;
}

const cc_sensor_model_t cc_sensor_ov3660 = {
    .id = OV3660_PID,
    .sizes = sizes_ov3660,
    .n_sizes = sizeof sizes_ov3660 / sizeof *sizes_ov3660,
    .steps = steps,
    .n_steps = sizeof steps / sizeof *steps,
    .ranges = ranges,
    .set_size = set_size,
    .exposure = exposure,
};

const cc_sensor_model_t cc_sensor_ov5640 = {
    .id = OV5640_PID,
    .sizes = sizes_ov5640,
    .n_sizes = sizeof sizes_ov5640 / sizeof *sizes_ov5640,
    .steps = steps,
    .n_steps = sizeof steps / sizeof *steps,
    .ranges = ranges,
    .set_size = set_size,
    .exposure = exposure,
};
