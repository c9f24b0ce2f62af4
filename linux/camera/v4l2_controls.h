// The settings of core/port/camera.h on a V4L2 device's controls: which of them it has, in which
// ranges, and what to write for what is wanted.
//
//     -2..2           0 is the device's default, -2 its least, 2 its most; evenly in between
//     ae_level        the same, on the places of the exposure bias menu
//     exposure, gain  the device's own numbers
//     aec2            exposure may take longer than the frame rate allows
//     wb_mode         a preset where the device has them, else a colour temperature
//     rotation        0 and 180, by both flips
//
// The capture thread only.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/camera.h"

typedef enum {
    CC_KNOB_BRIGHTNESS,
    CC_KNOB_CONTRAST,
    CC_KNOB_SATURATION,
    CC_KNOB_SHARPNESS,
    CC_KNOB_EXPOSURE_AUTO,
    CC_KNOB_EXPOSURE_PRIORITY,
    CC_KNOB_EXPOSURE_BIAS,
    CC_KNOB_EXPOSURE,
    CC_KNOB_GAIN_AUTO,
    CC_KNOB_GAIN,
    CC_KNOB_WHITE_AUTO,
    CC_KNOB_WHITE_PRESET,
    CC_KNOB_WHITE_TEMPERATURE,
    CC_KNOB_HFLIP,
    CC_KNOB_VFLIP,
    CC_KNOB_EFFECT,
    CC_KNOB_EFFECT_CBCR,
    CC_KNOB_TEST_PATTERN,
    CC_KNOB_JPEG_QUALITY,
    CC_KNOB_COUNT,
} cc_knob_id_t;

// One control of the device.
typedef struct {
    bool present;
    int32_t min;
    int32_t max;
    int32_t step; // >= 1
    int32_t default_value;
    uint64_t menu; // menus: bit i is set when it has item i
    bool is_known; // `value` is what was written last, and nothing has moved it since
    int32_t value;
} cc_knob_t;

typedef struct {
    cc_knob_t knobs[CC_KNOB_COUNT];
} cc_v4l2_controls_t;

typedef struct {
    cc_knob_id_t knob;
    int32_t value;
} cc_knob_write_t;

// Asks the device; what it has not is not present.
void cc_v4l2_controls_read(int fd, cc_v4l2_controls_t *controls);

// Fills the ranges of the settings that this device has. encodes: JPEGs are made here, and quality
// is ours. Pure.
void cc_v4l2_controls_ranges(const cc_v4l2_controls_t *controls, bool encodes,
                             cc_control_range_t ranges[CC_CONTROL_COUNT]);

// What to write for what is wanted, switches to manual before the values that they make free; a
// value that stands under an automatic's rule is left out. Returns how many. Pure.
size_t cc_v4l2_controls_plan(const cc_v4l2_controls_t *controls,
                             const int32_t want[CC_CONTROL_COUNT],
                             cc_knob_write_t writes[CC_KNOB_COUNT]);

// Writes what differs from what was written last, all of it, whatever fails in between. Errors: the
// last of CC_ERR_RANGE, CC_ERR_BUSY, CC_ERR_IO … that an active control gave; CC_ERR_GONE at once.
int cc_v4l2_controls_write(int fd, cc_v4l2_controls_t *controls,
                           const int32_t want[CC_CONTROL_COUNT]);
