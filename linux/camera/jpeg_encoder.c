#include "camera/jpeg_encoder.h"

#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include "util/err.h"

// camera.quality's range, and libjpeg's quality at its ends and at its default.
#define QUALITY_BEST    4
#define QUALITY_DEFAULT 12
#define QUALITY_WORST   63
#define LIBJPEG_BEST    95
#define LIBJPEG_DEFAULT 83
#define LIBJPEG_WORST   20

struct cc_jpeg_encoder {
    tjhandle turbojpeg;
    int width;
    int height;
    size_t chroma_width; // samples a line, of 4:2:2 and 4:2:0
    size_t luma_width;   // twice that: libturbojpeg wants whole pairs
    uint8_t *luma;       // luma_width x height, and a line more where 4:2:0 wants whole pairs
    uint8_t *cb;         // chroma_width x height: 4:2:2's, which 4:2:0 fits in
    uint8_t *cr;
    uint8_t stretch_luma[256];   // 16..235 -> 0..255
    uint8_t stretch_chroma[256]; // 16..240 around 128 -> 0..255
    uint8_t same[256];
};

static uint8_t clamp_to_byte(int value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static int round_divide(int dividend, int divisor)
{
    int half = dividend < 0 ? -divisor / 2 : divisor / 2;
    return (dividend + half) / divisor;
}

static void fill_tables(cc_jpeg_encoder_t *encoder)
{
    // ITU-R BT.601: 219 steps of luma from 16, 224 of chroma around 128; T.871 (JFIF): 255 of both.
    for (int i = 0; i < 256; i++) {
        encoder->stretch_luma[i] = clamp_to_byte(round_divide((i - 16) * 255, 219));
        encoder->stretch_chroma[i] = clamp_to_byte(128 + round_divide((i - 128) * 255, 224));
        encoder->same[i] = (uint8_t)i;
    }
}

cc_jpeg_encoder_t *cc_jpeg_encoder_open(uint16_t width, uint16_t height)
{
    cc_jpeg_encoder_t *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->width = width;
    encoder->height = height;
    encoder->chroma_width = ((size_t)width + 1) / 2;
    encoder->luma_width = 2 * encoder->chroma_width;
    size_t chroma_len = encoder->chroma_width * height;
    encoder->turbojpeg = tjInitCompress();
    encoder->luma = malloc(encoder->luma_width * ((size_t)height + 1));
    encoder->cb = malloc(chroma_len);
    encoder->cr = malloc(chroma_len);
    if (!encoder->turbojpeg || !encoder->luma || !encoder->cb || !encoder->cr) {
        cc_jpeg_encoder_close(encoder);
        return NULL;
    }
    fill_tables(encoder);
    return encoder;
}

void cc_jpeg_encoder_close(cc_jpeg_encoder_t *encoder)
{
    if (!encoder)
        return;
    if (encoder->turbojpeg)
        tjDestroy(encoder->turbojpeg);
    free(encoder->luma);
    free(encoder->cb);
    free(encoder->cr);
    free(encoder);
}

size_t cc_jpeg_encoder_bound(const cc_jpeg_encoder_t *encoder)
{
    return (size_t)tjBufSize(encoder->width, encoder->height, TJSAMP_422);
}

int cc_jpeg_quality(int32_t quality)
{
    if (quality <= QUALITY_BEST)
        return LIBJPEG_BEST;
    if (quality >= QUALITY_WORST)
        return LIBJPEG_WORST;
    if (quality <= QUALITY_DEFAULT)
        return LIBJPEG_BEST -
               round_divide((quality - QUALITY_BEST) * (LIBJPEG_BEST - LIBJPEG_DEFAULT),
                            QUALITY_DEFAULT - QUALITY_BEST);
    return LIBJPEG_DEFAULT -
           round_divide((quality - QUALITY_DEFAULT) * (LIBJPEG_DEFAULT - LIBJPEG_WORST),
                        QUALITY_WORST - QUALITY_DEFAULT);
}

int32_t cc_jpeg_quality_back(int32_t libjpeg_quality)
{
    int32_t nearest = QUALITY_BEST;
    for (int32_t i = QUALITY_BEST; i <= QUALITY_WORST; i++) {
        if (abs(cc_jpeg_quality(i) - libjpeg_quality) <
            abs(cc_jpeg_quality(nearest) - libjpeg_quality))
            nearest = i;
    }
    return nearest;
}

static int encode_planes(cc_jpeg_encoder_t *encoder, int sampling, int32_t quality, uint8_t *out,
                         size_t *len)
{
    const unsigned char *planes[3] = {encoder->luma, encoder->cb, encoder->cr};
    unsigned char *jpeg = out;
    unsigned long jpeg_len = 0;
    // Without strides lines follow each other, as ours do.
    if (tjCompressFromYUVPlanes(encoder->turbojpeg, planes, encoder->width, NULL, encoder->height,
                                sampling, &jpeg, &jpeg_len, cc_jpeg_quality(quality),
                                TJFLAG_NOREALLOC) != 0)
        return CC_ERR_FORMAT;
    *len = jpeg_len;
    return CC_OK;
}

// Lines of stride bytes, the last of them line_len long: do they fit in what is there?
static bool lines_fit(size_t lines, size_t stride, size_t line_len, size_t len)
{
    return stride >= line_len && len >= line_len && (len - line_len) / stride >= lines - 1;
}

int cc_jpeg_encode_yuyv(cc_jpeg_encoder_t *encoder, const cc_pixels_t *pixels, int32_t quality,
                        uint8_t *out, size_t cap, size_t *len)
{
    size_t height = (size_t)encoder->height;
    size_t pairs = encoder->chroma_width;
    if (!lines_fit(height, pixels->stride, pairs * 4, pixels->len))
        return CC_ERR_CUT;
    if (cap < cc_jpeg_encoder_bound(encoder))
        return CC_ERR_SPACE;

    const uint8_t *luma_of = pixels->full_range ? encoder->same : encoder->stretch_luma;
    const uint8_t *chroma_of = pixels->full_range ? encoder->same : encoder->stretch_chroma;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *from = pixels->bytes + y * pixels->stride;
        uint8_t *luma = encoder->luma + y * encoder->luma_width;
        uint8_t *cb = encoder->cb + y * pairs;
        uint8_t *cr = encoder->cr + y * pairs;
        for (size_t i = 0; i < pairs; i++) {
            luma[2 * i] = luma_of[from[4 * i]];
            cb[i] = chroma_of[from[4 * i + 1]];
            luma[2 * i + 1] = luma_of[from[4 * i + 2]];
            cr[i] = chroma_of[from[4 * i + 3]];
        }
    }
    return encode_planes(encoder, TJSAMP_422, quality, out, len);
}

