// The test camera's picture: a printer at work, with a clock to read delays from, and patches of
// colour and grey to judge settings by. Drawn in two steps, so that what does not move is drawn
// once.
//
//     cc_test_picture_t *picture = cc_test_picture_open(800, 600);
//     cc_test_picture_set(picture, control, lamp_percent);
//     cc_pixels_t pixels = cc_test_picture_draw(picture, unix_ms, frame);
//
// One thread at a time. Only open allocates.
#pragma once

#include <stdint.h>

#include "camera/jpeg_encoder.h"
#include "port/camera.h"

typedef struct cc_test_picture cc_test_picture_t;

// A picture of this size, NULL when out of memory. The caller closes it.
cc_test_picture_t *cc_test_picture_open(cc_size_t size);
void cc_test_picture_close(cc_test_picture_t *picture); // NULL is fine

// Sets how it looks: values by cc_control_t; lamp_percent 0..100. Draws what does not move, if this
// changes anything.
void cc_test_picture_set(cc_test_picture_t *picture, const int32_t control[CC_CONTROL_COUNT],
                         unsigned lamp_percent);

// The size it comes out in: turned, when its rotation is 90 or 270 degrees.
cc_size_t cc_test_picture_size(const cc_test_picture_t *picture);

// Draws the moment unix_ms (milliseconds since 1970, UTC). The pixels are the picture's, and stay
// until the next call.
cc_pixels_t cc_test_picture_draw(cc_test_picture_t *picture, int64_t unix_ms, uint64_t frame);
