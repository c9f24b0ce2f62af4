// Values as a person puts them in: checked one by one, taken as a whole, within what the camera at
// hand can do.
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
#include "settings/credential.h"
#include "util/err.h"

#define TOKEN "ABCDEFGHIJ0123456789"

static cc_rig_t rig;

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

// The sentence that a value is refused with; NULL when it is taken.
static const char *refusal(const char *key, const char *text)
{
    static char detail[200];
    cc_draft_t *draft = cc_draft_new(rig.settings);
    cc_draft_set_text(draft, key, text);
    size_t n = draft->n_problems;
    memcpy(detail, draft->problems[0].detail, sizeof detail);
    if (n > 0) {
        assert_int_equal(cc_draft_commit(draft), CC_ERR_RANGE);
        assert_int_equal(strncmp(draft->problems[0].key, key, sizeof draft->problems[0].key - 1),
                         0);
    }
    cc_draft_free(draft);
    return n > 0 ? detail : NULL;
}

static const char *refusal_json(const char *object)
{
    static char detail[200];
    cJSON *json = cJSON_Parse(object);
    assert_non_null(json);
    cc_draft_t *draft = cc_draft_new(rig.settings);
    cc_draft_set_json(draft, json);
    size_t n = draft->n_problems;
    memcpy(detail, draft->problems[0].detail, sizeof detail);
    cc_draft_free(draft);
    cJSON_Delete(json);
    return n > 0 ? detail : NULL;
}

static void assert_refused(const char *key, const char *text, const char *words)
{
    const char *detail = refusal(key, text);
    if (!detail)
        fail_msg("%s takes '%s'", key, text);
    else if (!strstr(detail, words))
        fail_msg("%s refuses '%s' with '%s', not with '%s'", key, text, detail, words);
}

static void assert_refused_json(const char *object, const char *words)
{
    const char *detail = refusal_json(object);
    if (!detail)
        fail_msg("%s is taken", object);
    else if (!strstr(detail, words))
        fail_msg("%s is refused with '%s', not with '%s'", object, detail, words);
}

static const char *document(void)
{
    return cc_fake_store_text(&rig.disk, "settings");
}

static void every_number_out_of_its_range_is_refused_and_told_the_range(void **state)
{
    (void)state;
    unsigned n = 0;
    for (int id = 0; id < CC_SETTING_COUNT; id++) {
        const cc_setting_row_t *row = &cc_setting_rows[id];
        if (row->kind != CC_KIND_INT)
            continue;
        char text[32], words[64];
        snprintf(words, sizeof words, "from %ld to %ld", (long)row->min, (long)row->max);
        snprintf(text, sizeof text, "%lld", (long long)row->min - 1);
        assert_refused(row->key, text, words);
        snprintf(text, sizeof text, "%lld", (long long)row->max + 1);
        assert_refused(row->key, text, words);
        static const char *const none[] = {
            "2147483648", "-2147483649", "99999999999999999999", "", "1e1", "1.5", "twelve", " "};
        for (size_t i = 0; i < sizeof none / sizeof *none; i++)
            assert_refused(row->key, none[i], words);
        snprintf(text, sizeof text, "%ld", (long)row->min);
        assert_null(refusal(row->key, text));
        snprintf(text, sizeof text, "%ld", (long)row->max);
        assert_null(refusal(row->key, text));
        n++;
    }
    assert_true(n >= 15);
}

