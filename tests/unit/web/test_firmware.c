// A firmware that comes through the page: who may bring it, what is answered, what happens then.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_update.h"
#include "fake/rig.h"
#include "util/err.h"
#include "web/web.h"

#define PATH "/api/v1/firmware"

typedef struct {
    cc_rig_t rig;
    cc_net_t net;
    cc_system_t system;
    cc_fake_update_t slot;
    cc_update_t update;
    cc_counters_t counters;
    cc_web_t *web;
    const char *origin; // of the next request; NULL: none
    const char *type;   // its Content-Type; NULL: none
    cc_http_client_t http;
    cc_fetch_t *fetch;
    int fetched_status; // what the address answers
    unsigned restarts;
    cc_http_response_t response;
    char body[600];
} house_t;

static const cc_fake_image_t ours = {.board = "here", .version = "1.2.0"};
static uint8_t bytes[CC_FAKE_SLOT_BYTES];

static void restart(void *ctx)
{
    ((house_t *)ctx)->restarts++;
}

static void open_web(house_t *house, bool has_slot)
{
    cc_web_free(house->web);
    const cc_web_config_t config = {
        .task = &house->rig.task,
        .clock = &house->rig.clock,
        .crypto = &house->rig.crypto,
        .net = &house->net,
        .system = &house->system,
        .update = has_slot ? &house->update : NULL,
        .fetch = house->fetch,
        .settings = house->rig.settings,
        .counters = &house->counters,
        .log = &house->rig.log,
        .version = "0",
    };
    assert_int_equal(cc_web_new(&config, &house->web), CC_OK);
}

// The address on the net: the image in `bytes`, or a refusal.
static int exchange(void *ctx, const cc_http_exchange_t *asked, cc_http_answer_t *answer)
{
    const house_t *house = ctx;
    *answer = (cc_http_answer_t){.status = house->fetched_status};
    if (answer->status == 200)
        asked->take(asked->take_ctx, bytes, cc_fake_image(&ours, bytes));
    return CC_OK;
}

static void forget(void *ctx, bool sessions)
{
    (void)ctx;
    (void)sessions;
}

static int move_in(void **state)
{
    static house_t house;
    memset(&house, 0, sizeof house);
    cc_rig_init(&house.rig);
    assert_int_equal(cc_rig_open(&house.rig), CC_OK);
    assert_int_equal(cc_rig_set(&house.rig, "system.open", "true"), CC_OK);
    cc_fake_update_init(&house.slot);
    house.update = cc_fake_update_port(&house.slot);
    house.system = (cc_system_t){.ctx = &house, .restart = restart, .update_hint = "Not so."};
    house.http = (cc_http_client_t){.ctx = &house, .exchange = exchange, .forget = forget};
    const cc_fetch_config_t fetch = {
        .task = &house.rig.task,
        .http = &house.http,
        .update = &house.update,
        .system = &house.system,
        .settings = house.rig.settings,
        .log = &house.rig.log,
    };
    assert_int_equal(cc_fetch_new(&fetch, &house.fetch), CC_OK);
    open_web(&house, true);
    *state = &house;
    return 0;
}

static void forget_answer(house_t *house)
{
    if (house->response.release)
        house->response.release(house->response.owner);
    house->response = (cc_http_response_t){0};
}

static int move_out(void **state)
{
    house_t *house = *state;
    forget_answer(house);
    cc_web_free(house->web);
    cc_fetch_free(house->fetch);
    cc_fake_update_deinit(&house->slot);
    cc_rig_deinit(&house->rig);
    return 0;
}

static const char *header(void *ctx, const char *name)
{
    const house_t *house = ctx;
    if (strcmp(name, "Host") == 0)
        return "192.168.1.20";
    if (strcmp(name, "Content-Type") == 0)
        return house->type;
    return strcmp(name, "Origin") == 0 ? house->origin : NULL;
}

static int begin(house_t *house, const char *target, size_t len, cc_http_sink_t *sink)
{
    const cc_http_request_t request = {
        .method = CC_HTTP_POST,
        .method_name = "POST",
        .target = target,
        .peer = "192.168.1.7",
        .body_len = len,
        .ctx = house,
        .header = header,
    };
    forget_answer(house);
    return cc_web_upload(house->web, &request, &house->response, sink);
}

