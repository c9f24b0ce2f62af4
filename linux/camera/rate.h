// So many pictures a second, for the sources that have no clock of their own. A late picture does
// not make the next one early; a long pause is not caught up.
#pragma once

#include <stdint.h>

#include "camera/stop_event.h"

typedef struct {
    uint64_t due_us; // monotonic: when the next one may be taken; 0 at once
} cc_rate_t;

// When the one after is due, now that the one of due_us was taken at now_us. fps 1..30; 0 reads as
// 1. Pure.
uint64_t cc_rate_next(uint64_t due_us, uint64_t now_us, uint8_t fps);

// Waits until the next one is due, and moves on. Errors: CC_ERR_TIMEOUT, CC_ERR_STOPPED, CC_ERR_IO.
int cc_rate_wait(cc_rate_t *rate, const cc_stop_event_t *stop, uint8_t fps, uint32_t timeout_ms);
