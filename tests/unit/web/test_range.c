// Which part of a file a request wants.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "web/range.h"

static void assert_part(const char *header, uint64_t len, uint64_t from, uint64_t n)
{
    uint64_t found_from = 0, found_n = 0;
    assert_int_equal(cc_range_read(header, len, &found_from, &found_n), CC_RANGE_PART);
    assert_int_equal(found_from, from);
    assert_int_equal(found_n, n);
}

static void assert_no_part(const char *header, uint64_t len, cc_range_t what)
{
    uint64_t from = 7, n = 8;
    assert_int_equal(cc_range_read(header, len, &from, &n), what);
    assert_int_equal(from, 7);
    assert_int_equal(n, 8);
}

static void parts_are_as_the_rfc_has_them(void **state)
{
    (void)state;
    assert_part("bytes=0-499", 10000, 0, 500);
    assert_part("bytes=500-999", 10000, 500, 500);
    assert_part("bytes=-500", 10000, 9500, 500);
    assert_part("bytes=9500-", 10000, 9500, 500);
    assert_part("bytes=0-0", 10000, 0, 1);
    assert_part("bytes=0-", 1, 0, 1);
    assert_part("Bytes= 5-9 ", 10000, 5, 5);
    assert_part("bytes=9999-20000", 10000, 9999, 1);
    assert_part("bytes=-20000", 10000, 0, 10000);
    assert_part("bytes=5000000000-", 6000000000, 5000000000, 1000000000);
    assert_part("bytes=1-99999999999999999999999", 10, 1, 9);
}

static void what_lies_behind_the_end_is_told(void **state)
{
    (void)state;
    assert_no_part("bytes=10000-", 10000, CC_RANGE_OUTSIDE);
    assert_no_part("bytes=10000-10001", 10000, CC_RANGE_OUTSIDE);
    assert_no_part("bytes=-0", 10000, CC_RANGE_OUTSIDE);
    assert_no_part("bytes=99999999999999999999999-", 10000, CC_RANGE_OUTSIDE);
}

static void everything_else_means_the_whole(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "",           "bytes",      "bytes=",    "bytes=-",       "bytes=a-b",
        "bytes=1",    "bytes=9-5",  "bytes=1-x", "bytes=0-1,4-5", "bytes=1--2",
        "lines=0-10", "bytes 0-10", "bytes=+1-", "bytes=0x1-",    "0-10",
    };
    assert_no_part(NULL, 100, CC_RANGE_WHOLE);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        assert_no_part(headers[i], 100, CC_RANGE_WHOLE);
}

static void a_part_of_another_file_is_not_wanted(void **state)
{
    (void)state;
    const char *date = "Sun, 22 Nov 2026 09:41:05 GMT";
    assert_true(cc_range_counts(NULL, "\"1\"", date));
    assert_true(cc_range_counts("\"1\"", "\"1\"", date));
    assert_true(cc_range_counts(date, "\"1\"", date));
    assert_false(cc_range_counts("\"2\"", "\"1\"", date));
    assert_false(cc_range_counts("W/\"1\"", "\"1\"", date));
    assert_false(cc_range_counts("Sun, 22 Nov 2026 09:41:06 GMT", "\"1\"", date));
}

static void what_is_known_is_not_sent_again(void **state)
{
    (void)state;
    assert_false(cc_range_is_known(NULL, "\"1\""));
    assert_true(cc_range_is_known("\"1\"", "\"1\""));
    assert_true(cc_range_is_known("\"0\", W/\"1\"", "\"1\""));
    assert_true(cc_range_is_known("*", "\"1\""));
    assert_false(cc_range_is_known("\"11\"", "\"1\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_as_the_rfc_has_them),
        cmocka_unit_test(what_lies_behind_the_end_is_told),
        cmocka_unit_test(everything_else_means_the_whole),
        cmocka_unit_test(a_part_of_another_file_is_not_wanted),
        cmocka_unit_test(what_is_known_is_not_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
