// The stand-in's check of PUT /c/info: everything that the API description allows, and a sentence
// that names the member for everything that it does not.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "info.h"
#include "util/err.h"

// The bytes lie in a block of their own size, so that a sanitizer sees one read too many.
static int read_info(const char *body, size_t len, cJSON **info, char *why)
{
    char *exact = malloc(len ? len : 1);

    assert_non_null(exact);
    memcpy(exact, body, len);
    int err = standin_info_read(exact, len, info, why, STANDIN_WHY_SIZE);
    free(exact);
    return err;
}

static void assert_accepted(const char *body)
{
    char why[STANDIN_WHY_SIZE] = "";
    cJSON *info = NULL;

    if (read_info(body, strlen(body), &info, why) != CC_OK)
        fail_msg("%s is refused: %s", body, why);
    assert_non_null(info);
    cJSON_Delete(info);
}

static void assert_refused_bytes(const char *body, size_t len, const char *sentence)
{
    char why[STANDIN_WHY_SIZE] = "";
    cJSON *info = NULL;

    assert_int_equal(read_info(body, len, &info, why), CC_ERR_FORMAT);
    assert_null(info);
    if (!strstr(why, sentence))
        fail_msg("%s is refused with '%s', not with '%s'", body, why, sentence);
}

static void assert_refused(const char *body, const char *sentence)
{
    assert_refused_bytes(body, strlen(body), sentence);
}

static void what_the_api_allows_is_accepted(void **state)
{
    (void)state;
    assert_accepted("{\"config\":{\"name\":\"Olomouc\"}}");
    assert_accepted(" {\"config\":{\"name\":\"\"}} \r\n");
    assert_accepted("{\"config\":{\"name\":\"a\"},\"options\":{},\"capabilities\":[]}");
    assert_accepted(
        "{\"config\":{\"name\":\"a\",\"camera_id\":\"1\",\"path\":\"/dev/"
        "video0\",\"driver\":\"V4L2\","
        "\"trigger_scheme\":\"TEN_SEC\",\"resolution\":{\"width\":640,\"height\":480},"
        "\"network_info\":{\"lan_mac\":\"a\",\"lan_ipv4\":\"b\",\"lan_ipv6\":\"c\",\"wifi_mac\":"
        "\"d\","
        "\"wifi_ipv4\":\"e\",\"wifi_ipv6\":\"f\",\"wifi_ssid\":\"g\"},\"firmware\":\"1.0.0\","
        "\"manufacturer\":\"Prusa\",\"model\":\"C920\"},"
        "\"options\":{\"available_resolutions\":[{\"width\":1,\"height\":65535}]},"
        "\"capabilities\":[\"trigger_scheme\",\"imaging\",\"resolution\",\"focus\"]}");
}

static void a_name_has_64_characters_not_bytes(void **state)
{
    char body[256] = "{\"config\":{\"name\":\"";
    (void)state;

    for (int i = 0; i < 64; i++)
        strcat(body, "\u010d");
    strcat(body, "\"}}");
    assert_accepted(body);
    body[strlen(body) - 3] = '\0';
    strcat(body, "x\"}}");
    assert_refused(body, "config.name has 64 characters at most");
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    assert_refused("{}", "the document lacks the member 'config'");
    assert_refused("{\"config\":{}}", "config lacks the member 'name'");
    assert_refused("{\"config\":{\"name\":\"a\",\"resolution\":{\"width\":1}}}",
                   "config.resolution lacks the member 'height'");
}

static void flat_json_and_unknown_members_are_refused(void **state)
{
    (void)state;
    assert_refused("{\"name\":\"a\"}", "the document has a member 'name'");
    assert_refused("{\"config\":{\"name\":\"a\",\"Name\":\"b\"}}", "config has a member 'Name'");
    assert_refused("{\"config\":{\"name\":\"a\",\"network_info\":{\"ip\":\"b\"}}}",
                   "config.network_info has a member 'ip'");
    assert_refused("{\"config\":{\"name\":\"a\"},\"options\":{\"rotation\":1}}",
                   "options has a member 'rotation'");
    assert_refused("{\"config\":{\"name\":\"a\"},\"capabilities\":\"imaging,focus\"}",
                   "capabilities must be a list");
}

