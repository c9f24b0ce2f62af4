// The camera's own Wi-Fi, for set-up: 192.168.71.0/24, WPA2. When it is on is decided in
// core/network/access_point; only net.c calls this.
#pragma once

#include "network/access_point.h"
#include "port/crypto.h"

// How one gets into it.
typedef struct {
    char name[CC_ACCESS_POINT_NAME_MAX];
    char passphrase[CC_ACCESS_POINT_PASSPHRASE_MAX];
} cc_access_point_way_in_t;

// The name from the MAC, and the passphrase that was made at the first start and is kept in NVS.
// Without room in NVS it is another one at each start, and CC_ERR_DISK_FULL says so.
int cc_esp32_access_point_way_in(const cc_crypto_t *crypto, cc_access_point_way_in_t *way_in);

// Between start and stop the radio does both: joining goes on. esp_wifi is initialised. Errors:
// CC_ERR_MEMORY, CC_ERR_IO.
int cc_esp32_access_point_start(const cc_access_point_way_in_t *way_in);
void cc_esp32_access_point_stop(void);

// Stations connected to it now.
unsigned cc_esp32_access_point_guests(void);
