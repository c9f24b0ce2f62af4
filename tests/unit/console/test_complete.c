// What Tab offers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/complete.h"
#include "fake/rig.h"

static cc_rig_t rig;
static char offered[4096];

static int set_up(void **state)
{
    (void)state;
    cc_rig_init(&rig);
    return cc_rig_open(&rig);
}

static int tear_down(void **state)
{
    (void)state;
    cc_rig_deinit(&rig);
    return 0;
}

static void add(void *ctx, const char *whole)
{
    assert_ptr_equal(ctx, &rig);
    assert_true(strlen(offered) + strlen(whole) + 2 < sizeof offered);
    strcat(offered, whole);
    strcat(offered, "|");
}

static const char *complete(const char *line)
{
    *offered = '\0';
    cc_console_complete(rig.settings, line, add, &rig);
    return offered;
}

static void commands_come_first(void **state)
{
    (void)state;
    assert_string_equal(complete("s"), "status |set |send |");
    assert_string_equal(complete("fact"), "factory-reset |");
    assert_string_equal(complete("x"), "");
    assert_non_null(strstr(complete(""), "help |"));
}

static void settings_that_this_camera_has_follow(void **state)
{
    (void)state;
    assert_string_equal(complete("get network.dns"), "get network.dns1|get network.dns2|");
    assert_string_equal(complete("set camera.awb"), "set camera.awb |set camera.awb_gain |");
    cc_settings_set_absent(rig.settings, CC_SETTING_CAMERA_AWB_GAIN, true);
    assert_string_equal(complete("set camera.awb"), "set camera.awb |");
    assert_string_equal(complete("set system.password_"), ""); // hidden
}

static void values_follow_where_there_are_few(void **state)
{
    (void)state;
    static const cc_size_t sizes[] = {{320, 240}, {640, 480}};
    assert_string_equal(complete("set camera.hmirror "),
                        "set camera.hmirror true|set camera.hmirror false|");
    assert_string_equal(complete("set camera.effect gr"),
                        "set camera.effect grayscale|set camera.effect green|");
    assert_string_equal(complete("set camera.quality "), "");
    cc_settings_set_sizes(rig.settings, sizes, 2);
    assert_string_equal(complete("set camera.resolution "),
                        "set camera.resolution QVGA|set camera.resolution VGA|");
    assert_string_equal(complete("set no.such.key t"), "");
    assert_string_equal(complete("light o"), "light on|light off|");
}

static void a_line_that_is_too_long_offers_nothing(void **state)
{
    (void)state;
    char line[600] = "set ";
    memset(line + 4, 'k', 500);
    memcpy(line + 504, " t", 3);
    assert_string_equal(complete(line), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commands_come_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_that_this_camera_has_follow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_follow_where_there_are_few, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_offers_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
