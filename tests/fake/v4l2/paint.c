#include "paint.h"

#include <stdlib.h>
#include <string.h>

// What the controls do to a value, worked out once a picture.
struct tone {
    unsigned char luma[256];
    unsigned char blue[256];
    unsigned char red[256];
};

struct pixel {
    unsigned char y;
    unsigned char u;
    unsigned char v;
};

static unsigned char clamp(int value)
{
    return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void make_tone(const struct fake_look *look, struct tone *tone)
{
    // 25 ms is what the picture was painted for; more than twice as much burns it out.
    int exposure = look->exposure_100us > 0 ? look->exposure_100us : 250;
    exposure = exposure > 500 ? 500 : exposure;
    int warmth = look->temperature_k > 0 ? (look->temperature_k - 4600) / 100 : 0;
    for (int i = 0; i < 256; i++) {
        int luma = i * exposure / 250;
        luma = (luma - 128) * look->contrast / 32 + 128 + look->brightness + look->gain / 2;
        int colour = (i - 128) * look->saturation / 64 + 128;
        tone->luma[i] = clamp(luma);
        tone->blue[i] = clamp(colour - warmth);
        tone->red[i] = clamp(colour + warmth);
    }
}

static struct pixel paint_pixel(const struct fake_planes *planes, unsigned x, unsigned y,
                                unsigned band_y)
{
    static const struct pixel bars[8] = {
        {180, 128, 128}, {162, 44, 142}, {131, 156, 44}, {112, 72, 58},
        {84, 184, 198},  {65, 100, 212}, {35, 212, 114}, {16, 128, 128},
    };
    unsigned width = planes->width;
    unsigned height = planes->height;
    struct pixel pixel;
    if (y > height * 3 / 5)
        pixel = bars[x * 8 / width];
    else
        pixel = (struct pixel){(unsigned char)(60 + 100 * x / width),
                               (unsigned char)(150 - 40 * y / height),
                               (unsigned char)(110 + 40 * y / height)};
    // A little roughness, so that a JPEG has the size that a camera's has.
    pixel.y = (unsigned char)(pixel.y + ((x * 7919u ^ y * 104729u) * 2654435761u >> 29));
    if (y >= band_y && y < band_y + height / 12)
        pixel.y = (unsigned char)(pixel.y > 195 ? 255 : pixel.y + 60);
    unsigned side = height / 6;
    if (x >= side / 2 && x < side * 3 / 2 && y >= side / 2 && y < side * 3 / 2)
        pixel = (struct pixel){230, 128, 128};
    return pixel;
}

bool fake_planes_make(struct fake_size size, struct fake_planes *planes)
{
    size_t len = (size_t)size.width * size.height;
    planes->width = size.width;
    planes->height = size.height;
    planes->y = malloc(len);
    planes->u = malloc(len / 2);
    planes->v = malloc(len / 2);
    return planes->y != NULL && planes->u != NULL && planes->v != NULL;
}

void fake_planes_free(struct fake_planes *planes)
{
    free(planes->y);
    free(planes->u);
    free(planes->v);
    memset(planes, 0, sizeof *planes);
}

void fake_planes_paint(const struct fake_planes *planes, const struct fake_look *look, unsigned n,
                       unsigned count)
{
    struct tone tone;
    make_tone(look, &tone);
    unsigned band_y = planes->height * n / count;
    for (unsigned y = 0; y < planes->height; y++) {
        unsigned from_y = look->vflip ? planes->height - 1 - y : y;
        unsigned char *luma = planes->y + (size_t)y * planes->width;
        unsigned char *blue = planes->u + (size_t)y * planes->width / 2;
        unsigned char *red = planes->v + (size_t)y * planes->width / 2;
        for (unsigned x = 0; x < planes->width; x++) {
            unsigned from_x = look->hflip ? planes->width - 1 - x : x;
            struct pixel pixel = paint_pixel(planes, from_x, from_y, band_y);
            luma[x] = tone.luma[pixel.y];
            blue[x / 2] = tone.blue[pixel.u];
            red[x / 2] = tone.red[pixel.v];
        }
    }
}
