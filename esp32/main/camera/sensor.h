// The camera of an ESP32 board: a parallel sensor on esp32-camera's driver, as a cc_camera_t.
//
// A picture is lent out where the driver's DMA put it, in PSRAM, and goes back to the driver with
// its last lease. A close takes the memory of those that are out from the driver, and it is freed
// when they come back: their bytes stay what they were.
//
// Between stop and start the sensor goes on measuring, so that the next picture is well exposed;
// the driver rests, because capture keeps the newest picture and the two buffers that are left are
// full. From close to open the sensor sleeps, where the board has a pin for that.
//
//     cc_camera_t camera = cc_esp32_sensor_port(&cc_board, &log);
//     int err = cc_esp32_light_open(&cc_board.light, cc_esp32_sensor_light_changed, NULL, &light);
#pragma once

#include "board.h"
#include "port/camera.h"
#include "status/log.h"

// There is one. The sensor is put to sleep until the camera is opened. Both stay the caller's, for
// good.
cc_camera_t cc_esp32_sensor_port(const cc_board_t *board, cc_log_t *log);

// The light beside the sensor is another from now on: pictures are dropped until the exposure has
// settled. The capture thread.
void cc_esp32_sensor_light_changed(void *ctx);
