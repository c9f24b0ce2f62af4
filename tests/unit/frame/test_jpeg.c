// Where a JPEG ends, how large it is, whether it is whole; and JPEGs one after another in a stream.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <turbojpeg.h>

#include "fake/corpus.h"
#include "fake/guard.h"
#include "frame/jpeg.h"
#include "util/err.h"

static int read_bytes(const uint8_t *bytes, size_t len, cc_jpeg_info_t *info)
{
    cc_guard_t guard = cc_guard_new(bytes, len);
    int err = cc_jpeg_read(guard.bytes, guard.len, info);
    cc_guard_free(&guard);
    return err;
}

static int read_file(const char *name, cc_jpeg_info_t *info, size_t *file_len)
{
    uint8_t *bytes = cc_corpus_read(name, file_len);
    int err = read_bytes(bytes, *file_len, info);
    free(bytes);
    return err;
}

static void a_whole_picture_tells_its_size_and_its_end(void **state)
{
    (void)state;
    cc_jpeg_info_t info;
    size_t len;
    assert_int_equal(read_file("jpeg/whole.jpg", &info, &len), CC_OK);
    assert_int_equal(info.width, 48);
    assert_int_equal(info.height, 32);
    assert_int_equal(info.components, 3);
    assert_int_equal(info.len, len);
    assert_true(info.baseline);
    assert_true(info.has_huffman);
    assert_false(info.has_exif);
    assert_int_equal(read_file("jpeg/grey.jpg", &info, &len), CC_OK);
    assert_int_equal(info.width, 24);
    assert_int_equal(info.components, 1);
    assert_int_equal(info.len, len);
    assert_int_equal(read_file("turn/exif.jpg", &info, &len), CC_OK);
    assert_true(info.has_exif);
}

static void what_a_camera_puts_behind_the_end_does_not_count(void **state)
{
    (void)state;
    cc_jpeg_info_t whole, padded;
    size_t len, padded_len;
    assert_int_equal(read_file("jpeg/whole.jpg", &whole, &len), CC_OK);
    assert_int_equal(read_file("jpeg/padding.jpg", &padded, &padded_len), CC_OK);
    assert_int_equal(padded_len, len + 64);
    assert_int_equal(padded.len, len);
}

static void fill_bytes_restarts_and_a_thumbnail_do_not_end_a_picture_early(void **state)
{
    (void)state;
    cc_jpeg_info_t info;
    size_t len;
    assert_int_equal(read_file("jpeg/fill_bytes.jpg", &info, &len), CC_OK);
    assert_int_equal(info.len, len);
    assert_int_equal(info.width, 48);
    assert_int_equal(read_file("jpeg/restart_markers.jpg", &info, &len), CC_OK);
    assert_int_equal(info.len, len);
    assert_int_equal(info.width, 64);
    assert_int_equal(read_file("jpeg/thumbnail.jpg", &info, &len), CC_OK);
    assert_int_equal(info.len, len);
    assert_int_equal(info.width, 48);
}

static void a_progressive_picture_is_whole_but_not_baseline(void **state)
{
    (void)state;
    cc_jpeg_info_t info;
    size_t len;
    assert_int_equal(read_file("jpeg/progressive.jpg", &info, &len), CC_OK);
    assert_int_equal(info.len, len);
    assert_false(info.baseline);
    assert_int_equal(info.height, 32);
}

static void every_truncation_is_told_as_cut(void **state)
{
    (void)state;
    static const char *const names[] = {
        "jpeg/whole.jpg",           "jpeg/grey.jpg",      "jpeg/fill_bytes.jpg",
        "jpeg/restart_markers.jpg", "jpeg/thumbnail.jpg", "jpeg/progressive.jpg",
        "jpeg/no_huffman.jpg",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len;
        uint8_t *bytes = cc_corpus_read(names[i], &len);
        for (size_t cut = 0; cut < len; cut++) {
            cc_jpeg_info_t info = {.width = 7};
            int err = read_bytes(bytes, cut, &info);
            if (err != CC_ERR_CUT)
                fail_msg("%s, cut at %zu, gives %d", names[i], cut, err);
            assert_int_equal(info.width, 7);
        }
        free(bytes);
    }
}

// A change that is needed: bytes[at] = value, and what comes of it.
static void assert_changed_is(int expected, const char *marker, size_t offset, uint8_t value)
{
    size_t len;
    uint8_t *bytes = cc_corpus_read("jpeg/whole.jpg", &len);
    cc_jpeg_info_t info;
    size_t at = 0;
    while (memcmp(bytes + at, marker, 2) != 0)
        at++;
    bytes[at + offset] = value;
    assert_int_equal(read_bytes(bytes, len, &info), expected);
    free(bytes);
}

