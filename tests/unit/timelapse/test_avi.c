// The film's layout, walked as a player does: by the sizes, and by each of its three indexes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "timelapse/avi.h"
#include "util/err.h"

#define GIB (1024ull * 1024 * 1024)

typedef struct {
    cc_kept_t *pictures;
    cc_avi_t avi;
    cc_avi_cursor_t cursor;
} film_t;

static uint32_t noise = 1;

static uint32_t roll(uint32_t below)
{
    noise = noise * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)noise * below >> 32);
}

static void plan(film_t *film, uint32_t n, uint32_t least, uint32_t most, uint32_t riff_max)
{
    const cc_avi_facts_t facts = {25, 800, 600};
    *film = (film_t){.pictures = calloc(n, sizeof *film->pictures)};
    assert_non_null(film->pictures);
    for (uint32_t i = 0; i < n; i++)
        film->pictures[i] = (cc_kept_t){i, least + roll(most - least + 1)};
    assert_int_equal(cc_avi_plan(&film->avi, film->pictures, n, &facts, riff_max), CC_OK);
}

static void drop(film_t *film)
{
    cc_avi_free(&film->avi);
    free(film->pictures);
}

// Reads bytes of the file; a picture's are its number, over and over.
static void read_at(film_t *film, uint64_t at, uint8_t *out, size_t len)
{
    while (len > 0) {
        assert_true(at < film->avi.len);
        size_t n = cc_avi_read(&film->avi, &film->cursor, at, out, len);
        if (n == 0) {
            uint32_t i = film->cursor.picture;
            n = film->pictures[i].bytes - film->cursor.skip;
            assert_true(n > 0);
            if (n > len)
                n = len;
            memset(out, (int)(i & 0xff), n);
        }
        assert_true(n <= len);
        at += n;
        out += n;
        len -= n;
    }
}

static uint64_t number_at(film_t *film, uint64_t at, unsigned n)
{
    uint8_t bytes[8];
    uint64_t number = 0;
    read_at(film, at, bytes, n);
    while (n-- > 0)
        number = number << 8 | bytes[n];
    return number;
}

static uint32_t word_at(film_t *film, uint64_t at)
{
    return (uint32_t)number_at(film, at, 4);
}

static void assert_name(film_t *film, uint64_t at, const char *name)
{
    char found[5] = "";
    read_at(film, at, (uint8_t *)found, 4);
    assert_string_equal(found, name);
}

// The RIFFs follow each other without gaps; each has its list of pictures, in order. Returns how
// many there are.
static uint32_t walk(film_t *film)
{
    uint64_t at = 0;
    uint32_t picture = 0, n_riffs = 0;
    for (; at < film->avi.len; n_riffs++) {
        assert_name(film, at, "RIFF");
        assert_name(film, at + 8, n_riffs ? "AVIX" : "AVI ");
        uint64_t end = at + 8 + word_at(film, at + 4);
        assert_true(end <= film->avi.len);
        uint64_t list = at + 12;
        if (n_riffs == 0) {
            assert_name(film, list + 8, "hdrl");
            list += 8 + word_at(film, list + 4);
        }
        assert_name(film, list, "LIST");
        assert_name(film, list + 8, "movi");
        uint64_t list_end = list + 8 + word_at(film, list + 4), chunk = list + 12;
        bool has_index = false;
        while (chunk < list_end) {
            uint32_t len = word_at(film, chunk + 4);
            assert_false(has_index);
            if (picture < film->avi.n && word_at(film, chunk) == 0x63643030) { // "00dc"
                assert_int_equal(len, film->pictures[picture].bytes);
                assert_int_equal(number_at(film, chunk + 8, 1), picture & 0xff);
                picture++;
            } else {
                assert_name(film, chunk, "ix00");
                has_index = true;
            }
            chunk += 8 + len + len % 2;
        }
        assert_true(has_index);
        assert_true(chunk == list_end);
        if (n_riffs == 0) {
            assert_name(film, list_end, "idx1");
            list_end += 8 + word_at(film, list_end + 4);
        }
        assert_true(list_end == end);
        at = end;
    }
    assert_true(at == film->avi.len);
    assert_int_equal(picture, film->avi.n);
    return n_riffs;
}

// The place of a list of this kind, or of a chunk of this name, in the head.
static uint64_t find_in_head(film_t *film, const char *name, uint32_t *len)
{
    for (uint64_t at = 24; at < 5000;) {
        char found[5] = "";
        read_at(film, at, (uint8_t *)found, 4);
        *len = word_at(film, at + 4);
        if (strcmp(found, name) == 0)
            return at + 8;
        at += strcmp(found, "LIST") == 0 ? 12 : 8 + *len;
    }
    fail_msg("there is no %s", name);
    return 0;
}

// Each picture is found through the index of indexes.
static void follow_indexes(film_t *film)
{
    uint32_t len, picture = 0;
    uint64_t indx = find_in_head(film, "indx", &len);
    uint32_t n = word_at(film, indx + 4);
    assert_int_equal(number_at(film, indx, 2), 4);
    assert_int_equal(len, 24 + 16 * n);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t ix = number_at(film, indx + 24 + 16 * i, 8);
        uint32_t n_here = word_at(film, indx + 24 + 16 * i + 12);
        assert_name(film, ix, "ix00");
        assert_int_equal(word_at(film, indx + 24 + 16 * i + 8), word_at(film, ix + 4) + 8);
        assert_int_equal(word_at(film, ix + 12), n_here);
        assert_name(film, ix + 16, "00dc");
        uint64_t base = number_at(film, ix + 20, 8);
        for (uint32_t k = 0; k < n_here; k++, picture++) {
            uint64_t place = base + word_at(film, ix + 32 + 8 * k);
            assert_int_equal(word_at(film, ix + 32 + 8 * k + 4), film->pictures[picture].bytes);
            assert_name(film, place - 8, "00dc");
            assert_int_equal(word_at(film, place - 4), film->pictures[picture].bytes);
        }
    }
    assert_int_equal(picture, film->avi.n);
}

