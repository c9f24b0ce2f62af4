// What a picture says about itself: an EXIF segment of ours, to be sent in front of a picture
// without moving it, and the one that a picture already has. Pure; any thread.
//
//     uint8_t segment[CC_EXIF_MAX];
//     size_t len = cc_exif_write(&(cc_exif_t){.model = "OV2640", …}, segment);
//     // SOI | segment | the rest of the picture
//
// Source of the numbers: Exif 2.32 (CIPA DC-008), TIFF 6.0.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CC_EXIF_MAX = 512,     // bytes of a segment, its marker included
    CC_EXIF_TEXT_MAX = 32, // of a text in it, its NUL included; what is longer is cut
};

typedef struct {
    const char *make;      // the camera's; "" unknown
    const char *model;     // "" unknown
    const char *software;  // "" unknown
    int64_t taken_unix_ms; // 0 unknown
    int32_t offset_s;      // of the clock on the wall there, east of UTC
    uint32_t exposure_us;  // 0 unknown
    uint16_t iso;          // 0 unknown
    uint16_t width;        // pixels
    uint16_t height;
    bool lit; // by the lamp
} cc_exif_t;

// Writes the whole segment, its marker included, and returns its length.
size_t cc_exif_write(const cc_exif_t *exif, uint8_t segment[CC_EXIF_MAX]);

// Sets, in the segment's bytes behind its length, the orientation to "upright" and the size in
// pixels where it says one. What is no EXIF, or broken, stays as it is.
void cc_exif_make_upright(uint8_t *bytes, size_t len, uint16_t width, uint16_t height);
