// The successor firmware's serial commands in ours: "photoquality:12;" is "set camera.quality 12".
// Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Errors: CC_ERR_NOT_FOUND, CC_ERR_SPACE.
int cc_console_translate(const char *line, char *out, size_t cap);

// Whether this is one of them, up to and with its semicolon: programs that set cameras up send them
// without an end of line.
bool cc_console_is_older(const char *line);
