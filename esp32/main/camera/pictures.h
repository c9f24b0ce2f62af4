// The camera of boards without a sensor: pictures from flash, one after another, at the rate that
// is wanted. For the emulator, where everything behind the sensor is to be tried.
//
// The pictures are boards/qemu/SIZE-NUMBER.jpg, made once by tools/firmware pictures from the Linux
// program's test picture.
#pragma once

#include "port/camera.h"

// One camera; any number of calls give the same.
cc_camera_t cc_esp32_pictures_port(void);
