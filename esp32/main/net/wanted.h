// What the settings want of the network, and how an interface is told.
#pragma once

#include <esp_netif.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/wifi.h"
#include "network/address.h"
#include "network/ssid.h"
#include "settings/settings.h"

typedef struct {
    char hostname[64];
    cc_wifi_target_t target; // ssid_len 0: none is chosen
    char ssid[CC_SSID_TEXT_MAX];
    bool fixed; // address below
    cc_address_t address;
    uint32_t dns[2]; // 0: the network's
    char address_problem[160];
    cc_ap_t access_point;
} cc_wanted_t;

void cc_wanted_read(cc_settings_t *settings, cc_wanted_t *wanted);

// Which address: the fixed one, or the network's. Before the interface has a link, or while it has.
void cc_wanted_set_address(const cc_wanted_t *wanted, esp_netif_t *netif);

// The settings' name servers in the place of the network's. To be called again and again, because a
// renewed lease brings the network's back.
void cc_wanted_set_name_servers(const cc_wanted_t *wanted, esp_netif_t *netif);
