// What a text setting may hold, and in which words a wrong one is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/guard.h"
#include "settings/check.h"

typedef bool check_t(const char *text, char *why, size_t cap);

static bool is_right(check_t *check, const char *text, char *why, size_t cap)
{
    cc_guard_t guard = cc_guard_text(text);
    bool right = check((const char *)guard.bytes, why, cap);
    cc_guard_free(&guard);
    return right;
}

static void assert_right(check_t *check, const char *text)
{
    char why[200] = "";
    if (!is_right(check, text, why, sizeof why))
        fail_msg("'%s' is refused: %s", text, why);
}

static void assert_wrong(check_t *check, const char *text, const char *words)
{
    char why[200] = "";
    if (is_right(check, text, why, sizeof why))
        fail_msg("'%s' is taken", text);
    if (!strstr(why, words))
        fail_msg("'%s' is refused with '%s', not with '%s'", text, why, words);
}

static void a_token_has_twenty_letters_and_digits(void **state)
{
    (void)state;
    assert_right(cc_check_token, "");
    assert_right(cc_check_token, "ABCDEFGHIJ0123456789");
    assert_right(cc_check_token, "abcdefghijklmnopqrst");
    assert_wrong(cc_check_token, "ABCDEFGHIJ012345678", "this has 19");
    assert_wrong(cc_check_token, "ABCDEFGHIJ01234567890", "this has 21");
}

static void a_token_with_a_space_inside_is_refused_and_names_the_position(void **state)
{
    (void)state;
    assert_wrong(cc_check_token, "ABCDEFGHIJ 123456789", "Character 11 is a space");
    assert_wrong(cc_check_token, "ABC\nEFGHIJ0123456789", "Character 4 is a control character");
    assert_wrong(cc_check_token, "ABCDEFGHIJ012345678-", "Character 20 is \"-\"");
    // a character of several bytes is one position, and is shown whole
    assert_wrong(cc_check_token,
                 "A\xC3\xBC"
                 "CDEFGHIJ012345678=",
                 "Character 2 is \"\xC3\xBC\"");
    assert_wrong(cc_check_token, "ABCDEFGHIJ012345678\xF0\x9F\x98\x80",
                 "Character 20 is \"\xF0\x9F\x98\x80\"");
}

static void a_fingerprint_is_plain_and_without_blanks(void **state)
{
    (void)state;
    assert_right(cc_check_fingerprint, "!~MTIzNDU2Nzg5MDEy");
    assert_right(cc_check_fingerprint, "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw==");
    assert_wrong(cc_check_fingerprint, "0123456789abcde f", "a space");
    assert_wrong(cc_check_fingerprint, "0123456789abcdef\xC3\xBC", "\"\xC3\xBC\"");
    assert_wrong(cc_check_fingerprint, "0123456789abcdef\x7F", "control character");
}

