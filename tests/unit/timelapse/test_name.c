// Names of days and pictures: what is one, and nothing else is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "timelapse/name.h"

static void days_go_into_their_names_and_back(void **state)
{
    (void)state;
    for (int64_t s = 0; s < 150000ll * CC_DAY_SECONDS; s += CC_DAY_SECONDS) {
        char text[CC_DAY_TEXT_MAX];
        cc_day_t day = cc_day_of(s + s / 7 % CC_DAY_SECONDS), again = 0;
        cc_day_text(day, text);
        if (!cc_day_read(text, &again) || again != day || cc_day_begin(day) != s)
            fail_msg("%s", text);
    }
}

static void pictures_go_into_their_names_and_back(void **state)
{
    (void)state;
    char before[CC_PICTURE_TEXT_MAX] = "";
    for (uint32_t second = 0; second < CC_DAY_SECONDS; second++) {
        char text[CC_PICTURE_TEXT_MAX];
        uint32_t again = UINT32_MAX;
        cc_picture_text(second, text);
        if (!cc_picture_read(text, &again) || again != second || strcmp(before, text) >= 0)
            fail_msg("%s", text);
        strcpy(before, text);
    }
}

static void what_looks_nearly_like_a_name_is_none(void **state)
{
    (void)state;
    static const char *const days[] = {
        "",
        "2026-11-2",
        "2026-11-222",
        "2026-11-31",
        "2026-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "0000-00-00",
        "1969-12-31",
        "2026/11/22",
        "2026-11-22 ",
        " 2026-11-22",
        "2026-11-2a",
        "..",
        "../../../etc",
        "-026-11-22",
        "2026-99-99",
        "20261122",
        "2026-11-22/",
    };
    static const char *const pictures[] = {
        "",
        "24-00-00.jpg",
        "00-60-00.jpg",
        "00-00-60.jpg",
        "0-00-00.jpg",
        "00-00-00",
        "00-00-00.jpeg",
        "00-00-00.JPG",
        "00:00:00.jpg",
        "00-00-00.jpg.tmp",
        "aa-00-00.jpg",
        "../0-00.jpg",
    };
    cc_day_t day = 1;
    uint32_t second = 2;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        assert_false(cc_day_read(days[i], &day));
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++)
        assert_false(cc_picture_read(pictures[i], &second));
    assert_int_equal(day, 1);
    assert_int_equal(second, 2);
    assert_true(cc_day_read("2024-02-29", &day));
    assert_int_equal(day, 20240229);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_go_into_their_names_and_back),
        cmocka_unit_test(pictures_go_into_their_names_and_back),
        cmocka_unit_test(what_looks_nearly_like_a_name_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
