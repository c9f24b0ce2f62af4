// Freenove ESP32-S3-WROOM CAM. Its RGB LED on 48 is not used.
#pragma once

#include "board.h"

// sdkconfig: CONFIG_ESPTOOLPY_FLASHSIZE_8MB=y
// sdkconfig: CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions-8mb.csv"
static const cc_board_t cc_board = {
    .name = "freenove-s3",
    .title = "Freenove ESP32-S3-WROOM CAM",
    .chip = "esp32s3",
    .flash_mb = 8,
    .psram_mb = 8,
    .has_camera = true,
    .camera =
        {
            .power_down = CC_PIN_NONE,
            .reset = CC_PIN_NONE,
            .xclk = 15,
            .sda = 4,
            .scl = 5,
            .d = {11, 9, 8, 10, 12, 18, 17, 16},
            .vsync = 6,
            .href = 7,
            .pclk = 13,
        },
    .has_wifi = true,
    .light = {.pin = 14},
    .led = {.pin = 2},
    .has_card = true,
    .card = {.clk = 39, .cmd = 38, .d0 = 40},
    .ethernet = {.kind = CC_ETHERNET_NONE},
    .reset_pin = 21,
};
