// What is done with a picture before it is handed out: it is turned as camera.rotation wants it,
// where the camera itself cannot, and measured while somebody looks.
//
// Turned pictures live in memory of their own, one piece for each place in the pool of frames. It
// grows with the largest picture and is kept: in the long run nothing is allocated for a picture.
// The capture thread's own.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "frame/measure.h"
#include "frame/turn.h"
#include "util/span.h"

// Frames in flight at once, all readers together; more than any camera has buffers.
#define CC_CAPTURE_FRAMES 16

typedef struct {
    void *work;
    size_t work_len;
    struct {
        uint8_t *bytes;
        size_t cap;
    } copies[CC_CAPTURE_FRAMES];
} cc_develop_t;

// Turns a picture into the memory of that place, where it stays until the next one or until it is
// dropped. On error `why` is a sentence for people, static. Errors: CC_ERR_MEMORY, and those of
// frame/turn.h.
int cc_develop_turn(cc_develop_t *develop, uint8_t slot, cc_turn_t turn, cc_span_t picture,
                    cc_turn_plan_t *turned, cc_span_t *out, const char **why);
// A place that holds no turned picture needs no memory.
void cc_develop_drop(cc_develop_t *develop, uint8_t slot);

// Errors: CC_ERR_MEMORY, and those of frame/measure.h.
int cc_develop_measure(cc_develop_t *develop, cc_span_t picture, cc_measured_t *measured);

void cc_develop_deinit(cc_develop_t *develop);