static void every_kind_refuses_what_it_is_not(void **state)
{
    (void)state;
    assert_refused("camera.hmirror", "yes", "true or false");
    assert_refused("camera.wb_mode", "green", "auto, sunny, cloudy, office, home");
    assert_refused("camera.wb_mode", "SUNNY", "auto, sunny");
    assert_refused("camera.gain_ceiling", "3x", "2x, 4x, 8x, 16x, 32x, 64x, 128x");
    assert_refused("camera.rotation", "45", "steps of 90");
    assert_refused("camera.resolution", "800", "WIDTHxHEIGHT");
    assert_refused("camera.resolution", "0x600", "WIDTHxHEIGHT");
    assert_refused("camera.resolution", "65536x1", "WIDTHxHEIGHT");
    assert_refused("camera.resolution", "-1x5", "WIDTHxHEIGHT");
    assert_refused("network.ip", "1.2.3", "192.168.1.20");
    assert_refused("network.hostname", "", "letters a-z, digits and hyphens");
    assert_refused("connect.fingerprint", "0123456789abcde", "16 to 64 characters, this has 15");
    assert_refused("connect.server", "http://connect.prusa3d.com", "https://");

    assert_refused_json("{\"camera.hmirror\":1}", "true or false");
    assert_refused_json("{\"camera.hmirror\":\"true\"}", "true or false");
    assert_refused_json("{\"camera.quality\":\"12\"}", "from 4 to 63");
    assert_refused_json("{\"camera.quality\":12.5}", "from 4 to 63");
    assert_refused_json("{\"camera.quality\":1e300}", "from 4 to 63");
    assert_refused_json("{\"camera.quality\":true}", "from 4 to 63");
    assert_refused_json("{\"camera.quality\":[12]}", "from 4 to 63");
    assert_refused_json("{\"camera.rotation\":90.5}", "steps of 90");
    assert_refused_json("{\"camera.wb_mode\":1}", "auto, sunny");
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_WB_MODE, 0, 2, 1, 0);
    assert_refused("camera.wb_mode", "home", "one of auto, sunny, cloudy.");
    assert_refused_json("{\"camera.xclk_mhz\":9}", "8, 10, 16, 20");
    assert_refused_json("{\"camera.resolution\":800}", "text");
    assert_refused_json("{\"connect.name\":{\"set\":true}}", "text");
    assert_refused_json("{\"connect.token\":12345678901234567890}", "text");
}

static void right_values_of_every_kind_are_taken(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set_json(&rig,
                                     "{\"camera.hmirror\":true,\"camera.quality\":63,"
                                     "\"camera.wb_mode\":\"home\",\"camera.xclk_mhz\":16,"
                                     "\"camera.resolution\":\"hd\",\"camera.rotation\":270,"
                                     "\"connect.name\":\" Bench \",\"network.ip\":\"10.0.0.7\"}"),
                     CC_OK);
    assert_true(cc_settings_bool(rig.settings, CC_SETTING_CAMERA_HMIRROR));
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 63);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_WB_MODE), "home");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_XCLK_MHZ), "16");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_RESOLUTION), "HD");
    assert_int_equal(cc_settings_size(rig.settings, CC_SETTING_CAMERA_RESOLUTION).width, 1280);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_ROTATION), 270);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CONNECT_NAME), "Bench");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_NETWORK_IP), "10.0.0.7");
    assert_int_equal(cc_rig_set(&rig, "camera.resolution", "1000x700"), CC_OK);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_RESOLUTION), "1000x700");
}

static void every_text_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char *text = malloc(8000);
    unsigned n = 0;
    for (int id = 0; id < CC_SETTING_COUNT; id++) {
        const cc_setting_row_t *row = &cc_setting_rows[id];
        if (row->kind != CC_KIND_TEXT && row->kind != CC_KIND_SECRET)
            continue;
        for (size_t len = (size_t)row->max + 1; len < 8000; len += 6000) {
            memset(text, 'a', len);
            text[len] = '\0';
            if (!refusal(row->key, text))
                fail_msg("%s takes %zu characters", row->key, len);
        }
        n++;
    }
    free(text);
    assert_true(n >= 10);
}

static void texts_that_are_not_utf8_are_refused(void **state)
{
    (void)state;
    unsigned n = 0;
    for (int id = 0; id < CC_SETTING_COUNT; id++) {
        const cc_setting_row_t *row = &cc_setting_rows[id];
        if (row->kind != CC_KIND_TEXT && row->kind != CC_KIND_SECRET)
            continue;
        if (!refusal(row->key, "abcdefghijklmnop\xFF\xFE"
                               "qr"))
            fail_msg("%s takes broken UTF-8", row->key);
        n++;
    }
    assert_true(n >= 10);
    assert_refused("connect.name", "\xC3(", "UTF-8");
}

