// The two clocks: one for people, one for counting.
#pragma once

#include <stdint.h>

// Milliseconds since 1970, UTC.
int64_t standin_clock_wall_ms(void);

// Milliseconds since some moment; never goes back.
int64_t standin_clock_steady_ms(void);
