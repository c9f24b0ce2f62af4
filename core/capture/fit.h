// Quality that fits: pictures that are too large, for the driver's buffer or for Prusa Connect, are
// compressed more, a step at a time, and less again as soon as what is saved is not needed. Pure.
//
//     if (cc_fit_too_large(&fit, len))
//         apply(cc_fit_quality(&fit, wanted, 63));
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CC_FIT_STEP = 4, // of camera.quality: a picture gets smaller by a sixth or so
    CC_FIT_STEPS_MAX = 15,
    // A step back makes a picture larger by less than a half: there must be room for that.
    CC_FIT_ROOM_NUM = 3,
    CC_FIT_ROOM_DEN = 2,
    CC_FIT_CALM = 30, // pictures that fit, before a step back: scenes come and go
};

typedef struct {
    unsigned steps;   // of compression beyond what is set
    size_t too_large; // the smallest length that did not fit; 0 none known
    unsigned calm;    // pictures in a row with room for a step back
} cc_fit_t;

// A picture of so many bytes did not fit. Returns whether there is one step more now; false: there
// is no more to be had.
bool cc_fit_too_large(cc_fit_t *fit, size_t len);

// A picture came. Returns whether there is one step less now.
bool cc_fit_came(cc_fit_t *fit, size_t len);

// What is wanted of the camera (camera.quality: more is smaller), at most `max`.
int32_t cc_fit_quality(const cc_fit_t *fit, int32_t wanted, int32_t max);