static void a_name_of_64_characters_of_four_bytes_fits_whole(void **state)
{
    (void)state;
    char name[4 * 65 + 1] = "", back[4 * 65 + 1];
    for (int i = 0; i < 64; i++)
        strcat(name, "\xF0\x9F\x98\x80");
    assert_int_equal(cc_rig_set(&rig, "connect.name", name), CC_OK);
    assert_int_equal(cc_settings_text(rig.settings, CC_SETTING_CONNECT_NAME, back, sizeof back),
                     256);
    assert_string_equal(back, name);
    strcat(name, "\xF0\x9F\x98\x80");
    assert_refused("connect.name", name, "this has 65");
}

static void a_pasted_token_may_carry_blanks_around_it(void **state)
{
    (void)state;
    char token[32];
    assert_int_equal(cc_rig_set(&rig, "connect.token", " \t" TOKEN "\r\n"), CC_OK);
    cc_settings_text(rig.settings, CC_SETTING_CONNECT_TOKEN, token, sizeof token);
    assert_string_equal(token, TOKEN);
}

static void a_token_with_a_wrong_character_is_told_which_even_when_it_is_too_long(void **state)
{
    (void)state;
    assert_refused("connect.token", "ABCDEFGHIJ 0123456789", "Character 11 is a space");
    assert_refused("connect.token", TOKEN "0", "this has 21");
}

static void a_wifi_password_keeps_its_blanks(void **state)
{
    (void)state;
    char password[64];
    assert_int_equal(cc_rig_set(&rig, "network.wifi_password", " with blanks "), CC_OK);
    cc_settings_text(rig.settings, CC_SETTING_NETWORK_WIFI_PASSWORD, password, sizeof password);
    assert_string_equal(password, " with blanks ");
}

static void a_key_that_does_not_exist_is_refused_by_name(void **state)
{
    (void)state;
    assert_refused("camera.qualty", "12", "no such setting");
    assert_refused("", "12", "no such setting");
    assert_refused("Camera.Quality", "12", "no such setting");
    char key[500];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    assert_refused(key, "12", "no such setting");
}

static void hidden_settings_cannot_be_set_from_outside(void **state)
{
    (void)state;
    assert_refused("system.password_sha256", "00", "no such setting");
    assert_refused("system.password_md5", "00", "no such setting");
    assert_refused("connect.known_name", "x", "no such setting");
    assert_refused_json("{\"system.password_sha256\":\"00\"}", "no such setting");
    assert_refused_json("{\"system.password_md5\":null}", "no such setting");
}

static void a_draft_with_one_bad_field_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "7"), CC_OK);
    char *before = strdup(document());
    unsigned saves = rig.disk.saves;

    cc_draft_t *draft = cc_draft_new(rig.settings);
    cc_draft_set_text(draft, "camera.quality", "20");
    cc_draft_set_text(draft, "camera.brightness", "3");
    cc_draft_set_text(draft, "stream.fps", "9");
    cc_draft_set_text(draft, "no.such", "9");
    assert_int_equal(draft->n_problems, 2);
    assert_string_equal(draft->problems[0].key, "camera.brightness");
    assert_string_equal(draft->problems[1].key, "no.such");
    assert_int_equal(cc_draft_commit(draft), CC_ERR_RANGE);
    assert_int_equal(cc_draft_apply(draft), CC_ERR_RANGE);
    cc_draft_free(draft);

    assert_int_equal(rig.disk.saves, saves);
    assert_string_equal(document(), before);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 12);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_STREAM_FPS), 7);
    free(before);
}

