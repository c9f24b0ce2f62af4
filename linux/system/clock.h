// The clock port on Linux. It has no state: any number of ports may be made, from any thread.
#pragma once

#include "port/clock.h"

cc_clock_t cc_linux_clock_port(void);
