// A day as a film, read from files; and its way to viewers, who may be slow, many, or gone.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_files.h"
#include "fake/fake_task.h"
#include "timelapse/film.h"
#include "timelapse/reel.h"
#include "timelapse/shelf.h"
#include "util/err.h"

enum {
    N = 40,
    DAY = 20261122,
    FILMS_MAX = 3,
};

static cc_fake_clock_t fake_clock;
static cc_fake_task_t tasks;
static cc_task_t task;
static cc_fake_files_t disk;
static cc_files_t files;
static cc_http_server_t server;
static unsigned wakes;
static cc_reels_t *reels;

// A JPEG as far as cc_jpeg_read looks: a header of 640x480, and a scan of `len` bytes in all.
static size_t make_jpeg(uint8_t *out, size_t len)
{
    static const uint8_t head[] = {0xFF,     0xD8,       0xFF,     0xC0,       0, 11, 8,
                                   480 >> 8, 480 & 0xff, 640 >> 8, 640 & 0xff, 1, 1,  0x11,
                                   0,        0xFF,       0xDA,     0,          2};
    memset(out, 0x55, len);
    memcpy(out, head, sizeof head);
    out[len - 2] = 0xFF;
    out[len - 1] = 0xD9;
    return len;
}

static void put_picture(uint32_t second, size_t len)
{
    char path[CC_FILES_PATH_MAX];
    uint8_t *bytes = malloc(len);
    assert_non_null(bytes);
    cc_shelf_path(DAY, second, path);
    cc_fake_files_put(&disk, path, bytes, make_jpeg(bytes, len));
    free(bytes);
}

static void wake(void *ctx)
{
    (void)ctx;
    wakes++;
}

static int set_up(void **state)
{
    (void)state;
    fake_clock = (cc_fake_clock_t){.now_ms = 1};
    tasks = (cc_fake_task_t){.clock = &fake_clock};
    task = cc_fake_task_port(&tasks);
    cc_fake_files_init(&disk, 1 << 30);
    files = cc_fake_files_port(&disk);
    server = (cc_http_server_t){NULL, wake};
    for (uint32_t i = 0; i < N; i++)
        put_picture(3000 + i * 30, 3001 + i * 977);
    return cc_reels_new(&task, &server, FILMS_MAX, &reels);
}

static int tear_down(void **state)
{
    (void)state;
    cc_reels_stop(reels);
    cc_reels_free(reels);
    assert_int_equal(disk.opened, 0);
    assert_int_equal(tasks.monitors, 0);
    cc_fake_files_deinit(&disk);
    return 0;
}

static int open_film(cc_film_t *film)
{
    cc_shelf_t shelf;
    cc_kept_t *pictures;
    uint32_t n;
    assert_int_equal(cc_shelf_init(&shelf, &files), CC_OK);
    int err = cc_shelf_pictures(&shelf, DAY, &pictures, &n);
    cc_shelf_deinit(&shelf);
    return err < 0 ? err : cc_film_open(film, &files, DAY, pictures, n, 10);
}

static uint8_t *read_whole(size_t *len)
{
    cc_film_t film;
    assert_int_equal(open_film(&film), CC_OK);
    *len = (size_t)film.avi.len;
    uint8_t *whole = malloc(*len);
    assert_non_null(whole);
    assert_int_equal(cc_film_read(&film, 0, whole, *len), *len);
    cc_film_close(&film);
    return whole;
}

static void a_film_has_every_picture_byte_for_byte(void **state)
{
    (void)state;
    size_t len;
    uint8_t *whole = read_whole(&len);
    const uint8_t *at = whole;
    for (uint32_t i = 0; i < N; i++) {
        char path[CC_FILES_PATH_MAX];
        cc_shelf_path(DAY, 3000 + i * 30, path);
        const cc_fake_file_t *file = cc_fake_files_at(&disk, path);
        while (memcmp(at, "00dc", 4) != 0 || memcmp(at + 8, file->bytes, file->len) != 0)
            assert_true(++at + 8 + file->len <= whole + len);
    }
    free(whole);
}

static void any_piece_of_it_is_the_wholes(void **state)
{
    (void)state;
    static const size_t pieces[] = {1, 7, 4096, 16384, 100000};
    size_t len;
    uint8_t *whole = read_whole(&len), *piece = malloc(len);
    cc_film_t film;
    assert_int_equal(open_film(&film), CC_OK);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t from = pieces[i] < 100 ? len - 30000 : 0;
        for (size_t at = from, n; at < len; at += n) {
            n = pieces[i] < len - at ? pieces[i] : len - at;
            assert_int_equal(cc_film_read(&film, at, piece, pieces[i]), n);
            assert_memory_equal(piece, whole + at, n);
        }
    }
    for (size_t at = len - 1; at > 5000; at -= 4999) { // backwards
        assert_int_equal(cc_film_read(&film, at, piece, 1), 1);
        assert_int_equal(piece[0], whole[at]);
    }
    cc_film_close(&film);
    free(whole);
    free(piece);
}

