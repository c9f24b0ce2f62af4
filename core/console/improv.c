#include "console/improv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/ssid.h"
#include "util/err.h"
#include "util/text.h"

#define MAGIC "IMPROV\x01" // and the version

enum {
    MAGIC_LEN = 7,
    TYPE_AT = 7,
    LEN_AT = 8,
    DATA_AT = 9,
    COMMAND_HEAD = 2, // a command's number and its length
    NETWORKS_MAX = 20,
    SSID_MAX = 32,
    PASSWORD_MAX = 64,
};

typedef enum {
    TYPE_STATE = 1,
    TYPE_FAULT = 2,
    TYPE_COMMAND = 3,
    TYPE_RESULT = 4,
} type_t;

typedef enum {
    STATE_READY = 2,
    STATE_PROVISIONING = 3,
    STATE_PROVISIONED = 4,
} state_t;

typedef enum {
    FAULT_NONE = 0,
    FAULT_INVALID = 1,
    FAULT_UNKNOWN_COMMAND = 2,
    FAULT_UNABLE_TO_CONNECT = 3,
} fault_t;

typedef enum {
    COMMAND_WIFI = 1,
    COMMAND_STATE = 2,
    COMMAND_INFO = 3,
    COMMAND_SCAN = 4,
} command_t;

static uint8_t sum(const uint8_t *bytes, size_t len)
{
    unsigned total = 0;
    for (size_t i = 0; i < len; i++)
        total += bytes[i];
    return (uint8_t)total;
}

// --- What is said

static void say(cc_improv_t *improv, type_t type, const uint8_t *data, size_t len)
{
    uint8_t packet[CC_IMPROV_PACKET_MAX];
    memcpy(packet, MAGIC, MAGIC_LEN);
    packet[TYPE_AT] = (uint8_t)type;
    packet[LEN_AT] = (uint8_t)len;
    memcpy(packet + DATA_AT, data, len);
    packet[DATA_AT + len] = sum(packet, DATA_AT + len);
    improv->config.write(improv->config.write_ctx, packet, DATA_AT + len + 1);
}

static void say_state(cc_improv_t *improv, state_t state)
{
    uint8_t data = (uint8_t)state;
    say(improv, TYPE_STATE, &data, 1);
}

static void say_fault(cc_improv_t *improv, fault_t fault)
{
    uint8_t data = (uint8_t)fault;
    say(improv, TYPE_FAULT, &data, 1);
}

// Texts that do not fit any more are left out.
static void say_result(cc_improv_t *improv, command_t command, const char *const *texts, size_t n)
{
    uint8_t data[255];
    size_t len = COMMAND_HEAD;
    for (size_t i = 0; i < n; i++) {
        size_t text_len = strlen(texts[i]);
        if (len + 1 + text_len > sizeof data)
            break;
        data[len++] = (uint8_t)text_len;
        memcpy(data + len, texts[i], text_len);
        len += text_len;
    }
    data[0] = (uint8_t)command;
    data[1] = (uint8_t)(len - COMMAND_HEAD);
    say(improv, TYPE_RESULT, data, len);
}

static void say_where_the_page_is(cc_improv_t *improv, command_t command, const cc_net_info_t *info)
{
    char url[32];
    const char *const texts[] = {url};
    snprintf(url, sizeof url, "http://%s/", info->ipv4);
    say_result(improv, command, texts, *info->ipv4 ? 1 : 0);
}

// --- What is asked

static void do_state(cc_improv_t *improv)
{
    cc_net_info_t info = {0};
    improv->config.net->info(improv->config.net->ctx, &info);
    if (improv->join_ms) {
        say_state(improv, STATE_PROVISIONING);
    } else if (info.up) {
        say_state(improv, STATE_PROVISIONED);
        say_where_the_page_is(improv, COMMAND_STATE, &info);
    } else {
        say_state(improv, STATE_READY);
    }
}

static void do_info(cc_improv_t *improv)
{
    cc_net_info_t info = {0};
    improv->config.net->info(improv->config.net->ctx, &info);
    const char *const texts[] = {"connectcam", improv->config.version, improv->config.board,
                                 info.hostname};
    say_result(improv, COMMAND_INFO, texts, sizeof texts / sizeof texts[0]);
}

// One result a network, and an empty one behind the last.
static void do_scan(cc_improv_t *improv)
{
    const cc_net_t *net = improv->config.net;
    cc_wifi_network_t *networks = calloc(NETWORKS_MAX, sizeof *networks);
    int n = networks && net->scan ? net->scan(net->ctx, networks, NETWORKS_MAX) : 0;
    for (int i = 0; i < n; i++) {
        char signal[8];
        const char *const texts[] = {networks[i].ssid, signal, networks[i].secured ? "YES" : "NO"};
        snprintf(signal, sizeof signal, "%d", networks[i].rssi_dbm);
        say_result(improv, COMMAND_SCAN, texts, sizeof texts / sizeof texts[0]);
    }
    free(networks);
    say_result(improv, COMMAND_SCAN, NULL, 0);
}

