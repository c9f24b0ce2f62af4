// The camera that SRC on the command line names. Behind it stands one of five drivers:
//
//     test              a moving picture made here, which obeys the image settings   camera_test.c
//     /dev/…            a camera of the kernel's, by Video4Linux                      camera_v4l2.c
//     dir:PATH          the JPEGs of a folder, over and over                          camera_dir.c
//     http(s)://…       a camera that answers a GET with a JPEG                       camera_http.c
//     exec:COMMAND      JPEGs, one after another, on a command's standard output      camera_exec.c
//
//     cc_camera_t *camera;
//     char reason[256];
//     if (cc_camera_create("/dev/video0", &camera, reason, sizeof reason) < 0)
//         return usage(reason);
//     …
//     cc_camera_destroy(camera);
//
// Times that pictures carry are CLOCK_MONOTONIC in milliseconds.
#pragma once

#include <stddef.h>

#include "port/camera.h"
#include "port/light.h"

// Understands `source` and makes its camera, not yet open. The caller destroys it. Errors:
// CC_ERR_ARGUMENT (`reason` gets one line that says what is right), CC_ERR_MEMORY.
int cc_camera_create(const char *source, cc_camera_t **camera, char *reason, size_t reason_cap);

// Closes it when it is open, and frees it; NULL is fine. Nobody may be inside one of its calls.
// Pictures still on loan stay valid: give_back needs their token only, and its ctx may be gone.
void cc_camera_destroy(cc_camera_t *camera);

// The lamp beside the camera; NULL when it has none. It lives as long as the camera.
const cc_light_t *cc_camera_light(const cc_camera_t *camera);
