// The frames' bytes: a loop of pictures, made once and kept in a file without a name, so that a
// frame costs a copy and no memory of the process (whose RSS and CPU are measured by tests).
//
// A JPEG carries a comment "fake_v4l2 sequence 0000000042" behind its first marker. A YUYV or NV12
// frame carries its sequence number in its first eight lines: 32 blocks from left to right, the
// highest bit first, luma 235 for one and 16 for zero. A made picture shows coloured bars on a
// gradient, a bright band that wanders down, and a white square at its upper left that the mirrors
// move.
//
// Only the camera's worker thread calls these.
#pragma once

#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What shows in a made picture. Ranges as in controls.c.
struct fake_look {
    int brightness;
    int contrast;
    int saturation;
    int gain;
    int exposure_100us; // 0 = automatic
    int temperature_k;  // 0 = automatic
    bool hflip;
    bool vflip;
};

struct fake_picture {
    uint32_t format; // V4L2_PIX_FMT_…
    struct fake_size size;
    uint32_t sequence;
    struct fake_look look;
    bool no_tables;
    unsigned padding;      // zero bytes behind a JPEG
    unsigned keep_percent; // of the bytes
    bool garbage;
};

// Finds the JPEG files of the folder and lists their sizes, smallest first. Returns how many sizes,
// 0 when no file is of use.
unsigned fake_pictures_find(const char *path, struct fake_size sizes[FAKE_SIZES_MAX]);

// Writes the picture to the start of `fd`, at most `len_max` bytes. Returns how many were written;
// 0 when it could not be made.
size_t fake_picture_write(const struct fake_picture *picture, int fd, size_t len_max);

// Lets go of the loop.
void fake_pictures_close(void);
