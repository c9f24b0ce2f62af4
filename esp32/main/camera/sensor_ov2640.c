// OmniVision OV2640. Registers: OV2640 data sheet 1.6, "Device control register list"; those of the
// special digital effects (SDE), which it leaves out: OmniVision's software application notes.
#include "camera/sensor_model.h"

// esp32-camera exports it, though its header is private. The one thing that cannot go through
// sensor->set_reg: that reads before it writes, and a read moves the SDE's address on.
int SCCB_Write(uint8_t slv_addr, uint8_t reg, uint8_t data);

// As get_reg and set_reg take them: 0x1nn is bank 1, the sensor array; 0x0nn bank 0, the DSP.
enum {
    DSP_BPADDR = 0x07C, // the SDE's address
    DSP_BPDATA = 0x07D, // and data
    DSP_QS = 0x044,     // quantisation scale
    DSP_CTRL2 = 0x086,  // 0x20 DCW, 0x10 SDE
    DSP_CTRL3 = 0x087,  // 0x80 BPC, 0x40 WPC
    DSP_CTRL0 = 0x0C2,  // 0x40 set: no AEC2
    DSP_CTRL1 = 0x0C3,  // 0x20 gamma, 0x08 AWB, 0x04 AWB gain, 0x02 lens correction
    DSP_AWB = 0x0C7,    // 0x40: white balance by hand
    SENSOR_GAIN = 0x100,
    SENSOR_REG04 = 0x104, // 0x80 mirror, 0x40 flip, 0x03 exposure 1:0
    SENSOR_AEC = 0x110,   // exposure 9:2
    SENSOR_COM7 = 0x112,  // 0x02 colour bar
    SENSOR_COM8 = 0x113,  // 0x04 AGC, 0x01 AEC
    SENSOR_COM9 = 0x114,  // 0xE0 gain ceiling
    SENSOR_REG45 = 0x145, // 0x3F exposure 15:10
};

// The DSP's mode for pictures up to 400 x 296, as set_res_raw counts them.
#define MODE_CIF 2

static const cc_sensor_size_t sizes[] = {
    {{320, 240}, FRAMESIZE_QVGA},   {{352, 288}, FRAMESIZE_CIF},  {{640, 480}, FRAMESIZE_VGA},
    {{800, 600}, FRAMESIZE_SVGA},   {{1024, 768}, FRAMESIZE_XGA}, {{1280, 1024}, FRAMESIZE_SXGA},
    {{1600, 1200}, FRAMESIZE_UXGA},
};

static int set_size(sensor_t *sensor, const cc_sensor_size_t *size)
{
    if (size->framesize != FRAMESIZE_CIF)
        return sensor->set_framesize(sensor, size->framesize);
    // The driver's CIF is 400 x 296; the format of that name is its middle.
    sensor->status.framesize = FRAMESIZE_CIF;
    return sensor->set_res_raw(sensor, MODE_CIF, 0, 0, 0, (400 - 352) / 2, (296 - 288) / 2, 352,
                               288, 352, 288, false, false);
}

static int write_quality(sensor_t *sensor, const int32_t *want)
{
    int quality = (int)want[CC_CONTROL_QUALITY];
    int err = sensor->set_quality(sensor, quality);
    return err ? err : cc_sensor_check(sensor, DSP_QS, 0xFF, quality);
}

// The picture effects: which bits of the enable byte, and what U and V are then.
static const struct {
    uint8_t enable; // 0x40 negative, 0x18 fixed V and U
    uint8_t u;
    uint8_t v;
} effects[] = {
    {0x00, 0x80, 0x80}, // none
    {0x40, 0x80, 0x80}, // negative
    {0x18, 0x80, 0x80}, // grey
    {0x18, 0x40, 0xC0}, // red
    {0x18, 0x40, 0x40}, // green
    {0x18, 0xA0, 0x40}, // blue
    {0x18, 0x40, 0xA6}, // sepia
};