static void more_problems_than_there_is_room_for_are_no_problem(void **state)
{
    (void)state;
    cc_draft_t *draft = cc_draft_new(rig.settings);
    for (int i = 0; i < 3 * CC_DRAFT_PROBLEMS_MAX; i++)
        cc_draft_set_text(draft, "no.such", "9");
    assert_int_equal(draft->n_problems, CC_DRAFT_PROBLEMS_MAX);
    assert_int_equal(cc_draft_commit(draft), CC_ERR_RANGE);
    cc_draft_free(draft);
}

static void null_goes_back_to_the_default_but_not_for_the_fingerprint(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set_json(&rig, "{\"camera.quality\":20,\"connect.name\":\"x\"}"),
                     CC_OK);
    assert_int_equal(cc_rig_set_json(&rig, "{\"camera.quality\":null,\"connect.name\":null}"),
                     CC_OK);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 12);
    assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_CONNECT_NAME));
    assert_refused_json("{\"connect.fingerprint\":null}", "no default");
}

// Everything that others get to see.
static void assert_nowhere(const char *secret)
{
    for (int backup = 0; backup < 2; backup++) {
        cJSON *json = cc_settings_json(rig.settings, backup);
        char *text = cJSON_Print(json);
        assert_null(strstr(text, secret));
        cJSON_free(text);
        cJSON_Delete(json);
    }
    cJSON *schema = cc_settings_schema(rig.settings);
    char *text = cJSON_Print(schema);
    assert_null(strstr(text, secret));
    cJSON_free(text);
    cJSON_Delete(schema);
    for (int id = 0; id < CC_SETTING_COUNT; id++)
        assert_null(strstr(cc_rig_value(&rig, (cc_setting_t)id), secret));
    assert_false(cc_rig_said(&rig, secret));
}

static bool is_told_set(const char *key)
{
    cJSON *json = cc_settings_json(rig.settings, false);
    cJSON *set =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, key), "set");
    assert_true(cJSON_IsBool(set));
    bool is = cJSON_IsTrue(set);
    cJSON_Delete(json);
    return is;
}

static void secrets_are_told_to_nobody(void **state)
{
    (void)state;
    static const char password[] = "correct horse", wifi[] = "battery staple";
    assert_false(is_told_set("connect.token"));
    assert_false(is_told_set("system.password"));
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CONNECT_TOKEN), "(not set)");
    assert_int_equal(cc_rig_set(&rig, "connect.token", TOKEN), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "system.password", password), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "network.wifi_password", wifi), CC_OK);
    assert_true(cc_rig_said(&rig, "connect.token is (set)"));
    assert_true(is_told_set("connect.token"));
    assert_true(is_told_set("network.wifi_password"));
    assert_true(is_told_set("system.password"));
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CONNECT_TOKEN), "(set)");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_SYSTEM_PASSWORD), "(set)");

    char sha256[65], md5[65];
    cc_settings_text(rig.settings, CC_SETTING_SYSTEM_PASSWORD_SHA256, sha256, sizeof sha256);
    cc_settings_text(rig.settings, CC_SETTING_SYSTEM_PASSWORD_MD5, md5, sizeof md5);
    assert_int_equal(strlen(sha256), 64);
    assert_int_equal(strlen(md5), 32);
    assert_nowhere(TOKEN);
    assert_nowhere(password);
    assert_nowhere(wifi);
    assert_nowhere(sha256);
    assert_nowhere(md5);
    // nor is a refused one repeated in the refusal
    assert_null(strstr(refusal("system.password", "2 short"), "2 short"));
    assert_null(strstr(refusal("network.wifi_password", "2 short"), "2 short"));
}

static void of_the_password_only_digests_are_stored(void **state)
{
    (void)state;
    char digest[2 * CC_DIGEST_MAX + 1], kept[65];
    assert_int_equal(cc_rig_set(&rig, "system.password", "correct horse"), CC_OK);
    assert_null(strstr(document(), "correct horse"));
    assert_null(strstr(document(), "\"system.password\""));
    cc_credential_make(&rig.crypto, CC_DIGEST_SHA256, "correct horse", digest);
    cc_settings_text(rig.settings, CC_SETTING_SYSTEM_PASSWORD_SHA256, kept, sizeof kept);
    assert_string_equal(kept, digest);
    // H("admin:connectcam:correct horse")
    assert_string_equal(digest, "52954d1404065b82800423ddfe08a30ac099a5f7891c6ba382394c8e03d0de9d");
}

