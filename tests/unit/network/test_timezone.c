// Time zones as people name them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "network/timezone.h"

static void cities_have_their_rules(void **state)
{
    (void)state;
    assert_string_equal(cc_timezone_posix("Europe/Prague"), "CET-1CEST,M3.5.0,M10.5.0/3");
    assert_string_equal(cc_timezone_posix("europe/luxembourg"), "CET-1CEST,M3.5.0,M10.5.0/3");
    assert_string_equal(cc_timezone_posix("America/New_York"), "EST5EDT,M3.2.0,M11.1.0");
    assert_string_equal(cc_timezone_posix("Asia/Kolkata"), "IST-5:30");
    assert_string_equal(cc_timezone_posix("UTC"), "UTC0");
    assert_string_equal(cc_timezone_posix("Pacific/Honolulu"), "HST10");
}

static void posix_forms_are_taken_as_they_are(void **state)
{
    (void)state;
    static const char *const forms[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0545>-5:45"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_string_equal(cc_timezone_posix(forms[i]), forms[i]);
}

static void unknown_names_are_unknown(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Atlantis", "Europe", "Europe/", "", "Prague", "Europe/Prague Europe/Berlin",
        "Mars/Base1"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_null(cc_timezone_posix(names[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cities_have_their_rules),
        cmocka_unit_test(posix_forms_are_taken_as_they_are),
        cmocka_unit_test(unknown_names_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
