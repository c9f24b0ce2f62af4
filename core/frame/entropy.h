// Reads the entropy-coded data of a baseline JPEG symbol by symbol: Huffman tables that answer with
// one look for codes of up to nine bits, and a reader that skips stuffed zeros and minds restart
// markers. For turn.c and measure.c; whatever the bytes are, it ends, and within them.
//
// Inlined, because it runs once for each coefficient of each picture.
//
// Source of the numbers: ITU-T T.81, annex F.2.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "frame/baseline.h"

// The machine's own word, so that small machines shift one register.
#ifndef CC_WORD_BITS
#if SIZE_MAX > UINT32_MAX
#define CC_WORD_BITS 64
#else
#define CC_WORD_BITS 32
#endif
#endif

#if CC_WORD_BITS == 64
typedef uint64_t cc_word_t;
#else
typedef uint32_t cc_word_t;
#endif

enum {
    CC_HUFFMAN_LOOK = 9, // bits
    // Before a symbol so many bits must be there: 9 + 11 of a short code and its value; where the
    // word is wide, 16 + 11 of any.
    CC_ENTROPY_LEAST = CC_WORD_BITS == 64 ? 32 : 20,
};

// What a code means. bits: code and value together, in so far as they are not read yet; advance: by
// how many coefficients (1..16), CC_HUFFMAN_END when none follow in the block; size: bits of the
// value, which are the last of `bits`. 0 is no code.
typedef uint16_t cc_huffman_entry_t;
#define CC_HUFFMAN_BITS(entry)    ((entry)&31u)
#define CC_HUFFMAN_ADVANCE(entry) ((entry) >> 5 & 127u)
#define CC_HUFFMAN_SIZE(entry)    ((entry) >> 12)
#define CC_HUFFMAN_END            127u

typedef struct {
    cc_huffman_entry_t look[1 << CC_HUFFMAN_LOOK]; // 0: the code is longer, or none
    uint32_t limit[18]; // codes of n bits, filled up to 16 bits, are below limit[n]; [17]: none are
    int32_t offset[17]; // a code of n bits has the value values[offset[n] + code]
    const uint8_t *values;
    bool is_ac;
} cc_huffman_t;

// Makes the table ready; `bits` as in the file. CC_ERR_FORMAT: more codes than there can be.
int cc_huffman_init(cc_huffman_t *table, const uint8_t *bits, bool is_ac);

typedef struct {
    cc_word_t bits;         // the next ones, left-aligned
    int n;                  // how many
    int behind_end;         // of them, zeros that stand behind the end
    const uint8_t *at;      // the byte after them
    const uint8_t *end;     // of the picture: EOI stands before it
    const uint8_t *stuffed; // behind the last stuffed zero that was read
} cc_entropy_t;

void cc_entropy_fill_slowly(cc_entropy_t *entropy);
cc_huffman_entry_t cc_entropy_long_code(cc_entropy_t *entropy, const cc_huffman_t *table);

static inline bool cc_word_may_have_ff(cc_word_t word)
{
    const cc_word_t ones = (cc_word_t)-1 / 255;
    return (word & (ones << 7) & ~(word + ones)) != 0;
}

static inline cc_word_t cc_word_load_be(const uint8_t *bytes)
{
    cc_word_t word = 0;
    for (size_t i = 0; i < sizeof word; i++) // compilers make one load of it
        word = word << 8 | bytes[i];
    return word;
}

// Afterwards there are at least CC_WORD_BITS - 7 bits; behind the end they are 0.
static inline void cc_entropy_fill(cc_entropy_t *entropy)
{
    if (entropy->end - entropy->at >= (ptrdiff_t)sizeof(cc_word_t)) {
        cc_word_t next = cc_word_load_be(entropy->at);
        if (!cc_word_may_have_ff(next)) {
            int bytes = (CC_WORD_BITS - 1 - entropy->n) >> 3;
            entropy->bits |= next >> entropy->n;
            entropy->at += bytes;
            entropy->n += 8 * bytes;
            return;
        }
    }
    cc_entropy_fill_slowly(entropy);
}

static inline void cc_entropy_seek(cc_entropy_t *entropy, const uint8_t *at, int bit)
{
    entropy->bits = 0;
    entropy->n = entropy->behind_end = 0;
    entropy->at = at;
    cc_entropy_fill(entropy);
    entropy->bits <<= bit;
    entropy->n -= bit;
}

static inline void cc_entropy_drop(cc_entropy_t *entropy, unsigned bits)
{
    entropy->bits <<= bits;
    entropy->n -= (int)bits;
}

// The next symbol; its code (when it is a long one) is dropped, its `bits` are there to be read.
static inline cc_huffman_entry_t cc_entropy_next(cc_entropy_t *entropy, const cc_huffman_t *table)
{
    if (entropy->n < CC_ENTROPY_LEAST)
        cc_entropy_fill(entropy);
    cc_huffman_entry_t entry = table->look[entropy->bits >> (CC_WORD_BITS - CC_HUFFMAN_LOOK)];
    return entry ? entry : cc_entropy_long_code(entropy, table);
}

// The value of a symbol whose size is not 0, as it is in the file: below half of its range it is
// negative, and one's complement.
static inline unsigned cc_entropy_value(cc_entropy_t *entropy, cc_huffman_entry_t entry)
{
    unsigned bits = CC_HUFFMAN_BITS(entry);
    unsigned value = (unsigned)(entropy->bits >> (CC_WORD_BITS - bits));
    cc_entropy_drop(entropy, bits);
    return value & ((1u << CC_HUFFMAN_SIZE(entry)) - 1);
}

// The difference of DC that comes next; false: no such code.
static inline bool cc_entropy_dc(cc_entropy_t *entropy, const cc_huffman_t *table, int *difference)
{
    cc_huffman_entry_t entry = cc_entropy_next(entropy, table);
    unsigned size = CC_HUFFMAN_SIZE(entry);
    *difference = 0;
    if (size) {
        int value = (int)cc_entropy_value(entropy, entry);
        *difference = value >> (size - 1) ? value : value - (1 << size) + 1;
    } else {
        cc_entropy_drop(entropy, CC_HUFFMAN_BITS(entry));
    }
    return entry != 0;
}

// Passes over the rest of a block; false: it is broken.
static inline bool cc_entropy_skip_ac(cc_entropy_t *entropy, const cc_huffman_t *table)
{
    unsigned k = 1;
    while (k < 64) {
        cc_huffman_entry_t entry = cc_entropy_next(entropy, table);
        if (!entry)
            return false;
        cc_entropy_drop(entropy, CC_HUFFMAN_BITS(entry));
        k += CC_HUFFMAN_ADVANCE(entry);
    }
    return k == 64 || k > CC_HUFFMAN_END;
}

// Whether more was read than there is.
static inline bool cc_entropy_is_cut(const cc_entropy_t *entropy)
{
    return entropy->n < entropy->behind_end;
}

// Where the next bit stands: its byte, and *bit (0..7) from the highest.
const uint8_t *cc_entropy_place(const cc_entropy_t *entropy, unsigned *bit);

// The marker that ends this run of data, wherever the reader is in it: its 0xFF.
const uint8_t *cc_entropy_marker(const cc_entropy_t *entropy);

// Begins with the data.
void cc_entropy_init(cc_entropy_t *entropy, const cc_baseline_t *picture);
// To be called before each MCU, from 0 on. 1: a restart marker was due, and DC begins at 0 again;
// CC_ERR_FORMAT: it does not stand there.
int cc_entropy_begin_mcu(cc_entropy_t *entropy, const cc_baseline_t *picture, size_t mcu);
