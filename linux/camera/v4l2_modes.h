// What pictures a V4L2 device offers: its formats that we can use, in which sizes, how fast; and
// which of them to take.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/videodev2.h>

#include "port/camera.h"

#define CC_V4L2_MODES_MAX 192

typedef struct {
    uint32_t fourcc; // V4L2_PIX_FMT_MJPEG, _JPEG, _YUYV or _NV12
    cc_size_t size;
} cc_v4l2_mode_t;

typedef struct {
    cc_v4l2_mode_t list[CC_V4L2_MODES_MAX];
    size_t count;
    char unusable[64]; // "RG10 H264": the formats that it has and we do not; "" none
} cc_v4l2_modes_t;

// Whether the driver's buffer is the JPEG.
bool cc_v4l2_is_jpeg(uint32_t fourcc);

// Asks the device. Errors: CC_ERR_GONE and others that cc_v4l2_err gives. A device without a usable
// format is fine here: count 0.
int cc_v4l2_modes_read(int fd, cc_v4l2_modes_t *modes);

// Adds one; a second time, one that we cannot use, and one too many are left out. Pure.
void cc_v4l2_modes_add(cc_v4l2_modes_t *modes, uint32_t fourcc, cc_size_t size);

// Adds the common sizes that a device offers which can do any within bounds, and its largest. Pure.
void cc_v4l2_modes_add_stepwise(cc_v4l2_modes_t *modes, uint32_t fourcc,
                                const struct v4l2_frmsize_stepwise *bounds);

// All sizes, each once, smallest area first; the largest `cap` of them. Returns how many. Pure.
size_t cc_v4l2_modes_sizes(const cc_v4l2_modes_t *modes, cc_size_t *sizes, size_t cap);

// The nearest size to that wanted (0x0: SVGA), and of those of that size the cheapest format: JPEG
// as it comes, then YUYV, then NV12. NULL when there is none. Pure.
const cc_v4l2_mode_t *cc_v4l2_modes_pick(const cc_v4l2_modes_t *modes, cc_size_t want);

// Whether `a` suits fps better than `b`: the slowest that is fast enough, else the fastest. Pure.
bool cc_v4l2_interval_is_better(struct v4l2_fract a, struct v4l2_fract b, uint8_t fps);

// The interval between two pictures to ask of the device for fps; false when it offers none.
bool cc_v4l2_interval_pick(int fd, const cc_v4l2_mode_t *mode, uint8_t fps,
                           struct v4l2_fract *interval);
