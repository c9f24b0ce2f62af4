// The settings on the disk: what is kept, what survives, what happens when the disk will not.
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/rig.h"
#include "util/err.h"

static cc_rig_t rig;

static int set_up(void **state)
{
    (void)state;
    cc_rig_init(&rig);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cc_rig_deinit(&rig);
    return 0;
}

static const char *document(void)
{
    return cc_fake_store_text(&rig.disk, "settings");
}

static void put(const char *text)
{
    cc_fake_store_put(&rig.disk, "settings", text, strlen(text));
}

// The document's member as JSON text; "" when it is not there.
static const char *stored(const char *key)
{
    static char out[600];
    cJSON *json = cJSON_Parse(document());
    assert_non_null(json);
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, key);
    char *text = member ? cJSON_PrintUnformatted(member) : NULL;
    snprintf(out, sizeof out, "%s", text ? text : "");
    cJSON_free(text);
    cJSON_Delete(json);
    return out;
}

static void without_a_document_the_defaults_count_and_nothing_is_written(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 12);
    assert_true(cc_settings_bool(rig.settings, CC_SETTING_CONNECT_ENABLED));
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CONNECT_SERVER),
                        "https://connect.prusa3d.com");
    assert_int_equal(rig.disk.saves, 0);
    assert_null(document());
}

static void every_kind_of_value_is_there_after_a_restart(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(
        cc_rig_set_json(&rig,
                        "{\"camera.hmirror\":true,\"camera.quality\":40,"
                        "\"camera.effect\":\"sepia\",\"camera.xclk_mhz\":8,"
                        "\"camera.resolution\":\"UXGA\",\"connect.name\":\"K\xC3\xBC\\\"che\","
                        "\"connect.token\":\"ABCDEFGHIJ0123456789\","
                        "\"system.password\":\"correct horse\",\"camera.wpc\":false}"),
        CC_OK);
    char before[65], after[65], token[32];
    cc_settings_text(rig.settings, CC_SETTING_SYSTEM_PASSWORD_SHA256, before, sizeof before);
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_true(cc_settings_bool(rig.settings, CC_SETTING_CAMERA_HMIRROR));
    assert_false(cc_settings_bool(rig.settings, CC_SETTING_CAMERA_WPC));
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 40);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_EFFECT), "sepia");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_XCLK_MHZ), "8");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_RESOLUTION), "UXGA");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CONNECT_NAME), "K\xC3\xBC\"che");
    cc_settings_text(rig.settings, CC_SETTING_CONNECT_TOKEN, token, sizeof token);
    assert_string_equal(token, "ABCDEFGHIJ0123456789");
    cc_settings_text(rig.settings, CC_SETTING_SYSTEM_PASSWORD_SHA256, after, sizeof after);
    assert_string_equal(before, after);
    assert_int_equal(rig.disk.set_asides, 0);
}

static void only_what_was_chosen_is_stored(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(
        cc_rig_set_json(&rig, "{\"camera.quality\":40,\"stream.fps\":10,\"connect.enabled\":true,"
                              "\"camera.wb_mode\":\"auto\",\"camera.resolution\":\"SVGA\","
                              "\"connect.server\":\"https://connect.prusa3d.com\","
                              "\"connect.name\":\"\",\"connect.token\":\"\"}"),
        CC_OK);
    cJSON *json = cJSON_Parse(document());
    assert_int_equal(cJSON_GetArraySize(json), 1);
    cJSON_Delete(json);
    assert_string_equal(stored("camera.quality"), "40");
    assert_int_equal(cc_rig_set(&rig, "camera.quality", "12"), CC_OK);
    assert_string_equal(stored("camera.quality"), "");
}

static void keys_of_another_version_survive_a_save(void **state)
{
    (void)state;
    put("{\"future.key\":{\"a\":[1,{\"b\":null}]},\"stream.fps\":9,\"z\":\"\\u00fc\",\"n\":-1."
        "5e10}");
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(cc_rig_set(&rig, "camera.quality", i ? "21" : "20"), CC_OK);
        assert_string_equal(stored("future.key"), "{\"a\":[1,{\"b\":null}]}");
        assert_string_equal(stored("z"), "\"\xC3\xBC\"");
        assert_string_equal(stored("n"), "-15000000000");
        assert_string_equal(stored("stream.fps"), "9");
        assert_int_equal(cc_rig_open(&rig), CC_OK);
    }
    cc_draft_t *draft = cc_draft_new(rig.settings);
    cc_draft_reset(draft, CC_RESET_SETTINGS);
    assert_int_equal(cc_draft_commit(draft), CC_OK);
    cc_draft_free(draft);
    assert_string_equal(stored("future.key"), "{\"a\":[1,{\"b\":null}]}");
}

