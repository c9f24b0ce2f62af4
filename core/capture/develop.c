#include "capture/develop.h"

#include <stdlib.h>

#include "util/err.h"

enum {
    // No less at a time: pictures of one size differ by less, and small boards take what is large
    // from their external memory.
    PIECE = 32 * 1024,
};

static const char why_memory[] = "There is not enough memory to turn pictures of this size.";

static size_t in_pieces(size_t len)
{
    return (len + PIECE - 1) / PIECE * PIECE;
}

static int make_room(cc_develop_t *develop, size_t len)
{
    if (develop->work_len >= len)
        return CC_OK;
    free(develop->work);
    develop->work = malloc(in_pieces(len));
    develop->work_len = develop->work ? in_pieces(len) : 0;
    return develop->work ? CC_OK : CC_ERR_MEMORY;
}

static int make_copy_room(cc_develop_t *develop, uint8_t slot, size_t len)
{
    if (develop->copies[slot].cap >= len)
        return CC_OK;
    cc_develop_drop(develop, slot);
    develop->copies[slot].bytes = malloc(in_pieces(len));
    develop->copies[slot].cap = develop->copies[slot].bytes ? in_pieces(len) : 0;
    return develop->copies[slot].bytes ? CC_OK : CC_ERR_MEMORY;
}

int cc_develop_turn(cc_develop_t *develop, uint8_t slot, cc_turn_t turn, cc_span_t picture,
                    cc_turn_plan_t *turned, cc_span_t *out, const char **why)
{
    size_t len = picture.len + picture.len / 8;
    int err = cc_turn_plan(picture.bytes, picture.len, turn, turned, why);
    if (err < 0)
        return err;
    if (make_room(develop, turned->work_len) < 0) {
        *why = why_memory;
        return CC_ERR_MEMORY;
    }
    do {
        if (make_copy_room(develop, slot, len) < 0) {
            *why = why_memory;
            return CC_ERR_MEMORY;
        }
        err = cc_turn_write(turned, develop->work, develop->copies[slot].bytes,
                            develop->copies[slot].cap, &len, why);
    } while (err == CC_ERR_SPACE); // once: now it is known what it takes
    if (err == CC_OK)
        *out = (cc_span_t){develop->copies[slot].bytes, len};
    return err;
}

void cc_develop_drop(cc_develop_t *develop, uint8_t slot)
{
    free(develop->copies[slot].bytes);
    develop->copies[slot].bytes = NULL;
    develop->copies[slot].cap = 0;
}

int cc_develop_measure(cc_develop_t *develop, cc_span_t picture, cc_measured_t *measured)
{
    if (make_room(develop, sizeof(cc_measure_work_t)) < 0)
        return CC_ERR_MEMORY;
    return cc_measure(picture.bytes, picture.len, develop->work, measured);
}

void cc_develop_deinit(cc_develop_t *develop)
{
    for (uint8_t slot = 0; slot < CC_CAPTURE_FRAMES; slot++)
        cc_develop_drop(develop, slot);
    free(develop->work);
    *develop = (cc_develop_t){0};
}
