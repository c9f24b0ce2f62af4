// Days with Prusa Connect, in fake time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "house.h"
#include "util/err.h"

static house_t house;

static int set_up(void **state)
{
    (void)state;
    house_open(&house, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

static cc_connect_status_t status(void)
{
    cc_connect_status_t now;
    cc_connect_status(house.modules.connect, &now);
    return now;
}

static void a_day_brings_a_picture_each_ten_seconds_without_drift(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, 24ull * HOUR);
    assert_in_range(house.connect_there.n_snapshots, 8639, 8641);
    uint64_t first_ms = 0;
    for (unsigned i = 0; i < house.connect_there.n_requests; i++) {
        const fake_request_t *request = &house.connect_there.requests[i];
        if (request->info)
            continue;
        assert_true(request->whole);
        if (!first_ms)
            first_ms = request->at_ms;
        // always in the same second of the ten, at midnight as in the morning
        uint64_t phase_ms = (request->at_ms - first_ms) % (10 * SECOND);
        assert_true(phase_ms < 2 * SECOND || phase_ms > 9 * SECOND);
    }
    assert_int_equal(house.connect_there.connections, 1);
    assert_int_equal(house.connect_there.n_infos, 1);
    assert_int_equal(status().state, CC_CONNECT_FINE);
}

static void no_two_snapshots_leave_within_ten_seconds(void **state)
{
    (void)state;
    house.connect_there.takes_ms = 4200;
    house_start(&house);
    house_live(&house, 2ull * HOUR);
    uint64_t before_ms = 0;
    for (unsigned i = 0; i < house.connect_there.n_requests; i++) {
        const fake_request_t *request = &house.connect_there.requests[i];
        if (request->info)
            continue;
        assert_true(!before_ms || request->at_ms >= before_ms + 10 * SECOND);
        before_ms = request->at_ms;
    }
}

static void an_outage_of_a_day_is_waited_out_gently_and_pictures_flow_again(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, MINUTE);
    house.connect_there.status = 503;
    unsigned before = house.connect_there.n_requests;
    house_live(&house, 24ull * HOUR);
    unsigned tries = house.connect_there.n_requests - before;
    assert_in_range(tries, 280, 600); // once in 2.5 to 5 minutes
    assert_int_equal(status().state, CC_CONNECT_TROUBLE);
    assert_non_null(strstr(status().sentence, "503"));
    house.connect_there.status = 204;
    house_live(&house, 5 * MINUTE + 10 * SECOND);
    assert_int_equal(status().state, CC_CONNECT_FINE);
    unsigned sent = house.connect_there.n_snapshots;
    house_live(&house, 10 * MINUTE);
    assert_in_range(house.connect_there.n_snapshots - sent, 59, 61);
}

static void retry_after_is_kept_to(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, 25 * SECOND);
    house.connect_there.status = 429;
    house.connect_there.retry_after_s = 120;
    house_live(&house, 10 * SECOND);
    unsigned before = house.connect_there.n_snapshots;
    house_live(&house, 105 * SECOND);
    assert_int_equal(house.connect_there.n_snapshots, before);
    house_live(&house, 30 * SECOND);
    assert_int_equal(house.connect_there.n_snapshots, before + 1);
}

static void a_new_token_is_tried_at_once_after_a_refusal(void **state)
{
    (void)state;
    house.connect_there.status = 403;
    house_start(&house);
    house_live(&house, 30 * SECOND);
    assert_int_equal(status().state, CC_CONNECT_TROUBLE);
    house.connect_there.status = 204;
    house_set(&house, "connect.token", "ZYXWVUTSRQ9876543210");
    house_live(&house, 11 * SECOND);
    assert_int_equal(status().state, CC_CONNECT_FINE);
    const fake_request_t *last = &house.connect_there.requests[house.connect_there.n_requests - 1];
    assert_string_equal(last->token, "ZYXWVUTSRQ9876543210");
}

static void a_dead_connection_costs_one_retry_and_no_picture(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, 35 * SECOND);
    house.connect_there.dead_connection = true;
    house_live(&house, 10 * SECOND);
    assert_int_equal(house.connect_there.connections, 2);
    assert_int_equal(status().state, CC_CONNECT_FINE);
    assert_int_equal(cc_counted(&house.counters.connect_failed), 0);
}

static void a_move_within_prusas_domain_is_followed_and_remembered(void **state)
{
    (void)state;
    house_set(&house, "connect.server", "https://webcam.connect.prusa3d.com");
    house.connect_there.status = 301;
    strcpy(house.connect_there.redirect_once_from, "https://webcam.");
    strcpy(house.connect_there.location, "https://camera-service.prusa3d.com/c/snapshot");
    house_start(&house);
    house_live(&house, 60 * SECOND);
    unsigned at_old = 0, at_new = 0;
    for (unsigned i = 0; i < house.connect_there.n_requests; i++) {
        const fake_request_t *request = &house.connect_there.requests[i];
        at_old += !request->info && strstr(request->url, "webcam.connect") != NULL;
        at_new += !request->info && strstr(request->url, "camera-service") != NULL;
    }
    assert_int_equal(at_old, 1);
    assert_in_range(at_new, 5, 7);
}

