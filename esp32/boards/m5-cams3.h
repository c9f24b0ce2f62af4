// M5Stack Unit CamS3. No lamp. Its Grove socket is the USB of the chip, GPIO19 and 20.
#pragma once

#include "board.h"

// sdkconfig: CONFIG_ESPTOOLPY_FLASHSIZE_16MB=y
// sdkconfig: CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions-8mb.csv"
// sdkconfig: CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG=y
static const cc_board_t cc_board = {
    .name = "m5-cams3",
    .title = "M5Stack Unit CamS3",
    .chip = "esp32s3",
    .flash_mb = 16,
    .psram_mb = 8,
    .has_camera = true,
    .camera =
        {
            .power_down = CC_PIN_NONE,
            .reset = 21,
            .xclk = 11,
            .sda = 17,
            .scl = 41,
            .d = {6, 15, 16, 7, 5, 10, 4, 13},
            .vsync = 42,
            .href = 18,
            .pclk = 12,
        },
    .has_wifi = true,
    .light = {.pin = CC_PIN_NONE},
    .led = {.pin = 14, .low_is_on = true},
    .has_card = true,
    .card = {.clk = 39, .cmd = 38, .d0 = 40},
    .ethernet = {.kind = CC_ETHERNET_NONE},
    .reset_pin = 0,
};
