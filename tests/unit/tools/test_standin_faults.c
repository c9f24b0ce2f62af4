// The stand-in's fault script: what is understood, what is refused and in which words, and which
// step a request or a connection gets.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "faults.h"
#include "util/err.h"

static standin_script_t parsed(const char *spec)
{
    standin_script_t script = {0};
    char why[STANDIN_WHY_SIZE] = "";

    if (standin_script_parse(spec, &script, why, sizeof why) != CC_OK)
        fail_msg("'%s' is refused: %s", spec, why);
    return script;
}

static void assert_refused(const char *spec, const char *sentence)
{
    standin_script_t script = {.len = 1, .steps = {{.kind = STANDIN_FAULT_DRIP}}};
    char why[STANDIN_WHY_SIZE] = "";

    assert_int_equal(standin_script_parse(spec, &script, why, sizeof why), CC_ERR_FORMAT);
    if (!strstr(why, sentence))
        fail_msg("'%s' is refused with '%s', not with '%s'", spec, why, sentence);
    assert_int_equal(script.len, 1);
    assert_int_equal(script.steps[0].kind, STANDIN_FAULT_DRIP);
}

static standin_fault_t taken(standin_script_t *script, const char *path)
{
    standin_fault_t fault;

    standin_script_take_request(script, path, &fault);
    return fault;
}

static void every_action_is_understood(void **state)
{
    static const char *const specs[] = {
        "ok",
        "status=503",
        "status=429:retry-after=30",
        "status=200:body=hello",
        "reset=before",
        "reset=middle",
        "reset=after",
        "silence=600",
        "drip",
        "wrong-length=short",
        "wrong-length=long",
        "close",
        "redirect=307:https://[::1]:8443/c/snapshot?a=b",
        "cert=expired",
        "cert=future",
        "cert=other-host",
        "cert=other-ca",
        "handshake=reset",
        "handshake=silence",
    };
    (void)state;

    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        char text[STANDIN_FAULT_TEXT + 64];
        standin_script_t script = parsed(specs[i]);
        assert_int_equal(script.len, 1);
        assert_int_equal(script.steps[0].times, 1);
        standin_fault_format(&script.steps[0], text, sizeof text);
        assert_string_equal(text, specs[i]);
    }
}

static void nothing_and_none_clear_the_script(void **state)
{
    (void)state;
    assert_int_equal(parsed("").len, 0);
    assert_int_equal(parsed(" none\n").len, 0);
}

static void a_body_keeps_colons_and_escapes(void **state)
{
    (void)state;
    standin_script_t script =
        parsed("status=200:body={\"a\":1%2C\"b\":2} x2, status=400:body=a%20x3");

    assert_int_equal(script.len, 2);
    assert_string_equal(script.steps[0].text, "{\"a\":1,\"b\":2}");
    assert_int_equal(script.steps[0].times, 2);
    assert_string_equal(script.steps[1].text, "a x3");
    assert_int_equal(script.steps[1].times, 1);
}

static void times_stand_behind_a_space_or_a_colon(void **state)
{
    (void)state;
    assert_int_equal(parsed("drip x3").steps[0].times, 3);
    assert_int_equal(parsed("drip:x3").steps[0].times, 3);
    assert_int_equal(parsed("drip forever").steps[0].times, 0);
    assert_int_equal(parsed("redirect=301:https://a/x2 x4").steps[0].times, 4);
    assert_string_equal(parsed("redirect=301:https://a/x2 x4").steps[0].text, "https://a/x2");
}

static void what_is_wrong_is_told_and_changes_nothing(void **state)
{
    (void)state;
    assert_refused("boom", "'boom' is no action; there are ok, status=");
    assert_refused("status", "status= is a number from 200 to 599");
    assert_refused("status=199", "status= is a number from 200 to 599");
    assert_refused("status=600", "status= is a number from 200 to 599");
    assert_refused("status=5 03", "status= is a number from 200 to 599");
    assert_refused("status=99999999999999999999999", "status= is a number from 200 to 599");
    assert_refused("status=503:retry-after=-1", "retry-after= is seconds");
    assert_refused("drip:retry-after=1", "retry-after= stands behind status=");
    assert_refused("body=x", "body= stands behind status=");
    assert_refused("status=204:body=x", "status=204 never has a body");
    assert_refused("status=200:body=", "body= needs a text");
    assert_refused("status=200:body=50%", "a percent sign is %25");
    assert_refused("status=200:body=%00", "a percent sign is %25");
    assert_refused("reset=never", "reset= is before, middle or after");
    assert_refused("wrong-length", "wrong-length= is short or long");
    assert_refused("cert=old", "cert= is expired, future, other-host or other-ca");
    assert_refused("handshake=expired", "handshake= is reset or silence");
    assert_refused("silence=0", "silence= is seconds from 1 to 600");
    assert_refused("drip=1", "drip has no value");
    assert_refused("redirect=304:https://a/", "301, 302, 303, 307 or 308");
    assert_refused("redirect=301:ftp://a/", "URL begins with https://");
    assert_refused("redirect=301:https://a/ b", "without spaces");
    assert_refused("redirect=301", "redirect= is CODE:URL");
    assert_refused("path=/c/info", "a step needs an action");
    assert_refused("status=503:path=/", "path= is /c/info or /c/snapshot");
    assert_refused("cert=expired:path=/c/info", "have no path=");
    assert_refused("drip:close", "'close' is the next step");
    assert_refused("drip x0", "xN is x1 to x1000000");
    assert_refused("drip:x2 x3", "one of xN and forever");
    assert_refused("drip forever,close", "nothing comes behind");
    assert_refused("drip,,close", "is no action");
    assert_refused("drip,", "is no action");
}

