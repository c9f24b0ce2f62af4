// Seeed Studio XIAO ESP32S3 Sense.
//
// The card's DATA3 hangs on the status LED's pin: card.c keeps it high, the LED dark, while a card
// is reset, or the card would take it for the chip select of SPI mode.
#pragma once

#include "board.h"

// sdkconfig: CONFIG_ESPTOOLPY_FLASHSIZE_8MB=y
// sdkconfig: CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions-8mb.csv"
// sdkconfig: CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG=y
static const cc_board_t cc_board = {
    .name = "xiao-s3",
    .title = "XIAO ESP32S3 Sense",
    .chip = "esp32s3",
    .flash_mb = 8,
    .psram_mb = 8,
    .has_camera = true,
    .camera =
        {
            .power_down = CC_PIN_NONE,
            .reset = CC_PIN_NONE,
            .xclk = 10,
            .sda = 40,
            .scl = 39,
            .d = {15, 17, 18, 16, 14, 12, 11, 48},
            .vsync = 38,
            .href = 47,
            .pclk = 13,
        },
    .has_wifi = true,
    .light = {.pin = 4},
    .led = {.pin = 21, .low_is_on = true},
    .has_card = true,
    .card = {.clk = 7, .cmd = 9, .d0 = 8},
    .ethernet = {.kind = CC_ETHERNET_NONE},
    .reset_pin = 2,
};
