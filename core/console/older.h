// The successor firmware's serial commands in ours: "photoquality:12;" is "set camera.quality 12".
// Pure.
#pragma once

#include <stddef.h>

// Errors: CC_ERR_NOT_FOUND, CC_ERR_SPACE.
int cc_console_translate(const char *line, char *out, size_t cap);
