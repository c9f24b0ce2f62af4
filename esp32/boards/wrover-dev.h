// Freenove ESP32-WROVER CAM and other WROVER boards with the same camera socket.
//
// GPIO12 chooses the flash's voltage at reset: GND is fine, 3.3 V never.
#pragma once

#include "board.h"

static const cc_board_t cc_board = {
    .name = "wrover-dev",
    .title = "Freenove ESP32-WROVER CAM",
    .chip = "esp32",
    .flash_mb = 4,
    .psram_mb = 4,
    .has_camera = true,
    .camera =
        {
            .power_down = CC_PIN_NONE,
            .reset = CC_PIN_NONE,
            .xclk = 21,
            .sda = 26,
            .scl = 27,
            .d = {4, 5, 18, 19, 36, 39, 34, 35},
            .vsync = 25,
            .href = 23,
            .pclk = 22,
        },
    .has_wifi = true,
    .light = {.pin = 14},
    .led = {.pin = 2},
    .has_card = false,
    .ethernet = {.kind = CC_ETHERNET_NONE},
    .reset_pin = 12,
};
