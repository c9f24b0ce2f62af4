// Where pictures are kept: whole through any power cut, within their room, the oldest first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_files.h"
#include "timelapse/shelf.h"
#include "util/err.h"

#define KB 1000
#define MB (1000ull * 1000)

typedef struct {
    cc_fake_files_t disk;
    cc_files_t files;
    cc_shelf_t shelf;
} rig_t;

static rig_t rig;

static void start(void)
{
    assert_int_equal(cc_shelf_init(&rig.shelf, &rig.files), CC_OK);
}

static void start_again(void)
{
    cc_shelf_deinit(&rig.shelf);
    start();
}

static int set_up(void **state)
{
    (void)state;
    cc_fake_files_init(&rig.disk, 100 * MB);
    rig.files = cc_fake_files_port(&rig.disk);
    start();
    return cc_shelf_look(&rig.shelf);
}

static int tear_down(void **state)
{
    (void)state;
    cc_shelf_deinit(&rig.shelf);
    cc_fake_files_deinit(&rig.disk);
    return 0;
}

// A picture of this many bytes, in three parts; each byte tells where it stands.
static int keep(cc_day_t day, uint32_t second, size_t len)
{
    static uint8_t bytes[1 << 20];
    assert_true(len <= sizeof bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 7 + len);
    const cc_span_t parts[] = {
        {bytes, len / 3}, {bytes + len / 3, 0}, {bytes + len / 3, len - len / 3}};
    return cc_shelf_keep(&rig.shelf, day, second, parts, 3);
}

static bool is_whole(const cc_fake_file_t *file)
{
    for (size_t i = 0; i < file->len; i++)
        if (file->bytes[i] != (uint8_t)(i * 7 + file->len))
            return false;
    return file->len > 0;
}

static int make_room(uint64_t len, uint64_t keep_bytes)
{
    cc_files_room_t room;
    return cc_shelf_make_room(&rig.shelf, len, keep_bytes, &room);
}

// What the shelf says is what the disk has, all of it whole.
static void assert_true_to_disk(void)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < rig.shelf.n_days; i++) {
        const cc_shelf_day_t *day = &rig.shelf.days[i];
        cc_kept_t *pictures = NULL;
        uint32_t n = 0;
        uint64_t day_bytes = 0;
        if (!cc_shelf_day(&rig.shelf, day->day))
            continue;
        assert_int_equal(cc_shelf_pictures(&rig.shelf, day->day, &pictures, &n), CC_OK);
        for (uint32_t k = 0; k < n; k++) {
            char path[CC_FILES_PATH_MAX];
            cc_shelf_path(day->day, pictures[k].second, path);
            const cc_fake_file_t *file = cc_fake_files_at(&rig.disk, path);
            assert_non_null(file);
            assert_true(is_whole(file));
            assert_int_equal(file->len, pictures[k].bytes);
            assert_true(k == 0 || pictures[k].second > pictures[k - 1].second);
            day_bytes += file->len;
        }
        assert_int_equal(n, day->pictures);
        assert_int_equal(day_bytes, day->bytes);
        assert_int_equal(pictures[n - 1].second, day->last);
        bytes += day_bytes;
        free(pictures);
    }
    assert_int_equal(bytes, rig.shelf.bytes);
}

static void pictures_are_found_again_after_a_start(void **state)
{
    (void)state;
    assert_int_equal(keep(20261122, 8 * 3600 + 15 * 60 + 30, 1000), CC_OK);
    assert_int_equal(keep(20261122, 23 * 3600 + 59 * 60 + 59, 1001), CC_OK);
    assert_int_equal(keep(20261121, 0, 500), CC_OK);
    assert_non_null(cc_fake_files_at(&rig.disk, "2026-11-22/08/08-15-30.jpg"));
    for (int again = 0; again < 2; again++) {
        assert_int_equal(rig.shelf.n_days, 2);
        assert_int_equal(rig.shelf.days[0].day, 20261121);
        assert_int_equal(rig.shelf.days[1].pictures, 2);
        assert_int_equal(rig.shelf.days[1].bytes, 2001);
        assert_int_equal(rig.shelf.bytes, 2501);
        assert_true_to_disk();
        start_again();
        assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
    }
}

static void names_go_on_when_the_clock_was_set_back(void **state)
{
    (void)state;
    assert_int_equal(keep(20261025, 10000, 10), CC_OK);
    assert_int_equal(keep(20261025, 10000, 11), CC_OK);
    assert_int_equal(keep(20261025, 6400, 12), CC_OK); // an hour earlier: the end of summer time
    assert_int_equal(rig.shelf.days[0].last, 10002);
    start_again();
    assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
    assert_int_equal(keep(20261025, 6430, 13), CC_OK);
    assert_int_equal(rig.shelf.days[0].last, 10003);
    assert_int_equal(keep(20261025, 20000, 14), CC_OK);
    assert_int_equal(rig.shelf.days[0].last, 20000);
    assert_true_to_disk();
    assert_int_equal(keep(20261025, 86399, 15), CC_OK);
    assert_int_equal(keep(20261025, 86399, 16), CC_ERR_SPACE);
    assert_true_to_disk();
}

