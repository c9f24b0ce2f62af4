#include "frame/turn.h"

#include <string.h>

#include "frame/entropy.h"
#include "frame/exif.h"
#include "frame/jpeg.h"
#include "util/err.h"

enum {
    CELL_SIZE_SHIFT = 10, // a coefficient as it is in the file: its size, and up to ten bits
    CELL_VALUE = (1 << CELL_SIZE_SHIFT) - 1,
    CODE_LENGTH = 31, // a code to be written: its length in the lowest five bits
    CODE_SHIFT = 5,
    // The largest block: 63 coefficients of 16 and 10 bits, DC of 16 and 11; each byte stuffed.
    BLOCK_LEN_MAX = 2 * ((63 * 26 + 27 + 7) / 8),
    MARGIN = 2 * sizeof(cc_word_t), // what the last MCU left in the word
    MASKS = 64 / CC_WORD_BITS,
    PLACES = 64 + 15, // a run that leads out of the block stays in memory
};

static const char why_broken[] = "The picture's data is broken.";
static const char why_cut[] = "The picture's data ends too early.";
static const char why_too_long[] = "The picture's file is too large.";

// One block between its being read and written. Cells count where their bit is set.
typedef struct {
    int dc;
    cc_word_t mask[MASKS];
    uint16_t cells[64]; // at their new places, in zigzag order
} block_t;

typedef struct {
    uint32_t ac[256]; // by symbol
    uint32_t dc[16];
} codes_t;

typedef struct {
    cc_huffman_t huffman[2][CC_BASELINE_TABLES_MAX];
    codes_t codes[CC_BASELINE_TABLES_MAX]; // .ac and .dc by their own numbers
    block_t blocks[CC_BASELINE_BLOCKS_MAX];
    uint8_t component[CC_BASELINE_BLOCKS_MAX]; // of the n-th block
    uint8_t source[CC_BASELINE_BLOCKS_MAX];    // which block is the n-th when turned
    uint8_t place[PLACES];                     // of the n-th coefficient when turned
    uint16_t sign[PLACES];                     // CELL_VALUE: it turns over
    uint8_t scratch[CC_BASELINE_BLOCKS_MAX * BLOCK_LEN_MAX + MARGIN];
    uint16_t index[]; // an MCU: where it begins (two), and DC before it of each component
} work_t;

typedef struct {
    uint8_t *out;
    size_t cap;
    size_t len; // may be more than cap: then the rest is only counted
} out_t;

static bool fits(const out_t *out)
{
    return out->len <= out->cap;
}

static inline unsigned lowest_bit(cc_word_t mask)
{
    return CC_WORD_BITS == 64 ? (unsigned)__builtin_ctzll(mask)
                              : (unsigned)__builtin_ctz((unsigned)mask);
}

// Where the bytes went; NULL when there was no room.
static uint8_t *put(out_t *out, const uint8_t *bytes, size_t len)
{
    size_t at = out->len;
    out->len += len;
    return fits(out) ? memcpy(out->out + at, bytes, len) : NULL;
}

static size_t index_stride(const cc_baseline_t *picture)
{
    return 2u + picture->n_components;
}

