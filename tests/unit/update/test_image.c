// What counts as an image for this camera, however its bytes arrive.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_update.h"
#include "fake/guard.h"
#include "update/image.h"
#include "util/err.h"

static const cc_image_wanted_t wanted = {"here", 0, CC_FAKE_SLOT_BYTES};
static const cc_fake_image_t ours = {.board = "here", .version = "1.2.0"};

static uint8_t bytes[CC_FAKE_SLOT_BYTES];
static cc_image_t image;

// Feeds the first len bytes in pieces; the result of the feeding, or of the end.
static int feed(size_t len, size_t piece)
{
    cc_image_begin(&image, &wanted);
    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        cc_guard_t guard = cc_guard_new(bytes + at, n);
        int err = cc_image_feed(&image, guard.bytes, n);
        cc_guard_free(&guard);
        if (err < 0)
            return err;
    }
    return cc_image_end(&image);
}

static void an_image_is_taken_in_pieces_of_any_size(void **state)
{
    (void)state;
    static const size_t pieces[] = {1, 2, 7, 23, 24, 335, 336, 337, 1000, 8192};
    size_t len = cc_fake_image(&ours, bytes);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        assert_int_equal(feed(len, pieces[i]), CC_OK);
        assert_string_equal(image.version, "1.2.0");
        assert_int_equal(image.len, len);
        assert_memory_equal(image.sha256, bytes + len - 32, 32);
        assert_null(image.signature);
    }
}

// The checksum is the last byte of a block, also where the segments end with one.
static void it_ends_where_its_blocks_do(void **state)
{
    (void)state;
    for (uint32_t first_len = 700; first_len < 732; first_len++) {
        cc_fake_image_t what = ours;
        what.first_len = first_len;
        size_t len = cc_fake_image(&what, bytes);
        assert_int_equal(feed(len, 50), CC_OK);
        assert_int_equal(image.len, len);
    }
}

static void the_signature_behind_it_is_found(void **state)
{
    (void)state;
    cc_fake_update_t slot;
    cc_fake_update_init(&slot);
    size_t len = cc_fake_image(&ours, bytes);
    size_t all = cc_fake_update_sign(&slot, bytes, len);
    for (size_t piece = 1; piece < 200; piece += 13) {
        assert_int_equal(feed(all, piece), CC_OK);
        assert_int_equal(image.len, len);
        assert_memory_equal(image.signature, bytes + len + 9, image.signature_len);
    }
    bytes[all] = 0;
    assert_int_equal(feed(all + 1, 100), CC_ERR_FORMAT);
    bytes[len + 8] = 73;
    assert_int_equal(feed(all, 100), CC_ERR_FORMAT);
    bytes[len + 8] = 0;
    assert_int_equal(feed(all, 100), CC_ERR_FORMAT);
    bytes[len + 8] = 70;
    bytes[len] ^= 1;
    assert_int_equal(feed(all, 100), CC_ERR_FORMAT);
    cc_fake_update_deinit(&slot);
}

static void cut_anywhere_it_is_none(void **state)
{
    (void)state;
    cc_fake_update_t slot;
    cc_fake_update_init(&slot);
    size_t len = cc_fake_image(&ours, bytes);
    size_t all = cc_fake_update_sign(&slot, bytes, len);
    for (size_t cut = 0; cut < all; cut++) {
        if (cut == len) // which is an image that is not signed
            continue;
        assert_int_equal(feed(cut, 64), CC_ERR_CUT);
        assert_non_null(strstr(image.why, "too early"));
    }
    cc_fake_update_deinit(&slot);
}

static void whatever_is_not_for_this_camera_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        cc_fake_image_t what;
        const char *why;
    } others[] = {
        {{.board = "s3-eye", .version = "1"},
         "This image is for the board s3-eye; this camera is of the board here."},
        {{.board = "her", .version = "1"},
         "This image is for the board her; this camera is of the board here."},
        {{.board = "here", .version = "1", .chip = 9},
         "This image is for an ESP32-S3; this camera is an ESP32."},
        {{.board = "here", .version = "1", .chip = 0x100},
         "This image is for another chip; this camera is an ESP32."},
        {{.board = "here", .version = "1", .project = "arduino-lib-builder"},
         "This is the firmware arduino-lib-builder, not connectcam."},
        {{.version = "1"}, "This image does not say which board it is for."},
        {{.board = "two words", .version = "1"}, "This image does not say which board it is for."},
        {{.board = "here", .version = "1", .no_sha256 = true},
         "This image has no checksum (SHA-256) at its end."},
        {{.board = "here", .version = ""}, "This image does not say its version."},
        {{.board = "here", .version = "1\"2"}, NULL},
        {{.board = "here", .version = "12345678901234567890123456789012"},
         "This image does not say its version."},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        size_t len = cc_fake_image(&others[i].what, bytes);
        assert_int_equal(feed(len, 100), CC_ERR_FORMAT);
        if (others[i].why)
            assert_string_equal(image.why, others[i].why);
        assert_false(cc_image_is_ours(&image));
    }
    memcpy(bytes, "\xFF\xD8\xFF\xE0", 4);
    assert_int_equal(feed(4, 4), CC_ERR_FORMAT);
    assert_string_equal(image.why, "This file is no firmware for this camera.");
}

static void hostile_lengths_are_refused(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0xFFFFFFFF, 0xFFFFFFE0, 0x80000000, CC_FAKE_SLOT_BYTES};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        cc_fake_image(&ours, bytes);
        memcpy(bytes + 28, &lengths[i], 4);
        assert_int_equal(feed(sizeof bytes, 100), CC_ERR_FORMAT);
    }
    size_t len = cc_fake_image(&ours, bytes);
    bytes[1] = 0;
    assert_int_equal(feed(len, 100), CC_ERR_FORMAT);
    bytes[1] = 17;
    assert_int_equal(feed(len, 100), CC_ERR_FORMAT);
    assert_non_null(strstr(image.why, "header"));
    // segments that are over before the board is named
    cc_fake_image(&ours, bytes);
    bytes[1] = 1;
    memset(bytes + 28, 0, 4);
    assert_true(feed(sizeof bytes, 100) < 0);
    assert_false(cc_image_is_ours(&image));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_taken_in_pieces_of_any_size),
        cmocka_unit_test(it_ends_where_its_blocks_do),
        cmocka_unit_test(the_signature_behind_it_is_found),
        cmocka_unit_test(cut_anywhere_it_is_none),
        cmocka_unit_test(whatever_is_not_for_this_camera_is_refused_in_words),
        cmocka_unit_test(hostile_lengths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
