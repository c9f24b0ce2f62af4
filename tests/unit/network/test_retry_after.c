// How long a server asks us to wait.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "network/retry_after.h"

#define NOW 784111777 // Sun, 06 Nov 1994 08:49:37 GMT, RFC 9110's own example

static void seconds_are_seconds(void **state)
{
    (void)state;
    assert_int_equal(cc_retry_after_s("120", 0), 120);
    assert_int_equal(cc_retry_after_s("  120 ", NOW), 120);
    assert_int_equal(cc_retry_after_s("0", NOW), 0);
}

static void a_date_is_made_relative(void **state)
{
    (void)state;
    assert_int_equal(cc_retry_after_s("Sun, 06 Nov 1994 08:49:37 GMT", NOW - 1), 1);
    assert_int_equal(cc_retry_after_s("Sun, 06 Nov 1994 08:51:37 GMT", NOW), 120);
    // over the end of a leap February
    assert_int_equal(cc_retry_after_s("Fri, 01 Mar 2024 00:00:10 GMT", 1709251200 - 10), 20);
    assert_int_equal(cc_retry_after_s("Sun, 06 Nov 1994 08:49:37 GMT", NOW), 0);
    assert_int_equal(cc_retry_after_s("Sun, 06 Nov 1994 08:49:36 GMT", NOW), 0);
    assert_int_equal(cc_retry_after_s("Sun, 06 Nov 1994 08:49:37 GMT", 0), 0);
}

static void a_month_is_the_longest(void **state)
{
    (void)state;
    assert_int_equal(cc_retry_after_s("99999999999999999999999", NOW), 30 * 24 * 3600);
    assert_int_equal(cc_retry_after_s("Sun, 06 Nov 2094 08:49:37 GMT", NOW), 30 * 24 * 3600);
}

static void nonsense_asks_for_nothing(void **state)
{
    (void)state;
    static const char *const nonsense[] = {
        "",
        "-5",
        "12x",
        "1.5",
        "soon",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 2094 08:49:37 CET",
        "Sun, 06 ovD 2094 08:49:37 GMT",
        "Sun, 36 Nov 2094 08:49:37 GMT",
        "Sun, 06 Nov 2094 28:49:37 GMT",
        "Sun, 06 Nov 2094 08:49:37 GMT and more",
    };
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++)
        assert_int_equal(cc_retry_after_s(nonsense[i], NOW), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_are_seconds),
        cmocka_unit_test(a_date_is_made_relative),
        cmocka_unit_test(a_month_is_the_longest),
        cmocka_unit_test(nonsense_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