int cc_turn_plan(const uint8_t *bytes, size_t len, cc_turn_t turn, cc_turn_plan_t *plan,
                 const char **why)
{
    cc_turn_plan_t found = {0};
    cc_baseline_t *picture = &found.picture;
    int err = cc_baseline_read(bytes, len, picture, why);
    if (err < 0)
        return err;
    if (picture->len > UINT32_MAX / 8) {
        *why = why_too_long;
        return CC_ERR_UNSUPPORTED;
    }
    unsigned width = picture->width, height = picture->height, bits = turn;
    found.mcus_across = picture->mcus_across;
    found.mcus_down = picture->mcus_down;
    if (width < picture->mcu_width)
        bits &= ~(unsigned)CC_TURN_MIRROR;
    if (height < picture->mcu_height)
        bits &= ~(unsigned)CC_TURN_FLIP;
    if (bits & CC_TURN_MIRROR) {
        found.trimmed_right = (uint16_t)(width % picture->mcu_width);
        found.mcus_across = (uint16_t)(width / picture->mcu_width);
        width -= found.trimmed_right;
    }
    if (bits & CC_TURN_FLIP) {
        found.trimmed_bottom = (uint16_t)(height % picture->mcu_height);
        found.mcus_down = (uint16_t)(height / picture->mcu_height);
        height -= found.trimmed_bottom;
    }
    found.turn = (cc_turn_t)bits;
    found.width = (uint16_t)(bits & CC_TURN_TRANSPOSE ? height : width);
    found.height = (uint16_t)(bits & CC_TURN_TRANSPOSE ? width : height);
    size_t mcus = (size_t)picture->mcus_across * picture->mcus_down;
    found.work_len = sizeof(work_t) + mcus * index_stride(picture) * sizeof(uint16_t);
    *plan = found;
    return CC_OK;
}

static bool transposes(const cc_turn_plan_t *plan)
{
    return plan->turn & CC_TURN_TRANSPOSE;
}

// Places and signs of the coefficients, and the order of an MCU's blocks.
static void init_order(const cc_turn_plan_t *plan, work_t *work)
{
    uint8_t rank[64];
    for (uint8_t k = 0; k < 64; k++)
        rank[cc_zigzag[k]] = k;
    memset(work->place, 0, sizeof work->place);
    memset(work->sign, 0, sizeof work->sign);
    for (unsigned k = 0; k < 64; k++) {
        unsigned row = cc_zigzag[k] / 8, column = cc_zigzag[k] % 8;
        // a cosine of odd frequency is its own opposite when read backwards
        bool turns_over = ((plan->turn & CC_TURN_MIRROR) && column % 2) !=
                          ((plan->turn & CC_TURN_FLIP) && row % 2);
        work->place[k] = rank[transposes(plan) ? 8 * column + row : cc_zigzag[k]];
        work->sign[k] = turns_over ? CELL_VALUE : 0;
    }
    uint8_t first = 0, n = 0;
    for (uint8_t i = 0; i < plan->picture.n_components; i++) {
        unsigned across = plan->picture.components[i].across;
        unsigned down = plan->picture.components[i].down;
        unsigned new_across = transposes(plan) ? down : across;
        for (unsigned block = 0; block < across * down; block++, n++) {
            unsigned new_x = block % new_across, new_y = block / new_across;
            unsigned x = transposes(plan) ? new_y : new_x;
            unsigned y = transposes(plan) ? new_x : new_y;
            if (plan->turn & CC_TURN_MIRROR)
                x = across - 1 - x;
            if (plan->turn & CC_TURN_FLIP)
                y = down - 1 - y;
            work->component[n] = i;
            work->source[n] = (uint8_t)(first + y * across + x);
        }
        first = n;
    }
}

// The code of each symbol; 0: it has none.
static void read_codes(const uint8_t *bits, uint32_t codes[256])
{
    const uint8_t *values = bits + 16;
    uint32_t code = 0;
    memset(codes, 0, 256 * sizeof *codes);
    for (uint32_t length = 1; length <= 16; length++, code <<= 1)
        for (unsigned i = 0; i < bits[length - 1]; i++)
            codes[*values++] = code++ << CODE_SHIFT | length;
}

// Whether every symbol has a code that a picture of 8 bits can need.
static bool is_complete(const uint32_t *codes, bool is_ac)
{
    for (unsigned run = 0; run < (is_ac ? 16u : 1u); run++)
        for (unsigned size = is_ac; size <= (is_ac ? 10u : 11u); size++)
            if (!codes[run << 4 | size])
                return false;
    return !is_ac || (codes[0x00] && codes[0xF0]);
}

