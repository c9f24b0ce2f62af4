// Improv over serial, version 1 (https://www.improv-wifi.com/serial/): how a browser that has just
// written the firmware hands over the Wi-Fi network and learns where the page is.
//
// Its packets come on the line that people type on. Bytes are looked at one by one; what turns out
// to be no packet is given back for the console:
//
//     cc_improv_init(&improv, &config);
//     for each byte that comes
//         n = cc_improv_feed(&improv, byte, typed);   // typed[0..n) is for the console
//     cc_improv_tick(&improv);                        // now and then while it is busy
//
// A packet that was begun and not ended would keep what is typed: after a silence of
// CC_IMPROV_SILENCE_MS cc_improv_rest() gives it back.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/clock.h"
#include "port/net.h"
#include "settings/settings.h"

enum {
    CC_IMPROV_PACKET_MAX = 9 + 255 + 1, // header, version, type, length; data; checksum
    CC_IMPROV_SILENCE_MS = 500,
    // Until a network counts as out of reach. Browsers give up after 30 s and want to be told
    // before.
    CC_IMPROV_JOIN_MS = 25 * 1000,
};

typedef struct {
    const cc_clock_t *clock;
    const cc_net_t *net;
    cc_settings_t *settings;
    const char *version; // of the firmware
    const char *board;   // for people
    // A whole packet for the line, to stand on a line of its own.
    void (*write)(void *ctx, const uint8_t *packet, size_t len);
    void *write_ctx;
} cc_improv_config_t;

typedef struct {
    cc_improv_config_t config;
    uint8_t packet[CC_IMPROV_PACKET_MAX]; // as far as it came
    size_t len;
    bool ended;       // a packet ended just now; the line end behind it is not typed either
    uint64_t join_ms; // since when the network is being joined; 0: it is not
    char ssid[129];   // which, as cc_net_info_t shows it
} cc_improv_t;

// `config` and what it points to stay the caller's; copied. One thread for all of these.
void cc_improv_init(cc_improv_t *improv, const cc_improv_config_t *config);

// One more byte. Returns how many bytes stand in `typed` that belong to no packet; they are as old
// as this one or older. A packet is answered from inside; a search for networks takes seconds.
size_t cc_improv_feed(cc_improv_t *improv, uint8_t byte, char typed[CC_IMPROV_PACKET_MAX]);

// What was begun like a packet and was none.
size_t cc_improv_rest(cc_improv_t *improv, char typed[CC_IMPROV_PACKET_MAX]);

// A packet was begun: cc_improv_rest wants to be called after a silence.
bool cc_improv_has_begun(const cc_improv_t *improv);

// A network is being joined: cc_improv_tick wants to be called, several times a second.
bool cc_improv_is_busy(const cc_improv_t *improv);
void cc_improv_tick(cc_improv_t *improv);
