// The parts of a baseline JPEG that one needs before its entropy-coded data can be read:
// components, tables, where the data begins. Nothing is decoded. Pure; any thread.
//
//     cc_baseline_t picture;
//     const char *why;
//     if (cc_baseline_read(bytes, len, &picture, &why) < 0)
//         cc_log(log, CC_LOG_WARNING, "capture", "%s", why);
//
// Source of the numbers: ITU-T T.81, annex B.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/span.h"

enum {
    CC_BASELINE_COMPONENTS_MAX = 4,
    CC_BASELINE_BLOCKS_MAX = 10, // in one MCU (B.2.3)
    CC_BASELINE_TABLES_MAX = 2,  // Huffman tables of one class in a scan (table B.5)
};

// Markers that more than one file asks for.
enum {
    CC_MARKER_SOF0 = 0xC0,
    CC_MARKER_SOF1 = 0xC1,
    CC_MARKER_DHT = 0xC4,
    CC_MARKER_RST0 = 0xD0,
    CC_MARKER_SOI = 0xD8,
    CC_MARKER_EOI = 0xD9,
    CC_MARKER_SOS = 0xDA,
    CC_MARKER_DQT = 0xDB,
    CC_MARKER_DRI = 0xDD,
    CC_MARKER_APP0 = 0xE0,
    CC_MARKER_APP1 = 0xE1,
};

// Where the n-th coefficient of a block stands: 8 * row + column (figure A.6).
extern const uint8_t cc_zigzag[64];

// Two bytes as markers' segments have them.
static inline uint16_t cc_read_be16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

typedef struct {
    uint8_t id;
    uint8_t across; // blocks in an MCU: sampling factors; 1 when it is the only component
    uint8_t down;
    uint8_t quant; // number of its quantisation table
    uint8_t dc;    // index of its Huffman tables in huffman[0] and [1]
    uint8_t ac;
} cc_baseline_component_t;

typedef struct {
    uint8_t id;          // the number it has in the file, 0..3
    const uint8_t *bits; // how many codes of each length 1..16; their values follow (B.2.4.2)
} cc_baseline_huffman_t;

typedef struct {
    const uint8_t *bytes;
    size_t len;        // from SOI to EOI
    uint16_t width;    // pixels
    uint16_t height;   // pixels
    uint8_t blocks;    // in one MCU
    uint8_t mcu_width; // pixels
    uint8_t mcu_height;
    uint8_t n_components;
    cc_baseline_component_t components[CC_BASELINE_COMPONENTS_MAX];
    cc_baseline_huffman_t huffman[2][CC_BASELINE_TABLES_MAX]; // [0] for DC, [1] for AC
    uint8_t n_huffman[2];
    const uint8_t *quant[4]; // 64 values in zigzag order
    bool quant_wide[4];      // of two bytes each
    uint16_t mcus_across;    // those that are cut by the edge included
    uint16_t mcus_down;
    uint16_t restart_mcus; // between two restart markers; 0: there are none
    size_t scan_at;        // offset of SOS
    size_t data_at;        // offset of the entropy-coded data
} cc_baseline_t;

// Reads what stands before the data of one whole JPEG; a Huffman table that is missing is the
// standard one, as MJPEG has it. On error `why` is a sentence for people, static. Errors:
// CC_ERR_CUT, CC_ERR_FORMAT, CC_ERR_UNSUPPORTED (a JPEG of another kind).
int cc_baseline_read(const uint8_t *bytes, size_t len, cc_baseline_t *picture, const char **why);

// One marker segment after the other, of a picture that cc_baseline_read took: *at begins at 0 and
// moves on. False when SOS is reached, which stays unread.
typedef struct {
    uint8_t marker;
    const uint8_t *bytes; // behind the two bytes of its length
    size_t len;
} cc_baseline_segment_t;

bool cc_baseline_next(const cc_baseline_t *picture, size_t *at, cc_baseline_segment_t *segment);
