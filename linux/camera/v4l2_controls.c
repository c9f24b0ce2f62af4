#include "camera/v4l2_controls.h"

#include <errno.h>
#include <string.h>

#include <linux/videodev2.h>

#include "camera/jpeg_encoder.h"
#include "camera/v4l2_device.h"
#include "util/err.h"

static const uint32_t knob_ids[CC_KNOB_COUNT] = {
    [CC_KNOB_BRIGHTNESS] = V4L2_CID_BRIGHTNESS,
    [CC_KNOB_CONTRAST] = V4L2_CID_CONTRAST,
    [CC_KNOB_SATURATION] = V4L2_CID_SATURATION,
    [CC_KNOB_SHARPNESS] = V4L2_CID_SHARPNESS,
    [CC_KNOB_EXPOSURE_AUTO] = V4L2_CID_EXPOSURE_AUTO,
    [CC_KNOB_EXPOSURE_PRIORITY] = V4L2_CID_EXPOSURE_AUTO_PRIORITY,
    [CC_KNOB_EXPOSURE_BIAS] = V4L2_CID_AUTO_EXPOSURE_BIAS,
    [CC_KNOB_EXPOSURE] = V4L2_CID_EXPOSURE_ABSOLUTE,
    [CC_KNOB_GAIN_AUTO] = V4L2_CID_AUTOGAIN,
    [CC_KNOB_GAIN] = V4L2_CID_GAIN,
    [CC_KNOB_WHITE_AUTO] = V4L2_CID_AUTO_WHITE_BALANCE,
    [CC_KNOB_WHITE_PRESET] = V4L2_CID_AUTO_N_PRESET_WHITE_BALANCE,
    [CC_KNOB_WHITE_TEMPERATURE] = V4L2_CID_WHITE_BALANCE_TEMPERATURE,
    [CC_KNOB_HFLIP] = V4L2_CID_HFLIP,
    [CC_KNOB_VFLIP] = V4L2_CID_VFLIP,
    [CC_KNOB_EFFECT] = V4L2_CID_COLORFX,
    [CC_KNOB_EFFECT_CBCR] = V4L2_CID_COLORFX_CBCR,
    [CC_KNOB_TEST_PATTERN] = V4L2_CID_TEST_PATTERN,
    [CC_KNOB_JPEG_QUALITY] = V4L2_CID_JPEG_COMPRESSION_QUALITY,
};

// camera.wb_mode: auto sunny cloudy office home.
#define WB_MODES 5
static const int32_t presets[WB_MODES] = {
    V4L2_WHITE_BALANCE_AUTO,        V4L2_WHITE_BALANCE_DAYLIGHT,     V4L2_WHITE_BALANCE_CLOUDY,
    V4L2_WHITE_BALANCE_FLUORESCENT, V4L2_WHITE_BALANCE_INCANDESCENT,
};
static const int32_t temperatures[WB_MODES] = {0, 5500, 6500, 4000, 2800}; // kelvin; auto has none

// camera.effect: none negative grayscale red green blue sepia. A tint is Cb in the high byte and Cr
// in the low one (V4L2_CID_COLORFX_CBCR).
#define EFFECTS       7
#define EFFECTS_PLAIN 3 // those before the first tint
static const struct {
    int32_t effect;
    int32_t cbcr;
} effects[EFFECTS] = {
    {V4L2_COLORFX_NONE, 0},
    {V4L2_COLORFX_NEGATIVE, 0},
    {V4L2_COLORFX_BW, 0},
    {V4L2_COLORFX_SET_CBCR, 0x50C0},
    {V4L2_COLORFX_SET_CBCR, 0x5050},
    {V4L2_COLORFX_SET_CBCR, 0xC050},
    {V4L2_COLORFX_SEPIA, 0},
};

static bool has(const cc_v4l2_controls_t *controls, cc_knob_id_t knob)
{
    return controls->knobs[knob].present;
}

