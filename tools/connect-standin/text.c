#include "text.h"

#include <stdbool.h>
#include <string.h>

#include "util/err.h"

// The length of the UTF-8 character at the start of `bytes`, 0 when there is none.
static size_t character_len(const unsigned char *bytes, size_t len)
{
    size_t need;
    uint32_t code;

    if (bytes[0] < 0x80)
        return 1;
    if (bytes[0] >= 0xC2 && bytes[0] <= 0xDF) {
        need = 2;
        code = bytes[0] & 0x1Fu;
    } else if ((bytes[0] & 0xF0) == 0xE0) {
        need = 3;
        code = bytes[0] & 0x0Fu;
    } else if (bytes[0] >= 0xF0 && bytes[0] <= 0xF4) {
        need = 4;
        code = bytes[0] & 0x07u;
    } else {
        return 0;
    }
    if (need > len)
        return 0;
    for (size_t i = 1; i < need; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3Fu);
    }
    if ((need == 3 && code < 0x800) || (need == 4 && (code < 0x10000 || code > 0x10FFFF)))
        return 0;
    if (code >= 0xD800 && code <= 0xDFFF)
        return 0;
    return need;
}

int standin_text_chars(const char *text, size_t len)
{
    int chars = 0;

    for (size_t at = 0; at < len; chars++) {
        size_t step = character_len((const unsigned char *)text + at, len - at);
        if (!step)
            return CC_ERR_FORMAT;
        at += step;
    }
    return chars;
}

void standin_text_copy(char *to, size_t to_size, const char *from)
{
    size_t used = 0;
    size_t len = from ? strlen(from) : 0;

    for (size_t at = 0; at < len;) {
        const unsigned char *bytes = (const unsigned char *)from + at;
        size_t step = character_len(bytes, len - at);
        bool shown = step && bytes[0] >= 0x20 && bytes[0] != 0x7F;
        size_t need = shown ? step : 1;
        if (used + need >= to_size)
            break;
        if (shown)
            memcpy(to + used, bytes, step);
        else
            to[used] = '?';
        used += need;
        at += step ? step : 1;
    }
    to[used] = '\0';
}

int standin_text_number(const char *text, int64_t low, int64_t high, int64_t *number)
{
    int64_t found = 0;

    if (!*text)
        return CC_ERR_FORMAT;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return CC_ERR_FORMAT;
        if (found > (INT64_MAX - 9) / 10)
            return CC_ERR_RANGE;
        found = found * 10 + (*text - '0');
    }
    if (found < low || found > high)
        return CC_ERR_RANGE;
    *number = found;
    return CC_OK;
}