// The bytes behind their length; false: they go beyond the end.
static bool take(const uint8_t **at, const uint8_t *end, size_t max, const uint8_t **bytes,
                 size_t *len)
{
    if (*at == end || **at > max || (size_t)(end - *at - 1) < **at)
        return false;
    *len = **at;
    *bytes = *at + 1;
    *at += 1 + *len;
    return true;
}

static bool store(cc_improv_t *improv, const char *password)
{
    cc_draft_t *draft = cc_draft_new(improv->config.settings);
    if (!draft)
        return false;
    cc_draft_set_text(draft, "network.wifi_ssid", improv->ssid);
    cc_draft_set_text(draft, "network.wifi_password", password);
    int err = cc_draft_commit(draft);
    cc_draft_free(draft);
    return err == CC_OK;
}

static void do_wifi(cc_improv_t *improv, const uint8_t *data, size_t len)
{
    const uint8_t *end = data + len;
    const uint8_t *ssid;
    const uint8_t *secret;
    size_t ssid_len;
    size_t secret_len;
    if (!take(&data, end, SSID_MAX, &ssid, &ssid_len) || ssid_len == 0 ||
        !take(&data, end, PASSWORD_MAX, &secret, &secret_len) || data != end ||
        memchr(secret, '\0', secret_len)) {
        say_fault(improv, FAULT_INVALID);
        return;
    }
    char password[PASSWORD_MAX + 1];
    memcpy(password, secret, secret_len);
    password[secret_len] = '\0';
    cc_ssid_text(ssid, ssid_len, improv->ssid);
    bool stored = store(improv, password);
    cc_text_wipe(password, sizeof password);
    if (!stored) {
        say_fault(improv, FAULT_UNABLE_TO_CONNECT);
        return;
    }
    say_fault(improv, FAULT_NONE);
    improv->join_ms = cc_clock_now(improv->config.clock);
    say_state(improv, STATE_PROVISIONING);
}

static void do_packet(cc_improv_t *improv)
{
    const uint8_t *data = improv->packet + DATA_AT;
    size_t len = improv->packet[LEN_AT];
    if (improv->packet[TYPE_AT] != TYPE_COMMAND)
        return; // another device's words
    if (sum(improv->packet, DATA_AT + len) != improv->packet[DATA_AT + len] || len < COMMAND_HEAD ||
        data[1] != len - COMMAND_HEAD) {
        say_fault(improv, FAULT_INVALID);
        return;
    }
    switch (data[0]) {
    case COMMAND_WIFI:
        do_wifi(improv, data + COMMAND_HEAD, len - COMMAND_HEAD);
        break;
    case COMMAND_STATE:
        do_state(improv);
        break;
    case COMMAND_INFO:
        do_info(improv);
        break;
    case COMMAND_SCAN:
        do_scan(improv);
        break;
    default:
        say_fault(improv, FAULT_UNKNOWN_COMMAND);
    }
}

// --- Bytes

void cc_improv_init(cc_improv_t *improv, const cc_improv_config_t *config)
{
    *improv = (cc_improv_t){.config = *config};
}

bool cc_improv_has_begun(const cc_improv_t *improv)
{
    return improv->len > 0;
}

bool cc_improv_is_busy(const cc_improv_t *improv)
{
    return improv->join_ms != 0;
}

size_t cc_improv_rest(cc_improv_t *improv, char typed[CC_IMPROV_PACKET_MAX])
{
    size_t n = improv->len;
    // A whole head is no accident, and what stood behind it may have been a password.
    if (n > MAGIC_LEN)
        n = 0;
    memcpy(typed, improv->packet, n);
    cc_text_wipe(improv->packet, sizeof improv->packet);
    improv->len = 0;
    return n;
}

size_t cc_improv_feed(cc_improv_t *improv, uint8_t byte, char typed[CC_IMPROV_PACKET_MAX])
{
    bool ended = improv->ended;
    improv->ended = false;
    if (ended && byte == '\n')
        return 0;
    size_t n = 0;
    if (improv->len < MAGIC_LEN && byte != (uint8_t)MAGIC[improv->len]) {
        n = cc_improv_rest(improv, typed);
        if (byte != (uint8_t)MAGIC[0]) {
            typed[n++] = (char)byte;
            return n;
        }
    }
    improv->packet[improv->len++] = byte;
    if (improv->len <= LEN_AT || improv->len <= DATA_AT + (size_t)improv->packet[LEN_AT])
        return n;
    do_packet(improv);
    cc_text_wipe(improv->packet, sizeof improv->packet); // it may have had a password
    improv->len = 0;
    improv->ended = true;
    return n;
}

void cc_improv_tick(cc_improv_t *improv)
{
    cc_net_info_t info = {0};
    if (!improv->join_ms)
        return;
    improv->config.net->info(improv->config.net->ctx, &info);
    if (info.up && info.wifi && strcmp(info.ssid, improv->ssid) == 0) {
        improv->join_ms = 0;
        say_state(improv, STATE_PROVISIONED);
        say_where_the_page_is(improv, COMMAND_WIFI, &info);
    } else if (cc_clock_now(improv->config.clock) - improv->join_ms >= CC_IMPROV_JOIN_MS) {
        improv->join_ms = 0;
        say_state(improv, STATE_READY);
        say_fault(improv, FAULT_UNABLE_TO_CONNECT);
    }
}
