// What Connect is told of this camera, and what it tells back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cJSON.h>
#include <cmocka.h>

#include "connect/info.h"
#include "fake/guard.h"
#include "util/err.h"

static cJSON *told(const cc_info_t *info)
{
    char *body = cc_info_body(info);
    assert_non_null(body);
    assert_null(strstr(body, "null"));
    cJSON *json = cJSON_Parse(body);
    assert_non_null(json);
    cc_info_body_free(body);
    return json;
}

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

static void everything_that_is_known_is_told_in_its_place(void **state)
{
    (void)state;
    cc_info_t info = {
        .name = "K\303\274che \"1\"",
        .manufacturer = "Maker",
        .model = "Model",
        .driver = "V4L2",
        .path = "/dev/video0",
        .firmware = "connectcam 0.1.0",
        .interval_s = 10,
        .size = {1280, 720},
        .sizes = {{640, 480}, {1280, 720}},
        .n_sizes = 2,
        .net = {.mac = "0a:bc:12:34:56:7f", .ipv4 = "192.168.1.20", .ipv6 = "fd00::1"},
    };
    cJSON *json = told(&info);
    const cJSON *config = cJSON_GetObjectItem(json, "config");
    assert_string_equal(text_of(config, "name"), info.name);
    assert_string_equal(text_of(config, "manufacturer"), "Maker");
    assert_string_equal(text_of(config, "model"), "Model");
    assert_string_equal(text_of(config, "driver"), "V4L2");
    assert_string_equal(text_of(config, "path"), "/dev/video0");
    assert_string_equal(text_of(config, "firmware"), "connectcam 0.1.0");
    assert_string_equal(text_of(config, "trigger_scheme"), "TEN_SEC");
    const cJSON *size = cJSON_GetObjectItem(config, "resolution");
    assert_int_equal(cJSON_GetObjectItem(size, "width")->valueint, 1280);
    assert_int_equal(cJSON_GetObjectItem(size, "height")->valueint, 720);
    const cJSON *network = cJSON_GetObjectItem(config, "network_info");
    assert_string_equal(text_of(network, "lan_mac"), "0a:bc:12:34:56:7f");
    assert_string_equal(text_of(network, "lan_ipv4"), "192.168.1.20");
    assert_string_equal(text_of(network, "lan_ipv6"), "fd00::1");
    assert_int_equal(cJSON_GetArraySize(network), 3);
    const cJSON *sizes =
        cJSON_GetObjectItem(cJSON_GetObjectItem(json, "options"), "available_resolutions");
    assert_int_equal(cJSON_GetArraySize(sizes), 2);
    char *capabilities = cJSON_PrintUnformatted(cJSON_GetObjectItem(json, "capabilities"));
    assert_string_equal(capabilities, "[\"trigger_scheme\",\"imaging\",\"resolution\"]");
    cJSON_free(capabilities);
    cJSON_Delete(json);
}

static void wifi_is_told_as_wifi(void **state)
{
    (void)state;
    cc_info_t info = {.name = "x",
                      .net = {.wifi = true, .mac = "0a:bc:12:34:56:7f", .ssid = "home"}};
    cJSON *json = told(&info);
    const cJSON *network = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "config"), "network_info");
    assert_string_equal(text_of(network, "wifi_mac"), "0a:bc:12:34:56:7f");
    assert_string_equal(text_of(network, "wifi_ssid"), "home");
    assert_int_equal(cJSON_GetArraySize(network), 2);
    cJSON_Delete(json);
}

static void what_is_unknown_is_left_out(void **state)
{
    (void)state;
    cc_info_t info = {.name = "x"};
    char *body = cc_info_body(&info);
    assert_string_equal(body, "{\"config\":{\"name\":\"x\",\"trigger_scheme\":\"TEN_SEC\","
                              "\"network_info\":{}},"
                              "\"capabilities\":[\"trigger_scheme\",\"imaging\"]}");
    cc_info_body_free(body);
}

static void any_interval_is_told_as_a_pace_that_connect_knows(void **state)
{
    (void)state;
    static const struct {
        int32_t interval_s;
        const char *scheme;
    } paces[] = {{10, "TEN_SEC"},    {29, "TEN_SEC"},   {30, "THIRTY_SEC"},
                 {59, "THIRTY_SEC"}, {60, "SIXTY_SEC"}, {3600, "SIXTY_SEC"}};
    for (size_t i = 0; i < sizeof paces / sizeof *paces; i++) {
        cc_info_t info = {.name = "x", .interval_s = paces[i].interval_s};
        cJSON *json = told(&info);
        assert_string_equal(text_of(cJSON_GetObjectItem(json, "config"), "trigger_scheme"),
                            paces[i].scheme);
        cJSON_Delete(json);
    }
}

static int read_answer(const char *body, cc_info_answer_t *answer)
{
    cc_guard_t guard = cc_guard_new(body, strlen(body));
    int err = cc_info_read_answer((const char *)guard.bytes, guard.len, answer);
    cc_guard_free(&guard);
    return err;
}

static void the_name_that_connect_knows_is_found_in_either_place(void **state)
{
    (void)state;
    cc_info_answer_t answer;
    assert_int_equal(read_answer("{\"config\":{\"name\":\"Bench\"},\"registered\":true}", &answer),
                     CC_OK);
    assert_string_equal(answer.name, "Bench");
    assert_true(answer.registered);
    assert_int_equal(read_answer("{\"name\":\"Top\",\"config\":{\"name\":\"Bench\"}}", &answer),
                     CC_OK);
    assert_string_equal(answer.name, "Top");
    assert_false(answer.registered);
    assert_int_equal(read_answer("{\"name\":\"\",\"config\":{\"name\":\"Bench\"}}", &answer),
                     CC_OK);
    assert_string_equal(answer.name, "Bench");
}

static void an_answer_without_a_name_that_fits_gives_none(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{}",
        "{\"config\":null}",
        "{\"config\":\"name\"}",
        "{\"name\":5}",
        "{\"name\":\"two\\nlines\"}",
        "{\"name\":\"12345678901234567890123456789012345678901234567890123456789012345\"}",
        "{\"registered\":\"true\"}",
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        cc_info_answer_t answer;
        assert_int_equal(read_answer(answers[i], &answer), CC_OK);
        assert_string_equal(answer.name, "");
        assert_false(answer.registered);
    }
}

static void an_answer_that_is_no_json_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "<html>", "{\"name\":\"x\"", "{\"name\":\"\xFF\"}"};
    cc_info_answer_t answer = {.name = "before", .registered = true};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_answer(wrong[i], &answer), CC_ERR_FORMAT);
    assert_string_equal(answer.name, "before");
    assert_true(answer.registered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_is_known_is_told_in_its_place),
        cmocka_unit_test(wifi_is_told_as_wifi),
        cmocka_unit_test(what_is_unknown_is_left_out),
        cmocka_unit_test(any_interval_is_told_as_a_pace_that_connect_knows),
        cmocka_unit_test(the_name_that_connect_knows_is_found_in_either_place),
        cmocka_unit_test(an_answer_without_a_name_that_fits_gives_none),
        cmocka_unit_test(an_answer_that_is_no_json_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
