// What the network looks like from here, and the name this camera goes by in it. Any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    char hostname[64]; // without domain
    bool up;           // has an address that others can reach
    bool wifi;         // the way out is Wi-Fi
    char mac[18];      // "0a:bc:12:34:56:7f" of the interface that leads out; "" unknown
    char ipv4[16];     // "" none
    char ipv6[46];     // global or unique local, else ""
    char ssid[129];    // UTF-8; bytes that are none are shown as \xNN; "" not on Wi-Fi
    char bssid[18];    // "" unknown
    int8_t rssi_dbm;   // 0 unknown
    bool access_point; // this camera's own network, for set-up, is on
    char own_ssid[33]; // its name; "" it is off
    char reason[256];  // why there is no network, a sentence for people; "" nothing is wrong
} cc_net_info_t;

typedef struct {
    char ssid[129];
    char bssid[18];
    int8_t rssi_dbm;
    uint8_t channel;
    bool secured;
} cc_wifi_network_t;

typedef struct cc_net {
    void *ctx;
    void (*info)(void *ctx, cc_net_info_t *info);
    // Looks for Wi-Fi networks; strongest first. Returns how many. NULL: this camera has no Wi-Fi
    // of its own to set up.
    int (*scan)(void *ctx, cc_wifi_network_t *networks, size_t max);
    // For an address (cc_http_request_t.peer) in this camera's own network, the URL of the page
    // there: whoever asks from there looks for the internet and is to find the page. NULL: it is
    // from elsewhere. The function is NULL where there is never such a network.
    const char *(*guest_page)(void *ctx, const char *peer);
} cc_net_t;
