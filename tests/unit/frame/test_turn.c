// Pictures turned without loss: which corner goes where, what is trimmed, what is kept, and what
// becomes of broken ones. Whether every pixel is right is for tests/differential.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "differential/drawn.h"
#include "fake/corpus.h"
#include "fake/guard.h"
#include "frame/turn.h"
#include "util/err.h"

typedef struct {
    uint8_t *bytes; // freed by the caller
    size_t len;
    cc_turn_plan_t plan; // its picture is gone
    const char *why;
} turned_t;

// In memory that ends where it should: input, work and output.
static int turn_bytes(const uint8_t *bytes, size_t len, cc_turn_t turn, turned_t *turned)
{
    cc_guard_t in = cc_guard_new(bytes, len);
    memset(turned, 0, sizeof *turned);
    int err = cc_turn_plan(in.bytes, in.len, turn, &turned->plan, &turned->why);
    if (err == CC_OK) {
        void *work = malloc(turned->plan.work_len);
        err = cc_turn_write(&turned->plan, work, NULL, 0, &turned->len, &turned->why);
        if (err == CC_ERR_SPACE) {
            turned->bytes = malloc(turned->len);
            err = cc_turn_write(&turned->plan, work, turned->bytes, turned->len, &turned->len,
                                &turned->why);
        }
        free(work);
    }
    cc_guard_free(&in);
    if (err < 0) {
        free(turned->bytes);
        turned->bytes = NULL;
        assert_non_null(turned->why);
    }
    return err;
}

static turned_t turn_drawn(const cc_drawn_t *drawn, cc_turn_t turn)
{
    size_t len;
    turned_t turned;
    uint8_t *bytes = cc_drawn_jpeg(drawn, &len);
    int err = turn_bytes(bytes, len, turn, &turned);
    if (err < 0)
        fail_msg("%s: %s", cc_err_text(err), turned.why);
    free(bytes);
    return turned;
}

// The segment with that marker, behind its length; NULL: there is none.
static const uint8_t *find_segment(const uint8_t *bytes, uint8_t marker)
{
    for (size_t at = 2; bytes[at + 1] != 0xDA;
         at += 2u + (size_t)(bytes[at + 2] << 8 | bytes[at + 3]))
        if (bytes[at + 1] == marker)
            return bytes + at + 4;
    return NULL;
}

// A picture with a segment more, behind SOI.
static uint8_t *with_segment(uint8_t marker, const void *content, size_t content_len,
                             const cc_drawn_t *drawn, size_t *len)
{
    size_t plain_len;
    uint8_t *plain = cc_drawn_jpeg(drawn, &plain_len);
    uint8_t *bytes = malloc(plain_len + 4 + content_len);
    const uint8_t head[6] = {0xFF, 0xD8, 0xFF, marker, 0, (uint8_t)(content_len + 2)};
    memcpy(bytes, head, sizeof head);
    memcpy(bytes + 6, content, content_len);
    memcpy(bytes + 6 + content_len, plain + 2, plain_len - 2);
    free(plain);
    *len = plain_len + 4 + content_len;
    return bytes;
}

static const cc_drawn_t colour = {.width = 64,
                                  .height = 48,
                                  .quality = 80,
                                  .n_components = 3,
                                  .across = {2, 1, 1},
                                  .down = {1, 1, 1},
                                  .seed = 5};

// tests/corpus/turn/corners.jpg: upper left red, upper right green, lower left blue, lower right
// white; 48x32 pixels.
static void assert_corners(cc_turn_t turn, const char *expected)
{
    size_t len;
    uint8_t *bytes = cc_corpus_read("turn/corners.jpg", &len);
    turned_t turned;
    cc_drawn_pixels_t pixels;
    char found[5] = "";
    assert_int_equal(turn_bytes(bytes, len, turn, &turned), CC_OK);
    assert_true(cc_drawn_decode(turned.bytes, turned.len, &pixels));
    for (size_t i = 0; i < 4; i++) {
        size_t x = i % 2 ? pixels.width - 4 : 4, y = i / 2 ? pixels.height - 4 : 4;
        const uint8_t *pixel = pixels.bytes + 3 * (y * pixels.width + x);
        bool red = pixel[0] > 128, green = pixel[1] > 128, blue = pixel[2] > 128;
        found[i] = red && green ? 'W' : red ? 'R' : green ? 'G' : blue ? 'B' : '-';
    }
    assert_string_equal(found, expected);
    assert_int_equal(pixels.width, turn & CC_TURN_TRANSPOSE ? 32 : 48);
    assert_int_equal(turned.plan.width, pixels.width);
    assert_int_equal(turned.plan.height, pixels.height);
    free(pixels.bytes);
    free(turned.bytes);
    free(bytes);
}

