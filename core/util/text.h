// Small questions about text. Pure; any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether the bytes are UTF-8 as RFC 3629 has it (no overlong forms, no surrogates) without NUL.
bool cc_text_is_utf8(const char *text, size_t len);

// Characters (code points) in valid UTF-8.
size_t cc_text_characters(const char *text);

// Whether there is a control character (C0, DEL); a newline or tab is one.
bool cc_text_has_control(const char *text);

// A whole decimal number with nothing around it. Errors: CC_ERR_FORMAT, CC_ERR_RANGE (no int32_t).
int cc_text_to_int(const char *text, int32_t *value);

// "true"/"1"/"on" and "false"/"0"/"off", any case. Errors: CC_ERR_FORMAT.
int cc_text_to_bool(const char *text, bool *value);

// Copies without white space around it, cutting nothing. Returns the length, CC_ERR_SPACE.
int cc_text_trim(const char *text, char *out, size_t cap);

// Copies what fits, at a character's boundary, always NUL-terminated. Returns whether all of it
// fit.
bool cc_text_copy(char *out, size_t cap, const char *text);

// Takes off the incomplete character that cutting a text (snprintf) may have left at its end.
void cc_text_mend_cut(char *text);

// ASCII letters' case does not count; no locale.
bool cc_text_equal_nocase(const char *a, const char *b);
bool cc_text_starts_nocase(const char *text, const char *start);

// Lower-case hex; out has room for 2 * len + 1.
void cc_text_hex(const uint8_t *bytes, size_t len, char *out);

// RFC 4648 base64 with padding; out has room for 4 * ((len + 2) / 3) + 1.
void cc_text_base64(const uint8_t *bytes, size_t len, char *out);

// Undoes %XX, and + as a blank where `plus`. Returns the length; CC_ERR_FORMAT for a broken escape
// or one that gives NUL, CC_ERR_SPACE.
int cc_text_url_decode(const char *text, size_t len, bool plus, char *out, size_t cap);

// Overwrites a secret, and is not optimised away.
void cc_text_wipe(void *secret, size_t len);

// Compares in a time that does not tell where they differ. Both have `len` bytes.
bool cc_text_equal_secret(const char *a, const char *b, size_t len);
