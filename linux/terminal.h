// The console on a terminal: lines from standard input, answers on standard output.
#pragma once

#include "console/console.h"

typedef struct cc_terminal cc_terminal_t;

// Reads lines on a thread of its own until close. *console is copied; its print is set here. NULL
// when out of memory.
cc_terminal_t *cc_terminal_open(const cc_console_t *console);
void cc_terminal_close(cc_terminal_t *terminal);
