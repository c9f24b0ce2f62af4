// The cameras that this computer has, and what each of them is called on the command line. For
// people who set one up, and for --camera auto; the camera itself is camera_v4l2.c's.
//
//     unsigned numbers[CC_DEVICES_MAX];
//     size_t n = cc_devices_list(numbers, CC_DEVICES_MAX);
//     for (size_t i = 0; i < n; i++) {
//         cc_device_t device;
//         cc_device_look(numbers[i], &device);
//         …
//     }
//
// One thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "camera/v4l2_modes.h"

#define CC_DEVICES_MAX 256 // video nodes; the kernel's own limit

typedef enum {
    CC_DEVICE_NO_CAMERA,  // metadata, a codec, an image processor; or it is gone
    CC_DEVICE_CAMERA,     // ready for --camera
    CC_DEVICE_FOREIGN,    // a camera, but none of its formats is one of ours
    CC_DEVICE_FOR_RPICAM, // a raw sensor on a Raspberry Pi, which rpicam-vid makes pictures of
    CC_DEVICE_DENIED,     // nobody knows what it is: it may not be opened
    CC_DEVICE_NO_ANSWER,  // it is there, and its driver fails
} cc_device_kind_t;

typedef struct {
    cc_device_kind_t kind;
    char node[24];         // "/dev/video0"
    char camera[288];      // CC_DEVICE_CAMERA: for --camera; the node, or a name of it that stays.
                           // No shell quotes it. Else ""
    char model[128];       // "HD Pro Webcam C920"
    char driver[32];       // "uvcvideo"
    bool is_busy;          // another program takes pictures with it
    cc_v4l2_modes_t modes; // count 0 but for CC_DEVICE_CAMERA
} cc_device_t;

// The N of each /dev/videoN, in order. Returns how many there are, `cap` at most.
size_t cc_devices_list(unsigned *numbers, size_t cap);

// Finds out about one of them. A camera that streams is not disturbed. Of a kind that has no model,
// driver or modes these are empty.
void cc_device_look(unsigned number, cc_device_t *device);

// The first that is ready and that no other program uses. Returns CC_OK with the name for --camera
// in `path`, which is untouched otherwise; CC_ERR_BUSY when others use all there are,
// CC_ERR_DENIED, or CC_ERR_NOT_FOUND.
int cc_devices_find(char *path, size_t cap);

// What a device is whose driver and capabilities (V4L2_CAP_…, of this node) are these, and which
// offers n_modes that we can use. Pure.
cc_device_kind_t cc_device_kind(const char *driver, uint32_t caps, size_t n_modes);

// A camera of a Raspberry Pi's flat cable, as `rpicam-vid --list-cameras` tells it.
typedef struct {
    unsigned number;
    char model[32]; // "imx708"
    cc_size_t size; // the sensor's
} cc_rpicam_t;

// Reads one line of that list; false for one that names no camera, or one at USB, which is better
// taken without rpicam-vid. Pure.
bool cc_rpicam_read(const char *line, cc_rpicam_t *camera);
