#include "settings/older_blob.h"

#include <stdio.h>
#include <string.h>

#include "settings/check.h"
#include "util/text.h"

// Where the fields stand. A text is a length and its bytes; its size counts both.
enum {
    INTERVAL_AT = 0,
    FINGERPRINT_AT = 1,
    FINGERPRINT_SIZE = 80,
    TOKEN_AT = 81,
    TOKEN_SIZE = 40,
    FRAME_SIZE_AT = 121,
    BRIGHTNESS_AT = 122,
    CONTRAST_AT = 123,
    SATURATION_AT = 124,
    MIRROR_AT = 125,
    FLIP_AT = 126,
    LENS_CORRECTION_AT = 127,
    EXPOSURE_CONTROL_AT = 128,
    QUALITY_AT = 129,

    ORIGINAL_MARK_AT = 130,
    ORIGINAL_MARK = 0x0B,
    ORIGINAL_FLASH_AT = 131,
    ORIGINAL_FLASH_MS_AT = 132,

    SUCCESSOR_SSID_AT = 130,
    SUCCESSOR_SSID_SIZE = 33,
    SUCCESSOR_PASSWORD_AT = 163,
    SUCCESSOR_PASSWORD_SIZE = 64,
    SUCCESSOR_MARK_AT = 261,
    SUCCESSOR_MARK = 0x0F,
    SUCCESSOR_FLASH_AT = 262,
    SUCCESSOR_FLASH_MS_AT = 263,
    SUCCESSOR_NAME_AT = 265,
    SUCCESSOR_NAME_SIZE = 41,

    NEVER_WRITTEN = 0xFF,
    TEXT_MAX = 80, // with NUL: the largest field's size
};

typedef struct {
    const uint8_t *bytes;
    size_t len;
    cc_draft_t *draft;
} blob_t;

// A byte that stands for itself; false when it is not there.
static bool read_byte(const blob_t *blob, size_t at, uint8_t *value)
{
    if (at >= blob->len)
        return false;
    *value = blob->bytes[at];
    return true;
}

// The bytes of a text; NULL when it was never written, is not all there, or cannot be one.
static const uint8_t *read_text(const blob_t *blob, size_t at, size_t size, size_t *len)
{
    uint8_t text_len;
    if (!read_byte(blob, at, &text_len) || text_len == NEVER_WRITTEN || text_len >= size ||
        text_len > blob->len - at - 1 || memchr(blob->bytes + at + 1, '\0', text_len))
        return NULL;
    *len = text_len;
    return blob->bytes + at + 1;
}

// A value that is wrong by our rules is none.
static void put(const blob_t *blob, const char *key, const char *text)
{
    size_t problems = blob->draft->n_problems;
    cc_draft_set_text(blob->draft, key, text);
    blob->draft->n_problems = problems;
}

static void put_number(const blob_t *blob, const char *key, long number)
{
    char text[12];
    snprintf(text, sizeof text, "%ld", number);
    put(blob, key, text);
}

static void take_number(const blob_t *blob, size_t at, const char *key)
{
    uint8_t value;
    if (read_byte(blob, at, &value))
        put_number(blob, key, value);
}

static void take_signed(const blob_t *blob, size_t at, const char *key)
{
    uint8_t value;
    if (read_byte(blob, at, &value))
        put_number(blob, key, value < 0x80 ? value : value - 0x100);
}

static void take_bool(const blob_t *blob, size_t at, const char *key)
{
    uint8_t value;
    if (read_byte(blob, at, &value) && value <= 1)
        put(blob, key, value ? "true" : "false");
}

// Two bytes, the high one first.
static void take_ms(const blob_t *blob, size_t at, const char *key)
{
    uint8_t high, low;
    if (read_byte(blob, at, &high) && read_byte(blob, at + 1, &low))
        put_number(blob, key, high << 8 | low);
}

static void take_text(const blob_t *blob, size_t at, size_t size, const char *key)
{
    char text[TEXT_MAX];
    size_t len;
    const uint8_t *bytes = read_text(blob, at, size, &len);
    if (!bytes || len == 0)
        return;
    memcpy(text, bytes, len);
    text[len] = '\0';
    put(blob, key, text);
    cc_text_wipe(text, sizeof text);
}

