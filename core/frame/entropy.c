#include "frame/entropy.h"

#include "util/err.h"

enum {
    DC_SIZE_MAX = 11, // table F.1
    AC_SIZE_MAX = 10, // table F.2
};

// What the symbol means, without the length of its code; 0: 8-bit baseline has no such symbol.
static cc_huffman_entry_t entry_of(uint8_t symbol, bool is_ac)
{
    unsigned run = symbol >> 4, size = symbol & 15, advance = run + 1;
    if (size > (is_ac ? AC_SIZE_MAX : DC_SIZE_MAX) || (!is_ac && run))
        return 0;
    if (is_ac && !size && run != 15) {
        if (run)
            return 0;
        advance = CC_HUFFMAN_END;
    }
    return (cc_huffman_entry_t)(size << 12 | advance << 5 | size);
}

int cc_huffman_init(cc_huffman_t *table, const uint8_t *bits, bool is_ac)
{
    uint32_t code = 0;
    int32_t n = 0;
    table->values = bits + 16;
    table->is_ac = is_ac;
    memset(table->look, 0, sizeof table->look);
    for (unsigned length = 1; length <= 16; length++) {
        unsigned codes = bits[length - 1];
        code <<= 1;
        if (code + codes > 1u << length)
            return CC_ERR_FORMAT;
        table->offset[length] = n - (int32_t)code;
        for (unsigned i = 0; i < codes && length <= CC_HUFFMAN_LOOK; i++) {
            cc_huffman_entry_t entry = entry_of(table->values[n + (int32_t)i], is_ac);
            unsigned spare = CC_HUFFMAN_LOOK - length;
            for (unsigned rest = 0; entry && rest < 1u << spare; rest++)
                table->look[(code + i) << spare | rest] = (cc_huffman_entry_t)(entry + length);
        }
        n += (int32_t)codes;
        code += codes;
        table->limit[length] = code << (16 - length);
    }
    table->limit[17] = UINT32_MAX;
    return CC_OK;
}

void cc_entropy_fill_slowly(cc_entropy_t *entropy)
{
    while (entropy->n <= CC_WORD_BITS - 8) {
        cc_word_t byte = *entropy->at;
        if (byte != 0xFF) {
            entropy->at += 1;
        } else if (entropy->at[1] == 0) {
            entropy->at += 2;
            entropy->stuffed = entropy->at;
        } else { // a marker, EOI at the latest
            entropy->behind_end += 8;
            byte = 0;
        }
        entropy->bits |= byte << (CC_WORD_BITS - 8 - entropy->n);
        entropy->n += 8;
    }
}

cc_huffman_entry_t cc_entropy_long_code(cc_entropy_t *entropy, const cc_huffman_t *table)
{
    uint32_t code = (uint32_t)(entropy->bits >> (CC_WORD_BITS - 16));
    unsigned length = 1; // a symbol that baseline lacks may have a short code, too
    while (code >= table->limit[length])
        length++;
    if (length > 16)
        return 0;
    cc_huffman_entry_t entry = entry_of(
        table->values[table->offset[length] + (int32_t)(code >> (16 - length))], table->is_ac);
    cc_entropy_drop(entropy, length);
    if (CC_WORD_BITS == 32 && entropy->n < CC_ENTROPY_LEAST)
        cc_entropy_fill(entropy);
    return entry;
}

const uint8_t *cc_entropy_place(const cc_entropy_t *entropy, unsigned *bit)
{
    int n = entropy->n - entropy->behind_end;
    const uint8_t *at = entropy->at - (n + 7) / 8;
    *bit = (unsigned)-n & 7;
    if (at >= entropy->stuffed)
        return at;
    at = entropy->at;
    for (; n > 0; n -= 8)
        at -= at[-1] == 0 && at[-2] == 0xFF ? 2 : 1;
    return at;
}

const uint8_t *cc_entropy_marker(const cc_entropy_t *entropy)
{
    unsigned bit;
    const uint8_t *at = cc_entropy_place(entropy, &bit);
    while (at[0] != 0xFF || at[1] == 0 || at[1] == 0xFF)
        at += at[0] == 0xFF && at[1] == 0 ? 2 : 1;
    return at;
}

void cc_entropy_init(cc_entropy_t *entropy, const cc_baseline_t *picture)
{
    *entropy = (cc_entropy_t){.end = picture->bytes + picture->len,
                              .stuffed = picture->bytes + picture->data_at};
    cc_entropy_seek(entropy, entropy->stuffed, 0);
}

int cc_entropy_begin_mcu(cc_entropy_t *entropy, const cc_baseline_t *picture, size_t mcu)
{
    size_t interval = picture->restart_mcus;
    if (interval == 0 || mcu == 0 || mcu % interval != 0)
        return 0;
    const uint8_t *marker = cc_entropy_marker(entropy);
    if (marker[1] != CC_MARKER_RST0 + (mcu / interval - 1) % 8)
        return CC_ERR_FORMAT;
    cc_entropy_seek(entropy, marker + 2, 0);
    return 1;
}
