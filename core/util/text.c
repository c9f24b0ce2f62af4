#include "util/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

bool cc_text_is_utf8(const char *text, size_t len)
{
    const uint8_t *at = (const uint8_t *)text;
    const uint8_t *end = at + len;
    while (at < end) {
        uint8_t first = *at++;
        if (first == 0)
            return false;
        if (first < 0x80)
            continue;
        // RFC 3629 section 4: how many bytes follow, and what the first of them may be
        size_t more;
        uint8_t low = 0x80, high = 0xBF;
        if (first >= 0xC2 && first <= 0xDF) {
            more = 1;
        } else if (first >= 0xE0 && first <= 0xEF) {
            more = 2;
            if (first == 0xE0)
                low = 0xA0;
            if (first == 0xED)
                high = 0x9F;
        } else if (first >= 0xF0 && first <= 0xF4) {
            more = 3;
            if (first == 0xF0)
                low = 0x90;
            if (first == 0xF4)
                high = 0x8F;
        } else {
            return false;
        }
        if ((size_t)(end - at) < more)
            return false;
        for (; more > 0; more--, at++) {
            if (*at < low || *at > high)
                return false;
            low = 0x80;
            high = 0xBF;
        }
    }
    return true;
}

static bool is_continuation(char c)
{
    return ((uint8_t)c & 0xC0) == 0x80;
}

size_t cc_text_characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += !is_continuation(*text);
    return n;
}

bool cc_text_has_control(const char *text)
{
    for (; *text; text++)
        if ((uint8_t)*text < 0x20 || *text == 0x7F)
            return true;
    return false;
}

int cc_text_to_int(const char *text, int32_t *value)
{
    const char *digits = text + (*text == '-');
    if (*digits < '0' || *digits > '9')
        return CC_ERR_FORMAT;
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (*end)
        return CC_ERR_FORMAT;
    if (errno == ERANGE || number < INT32_MIN || number > INT32_MAX)
        return CC_ERR_RANGE;
    *value = (int32_t)number;
    return CC_OK;
}

void cc_text_mend_cut(char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    while (start > 0 && len - start < 4 && is_continuation(text[start - 1]))
        start--;
    if (start > 0 && !cc_text_is_utf8(text + start - 1, len - start + 1))
        text[start - 1] = '\0';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool cc_text_starts_nocase(const char *text, const char *start)
{
    for (; *start; text++, start++)
        if (lower(*text) != lower(*start))
            return false;
    return true;
}

bool cc_text_equal_nocase(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && cc_text_starts_nocase(a, b);
}

int cc_text_to_bool(const char *text, bool *value)
{
    static const char *const yes[] = {"true", "1", "on"};
    static const char *const no[] = {"false", "0", "off"};
    for (size_t i = 0; i < 3; i++) {
        if (cc_text_equal_nocase(text, yes[i]) || cc_text_equal_nocase(text, no[i])) {
            *value = cc_text_equal_nocase(text, yes[i]);
            return CC_OK;
        }
    }
    return CC_ERR_FORMAT;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int cc_text_trim(const char *text, char *out, size_t cap)
{
    while (is_space(*text))
        text++;
    size_t len = strlen(text);
    while (len > 0 && is_space(text[len - 1]))
        len--;
    if (len >= cap || len > INT_MAX)
        return CC_ERR_SPACE;
    memmove(out, text, len);
    out[len] = '\0';
    return (int)len;
}

bool cc_text_copy(char *out, size_t cap, const char *text)
{
    size_t len = strlen(text);
    bool fits = len < cap;
    if (!fits) {
        len = cap - 1;
        while (len > 0 && is_continuation(text[len]))
            len--;
    }
    memcpy(out, text, len);
    out[len] = '\0';
    return fits;
}

void cc_text_hex(const uint8_t *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

void cc_text_base64(const uint8_t *bytes, size_t len, char *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; len > 0; bytes += 3) {
        size_t n = len < 3 ? len : 3;
        uint32_t three = (uint32_t)bytes[0] << 16 | (n > 1 ? (uint32_t)bytes[1] << 8 : 0) |
                         (n > 2 ? bytes[2] : 0u);
        for (size_t i = 0; i < 4; i++)
            *out++ = i <= n ? alphabet[three >> (18 - 6 * i) & 63] : '=';
        len -= n;
    }
    *out = '\0';
}

static int hex_digit(char c)
{
    c = lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

int cc_text_url_decode(const char *text, size_t len, bool plus, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '+' && plus) {
            c = ' ';
        } else if (c == '%') {
            if (len - i < 3)
                return CC_ERR_FORMAT;
            int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0 || high + low == 0)
                return CC_ERR_FORMAT;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (n + 1 >= cap)
            return CC_ERR_SPACE;
        out[n++] = c;
    }
    if (cap == 0)
        return CC_ERR_SPACE;
    out[n] = '\0';
    return (int)n;
}

bool cc_text_equal_secret(const char *a, const char *b, size_t len)
{
    uint8_t differs = 0;
    for (size_t i = 0; i < len; i++)
        differs = (uint8_t)(differs | (uint8_t)(a[i] ^ b[i]));
    return differs == 0;
}

void cc_text_wipe(void *secret, size_t len)
{
    volatile uint8_t *at = secret;
    while (len-- > 0)
        *at++ = 0;
}