// A table of cc_jpeg_standard_dht, which stand one behind the other.
static const uint8_t *standard_table(bool is_ac, bool is_chrominance)
{
    const uint8_t *table = cc_jpeg_standard_dht + 4;
    while (table[0] != (is_ac << 4 | is_chrominance)) {
        size_t values = 0;
        for (size_t i = 1; i <= 16; i++)
            values += table[i];
        table += 17 + values;
    }
    return table + 1;
}

// Makes one table ready to be read and written, and puts it into the turned picture's head. DC's
// come first: their codes are found where those of AC will be.
static int init_table(const cc_turn_plan_t *plan, work_t *work, bool is_ac, unsigned i, out_t *out)
{
    const cc_baseline_huffman_t *table = &plan->picture.huffman[is_ac][i];
    uint32_t *codes = work->codes[i].ac;
    const uint8_t *bits = table->bits;
    int err = cc_huffman_init(&work->huffman[is_ac][i], bits, is_ac);
    if (err < 0)
        return err;
    read_codes(bits, codes);
    // Mirrored, a block has the same runs and sizes; its neighbours differ, and so DC does.
    if ((!is_ac || transposes(plan)) && !is_complete(codes, is_ac)) {
        bits = standard_table(is_ac, i > 0);
        read_codes(bits, codes);
    }
    if (!is_ac)
        memcpy(work->codes[i].dc, codes, sizeof work->codes[i].dc);

    uint8_t head[5] = {0xFF, CC_MARKER_DHT, 0, 0, (uint8_t)(is_ac << 4 | table->id)};
    size_t len = 16;
    for (size_t length = 0; length < 16; length++)
        len += bits[length];
    head[2] = (uint8_t)((len + 3) >> 8);
    head[3] = (uint8_t)(len + 3);
    put(out, head, sizeof head);
    put(out, bits, len);
    return CC_OK;
}