static void a_key_for_looking_is_long_and_fits_into_an_address(void **state)
{
    (void)state;
    assert_refused("system.view_key", "FifteenSigns015", "at least 16");
    assert_refused("system.view_key", "Sixteen Signs016", "letters");
    assert_refused("system.view_key", "Sixteen&Signs016", "letters");
    assert_refused("system.view_key", "Sixte\xC3\xA9nSigns016", "letters");
    assert_int_equal(cc_rig_set(&rig, "system.view_key", "SixteenSigns0016"), CC_OK);
    assert_true(is_told_set("system.view_key"));
    assert_int_equal(cc_rig_set(&rig, "system.view_key", ""), CC_OK);
    assert_false(is_told_set("system.view_key"));
}

static void an_empty_password_is_none(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set(&rig, "system.password", "correct horse"), CC_OK);
    // taken away only together with the wish to be open to everybody: the next one to come would
    // choose another
    assert_refused("system.password", "", "system.open");
    assert_refused_json("{\"system.password\":null}", "system.open");
    assert_refused_json("{\"system.password\":\"\",\"system.open\":false}", "system.open");
    assert_true(is_told_set("system.password"));
    assert_int_equal(cc_rig_set_json(&rig, "{\"system.password\":null,\"system.open\":true}"),
                     CC_OK);
    assert_false(is_told_set("system.password"));
    assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_SYSTEM_PASSWORD_MD5));
}

static void a_password_that_is_too_long_is_refused_and_64_characters_are_not(void **state)
{
    (void)state;
    char password[4 * 65 + 1] = "";
    for (int i = 0; i < 64; i++)
        strcat(password, "\xF0\x9F\x98\x80");
    assert_null(refusal("system.password", password));
    strcat(password, "a");
    assert_refused("system.password", password, "this has 65");
}

static void a_reset_keeps_the_fingerprint_and_if_wanted_the_way_in(void **state)
{
    (void)state;
    char text[80];
    assert_int_equal(cc_rig_set(&rig, "connect.fingerprint", "0123456789abcdef"), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "connect.token", TOKEN), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "network.wifi_ssid", "home"), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "system.password", "correct horse"), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "camera.quality", "20"), CC_OK);
    for (int keep = 1; keep >= 0; keep--) {
        cc_draft_t *draft = cc_draft_new(rig.settings);
        cc_draft_reset(draft, keep ? CC_RESET_SETTINGS : CC_RESET_EVERYTHING);
        assert_int_equal(cc_draft_commit(draft), CC_OK);
        cc_draft_free(draft);
        cc_settings_text(rig.settings, CC_SETTING_CONNECT_FINGERPRINT, text, sizeof text);
        assert_string_equal(text, "0123456789abcdef");
        assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_CONNECT_TOKEN));
        assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 12);
        assert_int_equal(cc_settings_is_empty(rig.settings, CC_SETTING_NETWORK_WIFI_SSID), !keep);
        assert_int_equal(is_told_set("system.password"), keep);
    }
}

static void the_machines_name_is_the_default_hostname_and_is_not_stored(void **state)
{
    (void)state;
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_NETWORK_HOSTNAME), "prusa-esp32cam");
    cc_settings_set_default_hostname(rig.settings, "workshop-pi");
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_NETWORK_HOSTNAME), "workshop-pi");
    assert_int_equal(cc_rig_set(&rig, "network.hostname", "bench"), CC_OK);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_NETWORK_HOSTNAME), "bench");
    assert_int_equal(cc_rig_set(&rig, "network.hostname", "workshop-pi"), CC_OK);
    assert_null(strstr(document(), "hostname"));
    assert_int_equal(cc_rig_set_json(&rig, "{\"network.hostname\":null}"), CC_OK);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_NETWORK_HOSTNAME), "workshop-pi");
}

