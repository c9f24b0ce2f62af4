// The name server of the set-up network, on its interface only. It runs in the TCP/IP thread and
// has neither a task nor a socket: a query is looked at and answered where it arrives.
#pragma once

#include <esp_netif.h>

// The interface is up. Errors: CC_ERR_MEMORY.
int cc_esp32_captive_start(esp_netif_t *access_point);
void cc_esp32_captive_stop(void);
