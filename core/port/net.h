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
} cc_net_t;
