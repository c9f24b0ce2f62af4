// Any bytes as a picture, and as a stream of pictures: what is found does not depend on the pieces
// that the stream arrives in.
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "frame/jpeg.h"
#include "require.h"
#include "util/err.h"

enum {
    PICTURES_MAX = 64
};

typedef struct {
    size_t n;
    size_t start[PICTURES_MAX]; // in the stream
    size_t end[PICTURES_MAX];
} found_t;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static size_t read_whole(const uint8_t *bytes, size_t len)
{
    cc_jpeg_info_t info, again;
    int err = cc_jpeg_read(bytes, len, &info);
    REQUIRE(err == CC_OK || err == CC_ERR_FORMAT || err == CC_ERR_CUT);
    if (err != CC_OK)
        return 0;
    REQUIRE(info.len >= 4 && info.len <= len);
    REQUIRE(bytes[info.len - 2] == 0xFF && bytes[info.len - 1] == 0xD9);
    REQUIRE(info.scan_at < info.len && bytes[info.scan_at + 1] == 0xDA);
    REQUIRE(info.width > 0 && info.height > 0 && info.components > 0);
    REQUIRE(cc_jpeg_read(bytes, info.len, &again) == CC_OK && again.len == info.len);
    REQUIRE(cc_jpeg_read(bytes, info.len - 1, &again) == CC_ERR_CUT);
    return info.len;
}

// Pieces of 1 to `largest` bytes; 0: all at once. The buffer is of the bytes' own size each time.
static void scan_in_pieces(const uint8_t *bytes, size_t len, size_t largest, found_t *found)
{
    size_t gone = 0, held = 0;
    uint32_t random = 1;
    cc_jpeg_scan_t scan = {0};
    found->n = 0;
    while (gone + held < len) {
        random = random * 1664525u + 1013904223u;
        size_t piece = largest ? 1 + (random >> 8) % largest : len;
        held += piece < len - gone - held ? piece : len - gone - held;
        for (bool more = true; more;) {
            uint8_t *buf = malloc(held ? held : 1);
            REQUIRE(buf);
            memcpy(buf, bytes + gone, held);
            more = cc_jpeg_scan(&scan, buf, held) == 1;
            free(buf);
            size_t drop = scan.in_picture ? 0 : scan.at;
            if (more) {
                REQUIRE(scan.start < scan.end && scan.end <= held);
                if (found->n < PICTURES_MAX) {
                    found->start[found->n] = gone + scan.start;
                    found->end[found->n++] = gone + scan.end;
                }
                drop = scan.end;
                scan = (cc_jpeg_scan_t){0};
            } else if (!scan.in_picture) {
                scan.at = 0;
            }
            REQUIRE(drop <= held);
            gone += drop;
            held -= drop;
        }
    }
}

static void require_same(const found_t *one, const found_t *other)
{
    REQUIRE(one->n == other->n);
    REQUIRE(memcmp(one->start, other->start, one->n * sizeof one->start[0]) == 0);
    REQUIRE(memcmp(one->end, other->end, one->n * sizeof one->end[0]) == 0);
}

static void scan_stream(const uint8_t *bytes, size_t len)
{
    found_t whole, pieces;
    scan_in_pieces(bytes, len, 0, &whole);
    size_t seventh = len / 7 + 1;
    scan_in_pieces(bytes, len, seventh, &pieces);
    require_same(&whole, &pieces);
    if (len <= 2048) {
        scan_in_pieces(bytes, len, 1, &pieces);
        require_same(&whole, &pieces);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    size_t picture = read_whole(bytes, len);
    scan_stream(bytes, len);
    if (picture > 0 && picture <= 16384) {
        // what is a picture to the one is a picture to the other, three times in a row
        uint8_t *stream = malloc(3 * picture);
        found_t found;
        REQUIRE(stream);
        for (size_t i = 0; i < 3; i++)
            memcpy(stream + i * picture, bytes, picture);
        scan_in_pieces(stream, 3 * picture, picture, &found);
        REQUIRE(found.n == 3);
        for (size_t i = 0; i < 3; i++)
            REQUIRE(found.start[i] == i * picture && found.end[i] == (i + 1) * picture);
        free(stream);
    }
    return 0;
}
