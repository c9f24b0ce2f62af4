// The status LED, carried out: what it tells is decided in status/led.h. Any task.
//
//     cc_esp32_led_open(&cc_board.led);
//     cc_esp32_led_show(cc_led_state(&facts));
#pragma once

#include <stdbool.h>

#include "board.h"
#include "status/led.h"

// Dark at first. A board without one: the other calls do nothing. Errors: CC_ERR_MEMORY.
int cc_esp32_led_open(const cc_board_lamp_t *led);

// From now on. To say the same again costs nothing and does not disturb the rhythm.
void cc_esp32_led_show(cc_led_state_t state);

// A factory reset waits to be confirmed: fast, whatever is shown.
void cc_esp32_led_insist(bool on);

// Dark while a card is being reset: on one board its DATA3 hangs on the LED's pin.
void cc_esp32_led_hold_dark(bool on);
