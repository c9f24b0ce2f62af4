// What a picture says about itself: an EXIF segment of ours, to be sent in front of a picture
// without moving it, and the one that a picture already has. Pure; any thread.
//
//     uint8_t segment[CC_EXIF_MAX];
//     size_t len = cc_exif_write(&facts, segment);
//     // SOI | segment | the rest of the picture
//
// Source of the numbers: Exif 2.32 (CIPA DC-008), TIFF 6.0.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Sets, in the segment's bytes behind its length, the orientation to "upright" and the size in
// pixels where it says one. What is no EXIF, or broken, stays as it is.
void cc_exif_make_upright(uint8_t *bytes, size_t len, uint16_t width, uint16_t height);