static void each_corner_goes_where_it_should(void **state)
{
    (void)state;
    assert_corners(CC_TURN_NONE, "RGBW");
    assert_corners(CC_TURN_90, "BRWG"); // clockwise: what was on the left is on top
    assert_corners(CC_TURN_180, "WBGR");
    assert_corners(CC_TURN_270, "GWRB");
    assert_corners(CC_TURN_MIRROR, "GRWB");
    assert_corners(CC_TURN_FLIP, "BWRG");
    assert_corners(CC_TURN_TRANSPOSE, "RBGW");
    assert_corners(CC_TURN_TRANSVERSE, "WGBR");
}

static void four_quarters_are_the_picture_again(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = cc_drawn_jpeg(&colour, &len);
    turned_t turned = {.bytes = bytes, .len = len}, next;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(turn_bytes(turned.bytes, turned.len, CC_TURN_90, &next), CC_OK);
        if (i > 0)
            free(turned.bytes);
        turned = next;
    }
    cc_drawn_pixels_t before, after;
    assert_true(cc_drawn_decode(bytes, len, &before));
    assert_true(cc_drawn_decode(turned.bytes, turned.len, &after));
    assert_memory_equal(before.bytes, after.bytes, 64 * 48 * 3);
    free(before.bytes);
    free(after.bytes);
    free(turned.bytes);
    free(bytes);
}

static void the_edge_that_cannot_turn_is_trimmed_and_said_so(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour; // an MCU has 16x8 pixels
    drawn.width = 16 * 4 + 5;
    drawn.height = 8 * 6 + 3;
    static const struct {
        cc_turn_t turn;
        uint16_t width, height, right, bottom;
    } expected[] = {
        {CC_TURN_NONE, 69, 51, 0, 0},      {CC_TURN_MIRROR, 64, 51, 5, 0},
        {CC_TURN_FLIP, 69, 48, 0, 3},      {CC_TURN_180, 64, 48, 5, 3},
        {CC_TURN_TRANSPOSE, 51, 69, 0, 0}, {CC_TURN_90, 48, 69, 0, 3},
        {CC_TURN_270, 51, 64, 5, 0},       {CC_TURN_TRANSVERSE, 48, 64, 5, 3},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        turned_t turned = turn_drawn(&drawn, expected[i].turn);
        assert_int_equal(turned.plan.width, expected[i].width);
        assert_int_equal(turned.plan.height, expected[i].height);
        assert_int_equal(turned.plan.trimmed_right, expected[i].right);
        assert_int_equal(turned.plan.trimmed_bottom, expected[i].bottom);
        free(turned.bytes);
    }
}

static void a_picture_smaller_than_an_mcu_is_not_lost(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    drawn.width = 3;
    drawn.height = 2;
    turned_t turned = turn_drawn(&drawn, CC_TURN_90);
    assert_int_equal(turned.plan.width, 2);
    assert_int_equal(turned.plan.height, 3);
    free(turned.bytes);
}

static void comments_stay_and_density_turns(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = with_segment(0xFE, "hello", 5, &colour, &len);
    turned_t turned;
    uint8_t *jfif = (uint8_t *)(uintptr_t)find_segment(bytes, 0xE0);
    memcpy(jfif + 8, "\x00\x48\x00\x96", 4);
    assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_OK);
    assert_memory_equal(find_segment(turned.bytes, 0xFE), "hello", 5);
    assert_memory_equal(find_segment(turned.bytes, 0xE0) + 8, "\x00\x96\x00\x48", 4);
    free(turned.bytes);
    assert_int_equal(turn_bytes(bytes, len, CC_TURN_180, &turned), CC_OK);
    assert_memory_equal(find_segment(turned.bytes, 0xE0) + 8, "\x00\x48\x00\x96", 4);
    free(turned.bytes);
    free(bytes);
}

