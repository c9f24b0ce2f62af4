// A firmware from an address: where it may come from, and what becomes of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_update.h"
#include "fake/rig.h"
#include "update/fetch.h"
#include "util/err.h"
#include "util/text.h"

#define ADDRESS "https://files.example/connectcam.bin"
#define CA                                                                                         \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBszCCAVmgAwIBAgIUabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH\n"                           \
    "-----END CERTIFICATE-----\n"

enum {
    PIECE_BYTES = 500
};

// What one exchange is answered with.
typedef struct {
    int status;           // 0: it fails
    const char *location; // NULL: none
    size_t body_len;      // of the image's bytes
} reply_t;

typedef struct {
    cc_rig_t rig;
    cc_fake_update_t slot;
    cc_update_t update;
    cc_system_t system;
    cc_http_client_t http;
    cc_fetch_t *fetch;
    cc_fetch_status_t status;
    uint8_t bytes[CC_FAKE_SLOT_BYTES];
    size_t len;
    reply_t replies[8];
    size_t exchanges;
    char urls[8][2048];
    bool own_ca[8];
    uint64_t seen_bytes; // by a status in the middle
    unsigned ends;
    unsigned restarts;
} house_t;

static void restart(void *ctx)
{
    ((house_t *)ctx)->restarts++;
}

static void on_end(void *ctx)
{
    ((house_t *)ctx)->ends++;
}

static int exchange(void *ctx, const cc_http_exchange_t *asked, cc_http_answer_t *answer)
{
    house_t *house = ctx;
    const reply_t *reply = &house->replies[house->exchanges];
    assert_true(house->exchanges < 8);
    assert_string_equal(asked->method, "GET");
    cc_text_copy(house->urls[house->exchanges], sizeof house->urls[0], asked->url);
    house->own_ca[house->exchanges++] = *asked->ca_pem != '\0';
    *answer = (cc_http_answer_t){.status = reply->status};
    if (reply->location)
        cc_text_copy(answer->location, sizeof answer->location, reply->location);
    for (size_t at = 0; reply->status == 200 && at < reply->body_len; at += PIECE_BYTES) {
        size_t left = reply->body_len - at;
        cc_fetch_status(house->fetch, &house->status);
        house->seen_bytes = house->status.bytes;
        if (asked->take(asked->take_ctx, house->bytes + at,
                        left < PIECE_BYTES ? left : PIECE_BYTES) < 0)
            return CC_OK; // what its head said counts
    }
    // less than the image: the connection broke
    if (reply->status == 0 || (reply->status == 200 && reply->body_len < house->len)) {
        answer->status = 0;
        answer->failed_at = CC_STEP_ANSWER;
        cc_text_copy(answer->reason, sizeof answer->reason, "the server's answer ends too early");
    }
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
    cc_fake_update_init(&house.slot);
    house.update = cc_fake_update_port(&house.slot);
    house.system = (cc_system_t){.ctx = &house, .restart = restart};
    house.http = (cc_http_client_t){.ctx = &house, .exchange = exchange, .forget = forget};
    const cc_fetch_config_t config = {
        .task = &house.rig.task,
        .http = &house.http,
        .update = &house.update,
        .system = &house.system,
        .settings = house.rig.settings,
        .log = &house.rig.log,
    };
    assert_int_equal(cc_fetch_new(&config, &house.fetch), CC_OK);
    house.len = cc_fake_image(&(cc_fake_image_t){.board = "here", .version = "1.2.0"}, house.bytes);
    house.replies[0] = (reply_t){.status = 200, .body_len = house.len};
    *state = &house;
    return 0;
}

static int move_out(void **state)
{
    house_t *house = *state;
    cc_fetch_free(house->fetch);
    cc_fake_update_deinit(&house->slot);
    cc_rig_deinit(&house->rig);
    return 0;
}

// Fetches to the end; the status is in house->status then.
static void fetch(house_t *house, const char *url)
{
    assert_int_equal(cc_fetch_start(house->fetch, url, on_end, house), CC_OK);
    do {
        cc_fake_task_sleep(&house->rig.tasks, 1);
        cc_fetch_status(house->fetch, &house->status);
    } while (house->status.state == CC_FETCH_RUNS);
}

static void assert_failed(house_t *house, const char *why)
{
    assert_int_equal(house->status.state, CC_FETCH_FAILED);
    if (!strstr(house->status.why, why))
        fail_msg("it says: %s", house->status.why);
    assert_true(cc_rig_said(&house->rig, why));
    assert_int_equal(house->ends, 1);
    assert_int_equal(house->restarts, 0);
    assert_int_equal(house->slot.ends, 0);
    assert_int_equal(house->slot.begins, house->slot.aborts);
}

static void an_image_is_fetched_installed_and_started(void **state)
{
    house_t *house = *state;
    fetch(house, ADDRESS "?which=here#there");
    assert_int_equal(house->status.state, CC_FETCH_DONE);
    assert_string_equal(house->status.version, "1.2.0");
    assert_int_equal(house->status.bytes, house->len);
    assert_true(house->seen_bytes > 0);
    assert_string_equal(house->urls[0], ADDRESS "?which=here");
    assert_int_equal(house->slot.ends, 1);
    assert_int_equal(house->restarts, 1);
    assert_int_equal(house->ends, 0);
    assert_true(cc_rig_said(&house->rig, "Firmware 1.2.0 came from files.example"));
}