static void markers_that_contradict_themselves_are_refused(void **state)
{
    (void)state;
    static const char start[] = "\xFF\xD8", frame[] = "\xFF\xC0", scan[] = "\xFF\xDA";
    assert_changed_is(CC_ERR_FORMAT, start, 0, 0xFE);
    assert_changed_is(CC_ERR_FORMAT, start, 1, 0xD9);
    assert_changed_is(CC_ERR_FORMAT, start, 2, 0x00);
    assert_changed_is(CC_ERR_FORMAT, start, 3, 0xD0); // a restart before any scan
    assert_changed_is(CC_ERR_FORMAT, start, 3, 0xD8);
    assert_changed_is(CC_ERR_FORMAT, start, 5, 1); // a segment shorter than its length
    assert_changed_is(CC_ERR_FORMAT, frame, 9, 4); // components that are not there
    assert_changed_is(CC_ERR_FORMAT, frame, 9, 0);
    assert_changed_is(CC_ERR_FORMAT, frame, 6, 0);    // no lines
    assert_changed_is(CC_ERR_FORMAT, frame, 8, 0);    // no columns
    assert_changed_is(CC_ERR_FORMAT, frame, 1, 0xC8); // a scan without a frame
    assert_changed_is(CC_ERR_CUT, frame, 2, 0xFF);    // a segment longer than the file
    assert_changed_is(CC_ERR_FORMAT, scan, 1, 0xD9);  // an end before any scan
}

static void bytes_that_are_no_picture_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "jpeg/only_start_and_end.jpg",
        "jpeg/segment_of_one_byte.jpg",
        "jpeg/start_within_segment.jpg",
    };
    cc_jpeg_info_t info;
    size_t len;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_not_equal(read_file(names[i], &info, &len), CC_OK);
    assert_int_equal(read_bytes((const uint8_t *)"GIF89a..", 8, &info), CC_ERR_FORMAT);
    uint8_t zeros[64] = {0};
    assert_int_equal(read_bytes(zeros, sizeof zeros, &info), CC_ERR_FORMAT);
    assert_int_equal(read_bytes(zeros, 0, &info), CC_ERR_CUT);
}

static void two_frame_headers_in_one_picture_are_refused(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = cc_corpus_read("jpeg/whole.jpg", &len);
    uint8_t *twice = malloc(len + 19);
    cc_jpeg_info_t info;
    size_t at = 0;
    while (bytes[at] != 0xFF || bytes[at + 1] != 0xC0)
        at++;
    memcpy(twice, bytes, at + 19);
    memcpy(twice + at + 19, bytes + at, len - at);
    assert_int_equal(read_bytes(twice, len + 19, &info), CC_ERR_FORMAT);
    free(twice);
    free(bytes);
}

// The pixels, freed by the caller.
static uint8_t *decode(const uint8_t *bytes, size_t len, size_t *pixels_len)
{
    tjhandle decoder = tjInitDecompress();
    int width, height, sampling, space;
    assert_int_equal(
        tjDecompressHeader3(decoder, bytes, (unsigned long)len, &width, &height, &sampling, &space),
        0);
    *pixels_len = (size_t)width * (size_t)height * 3;
    uint8_t *pixels = malloc(*pixels_len);
    if (tjDecompress2(decoder, bytes, (unsigned long)len, pixels, width, 0, height, TJPF_RGB,
                      TJFLAG_STOPONWARNING) != 0)
        fail_msg("the decoder says: %s", tjGetErrorStr2(decoder));
    tjDestroy(decoder);
    return pixels;
}

static void a_frame_without_huffman_tables_decodes_with_the_standard_ones(void **state)
{
    (void)state;
    cc_jpeg_info_t info;
    size_t len, whole_len, pixels_len, whole_pixels_len;
    uint8_t *bytes = cc_corpus_read("jpeg/no_huffman.jpg", &len);
    uint8_t *whole = cc_corpus_read("jpeg/whole.jpg", &whole_len);
    assert_int_equal(read_bytes(bytes, len, &info), CC_OK);
    assert_false(info.has_huffman);
    assert_int_equal(info.len, len);

    // as a frame's three spans do it: before the scan | the tables | the rest
    size_t tables = sizeof cc_jpeg_standard_dht;
    uint8_t *mended = malloc(len + tables);
    memcpy(mended, bytes, info.scan_at);
    memcpy(mended + info.scan_at, cc_jpeg_standard_dht, tables);
    memcpy(mended + info.scan_at + tables, bytes + info.scan_at, len - info.scan_at);
    assert_int_equal(read_bytes(mended, len + tables, &info), CC_OK);
    assert_true(info.has_huffman);
    assert_int_equal(info.len, len + tables);

    uint8_t *pixels = decode(mended, len + tables, &pixels_len);
    uint8_t *whole_pixels = decode(whole, whole_len, &whole_pixels_len);
    assert_int_equal(pixels_len, whole_pixels_len);
    assert_memory_equal(pixels, whole_pixels, pixels_len);
    free(pixels);
    free(whole_pixels);
    free(mended);
    free(whole);
    free(bytes);
}