static bool has_item(const cc_v4l2_controls_t *controls, cc_knob_id_t knob, int32_t item)
{
    return has(controls, knob) && item >= 0 && item < 64 && controls->knobs[knob].menu >> item & 1;
}

// The value that the device takes, nearest to the one given.
static int32_t fit(const cc_knob_t *knob, int64_t value)
{
    if (value <= knob->min)
        return knob->min;
    if (value >= knob->max)
        return knob->max;
    int64_t steps = (value - knob->min + knob->step / 2) / knob->step;
    int64_t fitted = knob->min + steps * knob->step;
    return (int32_t)(fitted > knob->max ? fitted - knob->step : fitted);
}

// level -2..2 as the device counts.
static int32_t from_level(const cc_knob_t *knob, int32_t level)
{
    int64_t middle = knob->default_value;
    if (level == 0)
        return knob->default_value;
    int64_t end = level < 0 ? knob->min : knob->max;
    int64_t part = level < 0 ? -(int64_t)level : level;
    return fit(knob, middle + (end - middle) * part / 2);
}

// The item of a menu that lies nearest: a menu may have holes.
static int32_t nearest_item(const cc_knob_t *knob, int32_t item)
{
    for (int32_t away = 0; away < 64; away++) {
        if (item - away >= 0 && item - away < 64 && knob->menu >> (item - away) & 1)
            return item - away;
        if (item + away >= 0 && item + away < 64 && knob->menu >> (item + away) & 1)
            return item + away;
    }
    return knob->default_value;
}

static int32_t exposure_auto_item(const cc_v4l2_controls_t *controls)
{
    // Webcams that choose the exposure time have an iris that never moves: "aperture priority".
    return has_item(controls, CC_KNOB_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY)
               ? V4L2_EXPOSURE_APERTURE_PRIORITY
               : V4L2_EXPOSURE_AUTO;
}

static int32_t exposure_manual_item(const cc_v4l2_controls_t *controls)
{
    return has_item(controls, CC_KNOB_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL)
               ? V4L2_EXPOSURE_MANUAL
               : V4L2_EXPOSURE_SHUTTER_PRIORITY;
}

static bool can_switch_exposure(const cc_v4l2_controls_t *controls)
{
    return has_item(controls, CC_KNOB_EXPOSURE_AUTO, exposure_auto_item(controls)) &&
           has_item(controls, CC_KNOB_EXPOSURE_AUTO, exposure_manual_item(controls));
}

static bool has_all_presets(const cc_v4l2_controls_t *controls)
{
    for (size_t i = 0; i < WB_MODES; i++) {
        if (!has_item(controls, CC_KNOB_WHITE_PRESET, presets[i]))
            return false;
    }
    return true;
}

static bool presets_switch_awb(const cc_v4l2_controls_t *controls)
{
    return has_item(controls, CC_KNOB_WHITE_PRESET, V4L2_WHITE_BALANCE_MANUAL) &&
           has_item(controls, CC_KNOB_WHITE_PRESET, V4L2_WHITE_BALANCE_AUTO);
}

static bool has_temperatures(const cc_v4l2_controls_t *controls)
{
    return has(controls, CC_KNOB_WHITE_AUTO) && has(controls, CC_KNOB_WHITE_TEMPERATURE);
}

static int32_t count_effects(const cc_v4l2_controls_t *controls)
{
    for (int32_t i = 0; i < EFFECTS; i++) {
        bool is_tint = effects[i].effect == V4L2_COLORFX_SET_CBCR;
        if (!has_item(controls, CC_KNOB_EFFECT, effects[i].effect) ||
            (is_tint && !has(controls, CC_KNOB_EFFECT_CBCR)))
            return i < EFFECTS_PLAIN ? 0 : EFFECTS_PLAIN;
    }
    return EFFECTS;
}

