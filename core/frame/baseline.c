#include "frame/baseline.h"

#include "frame/jpeg.h"
#include "util/err.h"

static const char why_cut[] = "The picture ends too early.";
static const char why_no_jpeg[] = "It is no JPEG, or its markers contradict each other.";
static const char why_tables[] = "The picture lacks tables, or they are broken.";
static const char why_other_kind[] = "The picture is not a baseline JPEG: progressive, arithmetic, "
                                     "lossless or of more than 8 bits.";
static const char why_colours[] = "The picture has more than four colours.";
static const char why_scans[] = "The picture's colours come one after another.";

const uint8_t cc_zigzag[64] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

bool cc_baseline_next(const cc_baseline_t *picture, size_t *at, cc_baseline_segment_t *segment)
{
    if (*at == 0)
        *at = 2; // behind SOI
    while (picture->bytes[*at + 1] == 0xFF)
        *at += 1; // fill bytes
    const uint8_t *marker = picture->bytes + *at;
    if (marker[1] == CC_MARKER_SOS)
        return false;
    segment->marker = marker[1];
    segment->bytes = marker + 4;
    segment->len = cc_read_be16(marker + 2) - 2u;
    *at += 4 + segment->len;
    return true;
}

// What is defined so far; a later definition takes the place of an earlier one.
typedef struct {
    const uint8_t *huffman[2][4];
    cc_baseline_segment_t frame; // SOF0 or SOF1; its bytes are NULL when another kind was meant
} defined_t;

static int read_quant(cc_baseline_t *picture, const cc_baseline_segment_t *segment)
{
    for (size_t at = 0; at < segment->len;) {
        unsigned wide = segment->bytes[at] >> 4, id = segment->bytes[at] & 15;
        size_t size = 1 + (wide ? 128 : 64);
        if (wide > 1 || id > 3 || size > segment->len - at)
            return CC_ERR_FORMAT;
        picture->quant[id] = segment->bytes + at + 1;
        picture->quant_wide[id] = wide;
        at += size;
    }
    return CC_OK;
}

static int read_huffman(defined_t *defined, const cc_baseline_segment_t *segment)
{
    for (size_t at = 0; at < segment->len;) {
        unsigned class = segment->bytes[at] >> 4, id = segment->bytes[at] & 15;
        if (class > 1 || id > 3 || segment->len - at < 17)
            return CC_ERR_FORMAT;
        size_t values = 0;
        for (size_t i = 1; i <= 16; i++)
            values += segment->bytes[at + i];
        if (values > 256 || values > segment->len - at - 17)
            return CC_ERR_FORMAT;
        defined->huffman[class][id] = segment->bytes + at + 1;
        at += 17 + values;
    }
    return CC_OK;
}

static void define_standard_tables(defined_t *defined)
{
    const cc_baseline_segment_t segment = {CC_MARKER_DHT, cc_jpeg_standard_dht + 4,
                                           sizeof cc_jpeg_standard_dht - 4};
    read_huffman(defined, &segment);
}

static int read_components(cc_baseline_t *picture, const defined_t *defined, const char **why)
{
    const uint8_t *frame = defined->frame.bytes;
    unsigned n = frame[5], across_most = 1, down_most = 1, blocks = 0;
    if (n > CC_BASELINE_COMPONENTS_MAX) {
        *why = why_colours;
        return CC_ERR_UNSUPPORTED;
    }
    for (unsigned i = 0; i < n; i++) {
        cc_baseline_component_t *component = &picture->components[i];
        const uint8_t *bytes = frame + 6 + 3 * i;
        unsigned across = bytes[1] >> 4, down = bytes[1] & 15;
        if (across < 1 || across > 4 || down < 1 || down > 4 || bytes[2] > 3)
            return CC_ERR_FORMAT;
        if (n == 1)
            across = down = 1; // alone, its MCU is one block, whatever it says (A.2.2)
        component->id = bytes[0];
        component->across = (uint8_t)across;
        component->down = (uint8_t)down;
        component->quant = bytes[2];
        blocks += across * down;
        across_most = across > across_most ? across : across_most;
        down_most = down > down_most ? down : down_most;
        if (!picture->quant[bytes[2]])
            return CC_ERR_FORMAT;
    }
    if (blocks > CC_BASELINE_BLOCKS_MAX)
        return CC_ERR_FORMAT;
    picture->n_components = (uint8_t)n;
    picture->blocks = (uint8_t)blocks;
    picture->mcu_width = (uint8_t)(8 * across_most);
    picture->mcu_height = (uint8_t)(8 * down_most);
    picture->mcus_across =
        (uint16_t)((picture->width + picture->mcu_width - 1u) / picture->mcu_width);
    picture->mcus_down =
        (uint16_t)((picture->height + picture->mcu_height - 1u) / picture->mcu_height);
    return CC_OK;
}

