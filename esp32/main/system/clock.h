// The clock port on ESP32: the chip's own timer, and the wall clock once somebody set it (SNTP, or
// a restart that kept it). It has no state.
#pragma once

#include "port/clock.h"

cc_clock_t cc_esp32_clock_port(void);
