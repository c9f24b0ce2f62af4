// Which part of a typed line is a secret: it is shown as stars, and the line is not remembered.
// Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Where the secret begins in the first `len` bytes of a line that may not be ended yet, or -1 while
// none has begun. The position is `len` itself once the next byte would be one.
int cc_console_secret_at(const char *line, size_t len);