static void write_be16(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void swap_be16(uint8_t *bytes)
{
    const uint8_t first[2] = {bytes[0], bytes[1]};
    memcpy(bytes, bytes + 2, 2);
    memcpy(bytes + 2, first, 2);
}

static void turn_quant(uint8_t *bytes, const cc_baseline_segment_t *segment, const uint8_t *place)
{
    for (size_t at = 0; at < segment->len;) {
        size_t size = segment->bytes[at++] >> 4 ? 2 : 1;
        for (size_t k = 0; k < 64; k++)
            memcpy(bytes + at + place[k] * size, segment->bytes + at + k * size, size);
        at += 64 * size;
    }
}

static void turn_frame(const cc_turn_plan_t *plan, uint8_t *bytes)
{
    write_be16(bytes + 1, plan->height);
    write_be16(bytes + 3, plan->width);
    for (unsigned i = 0; transposes(plan) && i < bytes[5]; i++) {
        uint8_t *sampling = bytes + 7 + 3 * i;
        *sampling = (uint8_t)(*sampling << 4 | *sampling >> 4);
    }
}

// What stands before the data.
static int write_head(const cc_turn_plan_t *plan, work_t *work, out_t *out)
{
    const cc_baseline_t *picture = &plan->picture;
    cc_baseline_segment_t segment;
    size_t at = 0;
    put(out, picture->bytes, 2);
    while (cc_baseline_next(picture, &at, &segment)) {
        if (segment.marker == CC_MARKER_DHT || segment.marker == CC_MARKER_DRI)
            continue;
        uint8_t *copy = put(out, segment.bytes - 4, segment.len + 4);
        if (!copy)
            continue;
        uint8_t *bytes = copy + 4;
        if (segment.marker == CC_MARKER_DQT)
            turn_quant(bytes, &segment, work->place);
        else if (segment.marker == CC_MARKER_SOF0 || segment.marker == CC_MARKER_SOF1)
            turn_frame(plan, bytes);
        else if (segment.marker == CC_MARKER_APP1)
            cc_exif_make_upright(bytes, segment.len, plan->width, plan->height);
        else if (segment.marker == CC_MARKER_APP0 && segment.len >= 12 && transposes(plan) &&
                 memcmp(bytes, "JFIF", 5) == 0)
            swap_be16(bytes + 8); // densities
    }
    for (int is_ac = 0; is_ac < 2; is_ac++)
        for (unsigned i = 0; i < picture->n_huffman[is_ac]; i++)
            if (init_table(plan, work, is_ac, i, out) < 0)
                return CC_ERR_FORMAT;
    put(out, picture->bytes + picture->scan_at, picture->data_at - picture->scan_at);
    return CC_OK;
}

// The first pass: where each MCU begins, and what DC was before it.
static int note_mcus(const cc_baseline_t *picture, work_t *work)
{
    size_t mcus = (size_t)picture->mcus_across * picture->mcus_down;
    const uint8_t *start = picture->bytes + picture->data_at;
    uint16_t *note = work->index;
    int dc[CC_BASELINE_COMPONENTS_MAX] = {0};
    cc_entropy_t entropy;

    cc_entropy_init(&entropy, picture);
    for (size_t mcu = 0; mcu < mcus; mcu++) {
        int restart = cc_entropy_begin_mcu(&entropy, picture, mcu);
        if (restart < 0)
            return restart;
        if (restart)
            memset(dc, 0, sizeof dc);
        unsigned bit;
        const uint8_t *at = cc_entropy_place(&entropy, &bit);
        uint32_t place = (uint32_t)(at - start) << 3 | bit;
        *note++ = (uint16_t)place;
        *note++ = (uint16_t)(place >> 16);
        for (unsigned i = 0; i < picture->n_components; i++)
            *note++ = (uint16_t)dc[i];
        for (unsigned i = 0; i < picture->n_components; i++) {
            const cc_baseline_component_t *component = &picture->components[i];
            const cc_huffman_t *dc_table = &work->huffman[0][component->dc];
            const cc_huffman_t *ac_table = &work->huffman[1][component->ac];
            for (int block = component->across * component->down; block > 0; block--) {
                int difference;
                if (!cc_entropy_dc(&entropy, dc_table, &difference) ||
                    !cc_entropy_skip_ac(&entropy, ac_table))
                    return cc_entropy_is_cut(&entropy) ? CC_ERR_CUT : CC_ERR_FORMAT;
                dc[i] += difference;
                if (dc[i] < INT16_MIN || dc[i] > INT16_MAX)
                    return CC_ERR_FORMAT;
            }
        }
        if (cc_entropy_is_cut(&entropy))
            return CC_ERR_CUT;
    }
    return cc_entropy_marker(&entropy)[1] == CC_MARKER_EOI ? CC_OK : CC_ERR_FORMAT;
}

// The coefficients of a block but DC, at their new places. The first pass has found all of it good;
// bytes that changed since give a wrong picture, or false.
static inline bool read_ac(cc_entropy_t *entropy, const cc_huffman_t *table, const work_t *work,
                           block_t *block)
{
    cc_word_t mask[MASKS] = {0};
    unsigned k = 1;
    while (k < 64) {
        cc_huffman_entry_t entry = cc_entropy_next(entropy, table);
        unsigned size = CC_HUFFMAN_SIZE(entry);
        if (!entry)
            return false;
        k += CC_HUFFMAN_ADVANCE(entry);
        if (!size) {
            cc_entropy_drop(entropy, CC_HUFFMAN_BITS(entry));
            continue;
        }
        unsigned value = cc_entropy_value(entropy, entry);
        value ^= work->sign[k - 1] & ((1u << size) - 1);
        unsigned place = work->place[k - 1];
        block->cells[place] = (uint16_t)(size << CELL_SIZE_SHIFT | value);
        mask[place / CC_WORD_BITS] |= (cc_word_t)1 << place % CC_WORD_BITS;
    }
    memcpy(block->mask, mask, sizeof mask);
    return true;
}

static int read_mcu(const cc_turn_plan_t *plan, work_t *work, const uint16_t *note)
{
    const cc_baseline_t *picture = &plan->picture;
    uint32_t place = note[0] | (uint32_t)note[1] << 16;
    cc_entropy_t entropy = {.end = picture->bytes + picture->len};
    block_t *block = work->blocks;

    cc_entropy_seek(&entropy, picture->bytes + picture->data_at + (place >> 3), place & 7);
    for (unsigned i = 0; i < picture->n_components; i++) {
        const cc_baseline_component_t *component = &picture->components[i];
        const cc_huffman_t *dc_table = &work->huffman[0][component->dc];
        const cc_huffman_t *ac_table = &work->huffman[1][component->ac];
        int dc = (int16_t)note[2 + i];
        for (int n = component->across * component->down; n > 0; n--, block++) {
            int difference;
            if (!cc_entropy_dc(&entropy, dc_table, &difference) ||
                !read_ac(&entropy, ac_table, work, block))
                return CC_ERR_FORMAT;
            block->dc = dc += difference;
        }
    }
    return CC_OK;
}

// Bits on their way out; the lowest of `bits` are the last ones.
typedef struct {
    cc_word_t bits;
    int free; // of the word
    uint8_t *at;
} writer_t;

static inline void write_word(writer_t *writer, cc_word_t word)
{
    uint8_t *at = writer->at;
    if (!cc_word_may_have_ff(word)) {
        for (int i = 0; i < CC_WORD_BITS / 8; i++) // compilers make one store of it
            at[i] = (uint8_t)(word >> (CC_WORD_BITS - 8 - 8 * i));
        writer->at += CC_WORD_BITS / 8;
        return;
    }
    for (int shift = CC_WORD_BITS - 8; shift >= 0; shift -= 8) {
        *at++ = (uint8_t)(word >> shift);
        if (at[-1] == 0xFF)
            *at++ = 0;
    }
    writer->at = at;
}

static inline void write_bits(writer_t *writer, unsigned value, unsigned length)
{
    writer->free -= (int)length;
    if (writer->free < 0) {
        write_word(writer, writer->bits << ((int)length + writer->free) |
                               (cc_word_t)value >> -writer->free);
        writer->free += CC_WORD_BITS;
        writer->bits = value;
    } else {
        writer->bits = writer->bits << length | value;
    }
}

static inline unsigned size_of(unsigned value)
{
    return value ? 32 - (unsigned)__builtin_clz(value) : 0;
}

static inline bool write_dc(writer_t *writer, const uint32_t *codes, int difference)
{
    unsigned size = size_of((unsigned)(difference < 0 ? -difference : difference));
    if (size > 11) // more than eight bits' pictures have
        return false;
    unsigned value = (unsigned)(difference < 0 ? difference - 1 : difference) & ((1u << size) - 1);
    uint32_t code = codes[size];
    write_bits(writer, code >> CODE_SHIFT << size | value, (code & CODE_LENGTH) + size);
    return true;
}

static inline void write_ac(writer_t *writer, const uint32_t *codes, const block_t *block)
{
    unsigned next = 1;
    for (unsigned i = 0; i < MASKS; i++) {
        for (cc_word_t mask = block->mask[i]; mask; mask &= mask - 1) {
            unsigned place = i * CC_WORD_BITS + lowest_bit(mask);
            unsigned cell = block->cells[place], size = cell >> CELL_SIZE_SHIFT;
            unsigned run = place - next;
            for (; run > 15; run -= 16)
                write_bits(writer, codes[0xF0] >> CODE_SHIFT, codes[0xF0] & CODE_LENGTH);
            uint32_t code = codes[run << 4 | size];
            write_bits(writer, code >> CODE_SHIFT << size | (cell & CELL_VALUE),
                       (code & CODE_LENGTH) + size);
            next = place + 1;
        }
    }
    if (next < 64)
        write_bits(writer, codes[0x00] >> CODE_SHIFT, codes[0x00] & CODE_LENGTH);
}

static bool write_mcu(const cc_turn_plan_t *plan, const work_t *work, int *dc, writer_t *to)
{
    writer_t writer = *to; // in registers
    for (unsigned n = 0; n < plan->picture.blocks; n++) {
        const block_t *block = &work->blocks[work->source[n]];
        unsigned i = work->component[n];
        const cc_baseline_component_t *component = &plan->picture.components[i];
        if (!write_dc(&writer, work->codes[component->dc].dc, block->dc - dc[i]))
            return false;
        dc[i] = block->dc;
        write_ac(&writer, work->codes[component->ac].ac, block);
    }
    *to = writer;
    return true;
}

// Fills the last byte with ones.
static void write_end(writer_t *writer)
{
    unsigned rest = (unsigned)writer->free % 8;
    write_bits(writer, (1u << rest) - 1, rest);
    for (int shift = CC_WORD_BITS - 8 - writer->free; shift >= 0; shift -= 8) {
        uint8_t byte = (uint8_t)(writer->bits >> shift);
        *writer->at++ = byte;
        if (byte == 0xFF)
            *writer->at++ = 0;
    }
}

// The second pass: MCU by MCU of the turned picture.
static int write_mcus(const cc_turn_plan_t *plan, work_t *work, out_t *out)
{
    const cc_baseline_t *picture = &plan->picture;
    size_t mcu_len_max = (size_t)picture->blocks * BLOCK_LEN_MAX + MARGIN;
    unsigned new_across = transposes(plan) ? plan->mcus_down : plan->mcus_across;
    size_t mcus = (size_t)plan->mcus_across * plan->mcus_down;
    int dc[CC_BASELINE_COMPONENTS_MAX] = {0};
    writer_t writer = {.free = CC_WORD_BITS};

    for (size_t mcu = 0; mcu < mcus; mcu++) {
        unsigned new_x = (unsigned)(mcu % new_across), new_y = (unsigned)(mcu / new_across);
        unsigned x = transposes(plan) ? new_y : new_x, y = transposes(plan) ? new_x : new_y;
        if (plan->turn & CC_TURN_MIRROR)
            x = plan->mcus_across - 1u - x;
        if (plan->turn & CC_TURN_FLIP)
            y = plan->mcus_down - 1u - y;
        size_t n = (size_t)y * picture->mcus_across + x;
        int err = read_mcu(plan, work, work->index + n * index_stride(picture));
        if (err < 0)
            return err;
        bool room = fits(out) && out->cap - out->len >= mcu_len_max;
        uint8_t *begin = room ? out->out + out->len : work->scratch;
        writer.at = begin;
        if (!write_mcu(plan, work, dc, &writer))
            return CC_ERR_FORMAT;
        if (mcu + 1 == mcus)
            write_end(&writer);
        size_t len = (size_t)(writer.at - begin);
        if (room)
            out->len += len;
        else
            put(out, begin, len);
    }
    return CC_OK;
}

int cc_turn_write(const cc_turn_plan_t *plan, void *memory, uint8_t *bytes, size_t cap,
                  size_t *out_len, const char **why)
{
    static const uint8_t eoi[2] = {0xFF, CC_MARKER_EOI};
    work_t *work = memory;
    out_t out = {bytes, cap, 0};
    init_order(plan, work);
    int err = write_head(plan, work, &out);
    if (err == CC_OK)
        err = note_mcus(&plan->picture, work);
    if (err == CC_OK)
        err = write_mcus(plan, work, &out);
    if (err < 0) {
        *why = err == CC_ERR_CUT ? why_cut : why_broken;
        return err;
    }
    put(&out, eoi, sizeof eoi);
    *out_len = out.len;
    return fits(&out) ? CC_OK : CC_ERR_SPACE;
}
