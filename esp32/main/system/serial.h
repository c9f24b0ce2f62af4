// The serial line, 115200 baud, on a serial adapter's pins, on the chip's own USB, or on both, as a
// board has sockets: log lines out, commands in. linenoise edits the line (history, Tab),
// core/console says what a command does, core/console/prompt keeps the two apart and secrets
// unread, core/console/improv talks with a browser's flasher on the same line. It works the same
// whether a terminal, a program or nobody is at the other end.
//
//     cc_esp32_serial_open();                                        // early
//     cc_log_init(&log, &task, &clock, cc_esp32_serial_log, NULL);
//     …
//     cc_esp32_serial_start(&console, cc_board.title);               // once everything is there
#pragma once

#include "console/console.h"
#include "status/log.h"

// Takes the line over from the start-up code; what ESP-IDF logs goes the same way from now on.
// Errors: CC_ERR_MEMORY, CC_ERR_IO.
int cc_esp32_serial_open(void);

// A sink for cc_log_init. Any task.
void cc_esp32_serial_log(void *ctx, cc_log_level_t level, const char *line, size_t len);

// What is for the line alone, as cc_console_t prints; whole lines. Any task.
void cc_esp32_serial_print(void *ctx, const char *text);

// Reads commands from now on, on a task of its own. *console is copied; its print is set here.
// `board` is for people; static. Errors: CC_ERR_MEMORY, CC_ERR_IO.
int cc_esp32_serial_start(const cc_console_t *console, const char *board);