static void a_picture_that_is_damaged_does_not_spoil_the_day(void **state)
{
    (void)state;
    cc_film_t film;
    cc_fake_files_put(&disk, "2026-11-22/00/00-00-01.jpg", "rubbish", 7);
    assert_int_equal(open_film(&film), CC_OK);
    assert_int_equal(film.avi.n, N + 1);
    assert_int_equal(film.avi.facts.width, 640);
    assert_int_equal(film.avi.facts.height, 480);
    cc_film_close(&film);
}

static void without_a_picture_there_is_no_film(void **state)
{
    (void)state;
    cc_film_t film;
    cc_fake_files_deinit(&disk);
    cc_fake_files_init(&disk, 1 << 30);
    assert_int_equal(open_film(&film), CC_ERR_NOT_FOUND);
    cc_fake_files_put(&disk, "2026-11-22/00/00-00-01.jpg", "rubbish", 7);
    assert_int_equal(open_film(&film), CC_ERR_FORMAT);
}

static void what_changed_meanwhile_ends_the_film(void **state)
{
    (void)state;
    static uint8_t out[2000000];
    cc_film_t film;
    assert_int_equal(open_film(&film), CC_OK);
    cc_fake_files_take(&disk, "2026-11-22/01/01-00-00.jpg");
    assert_int_equal(cc_film_read(&film, 0, out, sizeof out), CC_ERR_NOT_FOUND);
    put_picture(3600, 100);
    assert_int_equal(cc_film_read(&film, 0, out, sizeof out), CC_ERR_CUT);
    cc_film_close(&film);
}

static void another_film_has_another_mark(void **state)
{
    (void)state;
    cc_film_t film;
    uint64_t marks[4];
    for (int i = 0; i < 4; i++) {
        if (i == 1)
            put_picture(80000, 1000); // the day goes on
        if (i == 2)
            put_picture(80000, 1001);
        assert_int_equal(open_film(&film), CC_OK);
        if (i == 3)
            film.avi.facts.fps++;
        marks[i] = cc_film_mark(&film);
        cc_film_close(&film);
        for (int k = 0; k < i; k++)
            assert_true(marks[k] != marks[i]);
    }
}

static cc_http_source_t show(uint64_t from, uint64_t len)
{
    cc_film_t film;
    cc_reel_t *reel;
    cc_http_source_t source;
    assert_int_equal(open_film(&film), CC_OK);
    assert_int_equal(cc_reel_new(reels, &film, &reel), CC_OK);
    assert_int_equal(cc_reel_show(reel, from, len, &source), CC_OK);
    return source;
}

// Takes at most `budget` bytes; the reader has its turn in between. Returns what next said last.
static int take(cc_http_source_t *source, uint8_t *out, size_t *len, size_t budget)
{
    for (;;) {
        cc_span_t spans[CC_HTTP_SPANS_MAX];
        int n = source->next(source->ctx, spans, CC_HTTP_SPANS_MAX);
        if (n < 0 || budget == 0)
            return n;
        if (n == 0) {
            unsigned before = wakes;
            cc_fake_task_sleep(&tasks, 1);
            if (wakes == before)
                return 0;
            continue;
        }
        size_t part = spans[0].len < budget ? spans[0].len : budget;
        memcpy(out + *len, spans[0].bytes, part);
        source->sent(source->ctx, part);
        *len += part;
        budget -= part;
    }
}

static void viewers_get_what_they_asked_for_each_at_his_pace(void **state)
{
    (void)state;
    static const struct {
        size_t from, n, pace;
    } wishes[FILMS_MAX] = {{0, 400000, 5000}, {100, 1, 1}, {250000, 123457, 70000}};
    cc_http_source_t sources[FILMS_MAX];
    uint8_t *got[FILMS_MAX];
    size_t lens[FILMS_MAX] = {0}, len, done = 0;
    uint8_t *whole = read_whole(&len);
    for (size_t i = 0; i < FILMS_MAX; i++) {
        got[i] = malloc(len);
        sources[i] = show(wishes[i].from, wishes[i].n);
    }
    bool over[FILMS_MAX] = {false};
    while (done < FILMS_MAX) {
        for (size_t i = 0; i < FILMS_MAX; i++) {
            if (over[i] || take(&sources[i], got[i], &lens[i], wishes[i].pace) >= 0)
                continue;
            over[i] = true;
            done++;
        }
    }
    for (size_t i = 0; i < FILMS_MAX; i++) {
        assert_int_equal(lens[i], wishes[i].n);
        assert_memory_equal(got[i], whole + wishes[i].from, wishes[i].n);
        sources[i].close(sources[i].ctx);
        free(got[i]);
    }
    free(whole);
}