static void exif_says_upright_and_the_new_size(void **state)
{
    (void)state;
    // both byte orders: orientation 6 and the Exif IFD; in it width and height
    static const char little[] = "Exif\0\0II\x2A\0\x08\0\0\0"
                                 "\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
                                 "\x69\x87\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0"
                                 "\x02\0\x02\xA0\x04\0\x01\0\0\0\x40\0\0\0"
                                 "\x03\xA0\x03\0\x01\0\0\0\x30\0\0\0\0\0\0\0";
    static const char big[] = "Exif\0\0MM\0\x2A\0\0\0\x08"
                              "\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
                              "\x87\x69\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0"
                              "\0\x02\xA0\x02\0\x04\0\0\0\x01\0\0\0\x40"
                              "\xA0\x03\0\x03\0\0\0\x01\0\x30\0\0\0\0\0\0";
    for (int i = 0; i < 2; i++) {
        size_t len;
        uint8_t *bytes = with_segment(0xE1, i ? big : little, sizeof big - 1, &colour, &len);
        turned_t turned;
        assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_OK);
        const uint8_t *exif = find_segment(turned.bytes, 0xE1);
        size_t low = i ? 1 : 0; // of a short
        assert_int_equal(exif[6 + 18 + low], 1);
        assert_int_equal(exif[6 + 48 + (i ? 3 : 0)], 48);
        assert_int_equal(exif[6 + 60 + low], 64);
        free(turned.bytes);
        for (size_t at = 0; at < sizeof big - 1; at++) { // broken in every way it stays what it is
            uint8_t before = bytes[6 + at];
            bytes[6 + at] = 0xFF;
            assert_int_equal(turn_bytes(bytes, len, CC_TURN_270, &turned), CC_OK);
            free(turned.bytes);
            bytes[6 + at] = before;
        }
        free(bytes);
    }
}

static void restart_markers_are_left_out(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    drawn.restart_mcus = 3;
    turned_t turned = turn_drawn(&drawn, CC_TURN_180);
    assert_null(find_segment(turned.bytes, 0xDD));
    for (size_t at = 0; at + 1 < turned.len; at++)
        assert_false(turned.bytes[at] == 0xFF && (turned.bytes[at + 1] & 0xF8) == 0xD0);
    free(turned.bytes);
}

static void tables_are_kept_where_they_have_every_code(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    turned_t standard = turn_drawn(&drawn, CC_TURN_90);
    drawn.no_huffman = true;
    turned_t without = turn_drawn(&drawn, CC_TURN_90);
    assert_int_equal(standard.len, without.len);
    assert_memory_equal(standard.bytes, without.bytes, standard.len);
    drawn.no_huffman = false;
    drawn.optimize = true; // for another order of the coefficients
    turned_t optimized = turn_drawn(&drawn, CC_TURN_90);
    assert_int_equal(standard.len, optimized.len);
    assert_memory_equal(standard.bytes, optimized.bytes, standard.len);
    free(standard.bytes);
    free(without.bytes);
    free(optimized.bytes);
}

static void what_it_takes_is_told_and_nothing_is_written_behind_it(void **state)
{
    (void)state;
    size_t len, need, again;
    const char *why;
    cc_turn_plan_t plan;
    uint8_t *bytes = cc_drawn_jpeg(&colour, &len);
    assert_int_equal(cc_turn_plan(bytes, len, CC_TURN_270, &plan, &why), CC_OK);
    void *work = malloc(plan.work_len);
    assert_int_equal(cc_turn_write(&plan, work, NULL, 0, &need, &why), CC_ERR_SPACE);
    uint8_t *whole = malloc(need);
    assert_int_equal(cc_turn_write(&plan, work, whole, need, &again, &why), CC_OK);
    assert_int_equal(again, need);
    for (size_t cap = 0; cap < need; cap += 1 + cap / 50) {
        uint8_t *out = malloc(cap + 1);
        assert_int_equal(cc_turn_write(&plan, work, out, cap, &again, &why), CC_ERR_SPACE);
        assert_int_equal(again, need);
        free(out);
    }
    // with room to spare it goes straight there, and is the same
    uint8_t *roomy = malloc(need + 100000);
    assert_int_equal(cc_turn_write(&plan, work, roomy, need + 100000, &again, &why), CC_OK);
    assert_int_equal(again, need);
    assert_memory_equal(roomy, whole, need);
    free(roomy);
    free(whole);
    free(work);
    free(bytes);
}

