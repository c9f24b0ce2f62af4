// How bright and how sharp a picture is, from its coefficients: one pass over the data, and no
// pixel is computed. Pure; any thread.
//
//     cc_measured_t measured;
//     if (cc_measure(bytes, len, work, &measured) == 0)
//         show(measured.sharpness);
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "frame/entropy.h"

typedef struct {
    uint8_t brightness; // the mean of luminance, 0..255
    // For focusing by hand: it grows as the picture gets sharper, and says nothing on its own. How
    // much luminance differs from pixel to pixel, by frequency, in parts of its mean: so it stays
    // when exposure or light change. 0 is one colour; a lens that is far out gives tens, a
    // sharp picture of many things thousands.
    uint16_t sharpness;
} cc_measured_t;

typedef struct {
    cc_huffman_t huffman[2][CC_BASELINE_TABLES_MAX];
    uint32_t weight[64]; // of the n-th coefficient
} cc_measure_work_t;

// Errors: CC_ERR_CUT, CC_ERR_FORMAT, CC_ERR_UNSUPPORTED, as for cc_turn_plan and cc_turn_write.
int cc_measure(const uint8_t *bytes, size_t len, cc_measure_work_t *work, cc_measured_t *measured);
