// An address given by hand works, or is met with a sentence.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "network/address.h"
#include "util/err.h"

static void assert_right(const char *ip, const char *netmask, const char *gateway,
                         uint32_t expected_mask)
{
    char why[120] = "";
    cc_address_t address;
    const cc_address_text_t text = {ip, netmask, gateway};
    assert_int_equal(cc_address_check(&text, &address, why, sizeof why), CC_OK);
    assert_int_equal(address.netmask, expected_mask);
    assert_string_equal(why, "");
}

static void assert_wrong(const char *ip, const char *netmask, const char *gateway,
                         const char *sentence)
{
    char why[120] = "";
    cc_address_t address = {.ip = 7};
    const cc_address_text_t text = {ip, netmask, gateway};
    assert_int_equal(cc_address_check(&text, &address, why, sizeof why), CC_ERR_RANGE);
    assert_int_equal(address.ip, 7);
    assert_non_null(strstr(why, sentence));
}

static void dotted_numbers_are_read(void **state)
{
    (void)state;
    uint32_t address = 0;
    assert_int_equal(cc_address_read("192.168.1.20", &address), CC_OK);
    assert_int_equal(address, 0xC0A80114);
    static const char *const wrong[] = {"",          "1",        "1.2.3",    "1.2.3.4.5",
                                        "1.2.3.256", "1.2.3.",   "1.2.3.4 ", "1..3.4",
                                        "a.b.c.d",   "-1.2.3.4", "1.2.3.4/", "0001.2.3.4"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(cc_address_read(wrong[i], &address), CC_ERR_FORMAT);
}

static void what_fits_together_is_taken(void **state)
{
    (void)state;
    assert_right("192.168.1.20", "255.255.255.0", "192.168.1.1", 0xFFFFFF00);
    assert_right("192.168.1.20", "", "", 0xFFFFFF00);
    assert_right("10.1.2.3", "255.0.0.0", "10.255.0.1", 0xFF000000);
    assert_right("10.1.2.2", "255.255.255.254", "10.1.2.3", 0xFFFFFFFE); // RFC 3021
}

static void what_does_not_is_met_with_a_sentence(void **state)
{
    (void)state;
    assert_wrong("", "", "", "No address");
    assert_wrong("0.0.0.0", "", "", "none that a camera");
    assert_wrong("127.0.0.1", "", "", "none that a camera");
    assert_wrong("224.0.0.1", "", "", "none that a camera");
    assert_wrong("192.168.1.20", "255.0.255.0", "", "netmask");
    assert_wrong("192.168.1.20", "0.0.0.0", "", "netmask");
    assert_wrong("192.168.1.20", "255.255.255.255", "", "netmask");
    assert_wrong("192.168.1.0", "255.255.255.0", "", "network's own");
    assert_wrong("192.168.1.255", "255.255.255.0", "", "everybody");
    assert_wrong("192.168.1.20", "255.255.255.0", "192.168.2.1", "gateway");
    assert_wrong("192.168.1.20", "255.255.255.0", "x", "gateway");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dotted_numbers_are_read),
        cmocka_unit_test(what_fits_together_is_taken),
        cmocka_unit_test(what_does_not_is_met_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