static void a_key_that_differs_in_case_only_is_another_key(void **state)
{
    (void)state;
    put("{\"Stream.FPS\":99}");
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "7"), CC_OK);
    assert_string_equal(stored("Stream.FPS"), "99");
    assert_string_equal(stored("stream.fps"), "7");
}

static void a_document_is_never_written_so_large_that_it_cannot_be_read(void **state)
{
    (void)state;
    char text[32000] = "{\"future.key\":[1";
    while (strlen(text) < sizeof text - 10)
        strcat(text, ",1,1,1");
    strcat(text, "]}");
    put(text);
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    int err = cc_rig_set(&rig, "stream.fps", "7");
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(rig.disk.set_asides, 0);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_STREAM_FPS), err == CC_OK ? 7 : 10);
}

static void a_value_of_another_version_is_kept_until_a_new_one_is_chosen(void **state)
{
    (void)state;
    put("{\"camera.wb_mode\":\"candle\",\"camera.quality\":\"best\",\"stream.fps\":9}");
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_WB_MODE), "auto");
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 12);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_STREAM_FPS), 9);
    assert_true(cc_rig_said(&rig, "camera.wb_mode has a value that this version does not know"));
    assert_int_equal(cc_rig_set(&rig, "camera.quality", "20"), CC_OK);
    assert_string_equal(stored("camera.wb_mode"), "\"candle\"");
    assert_string_equal(stored("camera.quality"), "20");
    assert_int_equal(rig.disk.set_asides, 0);
}

static void wrong_values_in_a_document_are_never_taken(void **state)
{
    (void)state;
    static const char *const members[] = {
        "\"camera.hmirror\":1",
        "\"camera.hmirror\":\"true\"",
        "\"camera.quality\":\"12\"",
        "\"camera.quality\":40.5",
        "\"camera.quality\":1e99",
        "\"camera.quality\":2147483648",
        "\"camera.quality\":null",
        "\"camera.resolution\":800",
        "\"camera.resolution\":\"800\"",
        "\"camera.resolution\":\"99999x2\"",
        "\"camera.wb_mode\":1",
        "\"camera.xclk_mhz\":\"16\"",
        "\"connect.token\":\"short\"",
        "\"connect.token\":\"ABCDEFGHIJ0123456789ABCDEFGHIJ0123456789\"",
        "\"connect.token\":{\"set\":true}",
        "\"connect.server\":\"http://example.org\"",
        "\"connect.server\":\"\"",
        "\"connect.name\":\"two\\nlines\"",
        "\"connect.name\":\"12345678901234567890123456789012345678901234567890123456789012345\"",
        "\"connect.fingerprint\":\"too short\"",
        "\"network.ip\":\"1.2.3.4.5\"",
        "\"system.password\":\"correct horse\"",
        "\"system.password_sha256\":12",
    };
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    cJSON *defaults = cc_settings_json(rig.settings, false);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char text[200];
        snprintf(text, sizeof text, "{%s}", members[i]);
        put(text);
        assert_int_equal(cc_rig_open(&rig), CC_OK);
        cJSON *now = cc_settings_json(rig.settings, false);
        if (!cJSON_Compare(now, defaults, true))
            fail_msg("%s is taken", members[i]);
        cJSON_Delete(now);
    }
    cJSON_Delete(defaults);
}

static void a_torn_or_foreign_document_is_set_aside_and_the_defaults_count(void **state)
{
    (void)state;
    static const char whole[] = "{\"camera.quality\":40,\"stream.fps\":9}";
    static const char *const foreign[] = {
        "", "[1]", "12", "null", "\"text\"", "\xFF\xFE", "{\"a\":1,\"a\":2}", "<html>"};
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        cc_rig_deinit(&rig);
        cc_rig_init(&rig);
        cc_fake_store_put(&rig.disk, "settings", whole, len);
        assert_int_equal(cc_rig_open(&rig), CC_OK);
        assert_int_equal(rig.disk.set_asides, 1);
        assert_null(document());
        assert_memory_equal(cc_fake_store_text(&rig.disk, "settings.bad-1"), whole, len);
        assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 12);
        assert_true(cc_rig_said(&rig, "kept as settings.bad-1"));
    }
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        cc_rig_deinit(&rig);
        cc_rig_init(&rig);
        put(foreign[i]);
        assert_int_equal(cc_rig_open(&rig), CC_OK);
        assert_string_equal(cc_fake_store_text(&rig.disk, "settings.bad-1"), foreign[i]);
        assert_int_equal(cc_rig_set(&rig, "stream.fps", "7"), CC_OK);
        assert_string_equal(stored("stream.fps"), "7");
        assert_string_equal(cc_fake_store_text(&rig.disk, "settings.bad-1"), foreign[i]);
    }
}

