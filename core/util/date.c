#include "util/date.h"

#include <stdbool.h>
#include <stdio.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

cc_date_t cc_date_from_unix(int64_t seconds)
{
    enum {
        DAY = 86400,
        LAST_DAY = 2932896
    }; // 9999-12-31
    int64_t days = seconds / DAY;
    int rest = (int)(seconds % DAY);
    if (days > LAST_DAY)
        days = LAST_DAY;
    cc_date_t date = {
        .year = 1970,
        .month = 1,
        .hour = rest / 3600,
        .minute = rest / 60 % 60,
        .second = rest % 60,
        .weekday = (int)((days + 4) % 7), // 1970-01-01 was a Thursday
    };
    // 400 years have 146097 days; the loops below then run at most 400 and 12 times
    date.year += (int)(days / 146097) * 400;
    int left = (int)(days % 146097);
    while (left >= 365 + is_leap(date.year)) {
        left -= 365 + is_leap(date.year);
        date.year++;
    }
    while (left >= days_of_month(date.year, date.month)) {
        left -= days_of_month(date.year, date.month);
        date.month++;
    }
    date.day = left + 1;
    return date;
}

int64_t cc_date_day_to_unix(int year, int month, int day)
{
    int before = year - 1;
    int days = before * 365 + before / 4 - before / 100 + before / 400 - 719162; // since 1970
    for (int m = 1; m < month; m++)
        days += days_of_month(year, m);
    return ((int64_t)days + day - 1) * 86400;
}

void cc_date_iso(int64_t seconds, char out[CC_DATE_TEXT_MAX])
{
    cc_date_t date = cc_date_from_unix(seconds);
    snprintf(out, CC_DATE_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)date.year % 10000,
             (unsigned)date.month % 100, (unsigned)date.day % 100, (unsigned)date.hour % 100,
             (unsigned)date.minute % 100, (unsigned)date.second % 100);
}

void cc_date_http(int64_t seconds, char out[CC_DATE_TEXT_MAX])
{
    static const char weekdays[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    cc_date_t date = cc_date_from_unix(seconds);
    snprintf(out, CC_DATE_TEXT_MAX, "%s, %02u %s %04u %02u:%02u:%02u GMT", weekdays[date.weekday],
             (unsigned)date.day % 100, months[date.month - 1], (unsigned)date.year % 10000,
             (unsigned)date.hour % 100, (unsigned)date.minute % 100, (unsigned)date.second % 100);
}