static void read_menu(int fd, uint32_t id, cc_knob_t *knob)
{
    for (int32_t i = knob->min < 0 ? 0 : knob->min; i <= knob->max && i < 64; i++) {
        struct v4l2_querymenu item = {.id = id, .index = (uint32_t)i};
        if (cc_v4l2_ioctl(fd, VIDIOC_QUERYMENU, &item) == 0)
            knob->menu |= UINT64_C(1) << i;
    }
}

void cc_v4l2_controls_read(int fd, cc_v4l2_controls_t *controls)
{
    memset(controls, 0, sizeof *controls);
    for (size_t i = 0; i < CC_KNOB_COUNT; i++) {
        struct v4l2_queryctrl query = {.id = knob_ids[i]};
        if (cc_v4l2_ioctl(fd, VIDIOC_QUERYCTRL, &query) < 0)
            continue;
        if (query.flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY) ||
            query.maximum < query.minimum)
            continue;
        cc_knob_t *knob = &controls->knobs[i];
        *knob = (cc_knob_t){
            .present = true,
            .min = query.minimum,
            .max = query.maximum,
            .step = query.step > 0 ? query.step : 1,
        };
        knob->default_value = query.default_value < knob->min   ? knob->min
                              : query.default_value > knob->max ? knob->max
                                                                : query.default_value;
        if (query.type == V4L2_CTRL_TYPE_MENU || query.type == V4L2_CTRL_TYPE_INTEGER_MENU)
            read_menu(fd, query.id, knob);
    }
}

static void set_switch(cc_control_range_t *range, bool is_on)
{
    *range = (cc_control_range_t){true, 0, 1, 1, is_on};
}

static void set_level(cc_control_range_t *range, bool present)
{
    if (present)
        *range = (cc_control_range_t){true, -2, 2, 1, 0};
}

static void set_own(cc_control_range_t *range, const cc_knob_t *knob)
{
    if (knob->present)
        *range = (cc_control_range_t){true, knob->min, knob->max, knob->step, knob->default_value};
}

// libjpeg's quality as the device counts: both run from worst to best.
static int32_t device_quality(const cc_knob_t *knob, int32_t quality)
{
    return fit(knob, cc_jpeg_quality(quality));
}

static void quality_range(const cc_knob_t *knob, bool encodes, cc_control_range_t *range)
{
    if (encodes)
        *range = (cc_control_range_t){true, 4, 63, 1, 12};
    else if (knob->present)
        *range = (cc_control_range_t){true, 4, 63, 1, cc_jpeg_quality_back(knob->default_value)};
}

static void white_ranges(const cc_v4l2_controls_t *controls, cc_control_range_t *ranges)
{
    const cc_knob_t *preset = &controls->knobs[CC_KNOB_WHITE_PRESET];
    if (has(controls, CC_KNOB_WHITE_AUTO))
        set_switch(&ranges[CC_CONTROL_AWB], controls->knobs[CC_KNOB_WHITE_AUTO].default_value);
    else if (presets_switch_awb(controls))
        set_switch(&ranges[CC_CONTROL_AWB], preset->default_value != V4L2_WHITE_BALANCE_MANUAL);
    if (has_all_presets(controls) || has_temperatures(controls))
        ranges[CC_CONTROL_WB_MODE] = (cc_control_range_t){true, 0, WB_MODES - 1, 1, 0};
}

