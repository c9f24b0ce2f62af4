// The lamp beside the sensor, by PWM.
//
//     cc_esp32_light_off(&cc_board.light);      // first thing of all
//     int err = cc_esp32_light_open(&cc_board.light, changed, NULL, &light);
#pragma once

#include "board.h"
#include "port/light.h"

// Dark at once: at reset the pin floats. Before anything else.
void cc_esp32_light_off(const cc_board_lamp_t *lamp);

// The port; light->set is NULL where there is no lamp. `changed` is called, in the capture thread,
// whenever the lamp becomes brighter or darker. Errors: CC_ERR_IO.
int cc_esp32_light_open(const cc_board_lamp_t *lamp, void (*changed)(void *ctx), void *ctx,
                        cc_light_t *light);
