// The calendar, held against the C library's.
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "util/date.h"

static void assert_is(int64_t seconds, const char *iso, const char *http)
{
    char text[CC_DATE_TEXT_MAX];
    cc_date_iso(seconds, text);
    assert_string_equal(text, iso);
    cc_date_http(seconds, text);
    assert_string_equal(text, http);
}

static void known_moments_have_their_names(void **state)
{
    (void)state;
    assert_is(0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT");
    // RFC 9110's own example
    assert_is(784111777, "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_is(951782400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT");
    assert_is(2147483648, "2038-01-19T03:14:08Z", "Tue, 19 Jan 2038 03:14:08 GMT");
    assert_is(4107542399, "2100-02-28T23:59:59Z", "Sun, 28 Feb 2100 23:59:59 GMT");
    assert_is(4107542400, "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 GMT");
    assert_is(253402300799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT");
}

static void each_day_is_the_c_librarys(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 150000; day++) { // to the year 2380
        int64_t seconds = day * 86400 + day * 7919 % 86400;
        time_t at = (time_t)seconds;
        if ((int64_t)at != seconds) // 32 bits end in 2038
            break;
        struct tm tm;
        gmtime_r(&at, &tm);
        cc_date_t date = cc_date_from_unix(seconds);
        if (date.year != tm.tm_year + 1900 || date.month != tm.tm_mon + 1 ||
            date.day != tm.tm_mday || date.hour != tm.tm_hour || date.minute != tm.tm_min ||
            date.second != tm.tm_sec || date.weekday != tm.tm_wday)
            fail_msg("day %lld is another one", (long long)day);
        if (cc_date_day_to_unix(date.year, date.month, date.day) != day * 86400)
            fail_msg("day %lld begins at another second", (long long)day);
    }
}

static void a_clock_gone_mad_still_gives_a_date_of_four_digits(void **state)
{
    (void)state;
    char text[CC_DATE_TEXT_MAX];
    cc_date_iso(INT64_MAX, text);
    assert_memory_equal(text, "9999-12-31T", 11);
    cc_date_http(INT64_MAX, text);
    assert_memory_equal(text, "Fri, 31 Dec 9999 ", 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_have_their_names),
        cmocka_unit_test(each_day_is_the_c_librarys),
        cmocka_unit_test(a_clock_gone_mad_still_gives_a_date_of_four_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
