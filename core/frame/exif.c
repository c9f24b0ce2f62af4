#include "frame/exif.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "frame/baseline.h"
#include "util/date.h"

// TIFF 6.0, section 2.
enum {
    TIFF_ASCII = 2,
    TIFF_SHORT = 3,
    TIFF_LONG = 4,
    TIFF_RATIONAL = 5,
    TIFF_UNDEFINED = 7,
    TIFF_HEAD = 8,
    TIFF_ENTRY = 12,
};

// Exif 2.32, 4.6.4 and 4.6.5.
enum {
    TAG_MAKE = 0x010F,
    TAG_MODEL = 0x0110,
    TAG_ORIENTATION = 0x0112,
    TAG_X_RESOLUTION = 0x011A,
    TAG_Y_RESOLUTION = 0x011B,
    TAG_RESOLUTION_UNIT = 0x0128,
    TAG_SOFTWARE = 0x0131,
    TAG_DATE_TIME = 0x0132,
    TAG_YCBCR_POSITIONING = 0x0213,
    TAG_EXPOSURE_TIME = 0x829A,
    TAG_EXIF_IFD = 0x8769,
    TAG_SENSITIVITY = 0x8827,
    TAG_EXIF_VERSION = 0x9000,
    TAG_DATE_TIME_ORIGINAL = 0x9003,
    TAG_OFFSET_TIME = 0x9010,
    TAG_OFFSET_TIME_ORIGINAL = 0x9011,
    TAG_COMPONENTS = 0x9101,
    TAG_FLASH = 0x9209,
    TAG_SUBSECONDS_ORIGINAL = 0x9291,
    TAG_FLASHPIX_VERSION = 0xA000,
    TAG_COLOR_SPACE = 0xA001,
    TAG_PIXEL_WIDTH = 0xA002,
    TAG_PIXEL_HEIGHT = 0xA003,
};

static const uint8_t segment_head[10] = {0xFF, CC_MARKER_APP1, 0, 0, 'E', 'x', 'i', 'f', 0, 0};

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
    if (len < 14 || memcmp(bytes, segment_head + 4, 6) != 0)
        return;
    tiff_t tiff = {bytes + 6, len - 6, bytes[6] == 'M'};
    if (get(&tiff, 2, 2) != 42)
        return;
    size_t exif = make_ifd_upright(&tiff, get(&tiff, 4, 4), width, height);
    if (exif)
        make_ifd_upright(&tiff, exif, width, height);
}

// A directory that is being written; its entries stand in the order of their tags. What does not
// fit into an entry goes behind the directories.
typedef struct {
    tiff_t tiff;
    size_t entry; // the next one
    size_t more;  // where longer values go
} directory_t;

static void add_entry(directory_t *directory, uint32_t tag, uint32_t type, size_t count)
{
    tiff_t *tiff = &directory->tiff;
    set(tiff, directory->entry, 2, tag);
    set(tiff, directory->entry + 2, 2, type);
    set(tiff, directory->entry + 4, 4, (uint32_t)count);
    directory->entry += TIFF_ENTRY;
}

static void add_number(directory_t *directory, uint32_t tag, uint32_t type, uint32_t value)
{
    add_entry(directory, tag, type, 1);
    set(&directory->tiff, directory->entry - 4, type == TIFF_SHORT ? 2 : 4, value);
}

static void add_bytes(directory_t *directory, uint32_t tag, uint32_t type, const void *bytes,
                      size_t len)
{
    size_t at = directory->entry + TIFF_ENTRY - 4;
    add_entry(directory, tag, type, len);
    if (len > 4) {
        set(&directory->tiff, at, 4, (uint32_t)directory->more);
        at = directory->more;
        directory->more += (len + 1) & ~(size_t)1; // values begin at even places
    }
    memcpy(directory->tiff.bytes + at, bytes, len);
}

static void add_text(directory_t *directory, uint32_t tag, const char *text)
{
    char ascii[CC_EXIF_TEXT_MAX];
    size_t len = 0;
    for (; text[len] && len < sizeof ascii - 1; len++)
        ascii[len] = text[len] >= ' ' && text[len] <= '~' ? text[len] : '?';
    ascii[len++] = '\0';
    if (len > 1)
        add_bytes(directory, tag, TIFF_ASCII, ascii, len);
}

static void add_ratio(directory_t *directory, uint32_t tag, uint32_t above, uint32_t below)
{
    add_entry(directory, tag, TIFF_RATIONAL, 1);
    set(&directory->tiff, directory->entry - 4, 4, (uint32_t)directory->more);
    set(&directory->tiff, directory->more, 4, above);
    set(&directory->tiff, directory->more + 4, 4, below);
    directory->more += 8;
}

// The number of entries is known when they stand there.
static void end_directory(directory_t *directory, size_t begin)
{
    set(&directory->tiff, begin, 2, (uint32_t)((directory->entry - begin - 2) / TIFF_ENTRY));
}

typedef struct {
    char date[20]; // all of them "" when unknown
    char offset[7];
    char milliseconds[4];
} time_texts_t;

