// JSON from outside: read whole and within bounds, or refused with the rule that it breaks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/guard.h"
#include "util/err.h"
#include "util/json.h"

static int parse(const char *text, size_t len, cJSON **json, const char **reason)
{
    cc_guard_t guard = cc_guard_new(text, len);
    int err = cc_json_parse((const char *)guard.bytes, guard.len, json, reason);
    cc_guard_free(&guard);
    return err;
}

static void assert_refused_bytes(const char *text, size_t len, const char *why)
{
    cJSON *json = NULL;
    const char *reason = "";
    if (parse(text, len, &json, &reason) != CC_ERR_FORMAT)
        fail_msg("'%s' is taken", text);
    assert_null(json);
    if (!strstr(reason, why))
        fail_msg("'%s' is refused because %s, not because of '%s'", text, reason, why);
}

static void assert_refused(const char *text, const char *why)
{
    assert_refused_bytes(text, strlen(text), why);
}

static void assert_taken(const char *text)
{
    cJSON *json = NULL;
    const char *reason = "";
    if (parse(text, strlen(text), &json, &reason) != CC_OK)
        fail_msg("'%s' is refused because %s", text, reason);
    assert_non_null(json);
    cJSON_Delete(json);
}

static void a_whole_document_is_read(void **state)
{
    (void)state;
    assert_taken("{}");
    assert_taken(" \r\n\t{\"a\": [1, -2.5e3, true, false, null, \"\\u00fc\\n\\\\\"]} \r\n");
    assert_taken("12");
    assert_taken("\"a { in a text [ does not count\"");
    assert_taken("[\"\\\\u0000\"]"); // a backslash, then plain characters
}

static void a_document_that_is_cut_anywhere_is_refused(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"1\":1,\"token\":\"AB\\u00fcC\",\"list\":[true,false,null,-1.5e2],\"o\":{\"p\":\"\"}}";
    for (size_t len = 0; len < sizeof whole - 1; len++)
        assert_refused_bytes(whole, len, "it is");
    assert_taken(whole);
}

static void what_stands_behind_the_end_is_refused(void **state)
{
    (void)state;
    assert_refused("{} x", "behind its end");
    assert_refused("{}{}", "behind its end");
    assert_refused("1 2", "behind its end");
    assert_refused_bytes("{}\0", 3, "UTF-8");
}

static void a_member_that_is_named_twice_is_refused(void **state)
{
    (void)state;
    assert_refused("{\"a\":1,\"b\":2,\"a\":3}", "twice");
    assert_refused("[{\"o\":{\"\":1,\"\":1}}]", "twice");
    assert_refused("{\"a\":1,\"\\u0061\":2}", "twice");
    assert_taken("{\"a\":1,\"A\":2}");
}

static void what_is_nested_too_deep_is_refused(void **state)
{
    (void)state;
    assert_taken("[[[[[[1]]]]]]");
    assert_taken("[[],[],[],[],[],[],[],[[]]]");
    assert_refused("[[[[[[[1]]]]]]]", "too deep");
    assert_refused("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}", "too deep");
    char deep[4001];
    memset(deep, '[', 4000);
    deep[4000] = '\0';
    assert_refused(deep, "too deep");
}

static void an_object_of_too_many_members_is_refused(void **state)
{
    (void)state;
    static char text[8192];
    for (int n = CC_JSON_MEMBERS_MAX; n <= CC_JSON_MEMBERS_MAX + 1; n++) {
        size_t len = 0;
        for (int i = 0; i < n; i++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s\"m%d\":%d", i ? "," : "{", i,
                                    i);
        snprintf(text + len, sizeof text - len, "}");
        if (n <= CC_JSON_MEMBERS_MAX)
            assert_taken(text);
        else
            assert_refused(text, "too many members");
    }
}

static void texts_with_nul_control_characters_or_broken_utf8_are_refused(void **state)
{
    (void)state;
    assert_refused("[\"a\\u0000b\"]", "NUL");
    assert_refused("[\"a\nb\"]", "control character");
    assert_refused("[\"\xFF\"]", "UTF-8");
    assert_refused("[\"\xC0\xAF\"]", "UTF-8");
    assert_refused_bytes("[\"a\0b\"]", 7, "UTF-8");
    assert_refused("[\"\\ud800\"]", "not JSON");
    assert_refused("[\"\\x\"]", "not JSON");
}

static void what_is_no_json_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    " ",    "{a:1}",   "{'a':1}", "[1,]", "{\"a\":1,}",
                                        "nul", "tRUE", "{\"a\"}", "[}",      "]",    "hello"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refused(wrong[i], "not JSON");
}

static void counts_are_written_digit_for_digit(void **state)
{
    (void)state;
    cJSON *object = cJSON_CreateObject();
    cc_json_add_unsigned(object, "n", 999999999999999ull);
    char *text = cJSON_PrintUnformatted(object);
    assert_string_equal(text, "{\"n\":999999999999999}");
    cJSON_free(text);
    cJSON_Delete(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_document_is_read),
        cmocka_unit_test(a_document_that_is_cut_anywhere_is_refused),
        cmocka_unit_test(what_stands_behind_the_end_is_refused),
        cmocka_unit_test(a_member_that_is_named_twice_is_refused),
        cmocka_unit_test(what_is_nested_too_deep_is_refused),
        cmocka_unit_test(an_object_of_too_many_members_is_refused),
        cmocka_unit_test(texts_with_nul_control_characters_or_broken_utf8_are_refused),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(counts_are_written_digit_for_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
