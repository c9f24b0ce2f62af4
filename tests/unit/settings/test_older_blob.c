// The older firmwares' settings, taken over: whole, torn at every byte, never written, hostile.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake/guard.h"
#include "fake/rig.h"
#include "settings/older_blob.h"
#include "util/err.h"

#define FINGERPRINT "0123456789abcdef0123456789abcdef01234567"
#define TOKEN       "AbCdEfGhIjKlMnOpQr12"

enum {
    ORIGINAL_LEN = 134,
    SUCCESSOR_LEN = 393,
};

static cc_rig_t rig;

static int move_in(void **state)
{
    (void)state;
    cc_rig_init(&rig);
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    return 0;
}

static int move_out(void **state)
{
    (void)state;
    cc_rig_deinit(&rig);
    return 0;
}

static void put_text(uint8_t *at, const char *text)
{
    at[0] = (uint8_t)strlen(text);
    memcpy(at + 1, text, strlen(text));
}

// What both have, in flash that was empty before.
static void put_common(uint8_t *blob, size_t len)
{
    memset(blob, 0xFF, len);
    blob[0] = 30;
    put_text(blob + 1, FINGERPRINT);
    put_text(blob + 81, TOKEN);
    memcpy(blob + 121, "\x06\xFF\x01\x02\x01\x01\x00\x00\x14", 9);
}

static void put_original(uint8_t *blob)
{
    put_common(blob, ORIGINAL_LEN);
    blob[130] = 0x0B;
    blob[131] = 1;
    blob[132] = 0x01; // 400 ms
    blob[133] = 0x90;
}

static void put_successor(uint8_t *blob, const char *ssid)
{
    put_common(blob, SUCCESSOR_LEN);
    put_text(blob + 130, ssid);
    put_text(blob + 163, "correct horse");
    blob[261] = 0x0F;
    blob[262] = 1;
    blob[263] = 0x01;
    blob[264] = 0x90;
    put_text(blob + 265, "shed-cam");
}

static cc_older_t take(const uint8_t *blob, size_t len)
{
    cc_guard_t guard = cc_guard_new(blob, len);
    cc_draft_t *draft = cc_draft_new(rig.settings);
    cc_older_t kind = cc_older_blob_read(guard.bytes, len, draft);
    assert_int_equal(draft->n_problems, 0);
    assert_int_equal(cc_draft_commit(draft), CC_OK);
    cc_draft_free(draft);
    cc_guard_free(&guard);
    return kind;
}

static void assert_text(cc_setting_t id, const char *expected)
{
    char text[200];
    cc_settings_text(rig.settings, id, text, sizeof text);
    assert_string_equal(text, expected);
}

static void assert_value(cc_setting_t id, const char *expected)
{
    assert_string_equal(cc_rig_value(&rig, id), expected);
}

static void assert_common(void)
{
    assert_text(CC_SETTING_CONNECT_FINGERPRINT, FINGERPRINT);
    assert_text(CC_SETTING_CONNECT_TOKEN, TOKEN);
    assert_value(CC_SETTING_CONNECT_INTERVAL_S, "30");
    assert_value(CC_SETTING_CAMERA_RESOLUTION, "UXGA");
    assert_value(CC_SETTING_CAMERA_BRIGHTNESS, "-1");
    assert_value(CC_SETTING_CAMERA_CONTRAST, "1");
    assert_value(CC_SETTING_CAMERA_SATURATION, "2");
    assert_value(CC_SETTING_CAMERA_HMIRROR, "true");
    assert_value(CC_SETTING_CAMERA_VFLIP, "true");
    assert_value(CC_SETTING_CAMERA_LENS_CORRECTION, "false");
    assert_value(CC_SETTING_CAMERA_EXPOSURE_AUTO, "false");
    assert_value(CC_SETTING_CAMERA_QUALITY, "20");
}

static void assert_defaults(void)
{
    cJSON *chosen = cc_settings_json(rig.settings, true);
    assert_null(chosen->child);
    cJSON_Delete(chosen);
    assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_CONNECT_TOKEN));
    assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_NETWORK_WIFI_PASSWORD));
}

