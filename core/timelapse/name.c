#include "timelapse/name.h"

#include <stdio.h>
#include <string.h>

#include "util/date.h"

// The numbers where `form` has digits ('9'), all in one; everything else is to be the same.
static bool read_form(const char *text, const char *form, uint32_t *number)
{
    uint32_t found = 0;
    size_t len = strlen(form);
    if (strlen(text) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] != '9' ? text[i] != form[i] : !is_digit)
            return false;
        if (is_digit)
            found = found * 10 + (uint32_t)(text[i] - '0');
    }
    *number = found;
    return true;
}

cc_day_t cc_day_of(int64_t local_s)
{
    cc_date_t date = cc_date_from_unix(local_s);
    return (cc_day_t)(date.year * 10000 + date.month * 100 + date.day);
}

int64_t cc_day_begin(cc_day_t day)
{
    return cc_date_day_to_unix((int)(day / 10000), (int)(day / 100 % 100), (int)(day % 100));
}

bool cc_day_read(const char *text, cc_day_t *day)
{
    cc_day_t found;
    if (!read_form(text, "9999-99-99", &found) || found < 19700101 || found / 100 % 100 > 12 ||
        cc_day_of(cc_day_begin(found)) != found)
        return false;
    *day = found;
    return true;
}

void cc_day_text(cc_day_t day, char out[CC_DAY_TEXT_MAX])
{
    snprintf(out, CC_DAY_TEXT_MAX, "%04u-%02u-%02u", (unsigned)(day / 10000 % 10000),
             (unsigned)(day / 100 % 100), (unsigned)(day % 100));
}

bool cc_picture_read(const char *text, uint32_t *second)
{
    uint32_t found;
    if (!read_form(text, "99-99-99.jpg", &found) || found / 10000 > 23 || found / 100 % 100 > 59 ||
        found % 100 > 59)
        return false;
    *second = found / 10000 * 3600 + found / 100 % 100 * 60 + found % 100;
    return true;
}

void cc_picture_text(uint32_t second, char out[CC_PICTURE_TEXT_MAX])
{
    snprintf(out, CC_PICTURE_TEXT_MAX, "%02u-%02u-%02u.jpg", (unsigned)(second / 3600 % 24),
             (unsigned)(second / 60 % 60), (unsigned)(second % 60));
}