// The answer's body as text.
static const char *told(house_t *house)
{
    size_t len = 0;
    for (size_t i = 0; i < house->response.n_spans; i++) {
        assert_true(len + house->response.spans[i].len < sizeof house->body);
        memcpy(house->body + len, house->response.spans[i].bytes, house->response.spans[i].len);
        len += house->response.spans[i].len;
    }
    house->body[len] = '\0';
    return house->body;
}

// Sends the whole of it; returns the status.
static int send(house_t *house, size_t len)
{
    cc_http_sink_t sink = {0};
    assert_int_equal(begin(house, PATH, len, &sink), CC_OK);
    if (!sink.take)
        return house->response.status;
    assert_int_equal(house->response.status, 0);
    bool wanted = true;
    for (size_t at = 0; wanted && at < len; at += 512)
        wanted = sink.take(sink.ctx, bytes + at, len - at < 512 ? len - at : 512) == CC_OK;
    sink.end(sink.ctx, wanted, &house->response);
    return house->response.status;
}

static void an_image_is_installed_and_starts_when_the_answer_has_left(void **state)
{
    house_t *house = *state;
    size_t len = cc_fake_image(&ours, bytes);
    assert_int_equal(send(house, len), 200);
    assert_string_equal(told(house), "{\"version\":\"1.2.0\"}");
    assert_string_equal(house->response.content_type, "application/json");
    assert_true(house->response.n_headers > 0);
    assert_int_equal(house->slot.ends, 1);
    assert_int_equal(house->restarts, 0);
    forget_answer(house);
    assert_int_equal(house->restarts, 1);
    assert_true(cc_rig_said(&house->rig, "Firmware 1.2.0 came from 192.168.1.7"));
}

// Asks for an update from an address; returns the status.
static int ask(house_t *house, const char *json)
{
    cc_http_sink_t sink = {0};
    house->type = "application/json; charset=utf-8";
    assert_int_equal(begin(house, PATH, strlen(json), &sink), CC_ERR_AGAIN);
    const cc_http_request_t request = {
        .method = CC_HTTP_POST,
        .method_name = "POST",
        .target = PATH,
        .peer = "192.168.1.7",
        .body = (const uint8_t *)json,
        .body_len = strlen(json),
        .ctx = house,
        .header = header,
    };
    assert_int_equal(cc_web_handle(house->web, &request, &house->response), CC_OK);
    house->type = NULL;
    return house->response.status;
}

static void an_address_is_fetched_from_while_no_other_update_is_possible(void **state)
{
    house_t *house = *state;
    const char *json = "{\"url\":\"https://files.example/connectcam.bin\"}";
    house->fetched_status = 404;
    assert_int_equal(ask(house, json), 202);
    assert_int_equal(ask(house, json), 409);
    assert_int_equal(send(house, cc_fake_image(&ours, bytes)), 409);
    cc_fake_task_sleep(&house->rig.tasks, 1);
    assert_true(cc_rig_said(&house->rig, "files.example: it answers 404"));
    // and the next one finds the way free
    house->fetched_status = 200;
    assert_int_equal(ask(house, json), 202);
    cc_fake_task_sleep(&house->rig.tasks, 1000);
    assert_int_equal(house->slot.ends, 1);
    assert_int_equal(house->restarts, 1);
    assert_int_equal(ask(house, json), 409); // until it restarts
}

static void what_is_no_address_is_refused_in_words(void **state)
{
    house_t *house = *state;
    const char *const none[] = {"{}", "{\"url\":7}", "{\"url\":\"http://files.example/x\"}"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(ask(house, none[i]), 422);
        assert_non_null(strstr(told(house), "url must be an address that begins with https://"));
    }
    assert_int_equal(ask(house, "no json"), 400);
    assert_int_equal(send(house, cc_fake_image(&ours, bytes)), 200);
}

static void another_boards_is_refused_in_words(void **state)
{
    house_t *house = *state;
    size_t len = cc_fake_image(&(cc_fake_image_t){.board = "s3-eye", .version = "1"}, bytes);
    assert_int_equal(send(house, len), 422);
    assert_non_null(strstr(told(house), "This image is for the board s3-eye"));
    assert_string_equal(house->response.content_type, "application/problem+json");
    assert_int_equal(house->slot.begins, 0);
    assert_int_equal(send(house, CC_FAKE_SLOT_BYTES + 1), 422);
    forget_answer(house);
    assert_int_equal(house->restarts, 0);
    // and the next one finds the way free
    len = cc_fake_image(&ours, bytes);
    assert_int_equal(send(house, len), 200);
}

