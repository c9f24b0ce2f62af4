// The radio: what esp_wifi is told, and what it says. It decides nothing; net.c does, by
// core/network.
//
// One thread calls these functions. Events come from ESP-IDF's event task.
#pragma once

#include <esp_netif.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/plan.h"
#include "network/roam.h"
#include "port/net.h"

typedef enum {
    CC_WIFI_JOINED,
    CC_WIFI_ENDED, // a try or a connection; cause and rssi_dbm tell
} cc_wifi_event_kind_t;

typedef struct {
    cc_wifi_event_kind_t kind;
    cc_join_cause_t cause;
    int8_t rssi_dbm; // 0 unknown
} cc_wifi_event_t;

typedef struct {
    uint8_t ssid[32];
    size_t ssid_len;
    char password[64]; // "" open
} cc_wifi_target_t;

typedef struct {
    uint8_t bssid[6];
    uint8_t channel;
    int8_t rssi_dbm;
} cc_wifi_signal_t;

// Makes the station's interface and starts the driver. on_event: in the event task, must not block.
// Errors: CC_ERR_MEMORY, CC_ERR_IO.
int cc_esp32_wifi_start(void (*on_event)(void *ctx, const cc_wifi_event_t *event), void *ctx,
                        esp_netif_t **station);

// From the ground up; no other function may run meanwhile. The set-up network is off after it.
int cc_esp32_wifi_restart(void);

// Begins a try; it ends with an event. `only`: this access point, NULL: the strongest of the name.
int cc_esp32_wifi_join(const cc_wifi_target_t *target, const cc_roam_candidate_t *only);
// Ends a try or a connection; it may end with one more event.
void cc_esp32_wifi_leave(void);

// Of the access point that we are at; false: at none.
bool cc_esp32_wifi_signal(cc_wifi_signal_t *signal);

// Looks around for about 3 s, not while a try runs. Returns how many, or an error.
int cc_esp32_wifi_scan(cc_wifi_network_t *networks, size_t max);
// The same for those of one name. Returns how many.
int cc_esp32_wifi_look(const cc_wifi_target_t *target, cc_roam_candidate_t *found, size_t max);
