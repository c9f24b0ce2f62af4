// The camera's own Wi-Fi, for set-up: when it is on, and how one gets in. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings/settings.h"

#define CC_ACCESS_POINT_ADDRESS "192.168.71.1" // of the camera in it; its network is a /24
#define CC_ACCESS_POINT_URL     "http://192.168.71.1/"

enum {
    CC_ACCESS_POINT_NAME_MAX = 33,
    CC_ACCESS_POINT_PASSPHRASE_MAX = 11, // ten characters: 49 bits, typed in once
    CC_ACCESS_POINT_RANDOM = 32,         // bytes that make a passphrase
    // A network that is chosen has this long to be there before the set-up network is opened.
    CC_ACCESS_POINT_AFTER_MS = 45 * 1000,
    // And so long it stays when the network is there: the page in it tells the new address.
    CC_ACCESS_POINT_STAYS_MS = 3 * 60 * 1000,
    CC_ACCESS_POINT_LONELY_MS = 60 * 1000,          // it is not closed under a guest who just came
    CC_ACCESS_POINT_STAYS_LAST_MS = 15 * 60 * 1000, // nor kept by a phone that stays for ever
};

typedef struct {
    bool on;
    bool up;            // another network is there, Ethernet too
    uint64_t turned_ms; // when up became what it is
    uint64_t lonely_ms; // the last moment at which somebody was connected
} cc_access_point_t;

void cc_access_point_init(cc_access_point_t *access_point, uint64_t now_ms);

// What is the case now. chosen: there is a network to join. guests: stations connected to ours.
// Returns whether it is to be on, and takes it that it is.
bool cc_access_point_look(cc_access_point_t *access_point, cc_ap_t mode, bool chosen, bool up,
                          unsigned guests, uint64_t now_ms);

// "prusa-esp32cam-5F7A": the end of the MAC tells two cameras apart.
void cc_access_point_name(const uint8_t mac[6], char out[CC_ACCESS_POINT_NAME_MAX]);

// Letters and digits that are not mistaken for each other. CC_ERR_AGAIN: more random bytes, please.
int cc_access_point_passphrase(const uint8_t random[CC_ACCESS_POINT_RANDOM],
                               char out[CC_ACCESS_POINT_PASSPHRASE_MAX]);

// Whether this address, as text, is in the set-up network; IPv4 within IPv6 (::ffff:) counts.
bool cc_access_point_holds(const char *peer);
