// What the drivers of camera.h have in common: a port, perhaps a lamp, and a way to end. Private to
// camera_source.c and camera_*.c.
#pragma once

#include <stddef.h>

#include "port/camera.h"
#include "port/light.h"

typedef struct {
    cc_camera_t port;           // first: a cc_camera_t * is a cc_camera_source_t *
    cc_light_t light;           // set NULL: there is no lamp
    void (*destroy)(void *ctx); // closes what is open, then frees ctx
} cc_camera_source_t;

// Each maker fills *source from what stands behind the scheme in SRC. Errors: CC_ERR_ARGUMENT with
// a reason, CC_ERR_MEMORY.
int cc_camera_test_make(cc_camera_source_t *source);
int cc_camera_v4l2_make(const char *path, cc_camera_source_t *source); // NULL: any webcam
int cc_camera_dir_make(const char *path, cc_camera_source_t *source);
int cc_camera_http_make(const char *url, cc_camera_source_t *source, char *reason,
                        size_t reason_cap);
int cc_camera_exec_make(const char *command, cc_camera_source_t *source);

// The largest JPEG taken from a file, a server or a pipe: what Prusa Connect takes at most.
#define CC_CAMERA_JPEG_MAX ((size_t)16 << 20)

// Pictures that may be on loan at once, where that is ours to say.
#define CC_CAMERA_BUFFERS 8
