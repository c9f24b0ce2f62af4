// The successor firmware's serial commands, said in ours.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/older.h"
#include "fake/guard.h"
#include "util/err.h"

static int translate(const char *line, char *out, size_t cap)
{
    cc_guard_t guard = cc_guard_text(line);
    int err = cc_console_translate((const char *)guard.bytes, out, cap);
    cc_guard_free(&guard);
    return err;
}

static void each_older_command_has_one_of_ours(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"setwifissid:My home;", "set network.wifi_ssid My home"},
        {"setwifipass: p:a;ss ;", "set network.wifi_password  p:a;ss "},
        {"wificonnect;", "wifi"},
        {"mcureboot;", "reboot"},
        {"commandslist;", "help"},
        {"getwifimode;", "wifi"},
        {"getwifistastatus;", "wifi"},
        {"getwifistaip;", "wifi"},
        {"getserviceapssid;", "wifi"},
        {"setauthtoken:ABCDEFGHIJ0123456789;", "token ABCDEFGHIJ0123456789"},
        {"photoquality:12;", "set camera.quality 12"},
        {"resolution:0;", "set camera.resolution QVGA"},
        {"resolution:6;", "set camera.resolution UXGA"},
        {"loglevel:3;", "set system.log_level debug"},
        {"setwifissid:;", "set network.wifi_ssid "},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char out[100] = "";
        assert_int_equal(translate(pairs[i][0], out, sizeof out), CC_OK);
        assert_string_equal(out, pairs[i][1]);
    }
}

static void a_number_that_stands_for_nothing_is_left_to_the_setting_to_refuse(void **state)
{
    (void)state;
    char out[100];
    assert_int_equal(translate("resolution:7;", out, sizeof out), CC_OK);
    assert_string_equal(out, "set camera.resolution 7");
    assert_int_equal(translate("resolution:-1;", out, sizeof out), CC_OK);
    assert_string_equal(out, "set camera.resolution -1");
    assert_int_equal(translate("loglevel:4;", out, sizeof out), CC_OK);
    assert_string_equal(out, "set system.log_level 4");
    assert_int_equal(translate("loglevel:99999999999999999999;", out, sizeof out), CC_OK);
    assert_string_equal(out, "set system.log_level 99999999999999999999");
}

static void what_no_firmware_knew_is_not_found(void **state)
{
    (void)state;
    static const char *const wrong[] = {";",   "unknown;",       "unknown:1;",     "photoqualit:1;",
                                        ":1;", "photoquality1;", "PHOTOQUALITY:1;"};
    char out[100] = "untouched";
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(translate(wrong[i], out, sizeof out), CC_ERR_NOT_FOUND);
    assert_string_equal(out, "untouched");
}

static void a_line_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char line[600] = "setwifissid:";
    char out[600];
    memset(line + strlen(line), 'a', 500);
    line[512] = ';';
    assert_int_equal(translate(line, out, sizeof out), CC_ERR_SPACE);
    assert_int_equal(translate("photoquality:12;", out, 21), CC_ERR_SPACE);
    assert_int_equal(translate("photoquality:12;", out, 22), CC_OK);
}

static void a_whole_older_command_is_known_without_an_end_of_line(void **state)
{
    (void)state;
    assert_true(cc_console_is_older("setwifissid:My home;"));
    assert_true(cc_console_is_older("wificonnect;"));
    assert_true(cc_console_is_older("setwifipass:a;b;"));
    assert_false(cc_console_is_older(""));
    assert_false(cc_console_is_older(";"));
    assert_false(cc_console_is_older("setwifissid:My home"));
    assert_false(cc_console_is_older("set network.wifi_ssid a;"));
    assert_false(cc_console_is_older("wificonnec;"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_older_command_has_one_of_ours),
        cmocka_unit_test(a_number_that_stands_for_nothing_is_left_to_the_setting_to_refuse),
        cmocka_unit_test(what_no_firmware_knew_is_not_found),
        cmocka_unit_test(a_line_that_is_too_long_is_refused),
        cmocka_unit_test(a_whole_older_command_is_known_without_an_end_of_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