static void there_are_places_for_so_many_films(void **state)
{
    (void)state;
    cc_http_source_t sources[FILMS_MAX];
    cc_film_t film;
    cc_reel_t *reel;
    for (size_t i = 0; i < FILMS_MAX; i++)
        sources[i] = show(0, 1000);
    assert_int_equal(open_film(&film), CC_OK);
    assert_int_equal(cc_reel_new(reels, &film, &reel), CC_ERR_BUSY);
    for (size_t i = 0; i < FILMS_MAX; i++)
        sources[i].close(sources[i].ctx);
    cc_fake_task_sleep(&tasks, 1);
    assert_int_equal(cc_reel_new(reels, &film, &reel), CC_OK);
    cc_reel_free(reel); // one that is not shown
}

static void a_viewer_that_waits_makes_nobody_work(void **state)
{
    (void)state;
    static uint8_t out[400000];
    size_t len = 0;
    cc_http_source_t source = show(0, 400000);
    cc_fake_task_sleep(&tasks, 1000);
    unsigned calls = disk.calls;
    cc_fake_task_sleep(&tasks, 1000 * 1000);
    assert_int_equal(disk.calls, calls);
    assert_true(take(&source, out, &len, 100) >= 0);
    source.close(source.ctx); // and leaves in the middle
}

static void a_card_that_is_pulled_ends_the_film(void **state)
{
    (void)state;
    static uint8_t out[1000000];
    size_t len = 0;
    cc_http_source_t source = show(0, 700000);
    take(&source, out, &len, 1000);
    disk.medium = 0;
    assert_int_equal(take(&source, out, &len, sizeof out), CC_ERR_GONE);
    assert_true(len < 700000);
    source.close(source.ctx);
    disk.medium = 2;
}

static void the_programs_end_ends_films(void **state)
{
    (void)state;
    cc_span_t spans[CC_HTTP_SPANS_MAX];
    cc_film_t film;
    cc_reel_t *reel;
    cc_http_source_t source = show(0, 1000), late;
    cc_fake_task_sleep(&tasks, 1);
    cc_reels_stop(reels);
    assert_int_equal(source.next(source.ctx, spans, CC_HTTP_SPANS_MAX), CC_ERR_STOPPED);
    source.close(source.ctx);
    assert_int_equal(open_film(&film), CC_OK);
    assert_int_equal(cc_reel_new(reels, &film, &reel), CC_OK);
    assert_int_equal(cc_reel_show(reel, 0, 10, &late), CC_ERR_STOPPED);
    cc_reel_free(reel);
    cc_reels_free(reels);
    assert_int_equal(cc_reels_new(&task, &server, FILMS_MAX, &reels), CC_OK);
}

static void without_a_thread_there_is_no_film(void **state)
{
    (void)state;
    cc_film_t film;
    cc_reel_t *reel;
    cc_http_source_t source;
    assert_int_equal(open_film(&film), CC_OK);
    assert_int_equal(cc_reel_new(reels, &film, &reel), CC_OK);
    tasks.fail_start_in = 1;
    assert_int_equal(cc_reel_show(reel, 0, 10, &source), CC_ERR_MEMORY);
    assert_int_equal(cc_reel_show(reel, 0, 10, &source), CC_OK); // later there may be one
    source.close(source.ctx);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_film_has_every_picture_byte_for_byte),
        TEST(any_piece_of_it_is_the_wholes),
        TEST(a_picture_that_is_damaged_does_not_spoil_the_day),
        TEST(without_a_picture_there_is_no_film),
        TEST(what_changed_meanwhile_ends_the_film),
        TEST(another_film_has_another_mark),
        TEST(viewers_get_what_they_asked_for_each_at_his_pace),
        TEST(there_are_places_for_so_many_films),
        TEST(a_viewer_that_waits_makes_nobody_work),
        TEST(a_card_that_is_pulled_ends_the_film),
        TEST(the_programs_end_ends_films),
        TEST(without_a_thread_there_is_no_film),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
