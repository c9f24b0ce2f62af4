// What is kept of a camera's days, and what keeps it from that.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "house.h"
#include "timelapse/shelf.h"
#include "util/err.h"

#define NEW_YEAR 20260101 // when the house begins, at midnight

static house_t house;

static int set_up(void **state)
{
    (void)state;
    house_open(&house, NULL);
    house_set(&house, "connect.enabled", "false");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

static void start(const char *interval_s)
{
    house_set(&house, "timelapse.interval_s", interval_s);
    house_set(&house, "timelapse.enabled", "true");
    house_start(&house);
}

static uint32_t kept(cc_day_t day)
{
    cc_kept_t *pictures = NULL;
    uint32_t n = 0;
    cc_timelapse_pictures(house.modules.timelapse, day, &pictures, &n);
    for (uint32_t i = 1; i < n; i++)
        assert_true(pictures[i].second > pictures[i - 1].second);
    free(pictures);
    return n;
}

static void assert_state(cc_timelapse_state_t state, const char *words)
{
    cc_timelapse_status_t status;
    cc_timelapse_status(house.modules.timelapse, &status);
    assert_string_equal(cc_timelapse_state_name(status.state), cc_timelapse_state_name(state));
    if (!strstr(status.sentence, words))
        fail_msg("«%s» does not tell «%s»", status.sentence, words);
}

static void a_day_has_a_picture_for_each_interval(void **state)
{
    (void)state;
    start("300");
    house_live(&house, 25ull * HOUR);
    assert_in_range(kept(NEW_YEAR), 287, 289);
    assert_in_range(kept(NEW_YEAR + 1), 11, 13);
    assert_state(CC_TIMELAPSE_KEEPING, "each 300 s");
    assert_int_equal(cc_counted(&house.counters.timelapse_kept),
                     kept(NEW_YEAR) + kept(NEW_YEAR + 1));
    assert_int_equal(house.camera_there.lent,
                     1); // the newest one, and nothing kept from the camera
}

static void each_second_has_its_own_picture(void **state)
{
    (void)state;
    start("1");
    house_live(&house, 10 * MINUTE);
    assert_in_range(kept(NEW_YEAR), 598, 601);
}

static void switched_off_it_does_nothing_at_all(void **state)
{
    (void)state;
    start("10");
    house_live(&house, MINUTE + 5 * SECOND);
    uint32_t n = kept(NEW_YEAR);
    house_set(&house, "timelapse.enabled", "false");
    house_live(&house, SECOND);
    unsigned calls = house.disk.calls, waits = house.fake_task.waits;
    house_live(&house, HOUR);
    assert_int_equal(house.disk.calls, calls);
    assert_in_range(house.fake_task.waits - waits, 0, 20); // the camera's going to sleep
    assert_state(CC_TIMELAPSE_OFF, "");
    assert_int_equal(kept(NEW_YEAR), n);
    house_set(&house, "timelapse.enabled", "true");
    house_live(&house, 2 * SECOND);
    assert_int_equal(kept(NEW_YEAR), n + 1); // at once
}

static void another_interval_counts_at_once(void **state)
{
    (void)state;
    start("3600");
    house_live(&house, 10 * MINUTE);
    assert_int_equal(kept(NEW_YEAR), 1);
    house_set(&house, "timelapse.interval_s", "60");
    house_live(&house, 10 * MINUTE);
    assert_in_range(kept(NEW_YEAR), 11, 12);
}

static void nothing_is_kept_before_the_time_is_known(void **state)
{
    (void)state;
    house.fake_clock.unix_ms = 0;
    start("600");
    house_live(&house, HOUR);
    assert_state(CC_TIMELAPSE_WAITING, "knows the time");
    assert_int_equal(house.disk.n_entries, 0);
    house.fake_clock.unix_ms = 1767225600000;
    house_live(&house, 10 * SECOND);
    assert_int_equal(kept(NEW_YEAR), 1);
    assert_state(CC_TIMELAPSE_KEEPING, "");
}

static void a_card_may_be_pulled_and_put_in_again(void **state)
{
    (void)state;
    start("300");
    house_live(&house, 11 * MINUTE);
    uint32_t n = kept(NEW_YEAR);
    house.disk.medium = 0;
    house_live(&house, HOUR);
    assert_state(CC_TIMELAPSE_MISSING, "There is no card.");
    cc_timelapse_kept_t days = {0};
    assert_int_equal(cc_timelapse_kept(house.modules.timelapse, &days), CC_ERR_GONE);
    house.disk.medium = 2;
    house_live(&house, 10 * SECOND); // it is not waited for the interval
    assert_state(CC_TIMELAPSE_KEEPING, "");
    assert_int_equal(kept(NEW_YEAR), n + 1);
}

static void a_camera_that_is_gone_is_waited_for(void **state)
{
    (void)state;
    start("60");
    house_live(&house, 5 * MINUTE);
    uint32_t n = kept(NEW_YEAR);
    house.camera_there.present = false;
    house_live(&house, HOUR);
    assert_state(CC_TIMELAPSE_WAITING, "camera");
    assert_in_range(kept(NEW_YEAR), n, n + 1);
    house.camera_there.present = true;
    house_live(&house, 5 * MINUTE);
    assert_state(CC_TIMELAPSE_KEEPING, "");
    assert_true(kept(NEW_YEAR) > n + 2);
}

static void a_full_disk_is_told_and_not_filled_further(void **state)
{
    (void)state;
    house.disk.others = 999 * 1000 * 1000;
    start("60");
    house_live(&house, 10 * MINUTE);
    assert_state(CC_TIMELAPSE_FULL, "no room");
    assert_true(cc_counted(&house.counters.timelapse_failed) >= 9);
    assert_int_equal(cc_fake_files_used(&house.disk), 0);
    house.disk.others = 0;
    house_live(&house, 2 * MINUTE);
    assert_state(CC_TIMELAPSE_KEEPING, "");
}

static void a_disk_that_fails_is_tried_again(void **state)
{
    (void)state;
    house.disk.fails_for_good = true;
    house.disk.fail_in = 1;
    house.disk.fail_err = CC_ERR_READ_ONLY;
    start("60");
    house_live(&house, 10 * MINUTE);
    assert_state(CC_TIMELAPSE_FAILING, "read-only");
    house.disk.fails_for_good = false;
    house.disk.fail_in = 0;
    house_live(&house, 2 * MINUTE);
    assert_state(CC_TIMELAPSE_KEEPING, "");
}

static void the_hour_that_comes_twice_stays_in_order(void **state)
{
    (void)state;
    house.fake_clock.offset_s = 7200;
    start("120");
    house_live(&house, 3ull * HOUR); // 02:00 to 05:00
    house.fake_clock.offset_s = 3600;
    house_live(&house, 3ull * HOUR);
    assert_in_range(kept(NEW_YEAR), 178, 181); // none is lost, and kept() looks at the order
}

static void days_are_local_ones(void **state)
{
    (void)state;
    house.fake_clock.offset_s = -3600;
    start("60");
    house_live(&house, 2ull * HOUR);
    assert_in_range(kept(20251231), 59, 60);
    assert_in_range(kept(NEW_YEAR), 60, 61);
    assert_int_equal(cc_timelapse_unix_s(house.modules.timelapse, NEW_YEAR, 10),
                     1767225600 + 3600 + 10);
}

static void the_day_that_runs_may_be_deleted(void **state)
{
    (void)state;
    start("10");
    house_live(&house, 10 * MINUTE);
    assert_true(kept(NEW_YEAR) > 55);
    assert_int_equal(cc_timelapse_delete(house.modules.timelapse, NEW_YEAR), CC_OK);
    assert_int_equal(kept(NEW_YEAR), 0);
    house_live(&house, MINUTE);
    assert_in_range(kept(NEW_YEAR), 5, 7);
    cc_timelapse_kept_t days = {0};
    assert_int_equal(cc_timelapse_kept(house.modules.timelapse, &days), CC_OK);
    assert_int_equal(days.n_days, 1);
    assert_int_equal(days.used_bytes, cc_fake_files_used(&house.disk));
    free(days.days);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_day_has_a_picture_for_each_interval),
        TEST(each_second_has_its_own_picture),
        TEST(switched_off_it_does_nothing_at_all),
        TEST(another_interval_counts_at_once),
        TEST(nothing_is_kept_before_the_time_is_known),
        TEST(a_card_may_be_pulled_and_put_in_again),
        TEST(a_camera_that_is_gone_is_waited_for),
        TEST(a_full_disk_is_told_and_not_filled_further),
        TEST(a_disk_that_fails_is_tried_again),
        TEST(the_hour_that_comes_twice_stays_in_order),
        TEST(days_are_local_ones),
        TEST(the_day_that_runs_may_be_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