static void what_others_put_there_is_left_alone_and_not_told(void **state)
{
    (void)state;
    static const char *const others[] = {
        "notes.txt",
        "2026-11-31/08/08-15-30.jpg",
        "2026-11-22/notes.txt",
        "2026-11-22/08/a.jpg",
        "2026-11-22/08/09-00-00.jpg",
        "2026-11-22/24/24-00-00.jpg",
        "lost+found/x",
        "2026-11-20",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        cc_fake_files_put(&rig.disk, others[i], "x", 1);
    assert_int_equal(keep(20261122, 8 * 3600, 10), CC_OK);
    start_again();
    assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
    assert_int_equal(rig.shelf.n_days, 1);
    assert_int_equal(rig.shelf.days[0].pictures, 1);
    assert_int_equal(cc_shelf_delete(&rig.shelf, 20261122), CC_OK);
    while (cc_shelf_sweep(&rig.shelf) > 0)
        ;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_non_null(cc_fake_files_at(&rig.disk, others[i]));
    assert_null(cc_fake_files_at(&rig.disk, "2026-11-22/08/08-00-00.jpg"));
}

static void the_oldest_go_and_the_newest_stays(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3000; i++) { // ten days, each of five hours
        cc_day_t day = 20261101 + i / 300;
        uint32_t second = i % 300 * 60;
        assert_int_equal(make_room(10 * KB, 5 * MB), CC_OK);
        assert_int_equal(keep(day, second, 10 * KB), CC_OK);
        assert_true(rig.shelf.bytes <= 5 * MB);
        assert_int_equal(rig.shelf.bytes, cc_fake_files_used(&rig.disk));
    }
    assert_true_to_disk();
    assert_int_equal(rig.shelf.bytes, 5 * MB);
    assert_int_equal(rig.shelf.days[0].day, 20261109); // 200 of its 300 are left
    assert_int_equal(rig.shelf.days[0].pictures, 200);
    assert_false(cc_fake_files_has(&rig.disk, "2026-11-08"));
    assert_false(cc_fake_files_has(&rig.disk, "2026-11-09/00"));
    assert_int_equal(make_room(10 * KB, 20 * KB), CC_OK); // less room was chosen
    assert_int_equal(rig.shelf.n_days, 1);
    assert_int_equal(rig.shelf.days[0].pictures, 1);
    assert_int_equal(rig.shelf.days[0].last, 299 * 60);
    assert_true_to_disk();
    assert_int_equal(make_room(15 * KB, 20 * KB), CC_ERR_DISK_FULL);
    assert_int_equal(rig.shelf.days[0].pictures, 1);
}

static void a_disk_is_never_filled(void **state)
{
    (void)state;
    cc_files_room_t room = {0, 100 * MB};
    room.free_bytes = 40 * MB;
    assert_int_equal(cc_shelf_allowed(10 * MB, &room, 1000 * MB), 45 * MB);
    assert_int_equal(cc_shelf_allowed(10 * MB, &room, 20 * MB), 20 * MB);
    room.free_bytes = 3 * MB; // others have taken what was to stay free
    assert_int_equal(cc_shelf_allowed(10 * MB, &room, 1000 * MB), 10 * MB);
    room = (cc_files_room_t){900 * 1000 * MB, 1000 * 1000 * MB};
    assert_int_equal(cc_shelf_allowed(0, &room, UINT64_MAX), 900 * 1000 * MB - 256 * MB);

    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(make_room(200 * KB, 1000 * MB), CC_OK);
        assert_int_equal(keep(20261122, i, 200 * KB), CC_OK);
    }
    assert_in_range(cc_fake_files_used(&rig.disk), 94 * MB, 95 * MB);
    rig.disk.others = 10 * MB; // more than was left
    uint64_t before = rig.shelf.bytes;
    cc_fake_files_take(&rig.disk, "2026-11-22/00/00-16-00.jpg");
    assert_int_equal(make_room(100 * KB, 1000 * MB), CC_OK);
    assert_true(rig.shelf.bytes <= before - 100 * KB);
    assert_true(rig.shelf.bytes > before - 500 * KB); // and no more than that
}

static void others_leave_no_room_and_nothing_is_kept(void **state)
{
    (void)state;
    rig.disk.others = 99 * MB;
    assert_int_equal(make_room(100 * KB, 10 * MB), CC_ERR_DISK_FULL);
    rig.disk.others = 0;
    assert_int_equal(make_room(100 * KB, 10 * MB), CC_OK);
}

static void pictures_that_somebody_took_away_keep_nobody_waiting(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 50; i++)
        assert_int_equal(keep(20261122, i, 100 * KB), CC_OK);
    for (uint32_t i = 10; i < 50; i++) {
        char path[CC_FILES_PATH_MAX];
        cc_shelf_path(20261122, i, path);
        assert_true(cc_fake_files_take(&rig.disk, path));
    }
    // it looks again when it has to, and then the sums are right
    int err = make_room(100 * KB, 1 * MB);
    for (int i = 0; err == CC_ERR_DISK_FULL && i < 3; i++) {
        assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
        err = make_room(100 * KB, 1 * MB);
    }
    assert_int_equal(err, CC_OK);
    assert_int_equal(keep(20261122, 60, 100 * KB), CC_OK);
}

