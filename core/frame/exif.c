#include "frame/exif.h"

#include <stdbool.h>
#include <string.h>

enum {
    TIFF_SHORT = 3,
    TIFF_LONG = 4,
    TAG_ORIENTATION = 0x0112,
    TAG_EXIF_IFD = 0x8769,
    TAG_PIXEL_WIDTH = 0xA002,
    TAG_PIXEL_HEIGHT = 0xA003,
};

// A TIFF file in memory, of either byte order.
typedef struct {
    uint8_t *bytes;
    size_t len;
    bool big;
} tiff_t;

static uint32_t get(const tiff_t *tiff, size_t at, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | tiff->bytes[at + (tiff->big ? i : size - 1 - i)];
    return value;
}

static void set(tiff_t *tiff, size_t at, size_t size, uint32_t value)
{
    for (size_t i = 0; i < size; i++)
        tiff->bytes[at + (tiff->big ? size - 1 - i : i)] = (uint8_t)(value >> 8 * i);
}

// The value of an entry when it is one number.
static void set_number(tiff_t *tiff, size_t entry, uint32_t value)
{
    uint32_t type = get(tiff, entry + 2, 2);
    if (get(tiff, entry + 4, 4) != 1)
        return;
    if (type == TIFF_SHORT)
        set(tiff, entry + 8, 2, value);
    else if (type == TIFF_LONG)
        set(tiff, entry + 8, 4, value);
}

// Returns where the Exif IFD is; 0: none is named.
static size_t make_ifd_upright(tiff_t *tiff, size_t ifd, uint16_t width, uint16_t height)
{
    size_t exif = 0;
    if (ifd < 8 || ifd > tiff->len || tiff->len - ifd < 2)
        return 0;
    size_t entries = get(tiff, ifd, 2), most = (tiff->len - ifd - 2) / 12;
    for (size_t i = 0; i < entries && i < most; i++) {
        size_t entry = ifd + 2 + 12 * i;
        switch (get(tiff, entry, 2)) {
        case TAG_ORIENTATION:
            set_number(tiff, entry, 1);
            break;
        case TAG_PIXEL_WIDTH:
            set_number(tiff, entry, width);
            break;
        case TAG_PIXEL_HEIGHT:
            set_number(tiff, entry, height);
            break;
        case TAG_EXIF_IFD:
            exif = get(tiff, entry + 8, 4);
            break;
        }
    }
    return exif;
}

void cc_exif_make_upright(uint8_t *bytes, size_t len, uint16_t width, uint16_t height)
{
    if (len < 14 || memcmp(bytes, "Exif\0\0", 6) != 0)
        return;
    tiff_t tiff = {bytes + 6, len - 6, bytes[6] == 'M'};
    if (get(&tiff, 2, 2) != 42)
        return;
    size_t exif = make_ifd_upright(&tiff, get(&tiff, 4, 4), width, height);
    if (exif)
        make_ifd_upright(&tiff, exif, width, height);
}
