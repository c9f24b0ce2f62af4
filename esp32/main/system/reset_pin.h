// Factory reset by the board's pin, carried out: what counts is decided in settings/reset_pin.h.
#pragma once

#include <stdint.h>

// At power-up: when the pin is held now, a task watches it beside everything else and calls
// confirmed(ctx) when the reset is confirmed. Any other start, or a pin that is open, costs
// nothing. confirmed may commit settings: the task's stack is large enough.
void cc_esp32_reset_pin_watch(int8_t pin, void (*confirmed)(void *ctx), void *ctx);