static void a_value_is_clamped_to_the_camera_at_hand_and_comes_back_with_the_other_one(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set(&rig, "camera.exposure", "1000"), CC_OK);
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_EXPOSURE, 10, 400, 5, 50);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_EXPOSURE), 400);
    assert_refused("camera.exposure", "1000", "from 10 to 400");
    assert_refused("camera.exposure", "12", "steps of 5");
    assert_null(refusal("camera.exposure", "15"));
    // a save of something else meanwhile does not cut it
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "5"), CC_OK);
    assert_non_null(strstr(document(), "1000"));
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_EXPOSURE), 1000);
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_EXPOSURE, 1100, 1200, 0, 1150);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_EXPOSURE), 1100);
}

static void a_value_between_two_steps_of_the_camera_at_hand_becomes_one_of_them(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set(&rig, "camera.rotation", "90"), CC_OK);
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_ROTATION, 0, 180, 180, 0);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_ROTATION), 0);
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_ROTATION, 0, 270, 90, 0);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_ROTATION), 90);
}

static void what_was_not_chosen_follows_the_cameras_own_default(void **state)
{
    (void)state;
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_BRIGHTNESS, -64, 64, 1, 9);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_BRIGHTNESS), 9);
    assert_int_equal(cc_rig_set(&rig, "camera.brightness", "8"), CC_OK);
    assert_non_null(strstr(document(), "brightness"));
    assert_int_equal(cc_rig_set(&rig, "camera.brightness", "9"), CC_OK);
    assert_null(strstr(document(), "brightness"));
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_BRIGHTNESS, -64, 64, 1, -3);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_BRIGHTNESS), -3);
}

static void a_setting_that_the_camera_lacks_is_absent_everywhere_and_kept(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set(&rig, "camera.sharpness", "2"), CC_OK);
    cc_settings_set_absent(rig.settings, CC_SETTING_CAMERA_SHARPNESS, true);
    assert_true(cc_settings_is_absent(rig.settings, CC_SETTING_CAMERA_SHARPNESS));
    assert_refused("camera.sharpness", "1", "does not have");
    cJSON *json = cc_settings_json(rig.settings, false);
    cJSON *schema = cc_settings_schema(rig.settings);
    char *text = cJSON_Print(schema);
    assert_null(cJSON_GetObjectItem(json, "camera.sharpness"));
    assert_non_null(cJSON_GetObjectItem(json, "camera.contrast"));
    assert_null(strstr(text, "camera.sharpness"));
    cJSON_free(text);
    cJSON_Delete(schema);
    cJSON_Delete(json);
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "5"), CC_OK);
    cc_settings_set_absent(rig.settings, CC_SETTING_CAMERA_SHARPNESS, false);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_SHARPNESS), 2);
    assert_non_null(strstr(document(), "camera.sharpness"));
}

static void the_nearest_size_that_the_camera_has_counts(void **state)
{
    (void)state;
    static const cc_size_t webcam[] = {{320, 240}, {640, 480}, {1280, 720}, {1920, 1080}};
    static const cc_size_t other[] = {{1600, 1200}};
    cc_settings_set_sizes(rig.settings, webcam, 4);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_RESOLUTION), "VGA"); // of 800x600
    assert_refused("camera.resolution", "SVGA", "one of QVGA, VGA, HD, FHD");
    assert_refused("camera.resolution", "1000x700", "one of QVGA, VGA, HD, FHD");
    assert_int_equal(cc_rig_set(&rig, "camera.resolution", "1920x1080"), CC_OK);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_RESOLUTION), "FHD");

    cc_settings_set_sizes(rig.settings, other, 1);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_RESOLUTION), "UXGA");
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "5"), CC_OK);
    cc_settings_set_sizes(rig.settings, webcam, 4);
    assert_string_equal(cc_rig_value(&rig, CC_SETTING_CAMERA_RESOLUTION), "FHD");

    cc_size_t sizes[8];
    assert_int_equal(cc_settings_sizes(rig.settings, sizes, 8), 4);
    assert_int_equal(sizes[3].height, 1080);
    assert_int_equal(cc_settings_sizes(rig.settings, sizes, 2), 2);
    cc_settings_set_sizes(rig.settings, NULL, 0);
    assert_true(cc_settings_is_absent(rig.settings, CC_SETTING_CAMERA_RESOLUTION));
}