static void wrong_types_and_values_are_refused(void **state)
{
    (void)state;
    assert_refused("[]", "the document must be an object");
    assert_refused("{\"config\":\"a\"}", "config must be an object");
    assert_refused("{\"config\":{\"name\":1}}", "config.name must be a text");
    assert_refused("{\"config\":{\"name\":\"a\",\"trigger_scheme\":\"TEN\"}}",
                   "config.trigger_scheme must be one of MANUAL, EACH_LAYER");
    assert_refused("{\"config\":{\"name\":\"a\",\"resolution\":{\"width\":\"640\",\"height\":1}}}",
                   "config.resolution.width must be a whole number");
    assert_refused("{\"config\":{\"name\":\"a\",\"resolution\":{\"width\":1,\"height\":1.5}}}",
                   "config.resolution.height must be a whole number");
    assert_refused("{\"config\":{\"name\":\"a\",\"resolution\":{\"width\":0,\"height\":1}}}",
                   "config.resolution.width must be a whole number from 1");
    assert_refused("{\"config\":{\"name\":\"a\",\"resolution\":{\"width\":1e999,\"height\":1}}}",
                   "config.resolution.width must be a whole number from 1");
    assert_refused("{\"config\":{\"name\":\"a\"},\"capabilities\":[\"imaging\",\"zoom\"]}",
                   "capabilities[1] must be one of");
    assert_refused("{\"config\":{\"name\":\"a\"},\"options\":{\"available_resolutions\":[{}]}}",
                   "options.available_resolutions[0] lacks the member 'width'");
}

static void null_and_doubles_are_refused(void **state)
{
    (void)state;
    assert_refused("null", "the document is null");
    assert_refused("{\"config\":{\"name\":null}}", "config.name is null");
    assert_refused("{\"config\":{\"name\":\"a\"},\"options\":null}", "options is null");
    assert_refused("{\"config\":{\"name\":\"a\",\"name\":\"b\"}}",
                   "config has the member 'name' twice");
}

static void what_is_no_json_is_refused(void **state)
{
    static const char body[] = "{\"config\":{\"name\":\"Olomouc\"},\"capabilities\":[\"focus\"]}";
    char deep[4096];
    (void)state;

    assert_refused("", "the document is empty");
    assert_refused("hello", "the document is not JSON");
    assert_refused("{\"config\":{\"name\":\"a\"}}x", "the document goes on behind its end");
    assert_refused_bytes("{\"config\":{\"name\":\"a\"}}\0", 24, "holds a NUL");
    assert_refused("{\"config\":{\"name\":\"a\\u0000b\"}}", "holds a NUL");
    assert_accepted("{\"config\":{\"name\":\"a\\\\u0000b\"}}");
    assert_refused("{\"config\":{\"name\":\"\xFF\"}}", "is not UTF-8");
    assert_refused("{\"config\":{\"name\":\"\xC0\x80\"}}", "is not UTF-8");
    assert_refused("{\"config\":{\"name\":\"\xED\xA0\x80\"}}", "is not UTF-8");
    for (size_t len = 1; len < strlen(body); len++)
        assert_refused_bytes(body, len, "the document is not JSON");
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_refused(deep, "the document is not JSON");
}

static void a_long_unknown_name_is_cut_at_a_character(void **state)
{
    char body[512] = "{\"";
    char why[STANDIN_WHY_SIZE];
    cJSON *info = NULL;
    (void)state;

    for (int i = 0; i < 100; i++)
        strcat(body, "\u20ac");
    strcat(body, "\":1}");
    assert_int_equal(read_info(body, strlen(body), &info, why), CC_ERR_FORMAT);
    assert_non_null(strstr(why, "\u20ac' that the API does not know"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_api_allows_is_accepted),
        cmocka_unit_test(a_name_has_64_characters_not_bytes),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(flat_json_and_unknown_members_are_refused),
        cmocka_unit_test(wrong_types_and_values_are_refused),
        cmocka_unit_test(null_and_doubles_are_refused),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(a_long_unknown_name_is_cut_at_a_character),
    };
    return cmocka_run_group_tests_name("standin_info", tests, NULL, NULL);
}