// Those of the first RIFF are found through the old index, too.
static void follow_old_index(film_t *film)
{
    uint32_t hdrl = word_at(film, 16), n;
    uint64_t movi = 12 + 8 + hdrl + 8; // its kind
    uint64_t idx1 = movi + word_at(film, movi - 4);
    assert_name(film, movi, "movi");
    assert_name(film, idx1, "idx1");
    n = word_at(film, idx1 + 4) / 16;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t entry = idx1 + 8 + 16 * (uint64_t)i;
        assert_name(film, entry, "00dc");
        assert_int_equal(word_at(film, entry + 4), 0x10);
        assert_name(film, movi + word_at(film, entry + 8), "00dc");
        assert_int_equal(word_at(film, entry + 12), film->pictures[i].bytes);
    }
    assert_int_equal(word_at(film, 32 + 16), n); // avih: pictures of the first RIFF
}

static void a_film_of_one_picture_is_a_film(void **state)
{
    (void)state;
    for (uint32_t bytes = 1; bytes < 5; bytes++) {
        film_t film;
        uint32_t len;
        plan(&film, 1, bytes, bytes, CC_AVI_RIFF_MAX);
        assert_int_equal(walk(&film), 1);
        follow_indexes(&film);
        follow_old_index(&film);
        uint64_t strh = find_in_head(&film, "strh", &len);
        assert_int_equal(len, 56);
        assert_name(&film, strh + 4, "MJPG");
        assert_int_equal(word_at(&film, strh + 24), 25); // pictures a second
        assert_int_equal(word_at(&film, strh + 32), 1);
        uint64_t strf = find_in_head(&film, "strf", &len);
        assert_int_equal(word_at(&film, strf + 4), 800);
        assert_int_equal(word_at(&film, strf + 8), 600);
        drop(&film);
    }
}

static void a_film_of_several_riffs_is_found_through_its_indexes(void **state)
{
    (void)state;
    for (uint32_t n = 1; n < 200; n += 7) {
        film_t film;
        uint32_t len;
        plan(&film, n, 1, 400, 4000);
        uint32_t n_riffs = walk(&film);
        assert_true(n < 40 || n_riffs > 1);
        assert_int_equal(n_riffs, film.avi.n_riffs);
        follow_indexes(&film);
        follow_old_index(&film);
        assert_int_equal(word_at(&film, find_in_head(&film, "dmlh", &len)), n);
        drop(&film);
    }
}

static void any_part_of_it_is_what_the_whole_has_there(void **state)
{
    (void)state;
    film_t film;
    plan(&film, 30, 1, 90, 900);
    size_t len = (size_t)film.avi.len;
    uint8_t *whole = malloc(len), *part = malloc(len);
    assert_true(whole && part && film.avi.n_riffs > 2);
    read_at(&film, 0, whole, len);
    for (size_t from = 0; from < len; from++) { // byte by byte, and forwards
        read_at(&film, from, part, 1);
        assert_int_equal(part[0], whole[from]);
    }
    for (int i = 0; i < 20000; i++) { // any part, from anywhere
        size_t from = roll((uint32_t)len), n = 1 + roll((uint32_t)(len - from));
        read_at(&film, from, part, n);
        assert_memory_equal(part, whole + from, n);
    }
    free(whole);
    free(part);
    drop(&film);
}

static void a_day_of_a_picture_a_second_has_many_gigabytes(void **state)
{
    (void)state;
    film_t film;
    plan(&film, 86400, 90000, 110000, CC_AVI_RIFF_MAX);
    assert_true(film.avi.len > 8 * GIB);
    assert_int_equal(walk(&film), film.avi.n_riffs);
    assert_true(film.avi.n_riffs > 8);
    for (uint32_t i = 0; i + 1 < film.avi.n_riffs; i++) {
        uint64_t len = film.avi.riffs[i + 1].at - film.avi.riffs[i].at;
        assert_true(len > GIB - 2 * 110000 && len < GIB + 2000);
    }
    follow_indexes(&film);
    follow_old_index(&film);
    drop(&film);
}

static void the_largest_pictures_fit_too(void **state)
{
    (void)state;
    film_t film;
    plan(&film, 300, 16u * 1024 * 1024, 16u * 1024 * 1024, CC_AVI_RIFF_MAX);
    assert_true(film.avi.len > 4 * GIB);
    walk(&film);
    follow_indexes(&film);
    drop(&film);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_film_of_one_picture_is_a_film),
        cmocka_unit_test(a_film_of_several_riffs_is_found_through_its_indexes),
        cmocka_unit_test(any_part_of_it_is_what_the_whole_has_there),
        cmocka_unit_test(a_day_of_a_picture_a_second_has_many_gigabytes),
        cmocka_unit_test(the_largest_pictures_fit_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
