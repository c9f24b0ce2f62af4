// Pixels in, JPEG out, into memory of the caller's: for cameras that give raw pictures, and for the
// test picture. Wraps libturbojpeg.
//
//     cc_jpeg_encoder_t *encoder = cc_jpeg_encoder_open(1280, 720);
//     size_t len;
//     int err = cc_jpeg_encode_yuyv(encoder, &pixels, quality, buf, cap, &len);
//
// One thread at a time. After open nothing is allocated here.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cc_jpeg_encoder cc_jpeg_encoder_t;

// A raw picture of the encoder's size, as it stands in memory.
typedef struct {
    const uint8_t *bytes;
    size_t len;      // bytes that are there
    size_t stride;   // bytes from one line to the next; NV12: of both planes
    bool full_range; // luma is 0..255 as JPEG wants it; false: 16..235 (BT.601), to be stretched
} cc_pixels_t;

// An encoder for pictures of this size, NULL when out of memory.
cc_jpeg_encoder_t *cc_jpeg_encoder_open(uint16_t width, uint16_t height);
void cc_jpeg_encoder_close(cc_jpeg_encoder_t *encoder); // NULL is fine

// Bytes that a JPEG of the encoder's size never exceeds, whatever it shows.
size_t cc_jpeg_encoder_bound(const cc_jpeg_encoder_t *encoder);

// libjpeg's quality (1..100, higher is better) for camera.quality (4..63, lower is better): falls
// evenly from 95 at 4 to 83 at 12, and from there to 20 at 63. Values outside read as the nearest.
int cc_jpeg_quality(int32_t quality);

// And back: the camera.quality whose libjpeg quality is nearest.
int32_t cc_jpeg_quality_back(int32_t libjpeg_quality);

// Encode into out. quality: camera.quality's 4..63. Errors: CC_ERR_CUT (fewer pixels than the size
// needs), CC_ERR_SPACE (cap is below cc_jpeg_encoder_bound), CC_ERR_FORMAT (libturbojpeg refused).

// YUYV 4:2:2: Y0 Cb Y1 Cr.
int cc_jpeg_encode_yuyv(cc_jpeg_encoder_t *encoder, const cc_pixels_t *pixels, int32_t quality,
                        uint8_t *out, size_t cap, size_t *len);
// NV12 4:2:0: all of Y, then Cb Cr pairs.
int cc_jpeg_encode_nv12(cc_jpeg_encoder_t *encoder, const cc_pixels_t *pixels, int32_t quality,
                        uint8_t *out, size_t cap, size_t *len);
// R G B and a byte that does not count; always full range.
int cc_jpeg_encode_rgbx(cc_jpeg_encoder_t *encoder, const cc_pixels_t *pixels, int32_t quality,
                        uint8_t *out, size_t cap, size_t *len);
