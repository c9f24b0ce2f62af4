// Text that came from outside, made fit for a log line, a JSON document and a page. Pure; any
// thread.
//
//     char path[256];
//     standin_text_copy(path, sizeof path, uri);
#pragma once

#include <stddef.h>
#include <stdint.h>

// How many characters the `len` bytes are, or CC_ERR_FORMAT when they are no UTF-8 (RFC 3629:
// overlong forms, surrogates and anything above U+10FFFF are refused).
int standin_text_chars(const char *text, size_t len);

// Copies as much of `from` as fits, cut at a character, control characters and bytes that are no
// UTF-8 shown as '?'. `to` always ends in NUL. A NULL `from` is copied as "".
void standin_text_copy(char *to, size_t to_size, const char *from);

// The number that is the whole of `text` (decimal digits, nothing else) into `*number`. Errors:
// CC_ERR_FORMAT, CC_ERR_RANGE when it is not within low..high.
int standin_text_number(const char *text, int64_t low, int64_t high, int64_t *number);
