// An AVI of JPEGs whose sizes are known: where each byte of the file stands, before any is read.
// Pure: nothing of the film is in memory but that plan.
//
//     cc_avi_t avi;
//     int err = cc_avi_plan(&avi, pictures, n, &facts, CC_AVI_RIFF_MAX);   // avi.len bytes
//     n = cc_avi_read(&avi, &cursor, at, out, cap);       // 0: a picture's bytes stand there
//     cc_avi_free(&avi);
//
// The file is a chain of RIFFs, each with a 'movi' list of the pictures ('00dc') and an index of
// them ('ix00'); the head has the index of these indexes ('indx'), and the first RIFF the index
// that AVI had before ('idx1'). So players that know only the old form show the first gigabyte,
// and the others all of it.
//
// Sources: Microsoft, AVI RIFF File Reference; OpenDML AVI File Format Extensions 1.02 (1997).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "timelapse/name.h"

// Bytes of one RIFF. Sizes have 32 bits; old players read them as signed, and OpenDML wants 1 GB.
#define CC_AVI_RIFF_MAX 0x40000000u

typedef struct {
    uint32_t fps; // at least 1
    uint16_t width;
    uint16_t height;
} cc_avi_facts_t;

// One RIFF.
typedef struct {
    uint32_t first; // picture
    uint32_t n;
    uint64_t at;       // where it begins
    uint64_t data_at;  // its first picture's chunk
    uint32_t data_len; // all of these chunks
} cc_avi_riff_t;

typedef struct {
    const cc_kept_t *pictures;
    uint32_t n;
    cc_avi_facts_t facts;
    uint32_t largest; // bytes of a picture
    cc_avi_riff_t *riffs;
    uint32_t n_riffs;
    uint64_t len;
} cc_avi_t;

// Where the reading is; zeroed at first.
typedef struct {
    uint32_t riff;
    uint32_t picture;
    uint64_t chunk_at; // where that picture's chunk begins; 0: nowhere yet
    uint32_t skip;     // bytes of the picture that stand before the place asked for
} cc_avi_cursor_t;

// `pictures` stay the caller's, and there is at least one. Errors: CC_ERR_MEMORY.
int cc_avi_plan(cc_avi_t *avi, const cc_kept_t *pictures, uint32_t n, const cc_avi_facts_t *facts,
                uint32_t riff_max);
void cc_avi_free(cc_avi_t *avi);

// The bytes from `at` (below len) on, as far as they are the file's own. Returns how many of
// `cap`; 0: there stands the picture cursor->picture, from its byte cursor->skip on. In ascending
// order it is fast, in any other it is right.
size_t cc_avi_read(const cc_avi_t *avi, cc_avi_cursor_t *cursor, uint64_t at, uint8_t *out,
                   size_t cap);