void cc_v4l2_controls_ranges(const cc_v4l2_controls_t *controls, bool encodes,
                             cc_control_range_t ranges[CC_CONTROL_COUNT])
{
    const cc_knob_t *knobs = controls->knobs;
    memset(ranges, 0, CC_CONTROL_COUNT * sizeof *ranges);
    quality_range(&knobs[CC_KNOB_JPEG_QUALITY], encodes, &ranges[CC_CONTROL_QUALITY]);
    set_level(&ranges[CC_CONTROL_BRIGHTNESS], has(controls, CC_KNOB_BRIGHTNESS));
    set_level(&ranges[CC_CONTROL_CONTRAST], has(controls, CC_KNOB_CONTRAST));
    set_level(&ranges[CC_CONTROL_SATURATION], has(controls, CC_KNOB_SATURATION));
    set_level(&ranges[CC_CONTROL_SHARPNESS], has(controls, CC_KNOB_SHARPNESS));
    set_level(&ranges[CC_CONTROL_AE_LEVEL], has(controls, CC_KNOB_EXPOSURE_BIAS));
    set_own(&ranges[CC_CONTROL_EXPOSURE], &knobs[CC_KNOB_EXPOSURE]);
    set_own(&ranges[CC_CONTROL_GAIN], &knobs[CC_KNOB_GAIN]);
    if (can_switch_exposure(controls))
        set_switch(&ranges[CC_CONTROL_EXPOSURE_AUTO],
                   knobs[CC_KNOB_EXPOSURE_AUTO].default_value != exposure_manual_item(controls));
    if (has(controls, CC_KNOB_EXPOSURE_PRIORITY))
        set_switch(&ranges[CC_CONTROL_AEC2], knobs[CC_KNOB_EXPOSURE_PRIORITY].default_value);
    if (has(controls, CC_KNOB_GAIN_AUTO))
        set_switch(&ranges[CC_CONTROL_AGC], knobs[CC_KNOB_GAIN_AUTO].default_value);
    white_ranges(controls, ranges);
    if (has(controls, CC_KNOB_HFLIP))
        set_switch(&ranges[CC_CONTROL_HMIRROR], knobs[CC_KNOB_HFLIP].default_value);
    if (has(controls, CC_KNOB_VFLIP))
        set_switch(&ranges[CC_CONTROL_VFLIP], knobs[CC_KNOB_VFLIP].default_value);
    if (has(controls, CC_KNOB_HFLIP) && has(controls, CC_KNOB_VFLIP))
        ranges[CC_CONTROL_ROTATION] = (cc_control_range_t){true, 0, 180, 180, 0};
    if (count_effects(controls))
        ranges[CC_CONTROL_EFFECT] =
            (cc_control_range_t){true, 0, count_effects(controls) - 1, 1, 0};
    const cc_knob_t *pattern = &knobs[CC_KNOB_TEST_PATTERN];
    if (pattern->present && pattern->max > pattern->min)
        set_switch(&ranges[CC_CONTROL_TEST_PATTERN], pattern->default_value != pattern->min);
}

typedef struct {
    const cc_v4l2_controls_t *controls;
    const int32_t *want;
    cc_knob_write_t *writes;
    size_t count;
} plan_t;

static void plan(plan_t *self, cc_knob_id_t knob, int32_t value)
{
    if (has(self->controls, knob))
        self->writes[self->count++] = (cc_knob_write_t){knob, value};
}

static void plan_level(plan_t *self, cc_knob_id_t knob, cc_control_t control)
{
    plan(self, knob, from_level(&self->controls->knobs[knob], self->want[control]));
}

static void plan_own(plan_t *self, cc_knob_id_t knob, cc_control_t control)
{
    plan(self, knob, fit(&self->controls->knobs[knob], self->want[control]));
}

static void plan_switch(plan_t *self, cc_knob_id_t knob, cc_control_t control)
{
    plan(self, knob, self->want[control] != 0);
}

