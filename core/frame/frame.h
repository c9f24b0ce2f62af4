// One picture in flight: leased, never copied.
//
// A frame's bytes are the camera's own memory, but for what stands in front of it. Whoever wants to
// use them holds the frame; the last release sends it home to the camera. Hold and release are safe
// from any thread.
//
//     cc_frame_t *frame;
//     if (cc_capture_get(capture, &request, &frame) == 0) {
//         send(frame->spans, frame->n_spans);
//         cc_frame_release(frame);
//     }
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/span.h"

// Room for bytes put into a JPEG without moving it: EXIF | before | missing tables | after.
#define CC_FRAME_SPANS_MAX 4

typedef struct cc_frame {
    cc_span_t
        spans[CC_FRAME_SPANS_MAX]; // one whole JPEG, in order; constant while the frame is held
    size_t n_spans;
    size_t len;            // bytes, all spans
    uint64_t id;           // 1, 2, 3 … in the order taken
    uint64_t begun_ms;     // monotonic: when its exposure began
    int64_t begun_unix_ms; // the same on the wall clock; 0 unknown
    uint16_t width;        // pixels
    uint16_t height;
    bool lit;     // the lamp shone all through its exposure
    uint8_t slot; // its place in the pool it comes from: 0, 1, …
    // What follows is for frame.c and the pool's owner.
    atomic_uint holds;
    void (*home)(void *ctx,
                 struct cc_frame *frame); // called once by the last release, in its thread
    void *home_ctx;
    void *token; // the camera's
} cc_frame_t;

// Another lease on a frame that the caller holds already. Returns frame.
cc_frame_t *cc_frame_hold(cc_frame_t *frame);

// Ends a lease; NULL is fine.
void cc_frame_release(cc_frame_t *frame);
