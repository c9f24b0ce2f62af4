#include "network/retry_after.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    DAY_S = 24 * 3600,
    LONGEST_S = 30 * DAY_S
};

// Days since 1970-01-01; year 1970..9999. The year begins in March, so that the day that leap years
// add is its last.
static int64_t days_from(int year, int month, int day)
{
    int64_t from_march = (month + 9) % 12;
    int64_t y = year - (month <= 2);
    return y * 365 + y / 4 - y / 100 + y / 400 + (from_march * 153 + 2) / 5 + day - 1 - 719468;
}

// IMF-fixdate, the one form that is still sent: "Sun, 06 Nov 1994 08:49:37 GMT". -1: it is none.
static int64_t date_s(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4], zone[4];
    int day, year, hour, minute, second, used = 0;
    if (sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d %3s%n", &day, month, &year, &hour, &minute,
               &second, zone, &used) != 7 ||
        text[used] || strcmp(zone, "GMT") != 0 || strlen(month) != 3)
        return -1;
    const char *at = strstr(months, month);
    bool sane = at && (at - months) % 3 == 0 && day >= 1 && day <= 31 && year >= 1970 &&
                hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 &&
                second <= 60;
    if (!sane)
        return -1;
    return days_from(year, (int)(at - months) / 3 + 1, day) * DAY_S + hour * 3600 + minute * 60 +
           second;
}

uint32_t cc_retry_after_s(const char *value, int64_t now_s)
{
    int64_t seconds = 0;
    value += strspn(value, " \t");
    if (*value >= '0' && *value <= '9') {
        for (; *value >= '0' && *value <= '9'; value++)
            if (seconds <= LONGEST_S)
                seconds = seconds * 10 + (*value - '0');
        if (value[strspn(value, " \t")])
            return 0;
    } else {
        int64_t then_s = date_s(value);
        if (then_s < 0 || now_s <= 0 || then_s <= now_s)
            return 0;
        seconds = then_s - now_s;
    }
    return (uint32_t)(seconds > LONGEST_S ? LONGEST_S : seconds);
}