static void a_deleted_day_is_gone_at_once_and_for_good(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(keep(20261121 + i % 2, i * 600, 1000), CC_OK);
    assert_int_equal(cc_shelf_delete(&rig.shelf, 20261120), CC_ERR_NOT_FOUND);
    assert_int_equal(cc_shelf_delete(&rig.shelf, 20261121), CC_OK);
    assert_int_equal(cc_shelf_delete(&rig.shelf, 20261121), CC_ERR_NOT_FOUND);
    assert_null(cc_shelf_day(&rig.shelf, 20261121));
    assert_int_equal(rig.shelf.bytes, 50 * 1000);
    assert_int_equal(cc_shelf_sweep(&rig.shelf), 1); // then the power goes
    start_again();
    assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
    assert_null(cc_shelf_day(&rig.shelf, 20261121));
    assert_int_equal(rig.shelf.bytes, 50 * 1000);
    unsigned steps = 0;
    while (cc_shelf_sweep(&rig.shelf) > 0)
        steps++;
    assert_int_equal(steps, 24 + 1);
    assert_false(cc_fake_files_has(&rig.disk, "2026-11-21"));
    assert_true_to_disk();
    assert_int_equal(keep(20261121, 0, 10), CC_OK); // it may be filled anew
    assert_true_to_disk();
}

static void another_card_has_other_pictures(void **state)
{
    (void)state;
    assert_int_equal(keep(20261122, 1, 1000), CC_OK);
    rig.disk.medium = 0;
    assert_int_equal(cc_shelf_look(&rig.shelf), CC_ERR_GONE);
    assert_true(cc_fake_files_take(&rig.disk, "2026-11-22/00/00-00-01.jpg"));
    rig.disk.medium = 2;
    assert_int_equal(keep(20261122, 2, 10), CC_OK); // as it would be without a look
    assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
    assert_int_equal(rig.shelf.bytes, 10);
    assert_true_to_disk();
}

// Some hours of a camera's life, with everything that changes the disk. Ends with the power.
static void live(void)
{
    if (cc_shelf_look(&rig.shelf) < 0)
        return;
    for (uint32_t i = 0; i < 40 && !rig.disk.is_off; i++) {
        if (make_room(9 * KB, 200 * KB) == CC_OK)
            keep(20261120 + i / 10, i % 10 * 1300, 9 * KB - i);
        if (i == 25)
            cc_shelf_delete(&rig.shelf, 20261121);
        if (i > 25 && i < 32)
            cc_shelf_sweep(&rig.shelf);
    }
}

static void no_power_cut_leaves_a_torn_picture(void **state)
{
    (void)state;
    unsigned n_cuts = 0;
    for (cc_cut_t cut = 0; cut < CC_CUT_COUNT; cut++) {
        for (unsigned nth = 1;; nth++) {
            cc_fake_files_deinit(&rig.disk);
            cc_fake_files_init(&rig.disk, 100 * MB);
            start_again();
            cc_fake_files_cut(&rig.disk, nth, cut);
            live();
            if (!rig.disk.is_off) // it came through: all changes had their cut
                break;
            n_cuts++;
            cc_fake_files_power_on(&rig.disk);
            start_again();
            assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
            assert_true_to_disk();
            assert_true(rig.shelf.bytes <= 200 * KB);
            while (cc_shelf_sweep(&rig.shelf) > 0)
                ;
            assert_int_equal(cc_fake_files_used(&rig.disk), rig.shelf.bytes); // no leftovers
            live();                                                           // and it goes on
            assert_true_to_disk();
        }
    }
    assert_true(n_cuts > 4 * 50);
}

static void any_call_may_fail(void **state)
{
    (void)state;
    static const int errors[] = {CC_ERR_IO, CC_ERR_GONE, CC_ERR_DENIED, CC_ERR_MEMORY};
    for (unsigned nth = 1; nth < 400; nth++) {
        cc_fake_files_deinit(&rig.disk);
        cc_fake_files_init(&rig.disk, 100 * MB);
        start_again();
        rig.disk.fail_in = nth;
        rig.disk.fail_err = errors[nth % 4];
        live();
        rig.disk.fail_in = 0;
        rig.disk.medium++;
        assert_int_equal(cc_shelf_look(&rig.shelf), CC_OK);
        assert_true_to_disk();
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(pictures_are_found_again_after_a_start),
        TEST(names_go_on_when_the_clock_was_set_back),
        TEST(what_others_put_there_is_left_alone_and_not_told),
        TEST(the_oldest_go_and_the_newest_stays),
        TEST(a_disk_is_never_filled),
        TEST(others_leave_no_room_and_nothing_is_kept),
        TEST(pictures_that_somebody_took_away_keep_nobody_waiting),
        TEST(a_deleted_day_is_gone_at_once_and_for_good),
        TEST(another_card_has_other_pictures),
        TEST(no_power_cut_leaves_a_torn_picture),
        TEST(any_call_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
