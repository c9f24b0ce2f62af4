// What a line on the console can go on with: commands, settings that this camera has, their values.
#pragma once

#include "console/console.h"

// Calls add(ctx, whole) for each whole line that `line` may become, in the table's order.
void cc_console_complete(cc_settings_t *settings, const char *line,
                         void (*add)(void *ctx, const char *whole), void *ctx);
