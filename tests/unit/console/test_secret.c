// Which part of a typed line nobody may read over a shoulder, or find in the history.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/secret.h"
#include "fake/guard.h"

static int secret_at(const char *line)
{
    size_t len = strlen(line);
    cc_guard_t guard = cc_guard_new(line, len);
    int at = cc_console_secret_at((const char *)guard.bytes, len);
    cc_guard_free(&guard);
    return at;
}

static void secrets_begin_where_their_command_says(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int at;
    } lines[] = {
        {"token ABC", 6},
        {"  token   ABC", 10},
        {"token ", 6},
        {"set connect.token ABC", 18},
        {"set network.wifi_password a b c", 26},
        {"set system.password x", 20},
        {"wifi home secret word", 10},
        {"wifi home ", 10},
        {"setwifipass:secret;", 12},
        {" setwifipass:", 13},
        {"setauthtoken:ABC", 13},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(secret_at(lines[i].line), lines[i].at);
}

static void everything_else_may_be_read(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        " ",
                                        "token",
                                        "tokens ABC",
                                        "get connect.token",
                                        "set connect.token",
                                        "set network.wifi_ssid home",
                                        "set camera.quality 10",
                                        "wifi",
                                        "wifi home",
                                        "setwifissid:home;",
                                        "setwifipas",
                                        "help token ABC"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(secret_at(lines[i]), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_begin_where_their_command_says),
        cmocka_unit_test(everything_else_may_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
