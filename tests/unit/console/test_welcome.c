// The framed lines at the end of a start.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/welcome.h"

static char said[CC_WELCOME_MAX];

static const cc_welcome_t at_home = {
    .firmware = "connectcam 1.2.0",
    .page = "http://192.168.1.20/",
    .name_page = "http://workshop.local/",
    .setup_ssid = "",
    .passphrase = "",
    .setup_page = "",
    .has_console = true,
};

static void welcome(const cc_welcome_t *facts)
{
    size_t len = cc_console_welcome(facts, said);
    assert_int_equal(len, strlen(said));
}

static void every_line_is_as_long_as_the_frame(void **state)
{
    (void)state;
    size_t width = 0;
    welcome(&at_home);
    for (const char *line = said; *line; line = strchr(line, '\n') + 1) {
        size_t len = strcspn(line, "\n");
        width = width ? width : len;
        assert_int_equal(len, width);
    }
    assert_int_equal(width, 80);
}

static void a_camera_in_a_network_tells_its_addresses(void **state)
{
    (void)state;
    welcome(&at_home);
    assert_non_null(strstr(said, "connectcam 1.2.0"));
    assert_non_null(strstr(said, "http://192.168.1.20/  http://workshop.local/"));
    assert_non_null(strstr(said, "The page tells how the pictures do"));
    assert_null(strstr(said, "Set-up"));
}

static void a_camera_without_console_names_no_commands(void **state)
{
    (void)state;
    cc_welcome_t facts = at_home;
    facts.has_console = false;
    facts.name_page = "";
    welcome(&facts);
    assert_non_null(strstr(said, "| Page     http://192.168.1.20/   "));
    assert_non_null(strstr(said, "Open the page; it tells how the pictures do."));
    assert_null(strstr(said, "help"));
}

static void what_is_missing_is_named_one_after_the_other(void **state)
{
    (void)state;
    cc_welcome_t facts = at_home;
    facts.needs_token = true;
    welcome(&facts);
    assert_non_null(strstr(said, "paste the token"));
    facts.needs_password = true;
    welcome(&facts);
    assert_non_null(strstr(said, "choose a password"));
    facts.page = "";
    welcome(&facts);
    assert_non_null(strstr(said, "wifi NAME PASSWORD"));
    assert_null(strstr(said, "workshop.local"));
}

static void the_way_into_the_set_up_network_is_told(void **state)
{
    (void)state;
    cc_welcome_t facts = at_home;
    facts.page = "";
    facts.setup_ssid = "prusa-esp32cam-5F7A";
    facts.passphrase = "abcdefghjk";
    facts.setup_page = "http://192.168.71.1/";
    welcome(&facts);
    assert_non_null(strstr(said, "Wi-Fi prusa-esp32cam-5F7A, passphrase abcdefghjk"));
    assert_non_null(strstr(said, "http://192.168.71.1/"));
    assert_non_null(strstr(said, "Join the set-up network"));
}

static void a_long_name_is_told_whole(void **state)
{
    (void)state;
    cc_welcome_t facts = at_home;
    facts.name_page =
        "http://a123456789b123456789c123456789d123456789e123456789f123456789xyz.local/";
    welcome(&facts);
    assert_non_null(strstr(said, "f123456789xyz.local/ |\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_as_long_as_the_frame),
        cmocka_unit_test(a_camera_in_a_network_tells_its_addresses),
        cmocka_unit_test(a_camera_without_console_names_no_commands),
        cmocka_unit_test(what_is_missing_is_named_one_after_the_other),
        cmocka_unit_test(the_way_into_the_set_up_network_is_told),
        cmocka_unit_test(a_long_name_is_told_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