static void the_schema_tells_ranges_units_choices_and_defaults(void **state)
{
    (void)state;
    static const cc_size_t sizes[] = {{640, 480}, {1280, 720}};
    cc_settings_set_sizes(rig.settings, sizes, 2);
    cc_settings_set_range(rig.settings, CC_SETTING_CAMERA_GAIN, 1, 9, 2, 3);
    cJSON *schema = cc_settings_schema(rig.settings);
    unsigned found = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, schema)
    {
        const char *key = cJSON_GetObjectItem(entry, "key")->valuestring;
        char *text = cJSON_PrintUnformatted(entry);
        const char *words = NULL;
        assert_int_not_equal(cc_setting_rows[cc_setting_find(key)].kind, CC_KIND_HIDDEN);
        if (strcmp(key, "camera.gain") == 0)
            words = "\"minimum\":1,\"maximum\":9,\"step\":2,\"default\":3";
        if (strcmp(key, "connect.interval_s") == 0)
            words = "\"unit\":\"s\"";
        if (strcmp(key, "camera.resolution") == 0)
            words = "\"choices\":[\"VGA\",\"HD\"],\"default\":\"VGA\"";
        if (strcmp(key, "camera.xclk_mhz") == 0)
            words = "\"choices\":[8,10,16,20],\"default\":20";
        if (strcmp(key, "connect.token") == 0)
            words = "\"type\":\"secret\"";
        if (words && !strstr(text, words))
            fail_msg("%s lacks %s", text, words);
        found += words != NULL;
        cJSON_free(text);
    }
    cJSON_Delete(schema);
    assert_int_equal(found, 5);
}

static void a_backup_has_what_was_chosen_and_no_secret(void **state)
{
    (void)state;
    assert_int_equal(cc_rig_set(&rig, "connect.token", TOKEN), CC_OK);
    assert_int_equal(cc_rig_set(&rig, "camera.quality", "20"), CC_OK);
    cJSON *json = cc_settings_json(rig.settings, true);
    char *text = cJSON_PrintUnformatted(json);
    assert_string_equal(text, "{\"camera.quality\":20}");
    cJSON_free(text);
    cJSON_Delete(json);
}

typedef struct {
    unsigned calls;
    cc_setting_ids_t ids;
} heard_t;

static void hear(void *ctx, const cc_setting_ids_t *ids)
{
    heard_t *heard = ctx;
    heard->calls++;
    heard->ids = *ids;
    // outside the lock: a listener may read
    cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY);
}

static void listeners_hear_of_a_change_once_and_of_a_refusal_never(void **state)
{
    (void)state;
    heard_t heard = {0};
    cc_settings_listen(rig.settings, hear, &heard);
    assert_int_equal(cc_rig_set_json(&rig, "{\"camera.quality\":20,\"camera.hmirror\":true}"),
                     CC_OK);
    assert_int_equal(heard.calls, 1);
    assert_true(cc_setting_ids_has(&heard.ids, CC_SETTING_CAMERA_QUALITY));
    assert_true(cc_setting_ids_has(&heard.ids, CC_SETTING_CAMERA_HMIRROR));
    assert_false(cc_setting_ids_has(&heard.ids, CC_SETTING_STREAM_FPS));
    assert_int_equal(cc_rig_set(&rig, "camera.quality", "99"), CC_ERR_RANGE);
    cc_fake_store_fail(&rig.disk, 1, CC_ERR_DISK_FULL);
    assert_int_equal(cc_rig_set(&rig, "camera.quality", "30"), CC_ERR_DISK_FULL);
    assert_int_equal(heard.calls, 1);
}

