// Text that grows inside memory of the caller's, and never past it.
//
//     char memory[256];
//     cc_strbuf_t text;
//     cc_strbuf_init(&text, memory, sizeof memory);
//     cc_strbuf_format(&text, "%d pictures", n);
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *text; // always NUL-terminated
    size_t len; // bytes, without the NUL
    size_t cap; // bytes, with room for the NUL
    bool cut;   // something did not fit and was left out
} cc_strbuf_t;

// cap at least 1.
void cc_strbuf_init(cc_strbuf_t *buf, char *memory, size_t cap);

// Each of them adds as much as fits.
void cc_strbuf_add(cc_strbuf_t *buf, const char *text);
void cc_strbuf_add_bytes(cc_strbuf_t *buf, const char *bytes, size_t len);
void cc_strbuf_format(cc_strbuf_t *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
