// Small questions about text: what is UTF-8, a number, yes, an escape.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/guard.h"
#include "util/err.h"
#include "util/text.h"

static bool is_utf8(const char *bytes, size_t len)
{
    cc_guard_t guard = cc_guard_new(bytes, len);
    bool is = cc_text_is_utf8((const char *)guard.bytes, guard.len);
    cc_guard_free(&guard);
    return is;
}

static void text_in_any_language_is_utf8(void **state)
{
    (void)state;
    static const char *const right[] = {
        "",
        "plain",
        "K\303\274che",
        "\xC2\x80",
        "\xDF\xBF",
        "\xE0\xA0\x80",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        if (!is_utf8(right[i], strlen(right[i])))
            fail_msg("text %zu is refused", i);
}

static void overlong_forms_surrogates_and_cut_characters_are_not_utf8(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xC3",
        "\xE2\x82",
        "\xF0\x9F\x98",
        "\xC3(",
        "a\xE2(\xA1",
        "\xF0\x9F(\x80",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (is_utf8(wrong[i], strlen(wrong[i])))
            fail_msg("bytes %zu are taken", i);
    assert_false(is_utf8("a\0b", 3));
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(cc_text_characters(""), 0);
    assert_int_equal(cc_text_characters("abc"), 3);
    assert_int_equal(cc_text_characters("K\303\274che \xF0\x9F\x98\x80"), 7);
}

static void a_newline_and_delete_are_control_characters(void **state)
{
    (void)state;
    assert_false(cc_text_has_control("a b \xC3\xBC"));
    assert_true(cc_text_has_control("a\nb"));
    assert_true(cc_text_has_control("\t"));
    assert_true(cc_text_has_control("a\x7F"));
}

static void only_a_whole_decimal_number_is_a_number(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",     "-",   "+1",  " 1",  "1 ",  "1.0",
                                        "0x10", "1e3", "--1", "abc", "1\n", "\xC2\xB2"};
    int32_t value = 77;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(cc_text_to_int(wrong[i], &value), CC_ERR_FORMAT);
    assert_int_equal(cc_text_to_int("2147483648", &value), CC_ERR_RANGE);
    assert_int_equal(cc_text_to_int("-2147483649", &value), CC_ERR_RANGE);
    assert_int_equal(cc_text_to_int("99999999999999999999999999", &value), CC_ERR_RANGE);
    assert_int_equal(value, 77);

    assert_int_equal(cc_text_to_int("2147483647", &value), CC_OK);
    assert_int_equal(value, INT32_MAX);
    assert_int_equal(cc_text_to_int("-2147483648", &value), CC_OK);
    assert_int_equal(value, INT32_MIN);
    assert_int_equal(cc_text_to_int("-0", &value), CC_OK);
    assert_int_equal(value, 0);
    assert_int_equal(cc_text_to_int("007", &value), CC_OK);
    assert_int_equal(value, 7);
}

static void yes_and_no_have_three_words_each(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "yes", "2", "tru", "truee", " on", "0ff"};
    bool value = true;
    assert_int_equal(cc_text_to_bool("OFF", &value), CC_OK);
    assert_false(value);
    assert_int_equal(cc_text_to_bool("1", &value), CC_OK);
    assert_true(value);
    assert_int_equal(cc_text_to_bool("0", &value), CC_OK);
    assert_false(value);
    assert_int_equal(cc_text_to_bool("True", &value), CC_OK);
    assert_true(value);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(cc_text_to_bool(wrong[i], &value), CC_ERR_FORMAT);
    assert_true(value);
}

static void trimming_takes_white_space_from_both_ends_only(void **state)
{
    (void)state;
    char out[8] = "before";
    assert_int_equal(cc_text_trim(" \t a b\r\n", out, sizeof out), 3);
    assert_string_equal(out, "a b");
    assert_int_equal(cc_text_trim(" \n ", out, sizeof out), 0);
    assert_string_equal(out, "");
    assert_int_equal(cc_text_trim("1234567", out, sizeof out), 7);
    assert_int_equal(cc_text_trim("12345678", out, sizeof out), CC_ERR_SPACE);
    assert_string_equal(out, "1234567");
}

static void a_copy_that_does_not_fit_ends_between_characters(void **state)
{
    (void)state;
    char out[6];
    assert_true(cc_text_copy(out, sizeof out, "12345"));
    assert_string_equal(out, "12345");
    assert_false(cc_text_copy(out, sizeof out, "123456"));
    assert_string_equal(out, "12345");
    assert_false(cc_text_copy(out, sizeof out, "123\xE2\x82\xAC"));
    assert_string_equal(out, "123");
    assert_false(cc_text_copy(out, 1, "x"));
    assert_string_equal(out, "");
}