static void the_standard_tables_are_the_encoders_own_byte_for_byte(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = cc_corpus_read("jpeg/whole.jpg", &len);
    uint8_t found[420 - 4];
    size_t n = 0;
    for (size_t at = 2; bytes[at + 1] != 0xDA;) {
        size_t segment = (size_t)(bytes[at + 2] << 8 | bytes[at + 3]);
        if (bytes[at + 1] == 0xC4) {
            assert_true(n + segment - 2 <= sizeof found);
            memcpy(found + n, bytes + at + 4, segment - 2);
            n += segment - 2;
        }
        at += 2 + segment;
    }
    free(bytes);
    assert_int_equal(n, sizeof found);
    assert_memory_equal(found, cc_jpeg_standard_dht + 4, n);
}

// The pictures of a stream that comes in pieces of `piece` bytes; their lengths.
static size_t scan_stream(const uint8_t *stream, size_t len, size_t piece, size_t *lengths,
                          size_t max)
{
    cc_jpeg_scan_t scan = {0};
    size_t n = 0, gone = 0, held = 0;
    while (gone + held < len) {
        held += piece < len - gone - held ? piece : len - gone - held;
        for (;;) {
            cc_guard_t guard = cc_guard_new(stream + gone, held);
            int found = cc_jpeg_scan(&scan, guard.bytes, guard.len);
            cc_guard_free(&guard);
            if (!found)
                break;
            assert_true(n < max);
            cc_jpeg_info_t info;
            assert_int_equal(read_bytes(stream + gone + scan.start, scan.end - scan.start, &info),
                             CC_OK);
            assert_int_equal(info.len, scan.end - scan.start);
            lengths[n++] = info.len;
            gone += scan.end;
            held -= scan.end;
            scan = (cc_jpeg_scan_t){0};
        }
        if (!scan.in_picture) {
            gone += scan.at;
            held -= scan.at;
            scan.at = 0;
        }
    }
    return n;
}

static void pictures_in_a_stream_are_the_same_in_pieces_of_any_size(void **state)
{
    (void)state;
    static const char *const names[] = {"jpeg/whole.jpg", "jpeg/thumbnail.jpg",
                                        "jpeg/progressive.jpg", "jpeg/restart_markers.jpg",
                                        "jpeg/fill_bytes.jpg"};
    static const char between[] = "\r\n--part\xFF\xFF\x00\xFF\r\n";
    uint8_t stream[16384];
    size_t len = 0, expected[8], lengths[8];
    for (size_t i = 0; i < 5; i++) {
        uint8_t *bytes = cc_corpus_read(names[i], &expected[i]);
        memcpy(stream + len, bytes, expected[i]);
        len += expected[i];
        if (i % 2 == 0) {
            memcpy(stream + len, between, sizeof between);
            len += sizeof between;
        }
        free(bytes);
    }
    for (size_t piece = 1; piece <= len; piece += piece < 40 ? 1 : piece / 3) {
        assert_int_equal(scan_stream(stream, len, piece, lengths, 8), 5);
        assert_memory_equal(lengths, expected, 5 * sizeof *lengths);
    }
}

static void a_picture_that_is_cut_in_a_stream_is_left_out(void **state)
{
    (void)state;
    size_t len, lengths[8];
    uint8_t *stream =
        cc_corpus_read("jpeg/stream.mjpg", &len); // a whole one, a half one, a whole one
    for (size_t piece = 1; piece <= len; piece += 1 + piece / 5)
        assert_int_equal(scan_stream(stream, len, piece, lengths, 8), 2);
    free(stream);
}

static void noise_costs_no_memory(void **state)
{
    (void)state;
    cc_jpeg_scan_t scan = {0};
    uint8_t noise[4096];
    memset(noise, 0xFF, sizeof noise);
    assert_int_equal(cc_jpeg_scan(&scan, noise, sizeof noise), 0);
    assert_false(scan.in_picture);
    assert_true(scan.at >= sizeof noise - 1);
    memset(noise, 0, sizeof noise);
    scan = (cc_jpeg_scan_t){0};
    assert_int_equal(cc_jpeg_scan(&scan, noise, sizeof noise), 0);
    assert_true(scan.at >= sizeof noise - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_picture_tells_its_size_and_its_end),
        cmocka_unit_test(what_a_camera_puts_behind_the_end_does_not_count),
        cmocka_unit_test(fill_bytes_restarts_and_a_thumbnail_do_not_end_a_picture_early),
        cmocka_unit_test(a_progressive_picture_is_whole_but_not_baseline),
        cmocka_unit_test(every_truncation_is_told_as_cut),
        cmocka_unit_test(markers_that_contradict_themselves_are_refused),
        cmocka_unit_test(bytes_that_are_no_picture_are_refused),
        cmocka_unit_test(two_frame_headers_in_one_picture_are_refused),
        cmocka_unit_test(a_frame_without_huffman_tables_decodes_with_the_standard_ones),
        cmocka_unit_test(the_standard_tables_are_the_encoders_own_byte_for_byte),
        cmocka_unit_test(pictures_in_a_stream_are_the_same_in_pieces_of_any_size),
        cmocka_unit_test(a_picture_that_is_cut_in_a_stream_is_left_out),
        cmocka_unit_test(noise_costs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
