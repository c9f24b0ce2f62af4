// A network's name: 0 to 32 bytes of any value (IEEE 802.11-2020, 9.4.2.2), written as text.
//
// Text that is UTF-8 stands for itself; every other byte, control characters too, is \xNN. A name
// that itself has a \x followed by two hexadecimal digits is written with its backslash as \x5c, so
// that each name has a text that leads back to it. Pure.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CC_SSID_MAX      32           // bytes
#define CC_SSID_TEXT_MAX (4 * 32 + 1) // bytes of text, with its NUL

// Text to bytes. Returns how many; CC_ERR_SPACE when there are more than 32.
int cc_ssid_read(const char *text, uint8_t out[CC_SSID_MAX]);

// Bytes to text; len at most 32.
void cc_ssid_text(const uint8_t *bytes, size_t len, char out[CC_SSID_TEXT_MAX]);
