// Ethernet: the emulator's open_eth, or a W5500 on SPI, as the board says.
//
//     esp_netif_t *netif;
//     int err = cc_esp32_ethernet_open(&cc_board.ethernet, &netif);
//
// esp_netif_init and the default event loop come before. Link and addresses are ESP-IDF's events
// (ETH_EVENT, IP_EVENT_ETH_GOT_IP), which net.c hears; DHCP runs unless net.c stops it for a fixed
// address. What this board's sdkconfig leaves out is not there: CC_ERR_UNSUPPORTED.
#pragma once

#include <esp_netif.h>

#include "board.h"

// Starts it. *netif is ours for good: firmware never ends. Errors: CC_ERR_UNSUPPORTED (no Ethernet
// here), CC_ERR_NOT_FOUND (the chip does not answer), CC_ERR_MEMORY, CC_ERR_IO.
int cc_esp32_ethernet_open(const cc_board_ethernet_t *ethernet, esp_netif_t **netif);
