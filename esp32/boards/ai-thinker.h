// AI Thinker ESP32-CAM and its many copies: the board that most people have.
//
// The lamp on GPIO4 has no current limit and ages fast at full duty. It is the card's DATA1 too,
// which is why cards run in 1-bit mode everywhere. GPIO12 chooses the flash's voltage at reset:
// GND is fine, 3.3 V never. GPIO0 is the sensor's clock and the strap for flashing.
#pragma once

#include "board.h"

static const cc_board_t cc_board = {
    .name = "ai-thinker",
    .title = "AI Thinker ESP32-CAM",
    .chip = "esp32",
    .flash_mb = 4,
    .psram_mb = 4,
    .has_camera = true,
    .camera =
        {
            .power_down = 32,
            .reset = CC_PIN_NONE,
            .xclk = 0,
            .sda = 26,
            .scl = 27,
            .d = {5, 18, 19, 21, 36, 39, 34, 35},
            .vsync = 25,
            .href = 23,
            .pclk = 22,
        },
    .has_wifi = true,
    .light = {.pin = 4},
    .led = {.pin = 33, .low_is_on = true},
    .has_card = true,
    .card = {.clk = 14, .cmd = 15, .d0 = 2},
    .ethernet = {.kind = CC_ETHERNET_NONE},
    .reset_pin = 12,
};
