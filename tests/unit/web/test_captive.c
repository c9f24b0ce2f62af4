// A phone in the set-up network looks for the internet, and finds the page.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake/rig.h"
#include "util/err.h"
#include "web/web.h"

#define PAGE "http://192.168.71.1/"

typedef struct {
    cc_rig_t rig;
    cc_net_t net;
    cc_counters_t counters;
    cc_web_t *web;
    cc_http_response_t response;
} house_t;

static const char *guest_page(void *ctx, const char *peer)
{
    (void)ctx;
    return strncmp(peer, "192.168.71.", 11) == 0 ? PAGE : NULL;
}

static void move_in(house_t *house)
{
    memset(house, 0, sizeof *house);
    cc_rig_init(&house->rig);
    assert_int_equal(cc_rig_open(&house->rig), CC_OK);
    house->net.guest_page = guest_page;
    const cc_web_config_t config = {
        .task = &house->rig.task,
        .clock = &house->rig.clock,
        .crypto = &house->rig.crypto,
        .net = &house->net,
        .settings = house->rig.settings,
        .counters = &house->counters,
        .log = &house->rig.log,
        .version = "0",
    };
    assert_int_equal(cc_web_new(&config, &house->web), CC_OK);
}

static void move_out(house_t *house)
{
    cc_web_free(house->web);
    cc_rig_deinit(&house->rig);
}

static const char *header(void *ctx, const char *name)
{
    return strcmp(name, "Host") == 0 ? ctx : NULL;
}

// Asks; returns the status.
static int ask(house_t *house, cc_http_method_t method, const char *peer, const char *host,
               const char *target)
{
    const cc_http_request_t request = {
        .method = method,
        .method_name = "?",
        .target = target,
        .peer = peer,
        .ctx = (void *)(uintptr_t)host,
        .header = header,
    };
    if (house->response.release)
        house->response.release(house->response.owner);
    house->response = (cc_http_response_t){0};
    assert_int_equal(cc_web_handle(house->web, &request, &house->response), CC_OK);
    return house->response.status;
}

static const char *location(const house_t *house)
{
    for (size_t i = 0; i < house->response.n_headers; i++)
        if (strcmp(house->response.headers[i].name, "Location") == 0)
            return house->response.headers[i].value;
    return "";
}

static void every_phone_finds_the_page(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        const char *target;
    } probes[] = {
        {"connectivitycheck.gstatic.com", "/generate_204"},
        {"clients3.google.com", "/gen_204"},
        {"captive.apple.com", "/hotspot-detect.html"},
        {"www.apple.com", "/library/test/success.html"},
        {"www.msftconnecttest.com", "/connecttest.txt"},
        {"www.msftconnecttest.com", "/redirect"},
        {"www.msftncsi.com", "/ncsi.txt"},
        {"detectportal.firefox.com", "/success.txt?ipv4"},
        {"connectivity-check.ubuntu.com:80", "/"},
        {"nmcheck.gnome.org", "/check_network_status.txt"},
        {"spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub.html?%00%ff"},
    };
    house_t house;
    move_in(&house);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        assert_int_equal(ask(&house, CC_HTTP_GET, "192.168.71.2", probes[i].host, probes[i].target),
                         302);
        assert_string_equal(location(&house), PAGE);
    }
    assert_int_equal(ask(&house, CC_HTTP_HEAD, "192.168.71.2", "example.org", "/"), 302);
    move_out(&house);
}

static void the_page_itself_is_the_page(void **state)
{
    (void)state;
    static const char *const hosts[] = {"192.168.71.1", "192.168.71.1:80", "prusa-esp32cam.local",
                                        "prusa-esp32cam"};
    house_t house;
    move_in(&house);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        assert_int_equal(ask(&house, CC_HTTP_GET, "192.168.71.2", hosts[i], "/"), 200);
    assert_int_equal(ask(&house, CC_HTTP_GET, "192.168.71.2", NULL, "/"), 200);
    if (house.response.release)
        house.response.release(house.response.owner);
    move_out(&house);
}

static void nobody_else_is_led_anywhere(void **state)
{
    (void)state;
    house_t house;
    move_in(&house);
    // a name from outside that leads here (DNS rebinding) is still refused
    assert_int_equal(ask(&house, CC_HTTP_GET, "192.168.1.7", "evil.example", "/"), 403);
    // a change is never redirected
    assert_int_equal(ask(&house, CC_HTTP_POST, "192.168.71.2", "evil.example", "/api/v1/reboot"),
                     403);
    house.net.guest_page = NULL;
    assert_int_equal(ask(&house, CC_HTTP_GET, "192.168.71.2", "evil.example", "/"), 403);
    if (house.response.release)
        house.response.release(house.response.owner);
    move_out(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_phone_finds_the_page),
        cmocka_unit_test(the_page_itself_is_the_page),
        cmocka_unit_test(nobody_else_is_led_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