static void redirects_lead_on_by_https_only(void **state)
{
    house_t *house = *state;
    char long_one[1500];
    memset(long_one, 'a', sizeof long_one - 1);
    memcpy(long_one, "https://else.example/?token=", 28);
    long_one[sizeof long_one - 1] = '\0';
    house->replies[0] = (reply_t){.status = 302, .location = "/latest"};
    house->replies[1] = (reply_t){.status = 307, .location = long_one};
    house->replies[2] = (reply_t){.status = 200, .body_len = house->len};
    fetch(house, ADDRESS);
    assert_int_equal(house->status.state, CC_FETCH_DONE);
    assert_string_equal(house->urls[1], "https://files.example/latest");
    assert_string_equal(house->urls[2], long_one);
}

static void a_redirect_to_http_or_nowhere_is_not_followed(void **state)
{
    house_t *house = *state;
    house->replies[0] = (reply_t){.status = 302, .location = "http://files.example/x"};
    fetch(house, ADDRESS);
    assert_failed(house, "not https");
    assert_int_equal(house->exchanges, 1);
    house->ends = 0;
    house->exchanges = 0;
    house->replies[0] = (reply_t){.status = 301};
    fetch(house, ADDRESS);
    assert_failed(house, "an address that is none");
}

static void redirects_without_end_are_given_up(void **state)
{
    house_t *house = *state;
    for (size_t i = 0; i < 8; i++)
        house->replies[i] = (reply_t){.status = 302, .location = ADDRESS};
    fetch(house, ADDRESS);
    assert_failed(house, "lead on and on");
    assert_int_equal(house->exchanges, 6);
}

static void another_boards_image_is_refused_in_words(void **state)
{
    house_t *house = *state;
    house->len = cc_fake_image(&(cc_fake_image_t){.board = "s3-eye", .version = "1"}, house->bytes);
    house->replies[0].body_len = house->len;
    fetch(house, ADDRESS);
    assert_failed(house, "This image is for the board s3-eye");
    assert_int_equal(house->slot.begins, 0);
}

static void what_is_not_signed_is_refused_where_signatures_are_asked_for(void **state)
{
    house_t *house = *state;
    house->slot.is_signed = true;
    house->update = cc_fake_update_port(&house->slot);
    fetch(house, ADDRESS);
    assert_failed(house, "This image is not signed");
    house->ends = 0;
    house->exchanges = 0;
    house->len = cc_fake_update_sign(&house->slot, house->bytes, house->len);
    house->replies[0].body_len = house->len;
    fetch(house, ADDRESS);
    assert_int_equal(house->status.state, CC_FETCH_DONE);
}

static void what_goes_wrong_on_the_way_is_told(void **state)
{
    house_t *house = *state;
    house->replies[0] = (reply_t){.status = 404};
    fetch(house, ADDRESS);
    assert_failed(house, "files.example: it answers 404: is the address right? What");
    house->ends = 0;
    house->exchanges = 0;
    house->replies[0] = (reply_t){.status = 200, .body_len = house->len / 2};
    fetch(house, ADDRESS);
    assert_failed(house, "files.example: the server's answer ends too early.");
    house->ends = 0;
    house->exchanges = 0;
    house->replies[0] = (reply_t){.status = 200, .body_len = house->len};
    house->slot.fail_in = 3;
    house->slot.fail_err = CC_ERR_IO;
    fetch(house, ADDRESS);
    assert_failed(house, "could not be written");
}

static void only_https_addresses_are_begun_with(void **state)
{
    house_t *house = *state;
    const char *const none[] = {"",   "http://files.example/x",      "files.example",
                                "/x", "https://user@files.example/", "https://a b/"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(cc_fetch_start(house->fetch, none[i], on_end, house), CC_ERR_FORMAT);
    house->rig.tasks.fail_start_in = 1;
    assert_int_equal(cc_fetch_start(house->fetch, ADDRESS, on_end, house), CC_ERR_MEMORY);
    cc_fetch_status(house->fetch, &house->status);
    assert_int_equal(house->status.state, CC_FETCH_NONE);
    assert_int_equal(house->exchanges, 0);
}

static void the_own_servers_certificate_counts_for_its_host_alone(void **state)
{
    house_t *house = *state;
    assert_int_equal(cc_rig_set(&house->rig, "connect.server", "https://own.example:8443"), CC_OK);
    assert_int_equal(cc_rig_set(&house->rig, "connect.ca", CA), CC_OK);
    house->replies[0] = (reply_t){.status = 302, .location = ADDRESS};
    house->replies[1] = (reply_t){.status = 200, .body_len = house->len};
    fetch(house, "https://OWN.example/connectcam.bin");
    assert_int_equal(house->status.state, CC_FETCH_DONE);
    assert_true(house->own_ca[0]);
    assert_false(house->own_ca[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, move_in, move_out)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_image_is_fetched_installed_and_started),
        TEST(redirects_lead_on_by_https_only),
        TEST(a_redirect_to_http_or_nowhere_is_not_followed),
        TEST(redirects_without_end_are_given_up),
        TEST(another_boards_image_is_refused_in_words),
        TEST(what_is_not_signed_is_refused_where_signatures_are_asked_for),
        TEST(what_goes_wrong_on_the_way_is_told),
        TEST(only_https_addresses_are_begun_with),
        TEST(the_own_servers_certificate_counts_for_its_host_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
