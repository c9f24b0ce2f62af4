// What the image settings do to a colour of the test picture. Pure.
#pragma once

#include "camera/canvas.h"
#include "port/camera.h"

// Sets the range of every control that the test camera obeys.
void cc_test_look_controls(cc_control_range_t controls[CC_CONTROL_COUNT]);

// The colour that a camera set like this makes of `colour`. control: values by cc_control_t;
// lamp_percent 0..100.
cc_colour_t cc_test_look(const int32_t control[CC_CONTROL_COUNT], unsigned lamp_percent,
                         cc_colour_t colour);
