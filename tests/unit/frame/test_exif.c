// The EXIF segment that we put in front of a picture, read by those who check such things.
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake/corpus.h"
#include "frame/exif.h"
#include "frame/jpeg.h"
#include "util/err.h"

static const cc_exif_t everything = {
    .make = "OmniVision",
    .model = "OV2640 of a name that is much too long for it",
    .software = "connectcam 0.1.0",
    .taken_unix_ms = 1795342869007, // 2026-11-22T10:21:09Z
    .offset_s = -(3 * 3600 + 1800),
    .exposure_us = 33333,
    .iso = 200,
    .width = 48,
    .height = 32,
    .lit = true,
};

static const cc_exif_t nothing = {
    .make = "", .model = "", .software = "", .width = 48, .height = 32};

static char path[] = "/tmp/connectcam-exif-XXXXXX";

// The picture with the segment, into the file at `path`.
static void write_picture(const cc_exif_t *exif)
{
    uint8_t segment[CC_EXIF_MAX];
    size_t len, segment_len = cc_exif_write(exif, segment);
    uint8_t *picture = cc_corpus_read("jpeg/whole.jpg", &len);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(picture, 1, 2, file);
    fwrite(segment, 1, segment_len, file);
    fwrite(picture + 2, 1, len - 2, file);
    assert_int_equal(fclose(file), 0);
    free(picture);
}

// What a command says, all of it; its exit status must be 0.
static void ask(const char *command, char *said, size_t cap)
{
    char line[256];
    snprintf(line, sizeof line, "%s %s 2>&1", command, path);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    said[fread(said, 1, cap - 1, pipe)] = '\0';
    int status = pclose(pipe);
    if (status != 0)
        fail_msg("%s: %s", line, said);
}

static void assert_says(const char *said, const char *expected)
{
    if (!strstr(said, expected))
        fail_msg("\"%s\" is missing in:\n%s", expected, said);
}

static void exiftool_finds_nothing_to_complain_about(void **state)
{
    (void)state;
    char said[8192];
    write_picture(&everything);
    ask("exiftool -validate -warning -error -a -s3", said, sizeof said);
    assert_string_equal(said, "OK\n");
    ask("exiftool -s -G1 -Make -Model -Software -ExposureTime -ISO -Orientation "
        "-SubSecDateTimeOriginal -ExifImageWidth -ExifImageHeight -Flash",
        said, sizeof said);
    assert_says(said, ": OmniVision\n");
    assert_says(said, ": OV2640 of a name that is much t\n");
    assert_says(said, ": connectcam 0.1.0\n");
    assert_says(said, ": 1/30\n");
    assert_says(said, ": 200\n");
    assert_says(said, ": Horizontal (normal)\n");
    assert_says(said, ": 2026:11:22 06:51:09.007-03:30\n");
    assert_says(said, ": 48\n");
    assert_says(said, ": Fired\n");
    write_picture(&nothing);
    ask("exiftool -validate -warning -error -a -s3", said, sizeof said);
    assert_string_equal(said, "OK\n");
}

static void exiv2_finds_nothing_to_complain_about(void **state)
{
    (void)state;
    char said[8192];
    write_picture(&everything);
    ask("exiv2 -pt", said, sizeof said);
    assert_null(strstr(said, "Warning"));
    assert_null(strstr(said, "Error"));
    assert_says(said, "2026:11:22 06:51:09\n");
    assert_says(said, "-03:30\n");
    write_picture(&nothing);
    ask("exiv2 -pt", said, sizeof said);
    assert_null(strstr(said, "Warning"));
    assert_null(strstr(said, "Error"));
    assert_null(strstr(said, "DateTime"));
}

static void it_is_one_segment_of_the_length_it_says(void **state)
{
    (void)state;
    uint8_t segment[CC_EXIF_MAX];
    cc_exif_t exif = everything;
    exif.make = exif.software = exif.model;
    exif.offset_s = 14 * 3600;
    size_t len = cc_exif_write(&exif, segment);
    assert_true(len <= CC_EXIF_MAX);
    assert_int_equal(segment[0], 0xFF);
    assert_int_equal(segment[1], 0xE1);
    assert_int_equal(segment[2] << 8 | segment[3], len - 2);
}

static void texts_are_ascii_whatever_a_camera_calls_itself(void **state)
{
    (void)state;
    char said[8192];
    cc_exif_t exif = nothing;
    exif.model = "Kam\xC3\xA9ra\n\x01";
    write_picture(&exif);
    ask("exiftool -s3 -Model", said, sizeof said);
    assert_string_equal(said, "Kam??ra??\n");
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exiftool_finds_nothing_to_complain_about),
        cmocka_unit_test(exiv2_finds_nothing_to_complain_about),
        cmocka_unit_test(it_is_one_segment_of_the_length_it_says),
        cmocka_unit_test(texts_are_ascii_whatever_a_camera_calls_itself),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