static void plan_exposure(plan_t *self)
{
    const cc_v4l2_controls_t *controls = self->controls;
    bool can_switch = can_switch_exposure(controls);
    bool is_auto = can_switch && self->want[CC_CONTROL_EXPOSURE_AUTO];
    bool has_agc = has(controls, CC_KNOB_GAIN_AUTO);
    if (can_switch)
        plan(self, CC_KNOB_EXPOSURE_AUTO,
             is_auto ? exposure_auto_item(controls) : exposure_manual_item(controls));
    plan_switch(self, CC_KNOB_EXPOSURE_PRIORITY, CC_CONTROL_AEC2);
    plan_switch(self, CC_KNOB_GAIN_AUTO, CC_CONTROL_AGC);
    if (!is_auto)
        plan_own(self, CC_KNOB_EXPOSURE, CC_CONTROL_EXPOSURE);
    if (!has_agc || !self->want[CC_CONTROL_AGC])
        plan_own(self, CC_KNOB_GAIN, CC_CONTROL_GAIN);
    if (is_auto || !can_switch) {
        const cc_knob_t *bias = &controls->knobs[CC_KNOB_EXPOSURE_BIAS];
        int32_t place = from_level(bias, self->want[CC_CONTROL_AE_LEVEL]);
        plan(self, CC_KNOB_EXPOSURE_BIAS, bias->menu ? nearest_item(bias, place) : place);
    }
}

static void plan_white(plan_t *self)
{
    const cc_v4l2_controls_t *controls = self->controls;
    bool has_awb = has(controls, CC_KNOB_WHITE_AUTO) || presets_switch_awb(controls);
    bool balances = !has_awb || self->want[CC_CONTROL_AWB];
    bool has_modes = has_all_presets(controls) || has_temperatures(controls);
    int32_t mode = has_modes ? self->want[CC_CONTROL_WB_MODE] : 0;
    mode = mode >= 0 && mode < WB_MODES ? mode : 0;

    if (has_all_presets(controls)) {
        plan_switch(self, CC_KNOB_WHITE_AUTO, CC_CONTROL_AWB);
        if (balances)
            plan(self, CC_KNOB_WHITE_PRESET, presets[mode]);
        else if (presets_switch_awb(controls))
            plan(self, CC_KNOB_WHITE_PRESET, V4L2_WHITE_BALANCE_MANUAL);
        return;
    }
    if (presets_switch_awb(controls) && !has(controls, CC_KNOB_WHITE_AUTO)) {
        plan(self, CC_KNOB_WHITE_PRESET,
             balances ? V4L2_WHITE_BALANCE_AUTO : V4L2_WHITE_BALANCE_MANUAL);
        return;
    }
    plan(self, CC_KNOB_WHITE_AUTO, balances && mode == 0);
    if (mode != 0 && has_temperatures(controls))
        plan(self, CC_KNOB_WHITE_TEMPERATURE,
             fit(&controls->knobs[CC_KNOB_WHITE_TEMPERATURE], temperatures[mode]));
}

static void plan_turn(plan_t *self)
{
    bool hmirror = self->want[CC_CONTROL_HMIRROR] != 0;
    bool vflip = self->want[CC_CONTROL_VFLIP] != 0;
    bool turns = has(self->controls, CC_KNOB_HFLIP) && has(self->controls, CC_KNOB_VFLIP) &&
                 self->want[CC_CONTROL_ROTATION] == 180;
    plan(self, CC_KNOB_HFLIP, hmirror != turns);
    plan(self, CC_KNOB_VFLIP, vflip != turns);
}

static void plan_effect(plan_t *self)
{
    int32_t wanted = self->want[CC_CONTROL_EFFECT];
    if (wanted < 0 || wanted >= count_effects(self->controls))
        return;
    if (effects[wanted].effect == V4L2_COLORFX_SET_CBCR)
        plan(self, CC_KNOB_EFFECT_CBCR, effects[wanted].cbcr);
    plan(self, CC_KNOB_EFFECT, effects[wanted].effect);
}

static void plan_test_pattern(plan_t *self)
{
    const cc_knob_t *pattern = &self->controls->knobs[CC_KNOB_TEST_PATTERN];
    if (pattern->max > pattern->min)
        plan(self, CC_KNOB_TEST_PATTERN, pattern->min + (self->want[CC_CONTROL_TEST_PATTERN] != 0));
}