static void the_token_never_goes_where_a_foreign_redirect_leads(void **state)
{
    (void)state;
    house.connect_there.status = 302;
    strcpy(house.connect_there.redirect_once_from, "https://connect.prusa3d.com");
    strcpy(house.connect_there.location, "https://evil.example/c/snapshot");
    house_start(&house);
    house_live(&house, HOUR);
    for (unsigned i = 0; i < house.connect_there.n_requests; i++)
        assert_null(strstr(house.connect_there.requests[i].url, "evil"));
    assert_int_equal(status().state, CC_CONNECT_TROUBLE);
    assert_non_null(strstr(status().sentence, "not Connect's"));
}

static void redirects_in_a_circle_end(void **state)
{
    (void)state;
    house.connect_there.status = 307;
    strcpy(house.connect_there.redirect_once_from, "https://");
    strcpy(house.connect_there.location, "/c/snapshot");
    house_start(&house);
    house_live(&house, MINUTE);
    assert_in_range(house.connect_there.n_requests, 4, 8);
}

static void a_camera_that_is_away_for_an_hour_sends_nothing_broken_and_comes_back(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, MINUTE);
    house.camera_there.present = false;
    house_live(&house, MINUTE);
    unsigned before = house.connect_there.n_snapshots;
    house_live(&house, HOUR);
    assert_int_equal(house.connect_there.n_snapshots, before);
    assert_non_null(strstr(status().sentence, "Plug it in"));
    assert_in_range(house.camera_there.opens, 800, 1000); // each 4 s, not in a busy loop
    house.camera_there.present = true;
    house_live(&house, MINUTE);
    assert_in_range(house.connect_there.n_snapshots - before, 5, 7);
}

static void broken_pictures_never_reach_connect(void **state)
{
    (void)state;
    static const fake_picture_t kinds[] = {FAKE_PICTURE_CUT, FAKE_PICTURE_EMPTY,
                                           FAKE_PICTURE_OF_ANOTHER_SIZE};
    house_start(&house);
    house_live(&house, MINUTE);
    for (size_t i = 0; i < 3; i++) {
        unsigned before = house.connect_there.n_snapshots;
        house.camera_there.pictures = kinds[i];
        house_live(&house, 5 * MINUTE);
        assert_in_range(house.connect_there.n_snapshots - before, 0, 1);
        house.camera_there.pictures = FAKE_PICTURE_GOOD;
        house_live(&house, MINUTE);
        assert_in_range(house.connect_there.n_snapshots - before, 4, 7);
    }
    for (unsigned i = 0; i < house.connect_there.n_requests; i++)
        assert_true(house.connect_there.requests[i].info || house.connect_there.requests[i].whole);
}

static void the_flash_shines_for_pictures_to_connect_only(void **state)
{
    (void)state;
    house_set(&house, "flash.enabled", "true");
    house_start(&house);
    house_live(&house, 10 * MINUTE);
    assert_int_equal(house.camera_there.light_percent, 0);
    // 60 pictures, each 200 ms until it is steady and the next frame's beginning
    assert_in_range(house.camera_there.lit_ms, 60 * 200, 60 * 600);
    assert_in_range(house.connect_there.n_snapshots, 59, 61);
}

static void a_light_that_was_switched_on_stays_on_after_a_flash(void **state)
{
    (void)state;
    house_set(&house, "flash.enabled", "true");
    house_set(&house, "light.level", "40");
    house_start(&house);
    house_live(&house, SECOND);
    assert_int_equal(cc_capture_set_light(house.modules.capture, true), 0);
    house_live(&house, 35 * SECOND);
    assert_int_equal(house.camera_there.light_percent, 40);
}

static void a_new_name_is_told_to_connect_once(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, 15 * SECOND);
    assert_non_null(strstr(house.connect_there.last_info, "\"name\":\"prusa-esp32cam\""));
    house_set(&house, "connect.name", "Nozzle view");
    house_live(&house, MINUTE);
    assert_int_equal(house.connect_there.n_infos, 2);
    assert_non_null(strstr(house.connect_there.last_info, "\"name\":\"Nozzle view\""));
}

static void a_name_given_in_connect_is_not_overwritten_by_the_default(void **state)
{
    (void)state;
    strcpy(house.connect_there.name_there, "My printer");
    house_start(&house);
    house_live(&house, MINUTE);
    house_set(&house, "camera.resolution", "QVGA"); // news, so that the description goes out again
    house_live(&house, MINUTE);
    assert_non_null(strstr(house.connect_there.last_info, "\"name\":\"My printer\""));
}

static void fill_the_disk(house_t *full)
{
    cc_fake_store_fail(&full->fake_store, 1, CC_ERR_DISK_FULL);
    full->fake_store.fail_for_good = true;
}

