#include "update/image.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

enum {
    MAGIC = 0xE9,
    SEGMENTS_MAX = 16,
    SEGMENT_COUNT_AT = 1,
    CHIP_AT = 12,
    HASH_APPENDED_AT = 23,
    HEADER_BYTES = 24,
    SEGMENT_HEADER_BYTES = 8,
    BLOCK_BYTES = 16,
    // In the description that ESP-IDF puts there.
    VERSION_AT = CC_IMAGE_DESCRIPTION_AT + 16,
    PROJECT_AT = CC_IMAGE_DESCRIPTION_AT + 48,
    TRAILER_LENGTH_AT = 8,
    TRAILER_SIGNATURE_AT = 9,
};

#define DESCRIPTION_MAGIC 0xABCD5432u

_Static_assert(sizeof(cc_image_mark_t) == CC_IMAGE_HEAD_BYTES - CC_IMAGE_MARK_AT, "no padding");

static int refuse(cc_image_t *image, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(cc_image_t *image, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(image->why, sizeof image->why, format, arguments);
    va_end(arguments);
    return CC_ERR_FORMAT;
}

static uint32_t read_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

// No blanks and no quotes: a name stands in sentences and in JSON.
static bool is_of_name(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("._+-", c));
}

static bool read_name(const uint8_t *at, size_t max, char *out)
{
    size_t len = 0;
    while (len < max && is_of_name(at[len]))
        len++;
    if (len == 0 || len == max || at[len] != '\0')
        return false;
    memcpy(out, at, len + 1);
    return true;
}

static const char *chip_name(uint32_t chip)
{
    switch (chip) { // esp_chip_id_t
    case 0:
        return "an ESP32";
    case 2:
        return "an ESP32-S2";
    case 5:
        return "an ESP32-C3";
    case 9:
        return "an ESP32-S3";
    default:
        return "another chip";
    }
}

static int check_head(cc_image_t *image)
{
    const uint8_t *head = image->head;
    const cc_image_wanted_t *wanted = &image->wanted;
    char project[32], board[CC_IMAGE_BOARD_MAX], version[CC_IMAGE_VERSION_MAX];
    uint32_t chip = head[CHIP_AT] | (uint32_t)head[CHIP_AT + 1] << 8;
    if (chip != wanted->chip)
        return refuse(image, "This image is for %s; this camera is %s.", chip_name(chip),
                      chip_name(wanted->chip));
    if (head[HASH_APPENDED_AT] != 1)
        return refuse(image, "This image has no checksum (SHA-256) at its end.");
    if (read_u32(head + CC_IMAGE_DESCRIPTION_AT) != DESCRIPTION_MAGIC ||
        !read_name(head + PROJECT_AT, sizeof project, project))
        return refuse(image, "This file is no application: perhaps a bootloader, or all of a "
                             "flash. Take the image that is made for updates.");
    if (strcmp(project, CC_IMAGE_PROJECT) != 0)
        return refuse(image, "This is the firmware %s, not " CC_IMAGE_PROJECT ".", project);
    if (memcmp(head + CC_IMAGE_MARK_AT, CC_IMAGE_MARK, 16) != 0 ||
        !read_name(head + CC_IMAGE_MARK_AT + 16, sizeof board, board))
        return refuse(image, "This image does not say which board it is for.");
    if (strcmp(board, wanted->board) != 0)
        return refuse(image, "This image is for the board %s; this camera is of the board %s.",
                      board, wanted->board);
    if (!read_name(head + VERSION_AT, sizeof version, version))
        return refuse(image, "This image does not say its version.");
    memcpy(image->version, version, sizeof version);
    return CC_OK;
}

void cc_image_begin(cc_image_t *image, const cc_image_wanted_t *wanted)
{
    memset(image, 0, sizeof *image);
    image->wanted = *wanted;
    image->part = CC_IMAGE_HEADER;
    image->left = HEADER_BYTES;
}

static void expect(cc_image_t *image, cc_image_part_t part, uint32_t len)
{
    image->part = part;
    image->left = len;
}

static void expect_segment_or_end(cc_image_t *image)
{
    if (image->segments > 0) {
        image->segments--;
        expect(image, CC_IMAGE_SEGMENT_HEADER, SEGMENT_HEADER_BYTES);
    } else {
        expect(image, CC_IMAGE_CHECKSUM, BLOCK_BYTES - image->at % BLOCK_BYTES);
    }
}

