// The set-up network: on when it is needed, off by itself, and how one gets in.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "network/access_point.h"
#include "util/err.h"

#define START 1000u
#define S     1000u

static cc_access_point_t fresh(void)
{
    cc_access_point_t access_point;
    cc_access_point_init(&access_point, START);
    return access_point;
}

static void a_camera_without_a_network_opens_its_own_at_once(void **state)
{
    (void)state;
    cc_access_point_t access_point = fresh();
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, false, false, 0, START));
    assert_true(
        cc_access_point_look(&access_point, CC_AP_SETUP, false, false, 0, START + 86400 * S));
}

static void a_network_that_is_chosen_has_time_to_be_there(void **state)
{
    (void)state;
    cc_access_point_t access_point = fresh();
    uint64_t late_ms = START + CC_ACCESS_POINT_AFTER_MS;
    assert_false(cc_access_point_look(&access_point, CC_AP_SETUP, true, false, 0, START));
    assert_false(cc_access_point_look(&access_point, CC_AP_SETUP, true, false, 0, late_ms - 1));
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, true, false, 0, late_ms));

    access_point = fresh();
    assert_false(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 0, START + 5 * S));
    // an hour later the network goes away: the time counts from there
    uint64_t gone_ms = START + 3600 * S;
    assert_false(cc_access_point_look(&access_point, CC_AP_SETUP, true, false, 0, gone_ms));
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, true, false, 0,
                                     gone_ms + CC_ACCESS_POINT_AFTER_MS));
}

static void it_stays_open_until_the_page_has_told_the_new_address(void **state)
{
    (void)state;
    cc_access_point_t access_point = fresh();
    cc_access_point_look(&access_point, CC_AP_SETUP, false, false, 1, START);
    uint64_t up_ms = START + 60 * S;
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, true, false, 1, up_ms - 1));
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 1, up_ms));
    uint64_t now_ms = up_ms + CC_ACCESS_POINT_STAYS_MS;
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 1, now_ms));
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 0, now_ms + S));
    now_ms += CC_ACCESS_POINT_LONELY_MS;
    assert_false(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 0, now_ms));
    assert_false(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 0, now_ms + S));
}

static void a_phone_that_stays_does_not_keep_it_open_for_ever(void **state)
{
    (void)state;
    cc_access_point_t access_point = fresh();
    cc_access_point_look(&access_point, CC_AP_SETUP, false, false, 1, START);
    cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 1, START);
    uint64_t last_ms = START + CC_ACCESS_POINT_STAYS_LAST_MS;
    assert_true(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 1, last_ms - 1));
    assert_false(cc_access_point_look(&access_point, CC_AP_SETUP, true, true, 1, last_ms));
}

static void off_is_off_and_always_is_always(void **state)
{
    (void)state;
    cc_access_point_t access_point = fresh();
    assert_false(cc_access_point_look(&access_point, CC_AP_OFF, false, false, 0, START + 999 * S));
    assert_true(cc_access_point_look(&access_point, CC_AP_ALWAYS, true, true, 0, START + 999 * S));
    assert_true(
        cc_access_point_look(&access_point, CC_AP_ALWAYS, true, true, 0, START + 99999 * S));
    assert_false(cc_access_point_look(&access_point, CC_AP_OFF, true, true, 1, START + 99999 * S));
}

static void two_cameras_have_two_names(void **state)
{
    (void)state;
    char name[CC_ACCESS_POINT_NAME_MAX];
    cc_access_point_name((const uint8_t[]){0x24, 0x0a, 0xc4, 0x12, 0x5f, 0x7a}, name);
    assert_string_equal(name, "prusa-esp32cam-5F7A");
}

static void a_passphrase_is_ten_characters_that_are_not_mistaken(void **state)
{
    (void)state;
    uint8_t random[CC_ACCESS_POINT_RANDOM];
    char passphrase[CC_ACCESS_POINT_PASSPHRASE_MAX] = "before";
    unsigned seen[256] = {0};
    memset(random, 0xFF, sizeof random);
    assert_int_equal(cc_access_point_passphrase(random, passphrase), CC_ERR_AGAIN);
    assert_string_equal(passphrase, "before");
    for (unsigned i = 0; i < 31 * 100; i++) {
        for (size_t k = 0; k < sizeof random; k++)
            random[k] = (uint8_t)(i * 7 + k * 13);
        assert_int_equal(cc_access_point_passphrase(random, passphrase), CC_OK);
        assert_int_equal(strlen(passphrase), 10);
        assert_null(strpbrk(passphrase, "ilo01"));
        for (const char *c = passphrase; *c; c++)
            seen[(uint8_t)*c]++;
    }
    unsigned kinds = 0;
    for (size_t i = 0; i < 256; i++)
        kinds += seen[i] > 0;
    assert_int_equal(kinds, 31);
}

static void a_guest_is_known_by_its_address(void **state)
{
    (void)state;
    static const char *const guests[] = {"192.168.71.2", "192.168.71.254", "::ffff:192.168.71.9",
                                         "::FFFF:192.168.71.9"};
    static const char *const others[] = {
        "192.168.7.12",  "192.168.72.2", "92.168.71.2", "",
        "192.168.71.2x", "fe80::1",      "::1",         "192.168.71"};
    for (size_t i = 0; i < sizeof guests / sizeof *guests; i++)
        assert_true(cc_access_point_holds(guests[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(cc_access_point_holds(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_camera_without_a_network_opens_its_own_at_once),
        cmocka_unit_test(a_network_that_is_chosen_has_time_to_be_there),
        cmocka_unit_test(it_stays_open_until_the_page_has_told_the_new_address),
        cmocka_unit_test(a_phone_that_stays_does_not_keep_it_open_for_ever),
        cmocka_unit_test(off_is_off_and_always_is_always),
        cmocka_unit_test(two_cameras_have_two_names),
        cmocka_unit_test(a_passphrase_is_ten_characters_that_are_not_mistaken),
        cmocka_unit_test(a_guest_is_known_by_its_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