// A network's name may have any bytes; in ours those that are no plain text are \xNN, and blanks
// around it too, which a draft would take for pasted ones.
static void take_ssid(const blob_t *blob)
{
    char text[4 * SUCCESSOR_SSID_SIZE + 1] = "";
    size_t len, at = 0;
    const uint8_t *bytes = read_text(blob, SUCCESSOR_SSID_AT, SUCCESSOR_SSID_SIZE, &len);
    if (!bytes || len == 0)
        return;
    bool utf8 = cc_text_is_utf8((const char *)bytes, len);
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = bytes[i];
        bool edge = byte == ' ' && (i == 0 || i == len - 1);
        bool escape = byte == '\\' && i + 1 < len && bytes[i + 1] == 'x';
        bool plain = byte >= 0x20 && byte != 0x7F && !escape && (byte < 0x7F || utf8);
        at +=
            (size_t)snprintf(text + at, sizeof text - at, plain && !edge ? "%c" : "\\x%02x", byte);
    }
    put(blob, "network.wifi_ssid", text);
}

static void take_frame_size(const blob_t *blob)
{
    static const char *const names[] = {"QVGA", "CIF", "VGA", "SVGA", "XGA", "SXGA", "UXGA"};
    uint8_t value;
    if (read_byte(blob, FRAME_SIZE_AT, &value) && value < sizeof names / sizeof names[0])
        put(blob, "camera.resolution", names[value]);
}

static bool has_fingerprint(const blob_t *blob)
{
    char text[TEXT_MAX], why[200];
    size_t len;
    const uint8_t *bytes = read_text(blob, FINGERPRINT_AT, FINGERPRINT_SIZE, &len);
    if (!bytes || len < (size_t)cc_setting_rows[CC_SETTING_CONNECT_FINGERPRINT].min)
        return false;
    memcpy(text, bytes, len);
    text[len] = '\0';
    return cc_check_fingerprint(text, why, sizeof why);
}

static cc_older_t kind_of(const blob_t *blob)
{
    uint8_t mark;
    bool has_successor_mark = read_byte(blob, SUCCESSOR_MARK_AT, &mark);
    if (has_successor_mark && mark == SUCCESSOR_MARK)
        return CC_OLDER_SUCCESSOR;
    if (read_byte(blob, ORIGINAL_MARK_AT, &mark) && mark == ORIGINAL_MARK) {
        // It could be the length of a network's name, in a successor's blob that is cut. A flash
        // that is on or off is no letter.
        uint8_t flash = NEVER_WRITTEN;
        bool has_flash = read_byte(blob, ORIGINAL_FLASH_AT, &flash);
        if (!has_flash || flash <= 1 || flash == NEVER_WRITTEN)
            return CC_OLDER_ORIGINAL;
    }
    return !has_successor_mark && has_fingerprint(blob) ? CC_OLDER_SUCCESSOR : CC_OLDER_NONE;
}

cc_older_t cc_older_blob_read(const uint8_t *bytes, size_t len, cc_draft_t *draft)
{
    const blob_t blob = {bytes, len, draft};
    cc_older_t kind = kind_of(&blob);
    if (kind == CC_OLDER_NONE)
        return kind;

    take_number(&blob, INTERVAL_AT, "connect.interval_s");
    take_text(&blob, FINGERPRINT_AT, FINGERPRINT_SIZE, "connect.fingerprint");
    take_text(&blob, TOKEN_AT, TOKEN_SIZE, "connect.token");
    take_frame_size(&blob);
    take_signed(&blob, BRIGHTNESS_AT, "camera.brightness");
    take_signed(&blob, CONTRAST_AT, "camera.contrast");
    take_signed(&blob, SATURATION_AT, "camera.saturation");
    take_bool(&blob, MIRROR_AT, "camera.hmirror");
    take_bool(&blob, FLIP_AT, "camera.vflip");
    take_bool(&blob, LENS_CORRECTION_AT, "camera.lens_correction");
    take_bool(&blob, EXPOSURE_CONTROL_AT, "camera.exposure_auto");
    take_number(&blob, QUALITY_AT, "camera.quality");
    if (kind == CC_OLDER_ORIGINAL) {
        take_bool(&blob, ORIGINAL_FLASH_AT, "flash.enabled");
        take_ms(&blob, ORIGINAL_FLASH_MS_AT, "flash.duration_ms");
        return kind;
    }
    take_ssid(&blob);
    take_text(&blob, SUCCESSOR_PASSWORD_AT, SUCCESSOR_PASSWORD_SIZE, "network.wifi_password");
    take_bool(&blob, SUCCESSOR_FLASH_AT, "flash.enabled");
    take_ms(&blob, SUCCESSOR_FLASH_MS_AT, "flash.duration_ms");
    take_text(&blob, SUCCESSOR_NAME_AT, SUCCESSOR_NAME_SIZE, "network.hostname");
    return kind;
}
