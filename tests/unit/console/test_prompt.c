// What a terminal shows of the line that is typed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/prompt.h"

static cc_prompt_t prompt;
static char out[2 * CC_PROMPT_MAX + 1];

static const char *pass(const char *bytes)
{
    out[cc_prompt_pass(&prompt, bytes, strlen(bytes), out)] = '\0';
    return out;
}

static const char *show(void)
{
    out[cc_prompt_show(&prompt, out)] = '\0';
    return out;
}

static int set_up(void **state)
{
    (void)state;
    prompt = (cc_prompt_t){0};
    return 0;
}

static void secrets_turn_into_stars_as_they_are_typed(void **state)
{
    (void)state;
    assert_string_equal(pass("> "), "> ");
    assert_string_equal(pass("tok"), "tok");
    assert_string_equal(pass("en "), "en ");
    assert_string_equal(pass("A"), "*");
    assert_string_equal(pass("BC"), "**");
    assert_string_equal(pass("\n"), "\n");
    assert_string_equal(pass("> get x"), "> get x");
}

static void a_refresh_of_the_line_keeps_them(void **state)
{
    (void)state;
    pass("> wifi home geheim");
    assert_string_equal(pass("\r> wifi home gehei\x1b[0K\r\x1b[17C"),
                        "\r> wifi home *****\x1b[0K\r\x1b[17C");
    assert_string_equal(pass("X"), "*");
    // something put in before it: the secret has moved
    assert_string_equal(pass("\r> wifi homes geh\x1b[0K\r\x1b[12C"),
                        "\r> wifi homes ***\x1b[0K\r\x1b[12C");
}

static void a_line_that_becomes_harmless_is_shown(void **state)
{
    (void)state;
    pass("> token AB");
    assert_string_equal(pass("\r> tokens AB\x1b[0K\r\x1b[8C"), "\r> tokens AB\x1b[0K\r\x1b[8C");
}

static void a_log_line_can_come_between(void **state)
{
    (void)state;
    assert_int_equal(cc_prompt_hide(&prompt, out), 0);
    assert_string_equal(show(), "");
    pass("> get camera");
    size_t n = cc_prompt_hide(&prompt, out);
    assert_int_equal(n, 14);
    assert_memory_equal(out, "\r            \r", n);
    assert_string_equal(show(), "> get camera");
    pass("\r> get camera\x1b[0K\r\x1b[5C"); // the cursor stands behind "get"
    assert_string_equal(show(), "> get camera\b\b\b\b\b\b\b");
}

static void a_secret_stays_hidden_when_the_line_comes_back(void **state)
{
    (void)state;
    pass("> setwifipass:a b;");
    assert_string_equal(show(), "> setwifipass:* **");
    pass("\n");
    assert_string_equal(show(), "");
}

static void deleted_text_does_not_come_back(void **state)
{
    (void)state;
    pass("> status");
    pass("\r> \x1b[0K\r\x1b[2C");
    assert_string_equal(show(), "> ");
}

static void nothing_that_is_written_goes_past_the_end(void **state)
{
    (void)state;
    static char bytes[3 * CC_PROMPT_MAX + 1];
    static char passed[sizeof bytes];
    memset(bytes, 'x', sizeof bytes - 1);
    memcpy(bytes, "> token ", 8);
    assert_int_equal(cc_prompt_pass(&prompt, bytes, strlen(bytes), passed), strlen(bytes));
    assert_null(memchr(passed, 'x', strlen(bytes)));
    assert_int_equal(cc_prompt_hide(&prompt, out), CC_PROMPT_MAX + 2);
    pass("\x1b[999999999999999999999C\x1b[C\r");
    assert_int_equal(strlen(show()), 2 * CC_PROMPT_MAX);
    pass("\b\b\x1b\x1b[3;4H\x1bXy");
    assert_true(prompt.column <= prompt.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(secrets_turn_into_stars_as_they_are_typed, set_up),
        cmocka_unit_test_setup(a_refresh_of_the_line_keeps_them, set_up),
        cmocka_unit_test_setup(a_line_that_becomes_harmless_is_shown, set_up),
        cmocka_unit_test_setup(a_log_line_can_come_between, set_up),
        cmocka_unit_test_setup(a_secret_stays_hidden_when_the_line_comes_back, set_up),
        cmocka_unit_test_setup(deleted_text_does_not_come_back, set_up),
        cmocka_unit_test_setup(nothing_that_is_written_goes_past_the_end, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
