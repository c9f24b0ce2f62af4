// When the first pictures of a sensor are good: its exposure has settled once two readings of it
// agree. Drivers whose sensor can be asked read it themselves; for the others, capture/plan takes
// the pictures' mean brightness as the reading. Pure.
//
//     cc_settle_begin(&settle, now_ms, 2000); // powered up, another size, the lamp switched
//     …
//     if (!cc_settle_frame(&settle, exposure * gain, now_ms))
//         drop(picture);
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    // The first readings after power-up agree because the automatic has not begun to work.
    CC_SETTLE_FRAMES_LEAST = 3,
    // Readings agree within a sixteenth: the automatic's own steps in steady light are smaller.
    CC_SETTLE_TOLERANCE = 16,
};

typedef struct {
    bool settled;
    bool has_reading;
    unsigned frames;   // since it began
    uint32_t reading;  // the last one
    uint64_t until_ms; // then whatever comes is good: light that flickers never settles
} cc_settle_t;

// Begins anew; at most limit_ms of pictures are dropped from now on. While an earlier one is not
// over, the later end counts.
void cc_settle_begin(cc_settle_t *settle, uint64_t now_ms, uint32_t limit_ms);

// A picture came, and the sensor says `reading`: anything that grows with exposure and gain.
// Returns whether it is good.
bool cc_settle_frame(cc_settle_t *settle, uint32_t reading, uint64_t now_ms);