size_t cc_v4l2_controls_plan(const cc_v4l2_controls_t *controls,
                             const int32_t want[CC_CONTROL_COUNT],
                             cc_knob_write_t writes[CC_KNOB_COUNT])
{
    plan_t self = {.controls = controls, .want = want, .writes = writes};
    plan_exposure(&self);
    plan_white(&self);
    plan_level(&self, CC_KNOB_BRIGHTNESS, CC_CONTROL_BRIGHTNESS);
    plan_level(&self, CC_KNOB_CONTRAST, CC_CONTROL_CONTRAST);
    plan_level(&self, CC_KNOB_SATURATION, CC_CONTROL_SATURATION);
    plan_level(&self, CC_KNOB_SHARPNESS, CC_CONTROL_SHARPNESS);
    plan_turn(&self);
    plan_effect(&self);
    plan_test_pattern(&self);
    plan(&self, CC_KNOB_JPEG_QUALITY,
         device_quality(&controls->knobs[CC_KNOB_JPEG_QUALITY], want[CC_CONTROL_QUALITY]));
    return self.count;
}

// A switch between automatic and manual moves these, or lets the device move them.
static void forget_ruled_by(cc_v4l2_controls_t *controls, cc_knob_id_t automatic)
{
    switch (automatic) {
    case CC_KNOB_EXPOSURE_AUTO:
        controls->knobs[CC_KNOB_EXPOSURE].is_known = false;
        controls->knobs[CC_KNOB_EXPOSURE_BIAS].is_known = false;
        controls->knobs[CC_KNOB_GAIN].is_known = false;
        break;
    case CC_KNOB_GAIN_AUTO:
        controls->knobs[CC_KNOB_GAIN].is_known = false;
        break;
    case CC_KNOB_WHITE_AUTO:
        controls->knobs[CC_KNOB_WHITE_TEMPERATURE].is_known = false;
        break;
    default:
        break;
    }
}

static bool is_active(int fd, uint32_t id)
{
    struct v4l2_queryctrl query = {.id = id};
    return cc_v4l2_ioctl(fd, VIDIOC_QUERYCTRL, &query) == 0 &&
           !(query.flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_INACTIVE |
                            V4L2_CTRL_FLAG_READ_ONLY | V4L2_CTRL_FLAG_GRABBED));
}

static int write_err(int errno_value)
{
    switch (errno_value) {
    case ENODEV:
    case ENXIO:
        return CC_ERR_GONE;
    case EBUSY:
        return CC_ERR_BUSY;
    case EINVAL:
    case ERANGE:
        return CC_ERR_RANGE;
    case EACCES:
    case EPERM:
        return CC_ERR_DENIED;
    default: // EIO and EPIPE: the camera refused this one; it may be well otherwise
        return CC_ERR_IO;
    }
}

int cc_v4l2_controls_write(int fd, cc_v4l2_controls_t *controls,
                           const int32_t want[CC_CONTROL_COUNT])
{
    cc_knob_write_t writes[CC_KNOB_COUNT];
    size_t count = cc_v4l2_controls_plan(controls, want, writes);
    int last_err = CC_OK;
    for (size_t i = 0; i < count; i++) {
        cc_knob_t *knob = &controls->knobs[writes[i].knob];
        if (knob->is_known && knob->value == writes[i].value)
            continue;
        uint32_t id = knob_ids[writes[i].knob];
        struct v4l2_control control = {.id = id, .value = writes[i].value};
        if (cc_v4l2_ioctl(fd, VIDIOC_S_CTRL, &control) == 0) {
            knob->is_known = true;
            knob->value = writes[i].value;
            forget_ruled_by(controls, writes[i].knob);
            continue;
        }
        int err = write_err(errno);
        if (err == CC_ERR_GONE)
            return err;
        if (is_active(fd, id))
            last_err = err;
    }
    return last_err;
}