static void one_that_breaks_off_leaves_all_as_it_was(void **state)
{
    house_t *house = *state;
    cc_http_sink_t sink = {0};
    size_t len = cc_fake_image(&ours, bytes);
    assert_int_equal(begin(house, PATH, len, &sink), CC_OK);
    assert_int_equal(sink.take(sink.ctx, bytes, len), CC_OK); // all of it came, but nobody knows
    sink.end(sink.ctx, false, &house->response);
    assert_int_equal(house->slot.aborts, 1);
    assert_int_equal(house->slot.ends, 0);
    assert_int_equal(send(house, len), 200);
}

static void two_at_a_time_are_one_too_many(void **state)
{
    house_t *house = *state;
    cc_http_sink_t first = {0}, second = {0};
    size_t len = cc_fake_image(&ours, bytes);
    assert_int_equal(begin(house, PATH, len, &first), CC_OK);
    assert_int_equal(begin(house, PATH, len, &second), CC_OK);
    assert_null(second.take);
    assert_int_equal(house->response.status, 409);
    forget_answer(house);
    first.end(first.ctx, false, &house->response);
}

static void one_on_trial_takes_no_other(void **state)
{
    house_t *house = *state;
    house->slot.on_trial = true;
    assert_int_equal(send(house, cc_fake_image(&ours, bytes)), 409);
    assert_non_null(strstr(told(house), "on trial"));
}

static void other_sites_and_strangers_cannot_bring_one(void **state)
{
    house_t *house = *state;
    size_t len = cc_fake_image(&ours, bytes);
    house->origin = "http://evil.example";
    assert_int_equal(send(house, len), 403);
    house->origin = "http://192.168.1.20";
    assert_int_equal(send(house, len), 200);
    assert_int_equal(cc_rig_set_json(&house->rig, "{\"system.password\":\"correct horse\","
                                                  "\"system.open\":false}"),
                     CC_OK);
    assert_int_equal(send(house, len), 401);
    cc_draft_t *draft = cc_draft_new(house->rig.settings);
    cc_draft_reset(draft, CC_RESET_EVERYTHING);
    assert_int_equal(cc_draft_commit(draft), CC_OK);
    cc_draft_free(draft);
    assert_int_equal(send(house, len), 403); // set-up comes first
    assert_int_equal(house->slot.ends, 1);
}

static void no_other_body_is_taken_piece_by_piece(void **state)
{
    house_t *house = *state;
    cc_http_sink_t sink = {0};
    assert_int_equal(begin(house, "/api/v1/settings", 10, &sink), CC_ERR_AGAIN);
    assert_int_equal(begin(house, "/", 10, &sink), CC_ERR_AGAIN);
    assert_int_equal(house->response.status, 0);
}

static void a_camera_of_another_kind_says_how_it_is_updated(void **state)
{
    house_t *house = *state;
    cc_http_sink_t sink = {0};
    open_web(house, false);
    assert_int_equal(begin(house, PATH, 2000000, NULL), CC_OK);
    assert_int_equal(house->response.status, 404);
    assert_non_null(strstr(told(house), "Not so."));
    assert_int_equal(begin(house, PATH, 2000000, &sink), CC_OK);
    assert_int_equal(house->response.status, 404);
    assert_null(sink.take);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_image_is_installed_and_starts_when_the_answer_has_left,
                                        move_in, move_out),
        cmocka_unit_test_setup_teardown(
            an_address_is_fetched_from_while_no_other_update_is_possible, move_in, move_out),
        cmocka_unit_test_setup_teardown(what_is_no_address_is_refused_in_words, move_in, move_out),
        cmocka_unit_test_setup_teardown(another_boards_is_refused_in_words, move_in, move_out),
        cmocka_unit_test_setup_teardown(one_that_breaks_off_leaves_all_as_it_was, move_in,
                                        move_out),
        cmocka_unit_test_setup_teardown(two_at_a_time_are_one_too_many, move_in, move_out),
        cmocka_unit_test_setup_teardown(one_on_trial_takes_no_other, move_in, move_out),
        cmocka_unit_test_setup_teardown(other_sites_and_strangers_cannot_bring_one, move_in,
                                        move_out),
        cmocka_unit_test_setup_teardown(no_other_body_is_taken_piece_by_piece, move_in, move_out),
        cmocka_unit_test_setup_teardown(a_camera_of_another_kind_says_how_it_is_updated, move_in,
                                        move_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
