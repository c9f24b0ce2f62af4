#include "network/ssid.h"

#include <stdbool.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// The byte that an escape at `text` stands for, -1 when there is none.
static int escaped(const char *text)
{
    if (text[0] != '\\' || text[1] != 'x' || digit(text[2]) < 0 || digit(text[3]) < 0)
        return -1;
    return digit(text[2]) * 16 + digit(text[3]);
}

int cc_ssid_read(const char *text, uint8_t out[CC_SSID_MAX])
{
    uint8_t bytes[CC_SSID_MAX];
    size_t n = 0;
    while (*text) {
        int byte = escaped(text);
        if (n == CC_SSID_MAX)
            return CC_ERR_SPACE;
        bytes[n++] = byte < 0 ? (uint8_t)*text : (uint8_t)byte;
        text += byte < 0 ? 1 : 4;
    }
    memcpy(out, bytes, n);
    return (int)n;
}

// Bytes of the character at `at` that may be shown as it is; 0: it takes an escape.
static size_t shown(const uint8_t *at, size_t left)
{
    if (*at < 0x20 || *at == 0x7F || (left > 1 && at[0] == 0xC2 && at[1] < 0xA0))
        return 0;
    for (size_t n = 1; n <= 4 && n <= left; n++)
        if (cc_text_is_utf8((const char *)at, n))
            return n;
    return 0;
}

static bool looks_escaped(const uint8_t *at, size_t left)
{
    char text[5] = "";
    memcpy(text, at, left < 4 ? left : 4);
    return escaped(text) >= 0;
}

void cc_ssid_text(const uint8_t *bytes, size_t len, char out[CC_SSID_TEXT_MAX])
{
    static const char digits[] = "0123456789abcdef";
    if (len > CC_SSID_MAX)
        len = CC_SSID_MAX;
    for (size_t i = 0; i < len;) {
        size_t n = looks_escaped(bytes + i, len - i) ? 0 : shown(bytes + i, len - i);
        if (n == 0) {
            *out++ = '\\';
            *out++ = 'x';
            *out++ = digits[bytes[i] >> 4];
            *out++ = digits[bytes[i] & 15];
            i++;
        } else {
            memcpy(out, bytes + i, n);
            out += n;
            i += n;
        }
    }
    *out = '\0';
}
