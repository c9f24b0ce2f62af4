// What an image of this firmware looks like, looked at while it comes in, piece by piece. Pure.
//
// An ESP32 application image is a header of 24 bytes, segments (8 bytes of header each), zeros up
// to the last byte of a 16-byte block, which is a checksum, and the SHA-256 of all that (ESP-IDF
// Programming Guide, "App Image Format"). The first segment begins with the description that
// ESP-IDF puts there (256 bytes), and behind it stands our mark, which names the board. Behind the
// image a signature may follow: 96 bytes that the chip's loader never looks at.
//
//     cc_image_t image;
//     cc_image_begin(&image, &wanted);
//     while (more)
//         if (cc_image_feed(&image, bytes, len) < 0)
//             say(image.why);
//     if (cc_image_end(&image) == CC_OK)
//         check(image.sha256, image.len, image.signature, image.signature_len);
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CC_IMAGE_PROJECT        "connectcam"
#define CC_IMAGE_MARK           "connectcam board" // 16 bytes, without a NUL
#define CC_IMAGE_SIGNATURE_MARK "CCSIGN01"         // 8 bytes, without a NUL

enum {
    CC_IMAGE_DESCRIPTION_AT = 24 + 8,
    CC_IMAGE_MARK_AT = CC_IMAGE_DESCRIPTION_AT + 256,
    CC_IMAGE_HEAD_BYTES = CC_IMAGE_MARK_AT + 16 + 32, // all that names the image
    CC_IMAGE_SHA256_BYTES = 32,
    CC_IMAGE_TRAILER_BYTES = 96, // mark, length (1 byte), signature, zeros
    CC_IMAGE_SIGNATURE_MAX = 72, // an ECDSA signature on P-256 in DER
    CC_IMAGE_VERSION_MAX = 32,   // with NUL
    CC_IMAGE_BOARD_MAX = 32,     // with NUL
};

// The mark, as the firmware carries it in its section `.rodata_custom_desc`.
typedef struct {
    char mark[16];
    char board[CC_IMAGE_BOARD_MAX]; // NUL-terminated
} cc_image_mark_t;

typedef struct {
    const char *board;   // this camera's
    uint16_t chip;       // its chip id
    uint32_t slot_bytes; // what fits
} cc_image_wanted_t;

typedef enum {
    CC_IMAGE_HEADER,
    CC_IMAGE_SEGMENT_HEADER,
    CC_IMAGE_SEGMENT,
    CC_IMAGE_CHECKSUM, // with the zeros before it
    CC_IMAGE_SHA256,
    CC_IMAGE_TRAILER,
    CC_IMAGE_BEHIND, // nothing may come here
} cc_image_part_t;

typedef struct {
    cc_image_wanted_t wanted;
    uint32_t at; // bytes taken
    uint8_t head[CC_IMAGE_HEAD_BYTES];
    cc_image_part_t part;
    uint32_t left;             // bytes of this part that are still to come
    unsigned segments;         // that are still to come
    uint8_t segment_header[8]; // address and length
    uint8_t trailer[CC_IMAGE_TRAILER_BYTES];
    // From the head on.
    char version[CC_IMAGE_VERSION_MAX];
    // Behind cc_image_end.
    uint32_t len;                          // of the image with its SHA-256, without the trailer
    uint8_t sha256[CC_IMAGE_SHA256_BYTES]; // what its end says, not checked here
    const uint8_t *signature;              // in trailer; NULL: there is none
    size_t signature_len;
    char why[200]; // on error: a sentence for people
} cc_image_t;

// wanted's board must outlive it.
void cc_image_begin(cc_image_t *image, const cc_image_wanted_t *wanted);
// CC_ERR_FORMAT: this is no image for this camera; `why` says why. Nothing more may be fed then.
int cc_image_feed(cc_image_t *image, const uint8_t *bytes, size_t len);
// Whether the head came and was right: whatever is overwritten for this image is worth it.
bool cc_image_is_ours(const cc_image_t *image);
// All was fed. CC_ERR_CUT: something is missing at the end, or CC_ERR_FORMAT; `why` says what.
int cc_image_end(cc_image_t *image);