static void case_does_not_count_in_ascii_and_counts_elsewhere(void **state)
{
    (void)state;
    assert_true(cc_text_equal_nocase("Content-LENGTH", "content-length"));
    assert_false(cc_text_equal_nocase("content", "content-length"));
    assert_false(cc_text_equal_nocase("[", "{"));
    assert_false(cc_text_equal_nocase("\xC3\x84", "\xC3\xA4"));
    assert_true(cc_text_starts_nocase("HTTPS://host", "https://"));
    assert_false(cc_text_starts_nocase("http", "https://"));
    assert_true(cc_text_starts_nocase("", ""));
}

static void bytes_read_as_hex_and_base64(void **state)
{
    (void)state;
    // RFC 4648 section 10
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    char out[16];
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        cc_guard_t guard = cc_guard_new(vectors[i][0], strlen(vectors[i][0]));
        cc_text_base64(guard.bytes, guard.len, out);
        cc_guard_free(&guard);
        assert_string_equal(out, vectors[i][1]);
    }
    cc_text_hex((const uint8_t *)"\x00\x9F\xFF", 3, out);
    assert_string_equal(out, "009fff");
}

static int url_decode(const char *text, bool plus, char *out, size_t cap)
{
    cc_guard_t guard = cc_guard_new(text, strlen(text));
    int n = cc_text_url_decode((const char *)guard.bytes, guard.len, plus, out, cap);
    cc_guard_free(&guard);
    return n;
}

static void escapes_in_an_address_are_undone(void **state)
{
    (void)state;
    char out[16];
    assert_int_equal(url_decode("a%20b%2Fc%2f", false, out, sizeof out), 6);
    assert_string_equal(out, "a b/c/");
    assert_int_equal(url_decode("a+b", true, out, sizeof out), 3);
    assert_string_equal(out, "a b");
    assert_int_equal(url_decode("a+b", false, out, sizeof out), 3);
    assert_string_equal(out, "a+b");
    assert_int_equal(url_decode("%2B", true, out, sizeof out), 1);
    assert_string_equal(out, "+");
    assert_int_equal(url_decode("", true, out, sizeof out), 0);
    assert_string_equal(out, "");
}

static void broken_escapes_and_nul_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"%",   "%4",  "a%",    "%zz", "%4g",
                                        "%-1", "%00", "a%00b", "%%20"};
    char out[16];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(url_decode(wrong[i], true, out, sizeof out), CC_ERR_FORMAT);
}

static void a_decoded_text_fits_or_is_refused(void **state)
{
    (void)state;
    char out[4];
    assert_int_equal(url_decode("%41%42%43", false, out, 4), 3);
    assert_int_equal(url_decode("%41%42%43%44", false, out, 4), CC_ERR_SPACE);
    assert_int_equal(url_decode("", false, out, 0), CC_ERR_SPACE);
}

static void secrets_are_equal_in_every_byte_or_not(void **state)
{
    (void)state;
    assert_true(cc_text_equal_secret("abcd", "abcd", 4));
    assert_true(cc_text_equal_secret("abcX", "abcY", 3));
    assert_false(cc_text_equal_secret("abcX", "abcY", 4));
    assert_false(cc_text_equal_secret("Xbcd", "abcd", 4));
}

static void every_error_has_words(void **state)
{
    (void)state;
    for (int err = CC_ERR_NETWORK; err <= CC_OK; err++) {
        assert_string_not_equal(cc_err_text(err), "");
        assert_string_not_equal(cc_err_text(err), cc_err_text(CC_ERR_NETWORK - 1));
    }
    assert_string_equal(cc_err_text(5), cc_err_text(CC_OK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_in_any_language_is_utf8),
        cmocka_unit_test(overlong_forms_surrogates_and_cut_characters_are_not_utf8),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(a_newline_and_delete_are_control_characters),
        cmocka_unit_test(only_a_whole_decimal_number_is_a_number),
        cmocka_unit_test(yes_and_no_have_three_words_each),
        cmocka_unit_test(trimming_takes_white_space_from_both_ends_only),
        cmocka_unit_test(a_copy_that_does_not_fit_ends_between_characters),
        cmocka_unit_test(case_does_not_count_in_ascii_and_counts_elsewhere),
        cmocka_unit_test(bytes_read_as_hex_and_base64),
        cmocka_unit_test(escapes_in_an_address_are_undone),
        cmocka_unit_test(broken_escapes_and_nul_are_refused),
        cmocka_unit_test(a_decoded_text_fits_or_is_refused),
        cmocka_unit_test(secrets_are_equal_in_every_byte_or_not),
        cmocka_unit_test(every_error_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
