// The camera's own picture, as three planes with colours shared by two pixels (4:2:2), the way UVC
// cameras sample.
#pragma once

#include "picture.h"

struct fake_planes {
    unsigned width;
    unsigned height;
    unsigned char *y; // width * height
    unsigned char *u; // width / 2 * height
    unsigned char *v;
};

// Allocates; false when there is no memory. Free it also after a failure.
bool fake_planes_make(struct fake_size size, struct fake_planes *planes);
void fake_planes_free(struct fake_planes *planes);

// Paints the nth of `count` pictures of a loop.
void fake_planes_paint(const struct fake_planes *planes, const struct fake_look *look, unsigned n,
                       unsigned count);
