// A camera that is not there, and says why: what the page shows in safe mode.
#pragma once

#include "port/camera.h"

// `reason` is a sentence for people; static.
cc_camera_t cc_esp32_no_camera(const char *reason);