int cc_jpeg_encode_nv12(cc_jpeg_encoder_t *encoder, const cc_pixels_t *pixels, int32_t quality,
                        uint8_t *out, size_t cap, size_t *len)
{
    size_t width = encoder->luma_width;
    size_t height = (size_t)encoder->height;
    size_t chroma_height = (height + 1) / 2;
    if (!lines_fit(height + chroma_height, pixels->stride, width, pixels->len))
        return CC_ERR_CUT;
    if (cap < cc_jpeg_encoder_bound(encoder))
        return CC_ERR_SPACE;

    const uint8_t *luma_of = pixels->full_range ? encoder->same : encoder->stretch_luma;
    const uint8_t *chroma_of = pixels->full_range ? encoder->same : encoder->stretch_chroma;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *from = pixels->bytes + y * pixels->stride;
        uint8_t *luma = encoder->luma + y * width;
        for (size_t x = 0; x < width; x++)
            luma[x] = luma_of[from[x]];
    }
    if (height % 2)
        memcpy(encoder->luma + height * width, encoder->luma + (height - 1) * width, width);
    for (size_t y = 0; y < chroma_height; y++) {
        const uint8_t *from = pixels->bytes + (height + y) * pixels->stride;
        uint8_t *cb = encoder->cb + y * encoder->chroma_width;
        uint8_t *cr = encoder->cr + y * encoder->chroma_width;
        for (size_t x = 0; x < encoder->chroma_width; x++) {
            cb[x] = chroma_of[from[2 * x]];
            cr[x] = chroma_of[from[2 * x + 1]];
        }
    }
    return encode_planes(encoder, TJSAMP_420, quality, out, len);
}

int cc_jpeg_encode_rgbx(cc_jpeg_encoder_t *encoder, const cc_pixels_t *pixels, int32_t quality,
                        uint8_t *out, size_t cap, size_t *len)
{
    if (!lines_fit((size_t)encoder->height, pixels->stride, (size_t)encoder->width * 4,
                   pixels->len))
        return CC_ERR_CUT;
    if (cap < cc_jpeg_encoder_bound(encoder))
        return CC_ERR_SPACE;
    unsigned char *jpeg = out;
    unsigned long jpeg_len = 0;
    if (tjCompress2(encoder->turbojpeg, pixels->bytes, encoder->width, (int)pixels->stride,
                    encoder->height, TJPF_RGBX, &jpeg, &jpeg_len, TJSAMP_420,
                    cc_jpeg_quality(quality), TJFLAG_NOREALLOC) != 0)
        return CC_ERR_FORMAT;
    *len = jpeg_len;
    return CC_OK;
}
