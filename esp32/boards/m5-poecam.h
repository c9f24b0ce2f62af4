// M5Stack PoE CAM: Ethernet by a W5500, and Wi-Fi.
//
// Of its 8 MB of PSRAM an ESP32 can address 4. The button on GPIO37 has its own pull-up; the pin
// has none inside.
#pragma once

#include "board.h"

// sdkconfig: CONFIG_ESPTOOLPY_FLASHSIZE_16MB=y
// sdkconfig: CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions-8mb.csv"
// sdkconfig: CONFIG_ETH_SPI_ETHERNET_W5500=y
static const cc_board_t cc_board = {
    .name = "m5-poecam",
    .title = "M5Stack PoE CAM",
    .chip = "esp32",
    .flash_mb = 16,
    .psram_mb = 4,
    .has_camera = true,
    .camera =
        {
            .power_down = CC_PIN_NONE,
            .reset = 15,
            .xclk = 27,
            .sda = 14,
            .scl = 12,
            .d = {32, 35, 34, 5, 39, 18, 36, 19},
            .vsync = 22,
            .href = 26,
            .pclk = 21,
        },
    .has_wifi = true,
    .light = {.pin = 25},
    .led = {.pin = 0},
    .has_card = false,
    .ethernet =
        {
            .kind = CC_ETHERNET_W5500,
            .cs = 4,
            .sck = 23,
            .miso = 38,
            .mosi = 13,
            .interrupt = CC_PIN_NONE,
        },
    .reset_pin = 37,
};
