// A run of bytes that somebody else owns.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *bytes;
    size_t len;
} cc_span_t;
