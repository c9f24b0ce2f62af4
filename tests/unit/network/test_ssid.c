// A network's name of any bytes, as text and back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/guard.h"
#include "network/ssid.h"
#include "util/err.h"
#include "util/text.h"

static void assert_shown(const char *bytes, size_t len, const char *text)
{
    char shown[CC_SSID_TEXT_MAX];
    uint8_t back[CC_SSID_MAX];
    cc_guard_t guard = cc_guard_new(bytes, len);
    cc_ssid_text(guard.bytes, guard.len, shown);
    cc_guard_free(&guard);
    assert_string_equal(shown, text);
    assert_int_equal(cc_ssid_read(shown, back), len);
    assert_memory_equal(back, bytes, len);
}

static void plain_names_stand_for_themselves(void **state)
{
    (void)state;
    assert_shown("", 0, "");
    assert_shown("Home", 4, "Home");
    assert_shown("K\303\274che \360\237\223\267", 10 + 1, "K\303\274che \360\237\223\267");
    assert_shown(" two  blanks ", 13, " two  blanks ");
}

static void bytes_that_are_no_text_are_escaped(void **state)
{
    (void)state;
    assert_shown("\xff\xfe", 2, "\\xff\\xfe");
    assert_shown("a\0b", 3, "a\\x00b");
    assert_shown("caf\xe9", 4, "caf\\xe9");
    assert_shown("\n\x7f", 2, "\\x0a\\x7f");
    assert_shown("\xc2\x85", 2, "\\xc2\\x85"); // a control character of C1
    assert_shown("\xe2\x82", 2, "\\xe2\\x82"); // cut
}

static void a_name_that_looks_escaped_comes_back_as_it_is(void **state)
{
    (void)state;
    assert_shown("\\x41", 4, "\\x5cx41");
    assert_shown("\\x4", 3, "\\x4");
    assert_shown("back\\slash", 10, "back\\slash");
}

static void every_name_leads_back_to_itself(void **state)
{
    (void)state;
    srand(4);
    for (int i = 0; i < 20000; i++) {
        static const char some[] = "\\x4a\xc3\xbc\xff z";
        uint8_t bytes[CC_SSID_MAX], back[CC_SSID_MAX];
        char text[CC_SSID_TEXT_MAX];
        size_t len = (size_t)rand() % (CC_SSID_MAX + 1);
        for (size_t k = 0; k < len; k++)
            bytes[k] =
                rand() % 4 ? (uint8_t)some[(size_t)rand() % (sizeof some - 1)] : (uint8_t)rand();
        cc_ssid_text(bytes, len, text);
        assert_true(cc_text_is_utf8(text, strlen(text)));
        assert_false(cc_text_has_control(text));
        assert_int_equal(cc_ssid_read(text, back), len);
        assert_memory_equal(back, bytes, len);
    }
}

static void a_name_of_more_than_32_bytes_is_refused(void **state)
{
    (void)state;
    uint8_t out[CC_SSID_MAX] = {7};
    assert_int_equal(cc_ssid_read("123456789 123456789 123456789 12", out), 32);
    out[0] = 7;
    assert_int_equal(cc_ssid_read("123456789 123456789 123456789 12\\x00", out), CC_ERR_SPACE);
    assert_int_equal(out[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_names_stand_for_themselves),
        cmocka_unit_test(bytes_that_are_no_text_are_escaped),
        cmocka_unit_test(a_name_that_looks_escaped_comes_back_as_it_is),
        cmocka_unit_test(every_name_leads_back_to_itself),
        cmocka_unit_test(a_name_of_more_than_32_bytes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
