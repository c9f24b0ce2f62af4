// A browser's flasher hands over the Wi-Fi on the line that people type on, too.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/improv.h"
#include "fake/rig.h"
#include "util/err.h"

enum {
    STATE = 1,
    FAULT = 2,
    COMMAND = 3,
    RESULT = 4,
};

typedef struct {
    cc_rig_t rig;
    cc_net_t net;
    cc_net_info_t info;
    bool no_scan;
    cc_improv_t improv;
    uint8_t said[16][CC_IMPROV_PACKET_MAX];
    size_t n_said;
    char typed[1024];
    size_t n_typed;
} scene_t;

static scene_t scene;

static void tell_info(void *ctx, cc_net_info_t *info)
{
    (void)ctx;
    *info = scene.info;
}

static int scan(void *ctx, cc_wifi_network_t *networks, size_t max)
{
    (void)ctx;
    assert_true(max >= 2);
    networks[0] = (cc_wifi_network_t){.ssid = "Workshop", .rssi_dbm = -41, .secured = true};
    networks[1] = (cc_wifi_network_t){.ssid = "Café", .rssi_dbm = -80};
    return 2;
}

static void hear(void *ctx, const uint8_t *packet, size_t len)
{
    (void)ctx;
    assert_true(scene.n_said < 16);
    assert_memory_equal(packet, "IMPROV\x01", 7);
    assert_int_equal(len, 10u + packet[8]);
    unsigned total = 0;
    for (size_t i = 0; i + 1 < len; i++)
        total += packet[i];
    assert_int_equal(packet[len - 1], total & 0xff);
    memcpy(scene.said[scene.n_said++], packet, len);
}

static int set_up(void **state)
{
    (void)state;
    memset(&scene, 0, sizeof scene);
    cc_rig_init(&scene.rig);
    assert_int_equal(cc_rig_open(&scene.rig), CC_OK);
    scene.net = (cc_net_t){.info = tell_info, .scan = scan};
    strcpy(scene.info.hostname, "prusa-esp32cam");
    const cc_improv_config_t config = {
        .clock = &scene.rig.clock,
        .net = &scene.net,
        .settings = scene.rig.settings,
        .version = "1.2.3",
        .board = "AI Thinker ESP32-CAM",
        .write = hear,
    };
    cc_improv_init(&scene.improv, &config);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cc_rig_deinit(&scene.rig);
    return 0;
}

static void feed(const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    char typed[CC_IMPROV_PACKET_MAX];
    for (size_t i = 0; i < len; i++) {
        size_t n = cc_improv_feed(&scene.improv, at[i], typed);
        assert_true(scene.n_typed + n < sizeof scene.typed);
        memcpy(scene.typed + scene.n_typed, typed, n);
        scene.n_typed += n;
    }
}

// As browsers send it, with a line end behind it.
static void ask(uint8_t command, const char *data, size_t len)
{
    uint8_t packet[CC_IMPROV_PACKET_MAX + 1] = "IMPROV\x01";
    unsigned total = 0;
    packet[7] = COMMAND;
    packet[8] = (uint8_t)(len + 2);
    packet[9] = command;
    packet[10] = (uint8_t)len;
    memcpy(packet + 11, data, len);
    for (size_t i = 0; i < 11 + len; i++)
        total += packet[i];
    packet[11 + len] = (uint8_t)total;
    packet[12 + len] = '\n';
    feed(packet, 13 + len);
}

static void said_byte(size_t i, uint8_t type, uint8_t value)
{
    assert_true(i < scene.n_said);
    assert_int_equal(scene.said[i][7], type);
    assert_int_equal(scene.said[i][8], 1);
    assert_int_equal(scene.said[i][9], value);
}

static void said_texts(size_t i, uint8_t command, const char *bytes, size_t len)
{
    assert_true(i < scene.n_said);
    assert_int_equal(scene.said[i][7], RESULT);
    assert_int_equal(scene.said[i][8], len + 2);
    assert_int_equal(scene.said[i][9], command);
    assert_int_equal(scene.said[i][10], len);
    assert_memory_equal(scene.said[i] + 11, bytes, len);
}

#define WIFI     "\x08Workshop\x0ahammertime"
#define WIFI_LEN (sizeof WIFI - 1)
#define URL      "\x14http://192.168.1.50/"

static void connect_to(const char *ssid)
{
    scene.info.up = scene.info.wifi = true;
    strcpy(scene.info.ssid, ssid);
    strcpy(scene.info.ipv4, "192.168.1.50");
}

static void a_new_camera_is_ready_and_says_what_it_is(void **state)
{
    (void)state;
    ask(2, "", 0);
    said_byte(0, STATE, 2);
    ask(3, "", 0);
    static const char texts[] = "\x0a"
                                "connectcam"
                                "\x05"
                                "1.2.3"
                                "\x14"
                                "AI Thinker ESP32-CAM"
                                "\x0e"
                                "prusa-esp32cam";
    said_texts(1, 3, texts, sizeof texts - 1);
    assert_int_equal(scene.n_said, 2);
    assert_int_equal(scene.n_typed, 0);
}

static void one_that_is_connected_says_where_its_page_is(void **state)
{
    (void)state;
    connect_to("Workshop");
    ask(2, "", 0);
    said_byte(0, STATE, 4);
    said_texts(1, 2, URL, sizeof URL - 1);
}