static void the_originals_settings_are_taken_over(void **state)
{
    (void)state;
    uint8_t blob[ORIGINAL_LEN];
    put_original(blob);
    assert_int_equal(take(blob, sizeof blob), CC_OLDER_ORIGINAL);
    assert_common();
    assert_value(CC_SETTING_FLASH_ENABLED, "true");
    assert_value(CC_SETTING_FLASH_DURATION_MS, "400");
    assert_text(CC_SETTING_NETWORK_WIFI_SSID, "");
    assert_text(CC_SETTING_NETWORK_HOSTNAME, "prusa-esp32cam");
    assert_text(CC_SETTING_SYSTEM_PASSWORD_SHA256, ""); // set-up waits for one
}

static void the_successors_settings_are_taken_over(void **state)
{
    (void)state;
    uint8_t blob[SUCCESSOR_LEN];
    put_successor(blob, "Gardenhouse");
    assert_int_equal(take(blob, sizeof blob), CC_OLDER_SUCCESSOR);
    assert_common();
    assert_value(CC_SETTING_FLASH_ENABLED, "true");
    assert_value(CC_SETTING_FLASH_DURATION_MS, "400");
    assert_text(CC_SETTING_NETWORK_WIFI_SSID, "Gardenhouse");
    assert_text(CC_SETTING_NETWORK_WIFI_PASSWORD, "correct horse");
    assert_text(CC_SETTING_NETWORK_HOSTNAME, "shed-cam");
    // and they are there after the next start
    assert_int_equal(cc_rig_open(&rig), CC_OK);
    assert_common();
    assert_text(CC_SETTING_NETWORK_WIFI_PASSWORD, "correct horse");
}

static void an_originals_blob_that_a_successor_made_longer_is_one_still(void **state)
{
    (void)state;
    uint8_t blob[SUCCESSOR_LEN];
    memset(blob, 0xFF, sizeof blob);
    put_original(blob);
    assert_int_equal(take(blob, sizeof blob), CC_OLDER_ORIGINAL);
    assert_common();
    assert_value(CC_SETTING_FLASH_DURATION_MS, "400");
    assert_text(CC_SETTING_NETWORK_WIFI_SSID, "");
}

static void flash_that_was_never_written_changes_nothing(void **state)
{
    (void)state;
    uint8_t blob[512];
    for (int fill = 0; fill < 2; fill++) {
        memset(blob, fill ? 0x00 : 0xFF, sizeof blob);
        for (size_t len = 0; len <= sizeof blob; len++)
            assert_int_equal(take(blob, len), CC_OLDER_NONE);
    }
    // not set up, though some of it was written
    put_successor(blob, "Gardenhouse");
    blob[261] = 0xFF;
    assert_int_equal(take(blob, SUCCESSOR_LEN), CC_OLDER_NONE);
    put_original(blob);
    blob[130] = 0xFF;
    memset(blob + 1, 0xFF, 80);
    assert_int_equal(take(blob, ORIGINAL_LEN), CC_OLDER_NONE);
    assert_defaults();
}

// What a torn blob still has is right, and the rest is as if never written.
static void assert_whole_or_default(cc_setting_t id, const char *right, const char *by_default,
                                    bool is_there)
{
    assert_value(id, is_there ? right : by_default);
}

static void torn_at_any_byte_what_is_whole_counts(void **state)
{
    (void)state;
    uint8_t blob[SUCCESSOR_LEN];
    for (int kind = 0; kind < 2; kind++) {
        size_t len = kind ? SUCCESSOR_LEN : ORIGINAL_LEN;
        if (kind)
            put_successor(blob, "Gardenhouse"); // 11 characters: 0x0B, the original's mark
        else
            put_original(blob);
        for (size_t cut = 0; cut < len; cut++) {
            move_out(NULL);
            move_in(NULL);
            take(blob, cut);
            bool vouched = cut >= 1 + 1 + strlen(FINGERPRINT);
            assert_int_equal(cc_settings_is_empty(rig.settings, CC_SETTING_CONNECT_TOKEN),
                             cut < 81 + 1 + strlen(TOKEN));
            assert_whole_or_default(CC_SETTING_CONNECT_INTERVAL_S, "30", "10", vouched);
            assert_whole_or_default(CC_SETTING_CAMERA_QUALITY, "20", "12", cut > 129);
            assert_whole_or_default(CC_SETTING_FLASH_DURATION_MS, "400", "200",
                                    cut >= (kind ? 265 : 134));
            if (kind && cut > 131)
                assert_text(CC_SETTING_NETWORK_WIFI_SSID, cut >= 142 ? "Gardenhouse" : "");
            assert_text(CC_SETTING_NETWORK_HOSTNAME,
                        kind && cut >= 274 ? "shed-cam" : "prusa-esp32cam");
        }
    }
}

