// What a board is: one header each, chosen by -D BOARD=NAME. Adding a board is adding its file.
//
//     #include "board.h"
//
//     // sdkconfig: CONFIG_ESPTOOLPY_FLASHSIZE_8MB=y
//     static const cc_board_t cc_board = {
//         .name = "s3-eye",
//         .chip = "esp32s3",
//         …
//     };
//
// The build reads two things from the text of a board's header before the compiler does: the line
// `.chip = "…"`, and each comment `// sdkconfig: CONFIG_…=…`, which is what ESP-IDF is told for
// this board on top of sdkconfig.defaults.
//
// Pins are GPIO numbers. CC_PIN_NONE is not 0, because 0 is a pin: it must be written out.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CC_PIN_NONE (-1)

// The parallel sensor, as esp32-camera takes it.
typedef struct {
    int8_t power_down; // high: asleep
    int8_t reset;      // low: reset
    int8_t xclk;
    int8_t sda;
    int8_t scl;
    int8_t d[8]; // D0 first; often printed Y2..Y9
    int8_t vsync;
    int8_t href;
    int8_t pclk;
} cc_board_camera_t;

typedef struct {
    int8_t pin;
    bool low_is_on;
    bool open_drain; // never driven high, only let go
} cc_board_lamp_t;

// A card in 1-bit SDMMC mode.
typedef struct {
    int8_t clk;
    int8_t cmd;
    int8_t d0;
} cc_board_card_t;

typedef enum {
    CC_ETHERNET_NONE,
    CC_ETHERNET_OPENETH, // the emulator's
    CC_ETHERNET_W5500,   // on SPI, with the pins below
} cc_board_ethernet_kind_t;

typedef struct {
    cc_board_ethernet_kind_t kind;
    int8_t cs;
    int8_t sck;
    int8_t miso;
    int8_t mosi;
    int8_t interrupt; // CC_PIN_NONE: it is polled
} cc_board_ethernet_t;

typedef struct {
    const char *name;  // as in BOARD=NAME
    const char *title; // for people: "AI Thinker ESP32-CAM"
    const char *chip;  // ESP-IDF's target: "esp32", "esp32s3"
    uint8_t flash_mb;
    uint8_t psram_mb; // that the chip can address
    bool has_camera;  // false: pictures from flash
    cc_board_camera_t camera;
    bool has_wifi;
    cc_board_lamp_t light; // pin CC_PIN_NONE: none
    cc_board_lamp_t led;   // the status LED
    bool has_card;
    cc_board_card_t card;
    cc_board_ethernet_t ethernet;
    // To GND for 10 s from power-up: factory reset. GPIO0, which would start the loader: a little
    // after power-up. CC_PIN_NONE: none.
    int8_t reset_pin;
} cc_board_t;
