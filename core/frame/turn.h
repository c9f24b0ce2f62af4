// Turns and mirrors a baseline JPEG without loss: the coefficients of its blocks change their
// places and signs, and no pixel is computed. The picture is never held decoded: a first pass over
// its data notes where each MCU begins, a second one writes them in their new order.
//
//     cc_turn_plan_t plan;
//     int err = cc_turn_plan(bytes, len, CC_TURN_90, &plan, &why);
//     if (err == 0 && (work = malloc(plan.work_len)))
//         err = cc_turn_write(&plan, work, out, cap, &turned_len, &why);
//     if (err == CC_ERR_SPACE)
//         … and again with room for turned_len
//
// An MCU that the edge of the picture cuts cannot leave that edge: it is trimmed, as by `jpegtran
// -trim`. A picture without a single whole MCU from edge to edge stays as it is in that direction,
// as there. Restart markers are left out. Comments and application data stay; JFIF's density turns
// too, and EXIF says "upright" and the new size.
//
// Pure; any thread; no memory but what the caller gives.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "frame/baseline.h"

// As bits: read the old picture from right to left (1), from below (2), and swap rows and columns
// of what one reads (4). Two turns after one another are not the bits' sum.
typedef enum {
    CC_TURN_NONE = 0,
    CC_TURN_MIRROR = 1,
    CC_TURN_FLIP = 2,
    CC_TURN_180 = 3,
    CC_TURN_TRANSPOSE = 4,
    CC_TURN_270 = 5, // clockwise
    CC_TURN_90 = 6,
    CC_TURN_TRANSVERSE = 7,
} cc_turn_t;

typedef struct {
    cc_baseline_t picture; // refers to the bytes that were given
    cc_turn_t turn;        // what is left of it for a picture smaller than an MCU
    uint16_t width;        // of the turned picture, pixels
    uint16_t height;
    uint16_t trimmed_right; // pixels that the old picture loses
    uint16_t trimmed_bottom;
    uint16_t mcus_across; // of the old picture, without the trimmed ones
    uint16_t mcus_down;
    size_t work_len; // bytes to work in: 10 an MCU (grey: 6, CMYK: 12) and 15 KB
} cc_turn_plan_t;

// Reads the picture's head. On error `why` is a sentence for people, static. Errors: CC_ERR_CUT,
// CC_ERR_FORMAT, CC_ERR_UNSUPPORTED: progressive and other JPEGs.
int cc_turn_plan(const uint8_t *bytes, size_t len, cc_turn_t turn, cc_turn_plan_t *plan,
                 const char **why);

// Writes the turned picture. `work` has plan->work_len bytes and the alignment of malloc. On 0 and
// on CC_ERR_SPACE *out_len is what it takes: of the size of the input, give or take a tenth, where
// that has the standard tables or a camera's; tables that were made for one picture only are
// replaced by the standard ones, which costs up to a quarter more. Other errors: CC_ERR_CUT,
// CC_ERR_FORMAT (data that is no picture), with `why`.
int cc_turn_write(const cc_turn_plan_t *plan, void *work, uint8_t *out, size_t cap, size_t *out_len,
                  const char **why);
