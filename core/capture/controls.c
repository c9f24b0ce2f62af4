#include "capture/controls.h"

// In cc_control_t's order.
static const cc_setting_t setting_of[CC_CONTROL_COUNT] = {
    [CC_CONTROL_QUALITY] = CC_SETTING_CAMERA_QUALITY,
    [CC_CONTROL_BRIGHTNESS] = CC_SETTING_CAMERA_BRIGHTNESS,
    [CC_CONTROL_CONTRAST] = CC_SETTING_CAMERA_CONTRAST,
    [CC_CONTROL_SATURATION] = CC_SETTING_CAMERA_SATURATION,
    [CC_CONTROL_AE_LEVEL] = CC_SETTING_CAMERA_AE_LEVEL,
    [CC_CONTROL_SHARPNESS] = CC_SETTING_CAMERA_SHARPNESS,
    [CC_CONTROL_HMIRROR] = CC_SETTING_CAMERA_HMIRROR,
    [CC_CONTROL_VFLIP] = CC_SETTING_CAMERA_VFLIP,
    [CC_CONTROL_ROTATION] = CC_SETTING_CAMERA_ROTATION,
    [CC_CONTROL_LENS_CORRECTION] = CC_SETTING_CAMERA_LENS_CORRECTION,
    [CC_CONTROL_EXPOSURE_AUTO] = CC_SETTING_CAMERA_EXPOSURE_AUTO,
    [CC_CONTROL_AWB] = CC_SETTING_CAMERA_AWB,
    [CC_CONTROL_AWB_GAIN] = CC_SETTING_CAMERA_AWB_GAIN,
    [CC_CONTROL_AGC] = CC_SETTING_CAMERA_AGC,
    [CC_CONTROL_BPC] = CC_SETTING_CAMERA_BPC,
    [CC_CONTROL_WPC] = CC_SETTING_CAMERA_WPC,
    [CC_CONTROL_RAW_GAMMA] = CC_SETTING_CAMERA_RAW_GAMMA,
    [CC_CONTROL_DCW] = CC_SETTING_CAMERA_DCW,
    [CC_CONTROL_AEC2] = CC_SETTING_CAMERA_AEC2,
    [CC_CONTROL_WB_MODE] = CC_SETTING_CAMERA_WB_MODE,
    [CC_CONTROL_EXPOSURE] = CC_SETTING_CAMERA_EXPOSURE,
    [CC_CONTROL_GAIN] = CC_SETTING_CAMERA_GAIN,
    [CC_CONTROL_GAIN_CEILING] = CC_SETTING_CAMERA_GAIN_CEILING,
    [CC_CONTROL_EFFECT] = CC_SETTING_CAMERA_EFFECT,
    [CC_CONTROL_XCLK_MHZ] = CC_SETTING_CAMERA_XCLK_MHZ,
    [CC_CONTROL_TEST_PATTERN] = CC_SETTING_CAMERA_TEST_PATTERN,
};

enum {
    FPS_LEAST = 10, // below it a camera takes seconds to warm up; what is too much is dropped
    DARK_GAIN_CEILING = 3, // 16x, of cc_names_gain_ceiling: more is snow
    DARK_XCLK = 0,         // 8 MHz, of cc_names_xclk: the longest exposures that a sensor has
};

void cc_controls_publish(cc_settings_t *settings, const cc_camera_traits_t *traits, bool has_light)
{
    for (int control = 0; control < CC_CONTROL_COUNT; control++) {
        const cc_control_range_t *range = &traits->controls[control];
        cc_setting_t id = setting_of[control];
        if (range->present)
            cc_settings_set_range(settings, id, range->min, range->max, range->step,
                                  range->default_value);
        cc_settings_set_absent(settings, id, !range->present);
    }
    int32_t upright = traits->controls[CC_CONTROL_ROTATION].default_value;
    cc_settings_set_range(settings, CC_SETTING_CAMERA_ROTATION, 0, 270, 90, upright);
    cc_settings_set_absent(settings, CC_SETTING_CAMERA_ROTATION, false);
    cc_settings_set_sizes(settings, traits->sizes, traits->n_sizes);
    cc_settings_set_absent(settings, CC_SETTING_CAMERA_DARK_ROOM,
                           !traits->controls[CC_CONTROL_AEC2].present);

    cc_settings_camera_is_known(settings);

    static const cc_setting_t of_light[] = {
        CC_SETTING_FLASH_ENABLED,
        CC_SETTING_FLASH_DURATION_MS,
        CC_SETTING_FLASH_LEVEL,
        CC_SETTING_LIGHT_LEVEL,
    };
    for (size_t i = 0; i < sizeof of_light / sizeof of_light[0]; i++)
        cc_settings_set_absent(settings, of_light[i], !has_light);
}

// Whether the camera itself turns its pictures by so much.
static bool turns(const cc_control_range_t *range, int32_t degrees)
{
    int32_t step = range->step ? range->step : 1;
    return range->present && degrees <= range->max && degrees % step == 0;
}

// The dark room: whatever makes exposures long, on top of what is set, which is back when it is
// off.
static void want_light(cc_camera_want_t *want)
{
    int32_t *ceiling = &want->control[CC_CONTROL_GAIN_CEILING];
    want->control[CC_CONTROL_EXPOSURE_AUTO] = true;
    want->control[CC_CONTROL_AEC2] = true;
    want->control[CC_CONTROL_AGC] = true;
    want->control[CC_CONTROL_XCLK_MHZ] = DARK_XCLK;
    if (*ceiling < DARK_GAIN_CEILING)
        *ceiling = DARK_GAIN_CEILING;
    want->fps = FPS_LEAST;
}

void cc_controls_want(cc_settings_t *settings, const cc_camera_traits_t *traits,
                      cc_camera_want_t *want, cc_turn_t *turn)
{
    static const cc_turn_t turn_of[] = {CC_TURN_NONE, CC_TURN_90, CC_TURN_180, CC_TURN_270};
    int32_t fps = cc_settings_int(settings, CC_SETTING_STREAM_FPS);
    want->fps = (uint8_t)(fps < FPS_LEAST ? FPS_LEAST : fps);
    want->size = (cc_size_t){0, 0};
    if (traits->n_sizes > 0)
        want->size = cc_settings_size(settings, CC_SETTING_CAMERA_RESOLUTION);
    for (int control = 0; control < CC_CONTROL_COUNT; control++)
        want->control[control] = cc_settings_int(settings, setting_of[control]);
    if (cc_settings_bool(settings, CC_SETTING_CAMERA_DARK_ROOM))
        want_light(want);
    int32_t degrees = want->control[CC_CONTROL_ROTATION];
    *turn = CC_TURN_NONE;
    if (turns(&traits->controls[CC_CONTROL_ROTATION], degrees))
        return;
    *turn = turn_of[degrees / 90];
    want->control[CC_CONTROL_ROTATION] = 0;
}

bool cc_controls_concern(const cc_setting_ids_t *changed)
{
    for (int control = 0; control < CC_CONTROL_COUNT; control++)
        if (cc_setting_ids_has(changed, setting_of[control]))
            return true;
    return cc_setting_ids_has(changed, CC_SETTING_CAMERA_RESOLUTION) ||
           cc_setting_ids_has(changed, CC_SETTING_CAMERA_DARK_ROOM) ||
           cc_setting_ids_has(changed, CC_SETTING_STREAM_FPS);
}