static void it_takes_little_memory(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    drawn.width = 1600;
    drawn.height = 1200;
    turned_t turned = turn_drawn(&drawn, CC_TURN_90);
    assert_true(turned.plan.work_len <= 16 * 15000);
    free(turned.bytes);
    drawn.width = 640;
    drawn.height = 480;
    turned = turn_drawn(&drawn, CC_TURN_90);
    assert_true(turned.plan.work_len <= 16 * 2400);
    free(turned.bytes);
}

static void other_kinds_of_jpeg_are_refused_in_words(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    turned_t turned;
    size_t len;
    for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
        drawn.progressive = !arithmetic;
        drawn.arithmetic = arithmetic;
        uint8_t *bytes = cc_drawn_jpeg(&drawn, &len);
        assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_ERR_UNSUPPORTED);
        assert_non_null(strstr(turned.why, arithmetic ? "arithmetic" : "progressive"));
        free(bytes);
    }
    uint8_t *bytes = cc_drawn_jpeg(&colour, &len);
    uint8_t *frame = (uint8_t *)(uintptr_t)find_segment(bytes, 0xC0);
    frame[0] = 12; // bits
    frame[-3] = 0xC1;
    assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_ERR_UNSUPPORTED);
    assert_non_null(strstr(turned.why, "8 bits"));
    frame[0] = 8;
    frame[-3] = 0xC3;
    assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_ERR_UNSUPPORTED);
    assert_non_null(strstr(turned.why, "lossless"));
    free(bytes);
}

static void every_cut_is_an_error(void **state)
{
    (void)state;
    static const cc_drawn_t kinds[] = {
        {.width = 40, .height = 24, .quality = 70, .n_components = 3, .across = {2}, .down = {2}},
        {.width = 40, .height = 24, .quality = 70, .n_components = 1, .optimize = true},
        {.width = 40, .height = 24, .quality = 70, .n_components = 3, .restart_mcus = 2},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t len;
        turned_t turned;
        uint8_t *bytes = cc_drawn_jpeg(&kinds[i], &len);
        uint8_t *ended = malloc(len + 2);
        for (size_t cut = 0; cut < len; cut++) {
            if (turn_bytes(bytes, cut, CC_TURN_90, &turned) != CC_ERR_CUT)
                fail_msg("kind %zu, cut at %zu", i, cut);
            // and as a camera cuts it, that puts its end behind whatever it has
            memcpy(ended, bytes, cut);
            memcpy(ended + cut, "\xFF\xD9", 2);
            if (cut < len - 2 && turn_bytes(ended, cut + 2, CC_TURN_90, &turned) == CC_OK) {
                // nothing is missing but the last byte's padding
                if (cut + 3 < len)
                    fail_msg("kind %zu, cut at %zu and ended", i, cut);
                free(turned.bytes);
            }
        }
        free(ended);
        free(bytes);
    }
}

// A change that is needed: behind the marker, bytes[at] = value, and what comes of it.
static void assert_changed_is(int expected, const cc_drawn_t *drawn, uint8_t marker, size_t at,
                              uint8_t value)
{
    size_t len;
    turned_t turned;
    uint8_t *bytes = cc_drawn_jpeg(drawn, &len);
    size_t found = 0;
    while (bytes[found] != 0xFF || bytes[found + 1] != marker)
        found++;
    bytes[found + 4 + at] = value;
    int err = turn_bytes(bytes, len, CC_TURN_90, &turned);
    if (err != expected)
        fail_msg("marker %02X, offset %zu: %d", marker, at, err);
    free(turned.bytes);
    free(bytes);
}