// The index of a Huffman table among those that the scan uses; negative: there is none.
static int use_table(cc_baseline_t *picture, const defined_t *defined, unsigned class, unsigned id)
{
    uint8_t n = picture->n_huffman[class];
    cc_baseline_huffman_t *used = picture->huffman[class];
    for (uint8_t i = 0; i < n; i++)
        if (used[i].id == id)
            return i;
    if (id > 3 || !defined->huffman[class][id])
        return CC_ERR_FORMAT;
    if (n == CC_BASELINE_TABLES_MAX)
        return CC_ERR_UNSUPPORTED;
    used[n] = (cc_baseline_huffman_t){(uint8_t)id, defined->huffman[class][id]};
    picture->n_huffman[class]++;
    return n;
}

static int read_scan_header(cc_baseline_t *picture, const defined_t *defined, const char **why)
{
    const uint8_t *scan = picture->bytes + picture->scan_at + 2;
    unsigned len = cc_read_be16(scan), n = picture->n_components;
    if (len < 6 || len != 6u + 2u * scan[2]) {
        *why = why_no_jpeg;
        return CC_ERR_FORMAT;
    }
    if (scan[2] != n) {
        *why = why_scans;
        return CC_ERR_UNSUPPORTED;
    }
    for (unsigned i = 0; i < n; i++) {
        cc_baseline_component_t *component = &picture->components[i];
        const uint8_t *bytes = scan + 3 + 2 * i;
        if (bytes[0] != component->id) {
            *why = why_no_jpeg;
            return CC_ERR_FORMAT;
        }
        int dc = use_table(picture, defined, 0, bytes[1] >> 4);
        int ac = use_table(picture, defined, 1, bytes[1] & 15);
        if (dc < 0 || ac < 0) {
            *why = why_tables;
            return dc < 0 ? dc : ac;
        }
        component->dc = (uint8_t)dc;
        component->ac = (uint8_t)ac;
    }
    // the whole spectrum at its whole precision: Ss, Se, Ah and Al
    if (scan[3 + 2 * n] != 0 || scan[4 + 2 * n] != 63 || scan[5 + 2 * n] != 0) {
        *why = why_no_jpeg;
        return CC_ERR_FORMAT;
    }
    picture->data_at = picture->scan_at + 2 + len;
    return CC_OK;
}

static int read_segments(cc_baseline_t *picture, defined_t *defined, const char **why)
{
    cc_baseline_segment_t segment;
    size_t at = 0;
    *why = why_tables;
    while (cc_baseline_next(picture, &at, &segment)) {
        int err = CC_OK;
        if (segment.marker == CC_MARKER_DQT)
            err = read_quant(picture, &segment);
        else if (segment.marker == CC_MARKER_DHT)
            err = read_huffman(defined, &segment);
        else if (segment.marker == CC_MARKER_DRI && segment.len == 2)
            picture->restart_mcus = cc_read_be16(segment.bytes);
        else if (segment.marker == CC_MARKER_SOF0 || segment.marker == CC_MARKER_SOF1)
            defined->frame = segment;
        if (err < 0)
            return err;
    }
    picture->scan_at = at;
    return CC_OK;
}

int cc_baseline_read(const uint8_t *bytes, size_t len, cc_baseline_t *out, const char **why)
{
    cc_jpeg_info_t info;
    int err = cc_jpeg_read(bytes, len, &info);
    if (err < 0) {
        *why = err == CC_ERR_CUT ? why_cut : why_no_jpeg;
        return err;
    }
    cc_baseline_t picture = {
        .bytes = bytes, .len = info.len, .width = info.width, .height = info.height};
    defined_t defined = {0};
    const char *reason;
    define_standard_tables(&defined);
    err = read_segments(&picture, &defined, &reason);
    if (err == CC_OK && (!defined.frame.bytes || defined.frame.bytes[0] != 8)) {
        reason = why_other_kind;
        err = CC_ERR_UNSUPPORTED;
    }
    if (err == CC_OK)
        err = read_components(&picture, &defined, &reason);
    if (err == CC_OK)
        err = read_scan_header(&picture, &defined, &reason);
    if (err < 0) {
        *why = reason;
        return err;
    }
    // Each block takes at least two bits: a size that the data cannot fill asks for no memory.
    uint64_t bits_least = 2ull * picture.blocks * picture.mcus_across * picture.mcus_down;
    if (bits_least > 8ull * (picture.len - picture.data_at)) {
        *why = why_cut;
        return CC_ERR_CUT;
    }
    *out = picture;
    return CC_OK;
}