// Brightness, contrast, saturation and effect share the enable byte at address 0, and brightness
// and contrast the offset at 9: they are one write. The driver's own setters, called one after
// another, leave only the last one working.
static int write_effects(sensor_t *sensor, const int32_t *want)
{
    int brightness = (int)want[CC_CONTROL_BRIGHTNESS];
    int contrast = (int)want[CC_CONTROL_CONTRAST];
    int saturation = (int)want[CC_CONTROL_SATURATION];
    int effect = (int)want[CC_CONTROL_EFFECT];
    // Contrast turns about the middle: what the gain adds there, the offset takes away.
    int offset = 0x20 + 0x10 * brightness - 10 * contrast;
    if (offset < 0)
        offset = 0; // only at least brightness and most contrast; its sign bit is not documented
    uint8_t enable = effects[effect].enable;
    enable |= brightness || contrast ? 0x04 : 0;
    enable |= saturation ? 0x02 : 0;
    const struct {
        uint8_t address;
        uint8_t data;
    } writes[] = {
        {0x03, (uint8_t)(0x48 + 0x10 * saturation)},
        {0x04, (uint8_t)(0x48 + 0x10 * saturation)},
        {0x05, effects[effect].u},
        {0x06, effects[effect].v},
        {0x07, 0x20},
        {0x08, (uint8_t)(0x20 + 4 * contrast)},
        {0x09, (uint8_t)offset},
        {0x0A, 0x06},
        {0x00, enable}, // last, so that nothing half set is ever seen
    };
    // It also turns the driver to the bank in which the writes below land.
    int err = sensor->set_reg(sensor, DSP_CTRL2, 0x10, 0x10);
    for (size_t i = 0; i < sizeof writes / sizeof *writes && !err; i++) {
        err = SCCB_Write(sensor->slv_addr, DSP_BPADDR, writes[i].address);
        if (!err)
            err = SCCB_Write(sensor->slv_addr, DSP_BPDATA, writes[i].data);
    }
    return err;
}

static int write_turn(sensor_t *sensor, const int32_t *want)
{
    bool mirrors = cc_sensor_mirrors(want);
    bool flips = cc_sensor_flips(want);
    int err = sensor->set_hmirror(sensor, mirrors);
    if (err)
        return err;
    sensor->set_vflip(sensor, flips); // its answer mixes two of them: what is read back counts
    return cc_sensor_check(sensor, SENSOR_REG04, 0xC0, (mirrors ? 0x80 : 0) | (flips ? 0x40 : 0));
}

static int write_exposure(sensor_t *sensor, const int32_t *want)
{
    bool is_auto = want[CC_CONTROL_EXPOSURE_AUTO];
    bool night = want[CC_CONTROL_AEC2];
    int err = cc_sensor_set_exposure(sensor, want);
    if (!err)
        err = cc_sensor_check(sensor, DSP_CTRL0, 0x40, night ? 0 : 0x40);
    return err ? err : cc_sensor_check(sensor, SENSOR_COM8, 0x01, is_auto);
}

static int write_gain(sensor_t *sensor, const int32_t *want)
{
    bool is_auto = want[CC_CONTROL_AGC];
    int ceiling = (int)want[CC_CONTROL_GAIN_CEILING];
    int err = cc_sensor_set_gain(sensor, want, ceiling);
    if (!err)
        err = cc_sensor_check(sensor, SENSOR_COM9, 0xE0, ceiling << 5);
    return err ? err : cc_sensor_check(sensor, SENSOR_COM8, 0x04, is_auto ? 0x04 : 0);
}

static int write_white(sensor_t *sensor, const int32_t *want)
{
    bool is_auto = want[CC_CONTROL_AWB];
    bool has_gain = want[CC_CONTROL_AWB_GAIN];
    int mode = (int)want[CC_CONTROL_WB_MODE];
    int err = sensor->set_whitebal(sensor, is_auto);
    if (!err)
        err = sensor->set_awb_gain(sensor, has_gain);
    if (!err)
        err = sensor->set_wb_mode(sensor, mode);
    if (!err)
        err = cc_sensor_check(sensor, DSP_CTRL1, 0x0C, (is_auto ? 0x08 : 0) | (has_gain ? 4 : 0));
    return err ? err : cc_sensor_check(sensor, DSP_AWB, 0x40, mode ? 0x40 : 0);
}

static int write_mending(sensor_t *sensor, const int32_t *want)
{
    bool dark = want[CC_CONTROL_BPC];
    bool bright = want[CC_CONTROL_WPC];
    int err = sensor->set_bpc(sensor, dark);
    if (!err)
        err = sensor->set_wpc(sensor, bright);
    return err ? err
               : cc_sensor_check(sensor, DSP_CTRL3, 0xC0, (dark ? 0x80 : 0) | (bright ? 0x40 : 0));
}

static int write_shading(sensor_t *sensor, const int32_t *want)
{
    bool lens = want[CC_CONTROL_LENS_CORRECTION];
    bool gamma = want[CC_CONTROL_RAW_GAMMA];
    int err = sensor->set_lenc(sensor, lens);
    if (!err)
        err = sensor->set_raw_gma(sensor, gamma);
    return err ? err
               : cc_sensor_check(sensor, DSP_CTRL1, 0x22, (lens ? 0x02 : 0) | (gamma ? 0x20 : 0));
}