static void tables_that_are_broken_or_missing_are_refused(void **state)
{
    (void)state;
    enum {
        DHT = 0xC4,
        DQT = 0xDB,
        SOF = 0xC0,
        SOS = 0xDA
    };
    assert_changed_is(CC_ERR_FORMAT, &colour, DHT, 1, 3);    // three codes of one bit
    assert_changed_is(CC_ERR_FORMAT, &colour, DHT, 16, 200); // more values than there are
    assert_changed_is(CC_ERR_FORMAT, &colour, DHT, 0, 0x20); // of a class that is none
    assert_changed_is(CC_ERR_FORMAT, &colour, DHT, 0, 0x05);
    assert_changed_is(CC_ERR_FORMAT, &colour, DHT, 17 + 4, 15); // DC of 15 bits
    assert_changed_is(CC_ERR_FORMAT, &colour, DQT, 0, 0x05);
    assert_changed_is(CC_ERR_FORMAT, &colour, DQT, 0, 0x10); // two bytes where there is one
    assert_changed_is(CC_ERR_FORMAT, &colour, DQT, 0, 0x01); // so that there is no table 0
    assert_changed_is(CC_ERR_FORMAT, &colour, SOF, 7, 0x00); // no sampling
    assert_changed_is(CC_ERR_FORMAT, &colour, SOF, 7, 0x44); // more than ten blocks
    assert_changed_is(CC_ERR_FORMAT, &colour, SOF, 8, 3);    // a table that is not there
    assert_changed_is(CC_ERR_FORMAT, &colour, SOS, 1, 9);    // a component that is not there
    assert_changed_is(CC_ERR_FORMAT, &colour, SOS, 2, 0x22); // tables that are not there
    assert_changed_is(CC_ERR_FORMAT, &colour, SOS, 8, 62);   // not the whole spectrum
    assert_changed_is(CC_ERR_CUT, &colour, SOF, 1, 0xFF);    // 65328 lines
}

static void a_size_that_the_data_cannot_fill_asks_for_no_memory(void **state)
{
    (void)state;
    size_t len;
    turned_t turned;
    uint8_t *bytes = cc_drawn_jpeg(&colour, &len);
    memset((uint8_t *)(uintptr_t)find_segment(bytes, 0xC0) + 1, 0xFF, 4);
    assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_ERR_CUT);
    assert_int_equal(turned.plan.work_len, 0);
    free(bytes);
}

static void restart_markers_out_of_step_are_refused(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    drawn.restart_mcus = 4;
    size_t len;
    turned_t turned;
    uint8_t *bytes = cc_drawn_jpeg(&drawn, &len);
    uint8_t *interval = (uint8_t *)(uintptr_t)find_segment(bytes, 0xDD) + 1;
    for (uint8_t wrong = 0; wrong < 12; wrong++) {
        *interval = wrong;
        if (wrong != 4)
            assert_true(turn_bytes(bytes, len, CC_TURN_90, &turned) < 0);
    }
    *interval = 4;
    for (size_t at = 0; at + 1 < len; at++) {
        if (bytes[at] != 0xFF || (bytes[at + 1] & 0xF8) != 0xD0)
            continue;
        bytes[at + 1] ^= 1;
        assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_ERR_FORMAT);
        bytes[at + 1] ^= 1;
    }
    assert_int_equal(turn_bytes(bytes, len, CC_TURN_90, &turned), CC_OK);
    free(turned.bytes);
    free(bytes);
}

static void quantisation_of_two_bytes_turns_too(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    drawn.quality = 3;
    turned_t turned = turn_drawn(&drawn, CC_TURN_90);
    size_t len;
    uint8_t *bytes = cc_drawn_jpeg(&drawn, &len);
    const uint8_t *before = find_segment(bytes, 0xDB), *after = find_segment(turned.bytes, 0xDB);
    assert_int_equal(before[0], 0x10);
    assert_memory_equal(after, before, 3);
    assert_memory_equal(after + 3, before + 5, 2); // 1 and 2 are one another's mirror
    assert_memory_equal(after + 5, before + 3, 2);
    free(bytes);
    free(turned.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_corner_goes_where_it_should),
        cmocka_unit_test(four_quarters_are_the_picture_again),
        cmocka_unit_test(the_edge_that_cannot_turn_is_trimmed_and_said_so),
        cmocka_unit_test(a_picture_smaller_than_an_mcu_is_not_lost),
        cmocka_unit_test(comments_stay_and_density_turns),
        cmocka_unit_test(exif_says_upright_and_the_new_size),
        cmocka_unit_test(restart_markers_are_left_out),
        cmocka_unit_test(tables_are_kept_where_they_have_every_code),
        cmocka_unit_test(what_it_takes_is_told_and_nothing_is_written_behind_it),
        cmocka_unit_test(it_takes_little_memory),
        cmocka_unit_test(other_kinds_of_jpeg_are_refused_in_words),
        cmocka_unit_test(every_cut_is_an_error),
        cmocka_unit_test(tables_that_are_broken_or_missing_are_refused),
        cmocka_unit_test(a_size_that_the_data_cannot_fill_asks_for_no_memory),
        cmocka_unit_test(restart_markers_out_of_step_are_refused),
        cmocka_unit_test(quantisation_of_two_bytes_turns_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