static void networks_are_listed_with_an_empty_one_last(void **state)
{
    (void)state;
    ask(4, "", 0);
    assert_int_equal(scene.n_said, 3);
    said_texts(0, 4, "\x08Workshop\x03-41\x03YES", 17);
    said_texts(1, 4,
               "\x05"
               "Caf\xc3\xa9"
               "\x03-80\x02NO",
               13);
    said_texts(2, 4, "", 0);
}

static void a_camera_without_wifi_lists_none(void **state)
{
    (void)state;
    scene.net.scan = NULL;
    ask(4, "", 0);
    assert_int_equal(scene.n_said, 1);
    said_texts(0, 4, "", 0);
}

static void the_network_is_kept_and_the_page_named_once_it_is_joined(void **state)
{
    (void)state;
    ask(1, WIFI, WIFI_LEN);
    said_byte(0, FAULT, 0);
    said_byte(1, STATE, 3);
    assert_string_equal(cc_rig_value(&scene.rig, CC_SETTING_NETWORK_WIFI_SSID), "Workshop");
    assert_true(cc_improv_is_busy(&scene.improv));
    cc_improv_tick(&scene.improv);
    assert_int_equal(scene.n_said, 2);
    connect_to("the one before"); // not yet
    cc_improv_tick(&scene.improv);
    assert_int_equal(scene.n_said, 2);
    connect_to("Workshop");
    cc_improv_tick(&scene.improv);
    said_byte(2, STATE, 4);
    said_texts(3, 1, URL, sizeof URL - 1);
    assert_false(cc_improv_is_busy(&scene.improv));
    cc_improv_tick(&scene.improv);
    assert_int_equal(scene.n_said, 4);
}

static void a_network_out_of_reach_is_said_before_the_browser_gives_up(void **state)
{
    (void)state;
    ask(1, WIFI, WIFI_LEN);
    cc_fake_clock_advance(&scene.rig.fake_clock, CC_IMPROV_JOIN_MS - 1);
    cc_improv_tick(&scene.improv);
    assert_int_equal(scene.n_said, 2);
    cc_fake_clock_advance(&scene.rig.fake_clock, 1);
    cc_improv_tick(&scene.improv);
    said_byte(2, STATE, 2);
    said_byte(3, FAULT, 3);
    assert_false(cc_improv_is_busy(&scene.improv));
}

static void a_password_that_is_none_is_refused(void **state)
{
    (void)state;
    ask(1, "\x08Workshop\x03key", 13);
    assert_int_equal(scene.n_said, 1);
    said_byte(0, FAULT, 3);
    assert_string_equal(cc_rig_value(&scene.rig, CC_SETTING_NETWORK_WIFI_SSID), "");
    assert_false(cc_improv_is_busy(&scene.improv));
}

static void texts_that_go_beyond_the_packet_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *data;
        size_t len;
    } wrong[] = {{"", 0},
                 {"\x00\x00", 2},
                 {"\x08Work", 5},
                 {"\x04Work", 5},
                 {"\x04Work\x08key", 9},
                 {"\x04Work\x00more", 10},
                 {"\xff", 1},
                 {"\x04Work\x09one\0two22", 15}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ask(1, wrong[i].data, wrong[i].len);
        assert_int_equal(scene.n_said, i + 1);
        said_byte(i, FAULT, 1);
    }
}

static void damage_is_said(void **state)
{
    (void)state;
    feed("IMPROV\x01\x03\x02\x02\x00\x00", 12); // its sum is not 0
    said_byte(0, FAULT, 1);
    ask(9, "", 0);
    said_byte(1, FAULT, 2);
    feed("IMPROV\x01\x01\x01\x02\xe2", 11); // a device's words are nobody's question
    assert_int_equal(scene.n_said, 2);
}

static void what_people_type_passes(void **state)
{
    (void)state;
    feed("status\nIMPROVE IIMP", 19);
    scene.n_typed += cc_improv_rest(&scene.improv, scene.typed + scene.n_typed);
    assert_string_equal(scene.typed, "status\nIMPROVE IIMP");
    assert_int_equal(scene.n_said, 0);
}

static void a_packet_behind_a_half_one_is_understood(void **state)
{
    (void)state;
    feed("IMP", 3);
    ask(2, "", 0);
    assert_string_equal(scene.typed, "IMP");
    said_byte(0, STATE, 2);
    feed("\n", 1);
    assert_string_equal(scene.typed, "IMP\n"); // only one line end is the packet's
}

static void half_a_packet_gives_no_password_away(void **state)
{
    (void)state;
    feed("IMPROV\x01\x03\x20\x01\x1e\x08Workshop\x0ahammer", 26);
    assert_true(cc_improv_has_begun(&scene.improv));
    assert_int_equal(cc_improv_rest(&scene.improv, scene.typed), 0);
    for (size_t i = 0; i < sizeof scene.improv.packet; i++)
        assert_int_equal(scene.improv.packet[i], 0);
    ask(2, "", 0);
    said_byte(0, STATE, 2);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_new_camera_is_ready_and_says_what_it_is),
        T(one_that_is_connected_says_where_its_page_is),
        T(networks_are_listed_with_an_empty_one_last),
        T(a_camera_without_wifi_lists_none),
        T(the_network_is_kept_and_the_page_named_once_it_is_joined),
        T(a_network_out_of_reach_is_said_before_the_browser_gives_up),
        T(a_password_that_is_none_is_refused),
        T(texts_that_go_beyond_the_packet_are_refused),
        T(damage_is_said),
        T(what_people_type_passes),
        T(a_packet_behind_a_half_one_is_understood),
        T(half_a_packet_gives_no_password_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