static void write_time(const cc_exif_t *exif, time_texts_t *texts)
{
    memset(texts, 0, sizeof *texts);
    int64_t local_s = exif->taken_unix_ms / 1000 + exif->offset_s;
    if (exif->taken_unix_ms <= 0 || local_s < 0)
        return;
    cc_date_t date = cc_date_from_unix(local_s);
    unsigned minutes = (unsigned)(exif->offset_s < 0 ? -exif->offset_s : exif->offset_s) / 60;
    snprintf(texts->date, sizeof texts->date, "%04u:%02u:%02u %02u:%02u:%02u",
             (unsigned)date.year % 10000, (unsigned)date.month % 100, (unsigned)date.day % 100,
             (unsigned)date.hour % 100, (unsigned)date.minute % 100, (unsigned)date.second % 100);
    snprintf(texts->offset, sizeof texts->offset, "%c%02u:%02u", exif->offset_s < 0 ? '-' : '+',
             minutes / 60 % 100, minutes % 60);
    snprintf(texts->milliseconds, sizeof texts->milliseconds, "%03u",
             (unsigned)(exif->taken_unix_ms % 1000));
}

static void write_details(const cc_exif_t *exif, const time_texts_t *time, directory_t *directory)
{
    if (exif->exposure_us)
        add_ratio(directory, TAG_EXPOSURE_TIME, exif->exposure_us, 1000000);
    if (exif->iso)
        add_number(directory, TAG_SENSITIVITY, TIFF_SHORT, exif->iso);
    add_bytes(directory, TAG_EXIF_VERSION, TIFF_UNDEFINED, "0232", 4);
    add_text(directory, TAG_DATE_TIME_ORIGINAL, time->date);
    add_text(directory, TAG_OFFSET_TIME, time->offset);
    add_text(directory, TAG_OFFSET_TIME_ORIGINAL, time->offset);
    add_bytes(directory, TAG_COMPONENTS, TIFF_UNDEFINED, "\1\2\3\0", 4); // Y Cb Cr
    add_number(directory, TAG_FLASH, TIFF_SHORT, exif->lit);
    add_text(directory, TAG_SUBSECONDS_ORIGINAL, time->milliseconds);
    add_bytes(directory, TAG_FLASHPIX_VERSION, TIFF_UNDEFINED, "0100", 4);
    add_number(directory, TAG_COLOR_SPACE, TIFF_SHORT, 1); // sRGB
    add_number(directory, TAG_PIXEL_WIDTH, TIFF_LONG, exif->width);
    add_number(directory, TAG_PIXEL_HEIGHT, TIFF_LONG, exif->height);
}

size_t cc_exif_write(const cc_exif_t *exif, uint8_t segment[CC_EXIF_MAX])
{
    enum {
        ENTRIES = 10, // at most
        DETAILS = 14,
        FIRST = TIFF_HEAD,
        SECOND = FIRST + 2 + TIFF_ENTRY * ENTRIES + 4,
        MORE = SECOND + 2 + TIFF_ENTRY * DETAILS + 4,
    };
    static const uint8_t tiff_head[TIFF_HEAD] = {'M', 'M', 0, 42, 0, 0, 0, FIRST};
    // Texts of three, two dates, two offsets, three ratios: with them it is full.
    _Static_assert(sizeof segment_head + MORE + 3 * CC_EXIF_TEXT_MAX + 2 * 20 + 2 * 8 + 3 * 8 <=
                       CC_EXIF_MAX,
                   "the longest values fit");
    time_texts_t time;
    memset(segment, 0, CC_EXIF_MAX);
    memcpy(segment, segment_head, sizeof segment_head);
    uint8_t *tiff = segment + sizeof segment_head;
    memcpy(tiff, tiff_head, sizeof tiff_head);
    directory_t directory = {{tiff, CC_EXIF_MAX - sizeof segment_head, true}, FIRST + 2, MORE};
    write_time(exif, &time);
    add_text(&directory, TAG_MAKE, exif->make);
    add_text(&directory, TAG_MODEL, exif->model);
    add_number(&directory, TAG_ORIENTATION, TIFF_SHORT, 1);
    add_ratio(&directory, TAG_X_RESOLUTION, 72, 1);
    add_ratio(&directory, TAG_Y_RESOLUTION, 72, 1);
    add_number(&directory, TAG_RESOLUTION_UNIT, TIFF_SHORT, 2); // inches
    add_text(&directory, TAG_SOFTWARE, exif->software);
    add_text(&directory, TAG_DATE_TIME, time.date);
    add_number(&directory, TAG_YCBCR_POSITIONING, TIFF_SHORT, 1); // centred
    add_number(&directory, TAG_EXIF_IFD, TIFF_LONG, SECOND);
    end_directory(&directory, FIRST);
    directory.entry = SECOND + 2;
    write_details(exif, &time, &directory);
    end_directory(&directory, SECOND);
    size_t len = sizeof segment_head + directory.more;
    assert(len <= CC_EXIF_MAX);
    segment[2] = (uint8_t)((len - 2) >> 8);
    segment[3] = (uint8_t)(len - 2);
    return len;
}
