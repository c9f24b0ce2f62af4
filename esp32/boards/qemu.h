// Espressif's emulator: no sensor, pictures from flash, Ethernet of its own kind.
// What else it needs of ESP-IDF is in sdkconfig.qemu.
#pragma once

#include "board.h"

static const cc_board_t cc_board = {
    .name = "qemu",
    .title = "Emulator",
    .chip = "esp32",
    .flash_mb = 4,
    .psram_mb = 4,
    .has_camera = false,
    .has_wifi = false,
    .light = {.pin = CC_PIN_NONE},
    .led = {.pin = CC_PIN_NONE},
    .has_card = false,
    .ethernet = {.kind = CC_ETHERNET_OPENETH},
    .reset_pin = CC_PIN_NONE,
};
