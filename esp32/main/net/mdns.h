// Tells the network where the page is: NAME.local, and "_http._tcp". Where another device has the
// name already, ours becomes NAME-2, and so on; ESP-IDF's component sees to that.
#pragma once

#include <stdint.h>

#define CC_MDNS_NAME_MAX 64

// Begins, or goes on under another name. Errors: CC_ERR_MEMORY; the camera works without.
int cc_esp32_mdns_publish(const char *hostname, uint16_t port);

// The name that it goes by now; "" before it has one.
void cc_esp32_mdns_name(char out[CC_MDNS_NAME_MAX]);
