// Bytes that end where memory ends: the byte behind the last one cannot be touched, so that a
// parser that reads one too many falls over at once, with or without a sanitizer.
//
//     cc_guard_t guard = cc_guard_new(bytes, len);
//     int err = cc_jpeg_read(guard.bytes, guard.len, &info);
//     cc_guard_free(&guard);
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *bytes; // never NULL, not even for none
    size_t len;
    void *memory;
    size_t size;
} cc_guard_t;

// A copy; aborts when there is no memory.
cc_guard_t cc_guard_new(const void *bytes, size_t len);
// The same of a text, its NUL included: the guard stands behind the NUL.
cc_guard_t cc_guard_text(const char *text);
void cc_guard_free(cc_guard_t *guard);
