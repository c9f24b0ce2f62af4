// The serial line as bytes, wherever people plug in: a UART behind an adapter, the chip's own USB,
// or both as one. Which, the board's sdkconfig says. What they type and read is serial.c's.
#pragma once

#include <freertos/FreeRTOS.h>
#include <stdbool.h>
#include <stddef.h>

// Once, before the others. Errors: CC_ERR_IO.
int cc_esp32_line_open(void);

// Waits while the driver's buffer is full; never for a USB host that is not there. One caller at a
// time.
void cc_esp32_line_write(const char *bytes, size_t len);

// The next byte that comes within `ticks`; false: none did. One task.
bool cc_esp32_line_read(char *byte, TickType_t ticks);
