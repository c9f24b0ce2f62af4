// The network on ESP32: Wi-Fi, the set-up network, Ethernet, names and time, as the settings want
// them. It carries out what core/network decides, on a thread of its own.
//
//     cc_esp32_net_t *net;
//     cc_esp32_net_open(&config, &net);       // before Ethernet is opened
//     cc_esp32_ethernet_open(…);              // where the board has it
//     cc_esp32_net_start(net);                // after the modules that hear of it are made
//
// Wi-Fi that is lost comes back by itself, with pauses of 1 s to 60 s, and nothing is restarted for
// it but, seldom, the radio's own driver. Whether Connect answers plays no part in it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net/access_point.h"
#include "port/clock.h"
#include "port/crypto.h"
#include "port/net.h"
#include "port/task.h"
#include "settings/settings.h"
#include "status/log.h"

typedef struct cc_esp32_net cc_esp32_net_t;

typedef struct {
    const cc_task_t *task;
    const cc_clock_t *clock;
    const cc_crypto_t *crypto;
    cc_settings_t *settings;
    cc_log_t *log;
    bool has_wifi;
    bool has_ethernet;
    uint16_t port; // the page's
    // There is a network now, or none any more. Called on the network's thread; may be NULL.
    void (*on_change)(void *ctx, bool up);
    void *on_change_ctx;
} cc_esp32_net_config_t;

// What the status LED and the console show.
typedef struct {
    bool up;           // has an address that others can reach
    bool joining;      // a network is chosen and not there
    bool access_point; // the set-up network is on
    bool trouble;      // people have to do something; info().reason tells what
} cc_esp32_net_state_t;

// esp_netif, the event loop, and the radio where there is one. Errors: CC_ERR_MEMORY, CC_ERR_IO.
int cc_esp32_net_open(const cc_esp32_net_config_t *config, cc_esp32_net_t **net);
int cc_esp32_net_start(cc_esp32_net_t *net);

cc_net_t cc_esp32_net_port(cc_esp32_net_t *net);

// Any thread.
void cc_esp32_net_state(cc_esp32_net_t *net, cc_esp32_net_state_t *state);
// How one gets into the set-up network; for the serial line, never for the log. false: no Wi-Fi.
bool cc_esp32_net_way_in(cc_esp32_net_t *net, cc_access_point_way_in_t *way_in);