// A part is whole: what comes behind it.
static int go_on(cc_image_t *image)
{
    uint32_t len;
    switch (image->part) {
    case CC_IMAGE_HEADER:
        image->segments = image->head[SEGMENT_COUNT_AT];
        if (image->segments == 0 || image->segments > SEGMENTS_MAX)
            return refuse(image, "This file is damaged: its header makes no sense.");
        expect_segment_or_end(image);
        break;
    case CC_IMAGE_SEGMENT_HEADER:
        len = read_u32(image->segment_header + 4);
        if (image->at > image->wanted.slot_bytes || len > image->wanted.slot_bytes - image->at)
            return refuse(image, "This file is damaged, or larger than the room for it.");
        expect(image, CC_IMAGE_SEGMENT, len);
        break;
    case CC_IMAGE_SEGMENT:
        expect_segment_or_end(image);
        break;
    case CC_IMAGE_CHECKSUM:
        expect(image, CC_IMAGE_SHA256, CC_IMAGE_SHA256_BYTES);
        break;
    case CC_IMAGE_SHA256:
        image->len = image->at;
        expect(image, CC_IMAGE_TRAILER, CC_IMAGE_TRAILER_BYTES);
        break;
    case CC_IMAGE_TRAILER:
    case CC_IMAGE_BEHIND:
        expect(image, CC_IMAGE_BEHIND, UINT32_MAX);
        break;
    }
    return CC_OK;
}

// Where the bytes of this part are kept, and how many that part has; NULL: nowhere.
static uint8_t *keep_of(cc_image_t *image, uint32_t *whole)
{
    switch (image->part) {
    case CC_IMAGE_SEGMENT_HEADER:
        *whole = SEGMENT_HEADER_BYTES;
        return image->segment_header;
    case CC_IMAGE_SHA256:
        *whole = CC_IMAGE_SHA256_BYTES;
        return image->sha256;
    case CC_IMAGE_TRAILER:
        *whole = CC_IMAGE_TRAILER_BYTES;
        return image->trailer;
    default:
        return NULL;
    }
}

static int walk(cc_image_t *image, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        uint32_t n = len < image->left ? (uint32_t)len : image->left;
        uint32_t whole = 0;
        uint8_t *keep = keep_of(image, &whole);
        if (image->part == CC_IMAGE_BEHIND)
            return refuse(image, "This file goes on where the image in it has ended.");
        if (keep)
            memcpy(keep + (whole - image->left), bytes, n);
        image->at += n;
        image->left -= n;
        bytes += n;
        len -= n;
        while (image->left == 0) { // a segment may have no bytes
            int err = go_on(image);
            if (err < 0)
                return err;
        }
    }
    return CC_OK;
}

int cc_image_feed(cc_image_t *image, const uint8_t *bytes, size_t len)
{
    if (len > 0 && image->at == 0 && bytes[0] != MAGIC)
        return refuse(image, "This file is no firmware for this camera.");
    if (len > 0 && image->at < CC_IMAGE_HEAD_BYTES) {
        uint32_t missing = CC_IMAGE_HEAD_BYTES - image->at;
        uint32_t n = len < missing ? (uint32_t)len : missing;
        memcpy(image->head + image->at, bytes, n);
        int err = walk(image, bytes, n);
        if (err == CC_OK && n == missing)
            err = check_head(image);
        if (err < 0)
            return err;
        bytes += n;
        len -= n;
    }
    return walk(image, bytes, len);
}

bool cc_image_is_ours(const cc_image_t *image)
{
    return image->version[0] != '\0';
}

int cc_image_end(cc_image_t *image)
{
    bool bare = image->part == CC_IMAGE_TRAILER && image->left == CC_IMAGE_TRAILER_BYTES;
    if (!cc_image_is_ours(image) || (!bare && image->part != CC_IMAGE_BEHIND)) {
        refuse(image, "This file ends too early. Download it again.");
        return CC_ERR_CUT;
    }
    if (bare)
        return CC_OK;
    uint8_t len = image->trailer[TRAILER_LENGTH_AT];
    if (memcmp(image->trailer, CC_IMAGE_SIGNATURE_MARK, TRAILER_LENGTH_AT) != 0 || len == 0 ||
        len > CC_IMAGE_SIGNATURE_MAX)
        return refuse(image, "What follows the image in this file is no signature.");
    image->signature = image->trailer + TRAILER_SIGNATURE_AT;
    image->signature_len = len;
    return CC_OK;
}
