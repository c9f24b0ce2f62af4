#include "camera/test_look.h"

#include <math.h>

typedef struct {
    float r, g, b; // 0 dark .. 1 bright, beyond while it is worked on
} light_t;

enum {
    EFFECT_NONE,
    EFFECT_NEGATIVE,
    EFFECT_GRAYSCALE,
    EFFECT_RED,
    EFFECT_GREEN,
    EFFECT_BLUE,
    EFFECT_SEPIA,
};

void cc_test_look_controls(cc_control_range_t controls[CC_CONTROL_COUNT])
{
    static const struct {
        cc_control_t control;
        cc_control_range_t range;
    } obeyed[] = {
        {CC_CONTROL_QUALITY, {true, 4, 63, 1, 12}},
        {CC_CONTROL_BRIGHTNESS, {true, -2, 2, 1, 0}},
        {CC_CONTROL_CONTRAST, {true, -2, 2, 1, 0}},
        {CC_CONTROL_SATURATION, {true, -2, 2, 1, 0}},
        {CC_CONTROL_AE_LEVEL, {true, -2, 2, 1, 0}},
        {CC_CONTROL_HMIRROR, {true, 0, 1, 1, 0}},
        {CC_CONTROL_VFLIP, {true, 0, 1, 1, 0}},
        {CC_CONTROL_ROTATION, {true, 0, 270, 90, 0}},
        {CC_CONTROL_EXPOSURE_AUTO, {true, 0, 1, 1, 1}},
        {CC_CONTROL_AWB, {true, 0, 1, 1, 1}},
        {CC_CONTROL_AGC, {true, 0, 1, 1, 1}},
        {CC_CONTROL_WB_MODE, {true, 0, 4, 1, 0}},
        {CC_CONTROL_EXPOSURE, {true, 0, 1200, 1, 300}},
        {CC_CONTROL_GAIN, {true, 0, 30, 1, 0}},
        {CC_CONTROL_EFFECT, {true, 0, 6, 1, 0}},
        {CC_CONTROL_TEST_PATTERN, {true, 0, 1, 1, 0}},
    };
    for (size_t i = 0; i < sizeof obeyed / sizeof *obeyed; i++)
        controls[obeyed[i].control] = obeyed[i].range;
}

static float luma(light_t light)
{
    return 0.299f * light.r + 0.587f * light.g + 0.114f * light.b; // BT.601
}

static light_t scale(light_t light, float r, float g, float b)
{
    return (light_t){light.r * r, light.g * g, light.b * b};
}

// How much more light than usual reaches the picture, as a factor on its gamma-encoded values.
static float exposed(const int32_t *control, unsigned lamp_percent)
{
    float factor = 1 + 0.6f * (float)lamp_percent / 100;
    if (control[CC_CONTROL_EXPOSURE_AUTO])
        factor *= exp2f(0.5f * (float)control[CC_CONTROL_AE_LEVEL]);
    else
        factor *= (float)control[CC_CONTROL_EXPOSURE] / 300;
    if (!control[CC_CONTROL_AGC])
        factor *= 1 + (float)control[CC_CONTROL_GAIN] / 10;
    return powf(factor, 1 / 2.2f);
}

static light_t balanced(const int32_t *control, light_t light)
{
    if (!control[CC_CONTROL_AWB])
        return scale(light, 0.86f, 0.98f, 1.16f); // daylight as it comes
    switch (control[CC_CONTROL_WB_MODE]) {
    case 1: // sunny
        return scale(light, 1.05f, 1.0f, 0.92f);
    case 2: // cloudy
        return scale(light, 1.12f, 1.0f, 0.82f);
    case 3: // office
        return scale(light, 0.94f, 1.0f, 1.10f);
    case 4: // home
        return scale(light, 0.80f, 0.96f, 1.26f);
    default:
        return light;
    }
}

static light_t with_effect(int32_t effect, light_t light)
{
    float grey = luma(light);
    switch (effect) {
    case EFFECT_NEGATIVE:
        return (light_t){1 - light.r, 1 - light.g, 1 - light.b};
    case EFFECT_GRAYSCALE:
        return (light_t){grey, grey, grey};
    case EFFECT_RED:
        return (light_t){grey * 1.4f, grey * 0.6f, grey * 0.6f};
    case EFFECT_GREEN:
        return (light_t){grey * 0.6f, grey * 1.3f, grey * 0.6f};
    case EFFECT_BLUE:
        return (light_t){grey * 0.6f, grey * 0.7f, grey * 1.5f};
    case EFFECT_SEPIA:
        return (light_t){grey * 1.2f, grey * 1.0f, grey * 0.75f};
    case EFFECT_NONE:
    default:
        return light;
    }
}

static float adjusted(float value, float contrast, float brightness)
{
    return (value - 0.5f) * contrast + 0.5f + brightness;
}

static uint8_t to_byte(float value)
{
    return (uint8_t)(value <= 0 ? 0 : value >= 1 ? 255 : value * 255 + 0.5f);
}

cc_colour_t cc_test_look(const int32_t control[CC_CONTROL_COUNT], unsigned lamp_percent,
                         cc_colour_t colour)
{
    float factor = exposed(control, lamp_percent);
    light_t light = {(float)colour.r / 255, (float)colour.g / 255, (float)colour.b / 255};
    light = balanced(control, scale(light, factor, factor, factor));

    float grey = luma(light);
    float saturation = 1 + 0.45f * (float)control[CC_CONTROL_SATURATION];
    light.r = grey + (light.r - grey) * saturation;
    light.g = grey + (light.g - grey) * saturation;
    light.b = grey + (light.b - grey) * saturation;

    float contrast = 1 + 0.2f * (float)control[CC_CONTROL_CONTRAST];
    float brightness = 0.09f * (float)control[CC_CONTROL_BRIGHTNESS];
    light.r = adjusted(light.r, contrast, brightness);
    light.g = adjusted(light.g, contrast, brightness);
    light.b = adjusted(light.b, contrast, brightness);

    light = with_effect(control[CC_CONTROL_EFFECT], light);
    return (cc_colour_t){.r = to_byte(light.r), .g = to_byte(light.g), .b = to_byte(light.b)};
}