static void bounds_are_kept(void **state)
{
    char spec[STANDIN_SCRIPT_TEXT + 1];
    (void)state;

    memset(spec, 'x', sizeof spec - 1);
    spec[sizeof spec - 1] = '\0';
    assert_refused(spec, "a script is 8191 bytes at most");

    memcpy(spec, "status=200:body=", 16);
    spec[16 + STANDIN_FAULT_TEXT - 1] = '\0';
    assert_int_equal(strlen(parsed(spec).steps[0].text), STANDIN_FAULT_TEXT - 1);
    spec[16 + STANDIN_FAULT_TEXT - 1] = 'x';
    spec[16 + STANDIN_FAULT_TEXT] = '\0';
    assert_refused(spec, "body= is 1023 bytes at most");

    spec[0] = '\0';
    for (int i = 0; i < STANDIN_SCRIPT_STEPS; i++)
        strcat(spec, i ? ",ok" : "ok");
    assert_int_equal(parsed(spec).len, STANDIN_SCRIPT_STEPS);
    strcat(spec, ",ok");
    assert_refused(spec, "a script has 32 steps at most");
}

static void each_request_takes_one_step_in_order(void **state)
{
    (void)state;
    standin_script_t script = parsed("status=503 x2,drip");

    assert_int_equal(taken(&script, "/c/info").kind, STANDIN_FAULT_STATUS);
    assert_int_equal(taken(&script, "/c/snapshot").kind, STANDIN_FAULT_STATUS);
    assert_int_equal(taken(&script, "/c/snapshot").kind, STANDIN_FAULT_DRIP);
    assert_int_equal(taken(&script, "/c/snapshot").kind, STANDIN_FAULT_OK);
    assert_int_equal(script.len, 0);
}

static void forever_never_ends(void **state)
{
    (void)state;
    standin_script_t script = parsed("ok,close forever");

    assert_int_equal(taken(&script, "/c/info").kind, STANDIN_FAULT_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(taken(&script, "/c/info").kind, STANDIN_FAULT_CLOSE);
}

static void a_step_with_a_path_lets_others_pass(void **state)
{
    (void)state;
    standin_script_t script = parsed("status=503:path=/c/info,drip");

    assert_int_equal(taken(&script, "/c/snapshot").kind, STANDIN_FAULT_DRIP);
    assert_int_equal(taken(&script, "/c/snapshot").kind, STANDIN_FAULT_OK);
    assert_int_equal(taken(&script, "/c/info").kind, STANDIN_FAULT_STATUS);
    assert_int_equal(script.len, 0);
}

static void a_broken_handshake_waits_for_its_turn(void **state)
{
    standin_fault_t fault;
    (void)state;
    standin_script_t script = parsed("ok,cert=expired,drip");

    standin_script_take_connection(&script, &fault);
    assert_int_equal(fault.kind, STANDIN_FAULT_OK);
    assert_false(standin_script_wants_connection(&script));
    taken(&script, "/c/info");

    assert_true(standin_script_wants_connection(&script));
    assert_int_equal(taken(&script, "/c/info").kind, STANDIN_FAULT_OK); // drip waits behind it
    standin_script_take_connection(&script, &fault);
    assert_int_equal(fault.detail, STANDIN_CERT_EXPIRED);
    assert_false(standin_script_wants_connection(&script));
    assert_int_equal(taken(&script, "/c/info").kind, STANDIN_FAULT_DRIP);
}

static void the_script_is_shown_as_json(void **state)
{
    (void)state;
    standin_script_t script = parsed("status=429:retry-after=3:path=/c/info x2,close forever");
    cJSON *list = standin_script_json(&script);
    char *text = cJSON_PrintUnformatted(list);

    assert_string_equal(text,
                        "[{\"step\":\"status=429:retry-after=3\",\"path\":\"/c/info\",\"times\":2},"
                        "{\"step\":\"close\",\"times\":\"forever\"}]");
    cJSON_free(text);
    cJSON_Delete(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_is_understood),
        cmocka_unit_test(nothing_and_none_clear_the_script),
        cmocka_unit_test(a_body_keeps_colons_and_escapes),
        cmocka_unit_test(times_stand_behind_a_space_or_a_colon),
        cmocka_unit_test(what_is_wrong_is_told_and_changes_nothing),
        cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(each_request_takes_one_step_in_order),
        cmocka_unit_test(forever_never_ends),
        cmocka_unit_test(a_step_with_a_path_lets_others_pass),
        cmocka_unit_test(a_broken_handshake_waits_for_its_turn),
        cmocka_unit_test(the_script_is_shown_as_json),
    };
    return cmocka_run_group_tests_name("standin_faults", tests, NULL, NULL);
}