static void a_document_that_is_too_large_is_set_aside(void **state)
{
    (void)state;
    size_t len = 64 * 1024;
    char *text = malloc(len);
    memset(text, ' ', len);
    text[0] = '{';
    text[len - 1] = '}';
    cc_fake_store_put(&rig.disk, "settings", text, len);
    free(text);
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(rig.disk.set_asides, 1);
    assert_true(cc_rig_said(&rig, "too large"));
}

static void settings_that_cannot_be_got_at_stop_the_start(void **state)
{
    (void)state;
    static const int errors[] = {CC_ERR_DENIED, CC_ERR_IO};
    put("{\"connect.fingerprint\":\"0123456789abcdef\"}");
    for (size_t i = 0; i < 2; i++) {
        cc_fake_store_fail(&rig.disk, 1, errors[i]);
        assert_int_equal(cc_rig_open(&rig), errors[i]);
        assert_null(rig.settings);
        assert_int_equal(rig.disk.set_asides, 0);
    }
    // a broken document that cannot be set aside is not written over either
    put("{\"connect.finger");
    cc_fake_store_fail(&rig.disk, 2, CC_ERR_READ_ONLY);
    assert_int_equal(cc_rig_open(&rig), CC_ERR_READ_ONLY);
    assert_string_equal(document(), "{\"connect.finger");
}

static void no_memory_for_a_lock_is_an_error_not_a_crash(void **state)
{
    (void)state;
    rig.tasks.fail_monitor_in = 1;
    assert_int_equal(cc_rig_open(&rig), CC_ERR_MEMORY);
    assert_int_equal(cc_rig_open(&rig), CC_OK);
}

static void changed(void *ctx, const cc_setting_ids_t *ids)
{
    (void)ids;
    unsigned *calls = ctx;
    ++*calls;
}

static void a_save_that_fails_changes_nothing_and_says_why(void **state)
{
    (void)state;
    unsigned calls = 0, n = 0;
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "7"), CC_OK);
    cc_settings_listen(rig.settings, changed, &calls);
    char *before = strdup(document());
    for (int err = CC_ERR_NETWORK; err < CC_OK; err++, n++) {
        cc_fake_store_fail(&rig.disk, 1, err);
        cc_draft_t *draft = cc_draft_new(rig.settings);
        cc_draft_set_text(draft, "stream.fps", "8");
        cc_draft_set_text(draft, "connect.token", "ABCDEFGHIJ0123456789");
        assert_int_equal(cc_draft_commit(draft), err);
        assert_non_null(strstr(draft->save_error, cc_err_text(err)));
        assert_non_null(strstr(draft->save_error, "Nothing was changed"));
        cc_draft_free(draft);
        assert_true(cc_rig_said(&rig, cc_err_text(err)));
        assert_string_equal(document(), before);
        assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_STREAM_FPS), 7);
        assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_CONNECT_TOKEN));
    }
    assert_int_equal(n, 18);
    assert_int_equal(calls, 0);
    // and the next one that works does not bring back what was refused
    assert_int_equal(cc_rig_set(&rig, "camera.quality", "20"), CC_OK);
    assert_string_equal(stored("stream.fps"), "7");
    assert_string_equal(stored("connect.token"), "");
    assert_int_equal(calls, 1);
    free(before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_document_the_defaults_count_and_nothing_is_written),
        TEST(every_kind_of_value_is_there_after_a_restart),
        TEST(only_what_was_chosen_is_stored),
        TEST(keys_of_another_version_survive_a_save),
        TEST(a_key_that_differs_in_case_only_is_another_key),
        TEST(a_document_is_never_written_so_large_that_it_cannot_be_read),
        TEST(a_value_of_another_version_is_kept_until_a_new_one_is_chosen),
        TEST(wrong_values_in_a_document_are_never_taken),
        TEST(a_torn_or_foreign_document_is_set_aside_and_the_defaults_count),
        TEST(a_document_that_is_too_large_is_set_aside),
        TEST(settings_that_cannot_be_got_at_stop_the_start),
        TEST(no_memory_for_a_lock_is_an_error_not_a_crash),
        TEST(a_save_that_fails_changes_nothing_and_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