static int write_scaling(sensor_t *sensor, const int32_t *want)
{
    bool smooth = want[CC_CONTROL_DCW];
    int err = sensor->set_dcw(sensor, smooth);
    return err ? err : cc_sensor_check(sensor, DSP_CTRL2, 0x20, smooth ? 0x20 : 0);
}

static int write_test_pattern(sensor_t *sensor, const int32_t *want)
{
    bool bars = want[CC_CONTROL_TEST_PATTERN];
    int err = sensor->set_colorbar(sensor, bars);
    return err ? err : cc_sensor_check(sensor, SENSOR_COM7, 0x02, bars ? 0x02 : 0);
}

static const cc_sensor_step_t steps[] = {
    {CC_SENSOR_BIT(QUALITY), write_quality},
    {CC_SENSOR_BIT(BRIGHTNESS) | CC_SENSOR_BIT(CONTRAST) | CC_SENSOR_BIT(SATURATION) |
         CC_SENSOR_BIT(EFFECT),
     write_effects},
    {CC_SENSOR_BIT(HMIRROR) | CC_SENSOR_BIT(VFLIP) | CC_SENSOR_BIT(ROTATION), write_turn},
    {CC_SENSOR_BIT(AE_LEVEL), cc_sensor_set_ae_level},
    {CC_SENSOR_BIT(EXPOSURE_AUTO) | CC_SENSOR_BIT(AEC2) | CC_SENSOR_BIT(EXPOSURE), write_exposure},
    {CC_SENSOR_BIT(AGC) | CC_SENSOR_BIT(GAIN) | CC_SENSOR_BIT(GAIN_CEILING), write_gain},
    {CC_SENSOR_BIT(AWB) | CC_SENSOR_BIT(AWB_GAIN) | CC_SENSOR_BIT(WB_MODE), write_white},
    {CC_SENSOR_BIT(BPC) | CC_SENSOR_BIT(WPC), write_mending},
    {CC_SENSOR_BIT(LENS_CORRECTION) | CC_SENSOR_BIT(RAW_GAMMA), write_shading},
    {CC_SENSOR_BIT(DCW), write_scaling},
    {CC_SENSOR_BIT(TEST_PATTERN), write_test_pattern},
};

static void ranges(cc_control_range_t ranges[CC_CONTROL_COUNT])
{
    cc_sensor_common_ranges(ranges);
    ranges[CC_CONTROL_BRIGHTNESS] = cc_sensor_range(-2, 2, 0);
    ranges[CC_CONTROL_CONTRAST] = cc_sensor_range(-2, 2, 0);
    ranges[CC_CONTROL_SATURATION] = cc_sensor_range(-2, 2, 0);
    ranges[CC_CONTROL_AE_LEVEL] = cc_sensor_range(-2, 2, 0);
    ranges[CC_CONTROL_AWB_GAIN] = cc_sensor_switch(true);
    ranges[CC_CONTROL_BPC] = cc_sensor_switch(false);
    ranges[CC_CONTROL_DCW] = cc_sensor_switch(true);
    ranges[CC_CONTROL_GAIN] = cc_sensor_range(0, 30, 0);
    ranges[CC_CONTROL_GAIN_CEILING] = cc_sensor_range(0, 6, 0);
}

// Lines of exposure times sixteenths of gain. Each of GAIN's upper bits doubles, its lower four are
// sixteenths.
static uint32_t exposure(sensor_t *sensor)
{
    uint32_t lines = (uint32_t)sensor->get_reg(sensor, SENSOR_REG45, 0x3F) << 10 |
                     (uint32_t)sensor->get_reg(sensor, SENSOR_AEC, 0xFF) << 2 |
                     (uint32_t)sensor->get_reg(sensor, SENSOR_REG04, 0x03);
    uint32_t bits = (uint32_t)sensor->get_reg(sensor, SENSOR_GAIN, 0xFF);
    uint32_t gain = 16 + (bits & 0x0F);
    for (uint32_t bit = 0x10; bit <= 0x80; bit <<= 1)
        if (bits & bit)
            gain *= 2;
    return lines * gain;
}

// The driver remembers the bank that it chose last, even when the sensor did not hear it. To ask
// for one and the other makes it choose again.
static void recover(sensor_t *sensor)
{
    sensor->get_reg(sensor, SENSOR_GAIN, 0xFF);
    sensor->get_reg(sensor, DSP_QS, 0xFF);
}

const cc_sensor_model_t cc_sensor_ov2640 = {
    .id = OV2640_PID,
    .sizes = sizes,
    .n_sizes = sizeof sizes / sizeof *sizes,
    .steps = steps,
    .n_steps = sizeof steps / sizeof *steps,
    .ranges = ranges,
    .set_size = set_size,
    .exposure = exposure,
    .recover = recover,
};
