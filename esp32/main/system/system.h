// The system port on ESP32.
#pragma once

#include "port/system.h"

// `restart` is called from any thread when a restart is asked for; it must return at once.
cc_system_t cc_esp32_system_port(void (*restart)(void *arg), void *arg);