static void what_our_rules_refuse_keeps_its_default(void **state)
{
    (void)state;
    uint8_t blob[SUCCESSOR_LEN];
    put_successor(blob, "x");
    blob[0] = 9; // s; ours begin at 10
    put_text(blob + 1, "has a blank in it, twice");
    put_text(blob + 81, "short");
    blob[121] = 7;
    blob[122] = 3;
    blob[123] = 0x80;
    blob[125] = 2;
    blob[129] = 64;
    put_text(blob + 163, "1234567");
    blob[262] = 0xFF;
    blob[263] = 0xFF;
    put_text(blob + 265, "no_label!");
    assert_int_equal(take(blob, sizeof blob), CC_OLDER_SUCCESSOR);
    assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_CONNECT_FINGERPRINT));
    assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_CONNECT_TOKEN));
    assert_true(cc_settings_is_empty(rig.settings, CC_SETTING_NETWORK_WIFI_PASSWORD));
    assert_value(CC_SETTING_CONNECT_INTERVAL_S, "10");
    assert_value(CC_SETTING_CAMERA_RESOLUTION, "SVGA");
    assert_value(CC_SETTING_CAMERA_BRIGHTNESS, "0");
    assert_value(CC_SETTING_CAMERA_CONTRAST, "0");
    assert_value(CC_SETTING_CAMERA_SATURATION, "2"); // its neighbours are no reason to drop it
    assert_value(CC_SETTING_CAMERA_HMIRROR, "false");
    assert_value(CC_SETTING_CAMERA_QUALITY, "12");
    assert_value(CC_SETTING_FLASH_ENABLED, "false");
    assert_value(CC_SETTING_FLASH_DURATION_MS, "200");
    assert_text(CC_SETTING_NETWORK_HOSTNAME, "prusa-esp32cam");
    assert_text(CC_SETTING_NETWORK_WIFI_SSID, "x");
}

static void texts_longer_than_their_field_are_none(void **state)
{
    (void)state;
    uint8_t blob[SUCCESSOR_LEN];
    static const size_t texts[] = {1, 81, 130, 163, 265};
    static const uint8_t sizes[] = {80, 40, 33, 64, 41};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (unsigned len = sizes[i]; len < 256; len++) {
            put_successor(blob, "Gardenhouse");
            blob[texts[i]] = (uint8_t)len;
            take(blob, sizeof blob);
        }
        put_successor(blob, "Gardenhouse");
        blob[texts[i] + 3] = 0; // a NUL would end it early
        take(blob, sizeof blob);
    }
}

static void a_networks_name_may_have_any_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *text;
    } names[] = {
        {"K\xC3\xBC"
         "che",
         "K\xC3\xBC"
         "che"},
        {"K\xFC"
         "che",
         "K\\xfcche"},
        {" edge ", "\\x20edge\\x20"},
        {"a\\x41", "a\\x5cx41"},
        {"a\\b\t", "a\\b\\x09"},
        {"\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE"
         "\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE",
         "\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe"
         "\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe\\xfe"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint8_t blob[SUCCESSOR_LEN];
        put_successor(blob, names[i].bytes);
        assert_int_equal(take(blob, sizeof blob), CC_OLDER_SUCCESSOR);
        assert_text(CC_SETTING_NETWORK_WIFI_SSID, names[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_originals_settings_are_taken_over, move_in, move_out),
        cmocka_unit_test_setup_teardown(the_successors_settings_are_taken_over, move_in, move_out),
        cmocka_unit_test_setup_teardown(an_originals_blob_that_a_successor_made_longer_is_one_still,
                                        move_in, move_out),
        cmocka_unit_test_setup_teardown(flash_that_was_never_written_changes_nothing, move_in,
                                        move_out),
        cmocka_unit_test_setup_teardown(torn_at_any_byte_what_is_whole_counts, move_in, move_out),
        cmocka_unit_test_setup_teardown(what_our_rules_refuse_keeps_its_default, move_in, move_out),
        cmocka_unit_test_setup_teardown(texts_longer_than_their_field_are_none, move_in, move_out),
        cmocka_unit_test_setup_teardown(a_networks_name_may_have_any_bytes, move_in, move_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
