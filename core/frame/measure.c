#include "frame/measure.h"

#include "util/err.h"

enum {
    LEVEL_0 = 1024,      // what DC lacks of eight times the mean of a block's pixels
    LEVEL_LEAST = 8 * 8, // in the dark there is only noise to be seen
};

typedef struct {
    uint64_t detail;
    int64_t level; // eight times the mean of each block
} sums_t;

// The n-th step of luminance's quantisation.
static unsigned step_of(const cc_baseline_t *picture, size_t n)
{
    unsigned table = picture->components[0].quant;
    const uint8_t *steps = picture->quant[table];
    return picture->quant_wide[table] ? cc_read_be16(steps + 2 * n) : steps[n];
}

// The rest of a block of luminance; false: it is broken.
static inline bool add_ac(cc_entropy_t *entropy, const cc_huffman_t *table, const uint32_t *weight,
                          uint64_t *detail)
{
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
        if (k > 64)
            return false;
        unsigned value = cc_entropy_value(entropy, entry);
        if (value >> (size - 1) == 0)
            value ^= (1u << size) - 1; // a negative one
        *detail += (uint64_t)value * weight[k - 1];
    }
    return k == 64 || k > CC_HUFFMAN_END;
}

static int add_up(const cc_baseline_t *picture, const cc_measure_work_t *work, sums_t *sums)
{
    size_t mcus = (size_t)picture->mcus_across * picture->mcus_down;
    int32_t step = (int32_t)step_of(picture, 0), dc = 0;
    cc_entropy_t entropy;

    cc_entropy_init(&entropy, picture);
    for (size_t mcu = 0; mcu < mcus; mcu++) {
        int restart = cc_entropy_begin_mcu(&entropy, picture, mcu);
        if (restart < 0)
            return restart;
        if (restart)
            dc = 0;
        for (unsigned i = 0; i < picture->n_components; i++) {
            const cc_baseline_component_t *component = &picture->components[i];
            const cc_huffman_t *dc_table = &work->huffman[0][component->dc];
            const cc_huffman_t *ac_table = &work->huffman[1][component->ac];
            for (int block = component->across * component->down; block > 0; block--) {
                int difference;
                bool good = cc_entropy_dc(&entropy, dc_table, &difference) &&
                            (i == 0 ? add_ac(&entropy, ac_table, work->weight, &sums->detail)
                                    : cc_entropy_skip_ac(&entropy, ac_table));
                if (!good)
                    return cc_entropy_is_cut(&entropy) ? CC_ERR_CUT : CC_ERR_FORMAT;
                if (i > 0)
                    continue;
                dc += difference;
                if (dc < INT16_MIN || dc > INT16_MAX)
                    return CC_ERR_FORMAT;
                sums->level += (int64_t)dc * step + LEVEL_0;
            }
        }
        if (cc_entropy_is_cut(&entropy))
            return CC_ERR_CUT;
    }
    return CC_OK;
}

int cc_measure(const uint8_t *bytes, size_t len, cc_measure_work_t *work, cc_measured_t *measured)
{
    cc_baseline_t picture;
    const char *why;
    int err = cc_baseline_read(bytes, len, &picture, &why);
    if (err < 0)
        return err;
    for (int is_ac = 0; is_ac < 2; is_ac++) {
        for (unsigned i = 0; i < picture.n_huffman[is_ac]; i++) {
            err = cc_huffman_init(&work->huffman[is_ac][i], picture.huffman[is_ac][i].bits, is_ac);
            if (err < 0)
                return err;
        }
    }
    for (size_t k = 0; k < 64; k++)
        work->weight[k] = step_of(&picture, k) * (cc_zigzag[k] / 8u + cc_zigzag[k] % 8u);
    sums_t sums = {0};
    err = add_up(&picture, work, &sums);
    if (err < 0)
        return err;
    int64_t blocks = (int64_t)picture.mcus_across * picture.mcus_down *
                     picture.components[0].across * picture.components[0].down;
    int64_t brightness = sums.level / (8 * blocks);
    uint64_t level =
        (uint64_t)(sums.level > LEVEL_LEAST * blocks ? sums.level : LEVEL_LEAST * blocks);
    uint64_t sharpness = 1000 * sums.detail / level;
    measured->brightness = (uint8_t)(brightness < 0 ? 0 : brightness > 255 ? 255 : brightness);
    measured->sharpness = (uint16_t)(sharpness > UINT16_MAX ? UINT16_MAX : sharpness);
    return CC_OK;
}
