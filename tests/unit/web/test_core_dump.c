// What a crash left, for those who look for its cause.
#define _GNU_SOURCE // memmem
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake/rig.h"
#include "util/err.h"
#include "web/web.h"

static const char dump[] = "\x20\x01\x00\x00 and so on";

typedef struct {
    cc_rig_t rig;
    cc_net_t net;
    cc_system_t system;
    cc_counters_t counters;
    cc_web_t *web;
    size_t len; // of the dump that there is
    int err;    // of forgetting it
    cc_http_response_t response;
} house_t;

static size_t core_dump(void *ctx, uint8_t *out, size_t cap)
{
    const house_t *house = ctx;
    for (size_t i = 0; i < house->len && i < cap; i++)
        out[i] = (uint8_t)dump[i];
    return house->len;
}

static int forget_core_dump(void *ctx)
{
    house_t *house = ctx;
    if (house->err == CC_OK)
        house->len = 0;
    return house->err;
}

static void forget_answer(house_t *house)
{
    if (house->response.release)
        house->response.release(house->response.owner);
    house->response = (cc_http_response_t){0};
}

static int move_in(void **state)
{
    static house_t house;
    memset(&house, 0, sizeof house);
    cc_rig_init(&house.rig);
    assert_int_equal(cc_rig_open(&house.rig), CC_OK);
    assert_int_equal(cc_rig_set(&house.rig, "system.open", "true"), CC_OK);
    house.system =
        (cc_system_t){.ctx = &house, .core_dump = core_dump, .forget_core_dump = forget_core_dump};
    const cc_web_config_t config = {
        .task = &house.rig.task,
        .clock = &house.rig.clock,
        .crypto = &house.rig.crypto,
        .net = &house.net,
        .system = &house.system,
        .settings = house.rig.settings,
        .counters = &house.counters,
        .log = &house.rig.log,
        .version = "0",
    };
    assert_int_equal(cc_web_new(&config, &house.web), CC_OK);
    house.len = sizeof dump;
    *state = &house;
    return 0;
}

static int move_out(void **state)
{
    house_t *house = *state;
    forget_answer(house);
    cc_web_free(house->web);
    cc_rig_deinit(&house->rig);
    return 0;
}

static const char *header(void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "Host") == 0 ? "192.168.1.20" : NULL;
}

// Asks; returns the status.
static int ask(house_t *house, cc_http_method_t method)
{
    cc_http_request_t request = {
        .method = method,
        .method_name = "?",
        .target = "/api/v1/coredump",
        .peer = "192.168.1.7",
        .ctx = house,
        .header = header,
    };
    forget_answer(house);
    int err = cc_web_handle(house->web, &request, &house->response);
    if (err == CC_ERR_AGAIN) { // flash takes its time
        request.may_wait = true;
        err = cc_web_handle(house->web, &request, &house->response);
    }
    assert_int_equal(err, CC_OK);
    return house->response.status;
}

static void a_dump_comes_byte_by_byte_and_is_forgotten(void **state)
{
    house_t *house = *state;
    assert_int_equal(ask(house, CC_HTTP_GET), 200);
    assert_string_equal(house->response.content_type, "application/octet-stream");
    assert_int_equal(house->response.spans[0].len, sizeof dump);
    assert_memory_equal(house->response.spans[0].bytes, dump, sizeof dump);
    assert_int_equal(ask(house, CC_HTTP_DELETE), 204);
    assert_int_equal(ask(house, CC_HTTP_GET), 404);
    assert_int_equal(ask(house, CC_HTTP_DELETE), 404);
}

static void without_one_there_is_a_sentence(void **state)
{
    house_t *house = *state;
    house->system.core_dump = NULL;
    assert_int_equal(ask(house, CC_HTTP_GET), 404);
    assert_non_null(memmem(house->response.spans[0].bytes, house->response.spans[0].len,
                           "no crash left one", strlen("no crash left one")));
}

static void flash_that_fails_keeps_it(void **state)
{
    house_t *house = *state;
    house->err = CC_ERR_IO;
    assert_int_equal(ask(house, CC_HTTP_DELETE), 503);
    assert_int_equal(ask(house, CC_HTTP_GET), 200);
}

static void nobody_gets_it_without_the_login(void **state)
{
    house_t *house = *state;
    assert_int_equal(cc_rig_set_json(&house->rig, "{\"system.password\":\"correct horse\","
                                                  "\"system.open\":false}"),
                     CC_OK);
    assert_int_equal(ask(house, CC_HTTP_GET), 401);
    assert_int_equal(ask(house, CC_HTTP_DELETE), 401);
    assert_int_equal(house->len, sizeof dump);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, move_in, move_out)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dump_comes_byte_by_byte_and_is_forgotten),
        TEST(without_one_there_is_a_sentence),
        TEST(flash_that_fails_keeps_it),
        TEST(nobody_gets_it_without_the_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