static void nothing_is_sent_until_the_fingerprint_is_stored(void **state)
{
    (void)state;
    house_close(&house);
    house_open(&house, fill_the_disk);
    house_start(&house);
    house_live(&house, MINUTE);
    assert_int_equal(house.connect_there.n_requests, 0);
    assert_non_null(strstr(status().sentence, "fingerprint"));
    house.fake_store.fail_for_good = false; // somebody makes room
    house.fake_store.fail_in = 0;
    house_live(&house, 2 * MINUTE);
    assert_int_equal(status().state, CC_CONNECT_FINE);
}

static void the_description_goes_before_the_first_picture(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, MINUTE);
    assert_true(house.connect_there.requests[0].info);
}

static void the_fingerprint_is_made_once(void **state)
{
    (void)state;
    char first[65], later[65];
    house_start(&house);
    house_live(&house, MINUTE);
    cc_settings_text(house.settings, CC_SETTING_CONNECT_FINGERPRINT, first, sizeof first);
    assert_in_range(strlen(first), 16, 64);
    cc_draft_t *draft = cc_draft_new(house.settings);
    cc_draft_reset(draft, CC_RESET_EVERYTHING);
    assert_int_equal(cc_draft_commit(draft), 0);
    cc_draft_free(draft);
    house_live(&house, MINUTE);
    cc_settings_text(house.settings, CC_SETTING_CONNECT_FINGERPRINT, later, sizeof later);
    assert_string_equal(first, later);
}

static void send_now_waits_for_connects_ten_seconds_and_tells_the_result(void **state)
{
    (void)state;
    cc_connect_attempt_t attempt;
    house_set(&house, "connect.interval_s", "3600");
    house_start(&house);
    house_live(&house, 15 * SECOND);
    assert_int_equal(house.connect_there.n_snapshots, 1);
    assert_int_equal(cc_connect_send(house.modules.connect, MINUTE, &attempt), 0);
    assert_int_equal(attempt.result, CC_RESULT_SENT);
    assert_int_equal(house.connect_there.n_snapshots, 2);
    uint64_t first_ms = house.fake_clock.now_ms;
    assert_int_equal(cc_connect_send(house.modules.connect, MINUTE, &attempt), 0);
    assert_true(house.fake_clock.now_ms - first_ms >= 9 * SECOND);
    assert_int_equal(house.connect_there.n_snapshots, 3);
}

static void pictures_that_connect_finds_too_large_are_compressed_more(void **state)
{
    (void)state;
    const int32_t *quality = &house.camera_there.want.control[CC_CONTROL_QUALITY];
    cc_capture_state_t camera;
    cc_connect_status_t connect;
    house_start(&house);
    house_live(&house, MINUTE);
    int32_t before = *quality;
    house.connect_there.status = 413;
    house_live(&house, 90 * SECOND);
    cc_connect_status(house.modules.connect, &connect);
    assert_int_equal(connect.state, CC_CONNECT_TROUBLE);
    assert_string_equal(connect.sentence, "The picture was too large for Connect. The next ones "
                                          "are compressed more.");
    house.connect_there.status = 204;
    house_live(&house, 2 * MINUTE);
    assert_true(*quality > before);
    cc_capture_state(house.modules.capture, &camera);
    assert_int_equal(camera.quality, *quality);
    house_set(&house, "camera.quality", "20"); // a person knows better
    house_live(&house, MINUTE);
    assert_int_equal(*quality, 20);
    cc_capture_state(house.modules.capture, &camera);
    assert_int_equal(camera.quality, 0);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        STORY(a_day_brings_a_picture_each_ten_seconds_without_drift),
        STORY(no_two_snapshots_leave_within_ten_seconds),
        STORY(an_outage_of_a_day_is_waited_out_gently_and_pictures_flow_again),
        STORY(retry_after_is_kept_to),
        STORY(a_new_token_is_tried_at_once_after_a_refusal),
        STORY(a_dead_connection_costs_one_retry_and_no_picture),
        STORY(a_move_within_prusas_domain_is_followed_and_remembered),
        STORY(the_token_never_goes_where_a_foreign_redirect_leads),
        STORY(redirects_in_a_circle_end),
        STORY(a_camera_that_is_away_for_an_hour_sends_nothing_broken_and_comes_back),
        STORY(broken_pictures_never_reach_connect),
        STORY(the_flash_shines_for_pictures_to_connect_only),
        STORY(a_light_that_was_switched_on_stays_on_after_a_flash),
        STORY(a_new_name_is_told_to_connect_once),
        STORY(a_name_given_in_connect_is_not_overwritten_by_the_default),
        STORY(nothing_is_sent_until_the_fingerprint_is_stored),
        STORY(the_description_goes_before_the_first_picture),
        STORY(the_fingerprint_is_made_once),
        STORY(pictures_that_connect_finds_too_large_are_compressed_more),
        STORY(send_now_waits_for_connects_ten_seconds_and_tells_the_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