static void a_server_is_an_https_address(void **state)
{
    (void)state;
    static const char *const right[] = {
        "https://connect.prusa3d.com",
        "HTTPS://Connect.Prusa3D.com/",
        "https://localhost:8443",
        "https://192.168.1.20:1/a/b",
        "https://host.",
        "https://[::1]",
        "https://[fe80::1]:65535/x",
        "https://a.b-c.d/with%20escape",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_right(cc_check_https_url, right[i]);
    static const char *const wrong[][2] = {
        {"", "https://"},
        {"http://connect.prusa3d.com", "https://"},
        {"connect.prusa3d.com", "https://"},
        {"https:/connect.prusa3d.com", "https://"},
        {"https://", "host name"},
        {"https:///c/info", "host name"},
        {"https://.", "host name"},
        {"https://a..b", "host name"},
        {"https://-a.b", "host name"},
        {"https://a-.b", "host name"},
        {"https://a_b", "host name"},
        {"https://a b", "host name"},
        {"https://a\\b", "host name"},
        {"https://a%2eb", "host name"},
        {"https://K\303\274che", "host name"},
        {"https://user:secret@host", "user name"},
        {"https://host/?q=1", "? or #"},
        {"https://host#part", "? or #"},
        {"https://host/a b", "blank"},
        {"https://host/\r\nX: y", "blank"},
        {"https://host:", "port"},
        {"https://host:0", "port"},
        {"https://host:65536", "port"},
        {"https://host:4294967377", "port"},
        {"https://host:99999999999999999999", "port"},
        {"https://host:80x", "port"},
        {"https://host:-1", "port"},
        {"https://[::1", "between"},
        {"https://[]", "between"},
        {"https://[host]", "between"},
        {"https://[::1]x", "port"},
        {"https://[::1]:", "port"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_wrong(cc_check_https_url, wrong[i][0], wrong[i][1]);
    char label[80] = "https://";
    memset(label + 8, 'a', 63);
    assert_right(cc_check_https_url, label);
    label[8 + 63] = 'a';
    assert_wrong(cc_check_https_url, label, "host name");
}

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define CONTENT                                                                                    \
    "MIIBszCCAVmgAwIBAgIUabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH\nIJKLMNOPQRSTUVWX+/==\n"
#define END "-----END CERTIFICATE-----\n"

static void certificates_are_pem_and_whole(void **state)
{
    (void)state;
    assert_right(cc_check_pem, "");
    assert_right(cc_check_pem, BEGIN CONTENT END);
    assert_right(cc_check_pem, "# a remark\r\n" BEGIN CONTENT END "\r\n" BEGIN CONTENT END);
    assert_wrong(cc_check_pem, "hello", "begins with -----BEGIN");
    assert_wrong(cc_check_pem, END CONTENT, "begins with -----BEGIN");
    assert_wrong(cc_check_pem, BEGIN CONTENT, "ends with -----END");
    assert_wrong(cc_check_pem, BEGIN CONTENT "-----END CERTIFICATE----", "ends with -----END");
    assert_wrong(cc_check_pem, BEGIN CONTENT BEGIN CONTENT END, "ends with -----END");
    assert_wrong(cc_check_pem, BEGIN CONTENT END BEGIN, "ends with -----END");
    assert_wrong(cc_check_pem, BEGIN END, "no certificate");
    assert_wrong(cc_check_pem, BEGIN "Proc-Type: 4,ENCRYPTED\n" CONTENT END, "no certificate");
    assert_wrong(cc_check_pem, BEGIN "\xC3\xBC" CONTENT END, "no certificate");
}

static void a_private_key_is_sent_back(void **state)
{
    (void)state;
    assert_wrong(cc_check_pem, "-----BEGIN PRIVATE KEY-----\n" CONTENT, "keep it to yourself");
    assert_wrong(cc_check_pem, BEGIN CONTENT END "-----BEGIN RSA PRIVATE KEY-----\n",
                 "keep it to yourself");
}

static void a_name_is_one_line(void **state)
{
    (void)state;
    assert_right(cc_check_line, "K\303\274che, 2nd floor \xF0\x9F\x98\x80");
    assert_wrong(cc_check_line, "two\nlines", "one line");
    assert_wrong(cc_check_line, "a\x1B[31mcolour", "one line");
}

static void a_hostname_is_one_label(void **state)
{
    (void)state;
    assert_right(cc_check_hostname, "prusa-esp32cam");
    assert_right(cc_check_hostname, "7");
    static const char *const wrong[] = {"", "-a", "a-", "a.b", "a_b", "a b", ("K\303\274che")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_wrong(cc_check_hostname, wrong[i], "hyphens");
}

static void a_time_server_is_a_name_or_an_address(void **state)
{
    (void)state;
    assert_right(cc_check_host, "pool.ntp.org");
    assert_right(cc_check_host, "192.168.1.1");
    assert_right(cc_check_host, "fe80::1");
    static const char *const wrong[] = {"", "a b", "a..b", "ntp://host", "host/", "1:2", "::g"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_wrong(cc_check_host, wrong[i], "host name or an address");
}

static void a_networks_name_has_32_bytes_of_any_kind(void **state)
{
    (void)state;
    char text[160] = "";
    assert_right(cc_check_ssid, "");
    assert_right(cc_check_ssid, "12345678901234567890123456789012");
    assert_wrong(cc_check_ssid, "123456789012345678901234567890123", "this has 33");
    for (int i = 0; i < 32; i++)
        strcat(text, "\\xfF");
    assert_right(cc_check_ssid, text);
    strcat(text, "\\x00");
    assert_wrong(cc_check_ssid, text, "this has 33");
    assert_right(cc_check_ssid, "\\x"); // nothing but what it looks like
    assert_right(cc_check_ssid, "12345678901234567890123456789\\x4");
    assert_wrong(cc_check_ssid, "123456789012345678901234567890\\x4", "this has 33");
}

static void a_wifi_password_has_8_characters_or_none(void **state)
{
    (void)state;
    assert_right(cc_check_wifi_password, "");
    assert_right(cc_check_wifi_password, "8 chars!");
    assert_wrong(cc_check_wifi_password, "7 chars", "8 to 63");
    assert_wrong(cc_check_wifi_password, "tab\tinside", "plain characters");
    assert_wrong(cc_check_wifi_password, "delete\x7F..", "plain characters");
}

static void a_wifi_password_in_another_alphabet_is_refused_on_every_machine(void **state)
{
    (void)state;
    assert_wrong(cc_check_wifi_password,
                 "Gr\xC3\xBC\xC3\x9F"
                 "e aus",
                 "plain characters");
}

static void an_address_is_four_numbers(void **state)
{
    (void)state;
    assert_right(cc_check_ipv4, "");
    assert_right(cc_check_ipv4, "0.0.0.0");
    assert_right(cc_check_ipv4, "255.255.255.255");
    static const char *const wrong[] = {
        "1",      "1.2.3",      "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "1..2.3",          ".1.2.3",
        "1.2.3.", "1.2.3.0001", "-1.2.3.4",  "a.b.c.d",   "::1",      "4294967297.1.1.1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_wrong(cc_check_ipv4, wrong[i], "192.168.1.20");
}

static void a_password_has_8_characters_of_any_language(void **state)
{
    (void)state;
    assert_right(cc_check_password, "");
    assert_right(cc_check_password, "12345678");
    assert_right(cc_check_password,
                 "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC");
    assert_wrong(cc_check_password, "1234567", "at least 8");
    assert_wrong(cc_check_password, "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC", "at least 8");
}

static void a_short_room_for_the_reason_is_not_overrun(void **state)
{
    (void)state;
    static const struct {
        check_t *check;
        const char *text;
    } wrong[] = {
        {cc_check_token, "-"},         {cc_check_fingerprint, " "},
        {cc_check_https_url, "x"},     {cc_check_pem, "x"},
        {cc_check_line, "\n"},         {cc_check_hostname, "-"},
        {cc_check_host, "-"},          {cc_check_ssid, "123456789012345678901234567890123"},
        {cc_check_wifi_password, "x"}, {cc_check_ipv4, "x"},
        {cc_check_password, "x"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cc_guard_t room = cc_guard_new("12345", 5);
        assert_false(wrong[i].check(wrong[i].text, (char *)room.bytes, room.len));
        assert_int_equal(strlen((char *)room.bytes), 4);
        cc_guard_free(&room);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_has_twenty_letters_and_digits),
        cmocka_unit_test(a_token_with_a_space_inside_is_refused_and_names_the_position),
        cmocka_unit_test(a_fingerprint_is_plain_and_without_blanks),
        cmocka_unit_test(a_server_is_an_https_address),
        cmocka_unit_test(certificates_are_pem_and_whole),
        cmocka_unit_test(a_private_key_is_sent_back),
        cmocka_unit_test(a_name_is_one_line),
        cmocka_unit_test(a_hostname_is_one_label),
        cmocka_unit_test(a_time_server_is_a_name_or_an_address),
        cmocka_unit_test(a_networks_name_has_32_bytes_of_any_kind),
        cmocka_unit_test(a_wifi_password_has_8_characters_or_none),
        cmocka_unit_test(a_wifi_password_in_another_alphabet_is_refused_on_every_machine),
        cmocka_unit_test(an_address_is_four_numbers),
        cmocka_unit_test(a_password_has_8_characters_of_any_language),
        cmocka_unit_test(a_short_room_for_the_reason_is_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
