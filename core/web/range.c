#include "web/range.h"

#include <stddef.h>
#include <string.h>

#include "util/text.h"

// The digits at *text, which is moved behind them; false: there are none. A number that is larger
// than any file counts as the largest.
static bool read_number(const char **text, uint64_t *number)
{
    const char *at = *text;
    uint64_t found = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        found = found > (UINT64_MAX - digit) / 10 ? UINT64_MAX : found * 10 + digit;
    }
    if (at == *text)
        return false;
    *text = at;
    *number = found;
    return true;
}

cc_range_t cc_range_read(const char *header, uint64_t len, uint64_t *from, uint64_t *n)
{
    static const char unit[] = "bytes=";
    uint64_t first = 0, last = UINT64_MAX;
    if (!header || !cc_text_starts_nocase(header, unit))
        return CC_RANGE_WHOLE;
    const char *at = header + strlen(unit);
    at += strspn(at, " \t");
    bool has_first = read_number(&at, &first);
    if (*at++ != '-')
        return CC_RANGE_WHOLE;
    bool has_last = read_number(&at, &last);
    at += strspn(at, " \t");
    if (*at || (!has_first && !has_last) || (has_first && last < first))
        return CC_RANGE_WHOLE;
    if (!has_first) { // so many bytes at the end
        if (last == 0)
            return CC_RANGE_OUTSIDE;
        first = last < len ? len - last : 0;
        last = len - 1;
    }
    if (first >= len)
        return CC_RANGE_OUTSIDE;
    if (last >= len)
        last = len - 1;
    *from = first;
    *n = last - first + 1;
    return CC_RANGE_PART;
}

bool cc_range_counts(const char *if_range, const char *etag, const char *modified)
{
    return !if_range || strcmp(if_range, etag) == 0 || strcmp(if_range, modified) == 0;
}

bool cc_range_is_known(const char *if_none_match, const char *etag)
{
    return if_none_match && (strcmp(if_none_match, "*") == 0 || strstr(if_none_match, etag));
}