static void what_the_command_line_sets_counts_for_this_run_and_is_not_saved(void **state)
{
    (void)state;
    cc_draft_t *draft = cc_draft_new(rig.settings);
    cc_draft_set_text(draft, "camera.quality", "33");
    assert_int_equal(cc_draft_apply(draft), CC_OK);
    cc_draft_free(draft);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 33);
    assert_null(document());
    // nor by a save of something else
    assert_int_equal(cc_rig_set(&rig, "stream.fps", "5"), CC_OK);
    assert_null(strstr(document(), "quality"));
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 33);
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_int_equal(cc_settings_int(rig.settings, CC_SETTING_CAMERA_QUALITY), 12);
}

static void a_reader_with_little_room_gets_whole_characters_and_the_length(void **state)
{
    (void)state;
    char text[6];
    assert_int_equal(cc_rig_set(&rig, "connect.name",
                                "abcd\xC3\xBC"
                                "efg"),
                     CC_OK);
    assert_int_equal(cc_settings_text(rig.settings, CC_SETTING_CONNECT_NAME, text, sizeof text), 9);
    assert_string_equal(text, "abcd");
}

static void each_key_of_the_table_is_found_and_stands_there_once(void **state)
{
    (void)state;
    for (int id = 0; id < CC_SETTING_COUNT; id++)
        assert_int_equal(cc_setting_find(cc_setting_rows[id].key), id);
    assert_int_equal(cc_setting_find("camera"), CC_SETTING_COUNT);
    assert_int_equal(cc_setting_find(""), CC_SETTING_COUNT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_number_out_of_its_range_is_refused_and_told_the_range),
        TEST(every_kind_refuses_what_it_is_not),
        TEST(right_values_of_every_kind_are_taken),
        TEST(every_text_that_is_too_long_is_refused),
        TEST(texts_that_are_not_utf8_are_refused),
        TEST(a_name_of_64_characters_of_four_bytes_fits_whole),
        TEST(a_pasted_token_may_carry_blanks_around_it),
        TEST(a_token_with_a_wrong_character_is_told_which_even_when_it_is_too_long),
        TEST(a_wifi_password_keeps_its_blanks),
        TEST(a_key_that_does_not_exist_is_refused_by_name),
        TEST(hidden_settings_cannot_be_set_from_outside),
        TEST(a_draft_with_one_bad_field_changes_nothing),
        TEST(more_problems_than_there_is_room_for_are_no_problem),
        TEST(null_goes_back_to_the_default_but_not_for_the_fingerprint),
        TEST(secrets_are_told_to_nobody),
        TEST(of_the_password_only_digests_are_stored),
        TEST(a_key_for_looking_is_long_and_fits_into_an_address),
        TEST(an_empty_password_is_none),
        TEST(a_password_that_is_too_long_is_refused_and_64_characters_are_not),
        TEST(a_reset_keeps_the_fingerprint_and_if_wanted_the_way_in),
        TEST(the_machines_name_is_the_default_hostname_and_is_not_stored),
        TEST(a_value_is_clamped_to_the_camera_at_hand_and_comes_back_with_the_other_one),
        TEST(a_value_between_two_steps_of_the_camera_at_hand_becomes_one_of_them),
        TEST(what_was_not_chosen_follows_the_cameras_own_default),
        TEST(a_setting_that_the_camera_lacks_is_absent_everywhere_and_kept),
        TEST(the_nearest_size_that_the_camera_has_counts),
        TEST(the_schema_tells_ranges_units_choices_and_defaults),
        TEST(a_backup_has_what_was_chosen_and_no_secret),
        TEST(listeners_hear_of_a_change_once_and_of_a_refusal_never),
        TEST(what_the_command_line_sets_counts_for_this_run_and_is_not_saved),
        TEST(a_reader_with_little_room_gets_whole_characters_and_the_length),
        TEST(each_key_of_the_table_is_found_and_stands_there_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
