// Factory reset without page and console: a pin is held for ten seconds from power-up, the status
// LED blinks fast, letting go confirms. Pure: level and time in, what it means out.
//
// A pin that is wired to GND for good must do nothing, and one let go early neither: the camera
// works meanwhile. A pin that keeps a chip from starting can only be pressed a little later.
//
//     cc_reset_pin_t pin = {.late_ms = …};
//     while (cc_reset_pin_feed(&pin, is_low(), age_ms) …)
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    CC_RESET_PIN_HOLD_MS = 10 * 1000,
    CC_RESET_PIN_STUCK_MS = 60 * 1000, // nobody holds it for so long: it is wired
    CC_RESET_PIN_BOUNCE_MS = 50,       // a contact that opens for less has only bounced
};

typedef enum {
    CC_RESET_PIN_HELD,      // not long enough yet
    CC_RESET_PIN_ARMED,     // long enough: letting go confirms
    CC_RESET_PIN_CONFIRMED, // the end
    CC_RESET_PIN_NO,        // the end: not pressed, let go early, or wired
} cc_reset_pin_state_t;

typedef struct {
    uint64_t late_ms; // until when it need not be pressed yet; 0: from power-up
    cc_reset_pin_state_t state;
    bool was_pressed;
    bool is_open;
    uint64_t open_ms; // since when it is open
} cc_reset_pin_t;

// The level `age_ms` after power-up, to be told every few milliseconds until an end.
cc_reset_pin_state_t cc_reset_pin_feed(cc_reset_pin_t *pin, bool pressed, uint64_t age_ms);
