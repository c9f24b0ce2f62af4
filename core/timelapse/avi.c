#include "timelapse/avi.h"

#include <stdlib.h>
#include <string.h>

#include "util/err.h"

// Bytes. A chunk has 8 of name and size before its content, a list 4 of kind more.
enum {
    CHUNK = 8,
    LIST = 12,
    AVIH = 56,
    STRH = 56,
    STRF = 40,
    DMLH = 248,
    INDEX = 24, // of an 'indx' or 'ix00' before its entries
    INDX_ENTRY = 16,
    IX_ENTRY = 8,
    IDX1_ENTRY = 16,
};

enum {
    AVIF_HASINDEX = 0x10,
    AVIIF_KEYFRAME = 0x10,
    AVI_INDEX_OF_INDEXES = 0,
    AVI_INDEX_OF_CHUNKS = 1,
};

// Writes what stands from `at` on, in order; what a reader asked for of it is kept.
typedef struct {
    uint64_t at;
    uint64_t wanted; // the next byte that the reader wants
    uint8_t *out;
    size_t cap;
    size_t len;
} writer_t;

static void put(writer_t *writer, const void *bytes, size_t n)
{
    uint64_t end = writer->at + n;
    if (end > writer->wanted && writer->len < writer->cap) {
        size_t skip = (size_t)(writer->wanted - writer->at);
        size_t count = n - skip;
        if (count > writer->cap - writer->len)
            count = writer->cap - writer->len;
        memcpy(writer->out + writer->len, (const uint8_t *)bytes + skip, count);
        writer->len += count;
        writer->wanted += count;
    }
    writer->at = end;
}

static void put_number(writer_t *writer, uint64_t value, size_t n_bytes)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < n_bytes; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    put(writer, bytes, n_bytes);
}

static void put16(writer_t *writer, uint32_t value)
{
    put_number(writer, value, 2);
}

static void put32(writer_t *writer, uint32_t value)
{
    put_number(writer, value, 4);
}

static void put_zeros(writer_t *writer, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++)
        put32(writer, 0);
}

static void put_chunk(writer_t *writer, const char *name, uint32_t len)
{
    put(writer, name, 4);
    put32(writer, len);
}

// `len` of what stands behind the kind.
static void put_list(writer_t *writer, const char *name, uint32_t len, const char *kind)
{
    put_chunk(writer, name, 4 + len);
    put(writer, kind, 4);
}

static uint32_t chunk_len(const cc_kept_t *picture)
{
    return CHUNK + picture->bytes + picture->bytes % 2;
}

static uint32_t indx_len(uint32_t n_riffs)
{
    return INDEX + INDX_ENTRY * n_riffs;
}

static uint32_t ix_len(uint32_t n)
{
    return CHUNK + INDEX + IX_ENTRY * n;
}

static uint32_t idx1_len(uint32_t n)
{
    return CHUNK + IDX1_ENTRY * n;
}

static uint32_t strl_len(uint32_t n_riffs)
{
    return CHUNK + STRH + CHUNK + STRF + CHUNK + indx_len(n_riffs);
}

static uint32_t hdrl_len(uint32_t n_riffs)
{
    return CHUNK + AVIH + LIST + strl_len(n_riffs) + LIST + CHUNK + DMLH;
}

// Behind a RIFF's pictures; the head before them is not counted.
static uint32_t indexes_len(uint32_t n, bool is_first)
{
    return ix_len(n) + (is_first ? idx1_len(n) : 0);
}

static uint32_t movi_len(const cc_avi_riff_t *riff)
{
    return riff->data_len + ix_len(riff->n);
}

static uint64_t riff_end(const cc_avi_riff_t *riff)
{
    return riff->data_at + riff->data_len + indexes_len(riff->n, riff->first == 0);
}

// Shares the pictures out to RIFFs. Returns how many; NULL: only counts.
static uint32_t share_out(const cc_avi_t *avi, uint32_t riff_max, cc_avi_riff_t *riffs)
{
    uint32_t n_riffs = 0;
    cc_avi_riff_t riff = {0};
    for (uint32_t i = 0; i < avi->n; i++) {
        uint32_t len = chunk_len(&avi->pictures[i]);
        uint64_t with = (uint64_t)riff.data_len + len + indexes_len(riff.n + 1, riff.first == 0);
        if (riff.n > 0 && with > riff_max) {
            if (riffs)
                riffs[n_riffs] = riff;
            n_riffs++;
            riff = (cc_avi_riff_t){.first = i};
        }
        riff.n++;
        riff.data_len += len;
    }
    if (riffs)
        riffs[n_riffs] = riff;
    return n_riffs + 1;
}

int cc_avi_plan(cc_avi_t *avi, const cc_kept_t *pictures, uint32_t n, const cc_avi_facts_t *facts,
                uint32_t riff_max)
{
    cc_avi_t plan = {.pictures = pictures, .n = n, .facts = *facts};
    for (uint32_t i = 0; i < n; i++)
        if (pictures[i].bytes > plan.largest)
            plan.largest = pictures[i].bytes;
    plan.n_riffs = share_out(&plan, riff_max, NULL);
    plan.riffs = calloc(plan.n_riffs, sizeof *plan.riffs);
    if (!plan.riffs)
        return CC_ERR_MEMORY;
    share_out(&plan, riff_max, plan.riffs);
    for (uint32_t i = 0; i < plan.n_riffs; i++) {
        cc_avi_riff_t *riff = &plan.riffs[i];
        riff->at = plan.len;
        riff->data_at = riff->at + LIST + LIST + (i == 0 ? LIST + hdrl_len(plan.n_riffs) : 0);
        plan.len = riff_end(riff);
    }
    *avi = plan;
    return CC_OK;
}

void cc_avi_free(cc_avi_t *avi)
{
    free(avi->riffs);
    *avi = (cc_avi_t){0};
}

static void put_main_header(writer_t *writer, const cc_avi_t *avi)
{
    put_chunk(writer, "avih", AVIH);
    put32(writer, 1000000 / avi->facts.fps); // microseconds a picture
    put32(writer, 0);                        // bytes a second: unknown
    put32(writer, 0);
    put32(writer, AVIF_HASINDEX);
    put32(writer, avi->riffs[0].n); // pictures of the first RIFF
    put32(writer, 0);
    put32(writer, 1); // streams
    put32(writer, CHUNK + avi->largest);
    put32(writer, avi->facts.width);
    put32(writer, avi->facts.height);
    put_zeros(writer, 4);
}

static void put_stream(writer_t *writer, const cc_avi_t *avi)
{
    put_chunk(writer, "strh", STRH);
    put(writer, "vidsMJPG", 8);
    put_zeros(writer, 3);
    put32(writer, 1); // seconds for …
    put32(writer, avi->facts.fps);
    put32(writer, 0);
    put32(writer, avi->n);
    put32(writer, CHUNK + avi->largest);
    put32(writer, UINT32_MAX); // quality: the driver's own
    put32(writer, 0);
    put32(writer, 0); // the frame: left, top, right, bottom
    put16(writer, avi->facts.width);
    put16(writer, avi->facts.height);
    put_chunk(writer, "strf", STRF); // a BITMAPINFOHEADER
    put32(writer, STRF);
    put32(writer, avi->facts.width);
    put32(writer, avi->facts.height);
    put16(writer, 1);  // planes
    put16(writer, 24); // bits a pixel
    put(writer, "MJPG", 4);
    put32(writer, (uint32_t)avi->facts.width * avi->facts.height * 3);
    put_zeros(writer, 4);
}

static void put_index_head(writer_t *writer, uint32_t words, uint32_t kind, uint32_t n)
{
    put16(writer, words); // of an entry
    put16(writer, kind << 8);
    put32(writer, n);
    put(writer, "00dc", 4);
}

static void put_index_of_indexes(writer_t *writer, const cc_avi_t *avi)
{
    put_chunk(writer, "indx", indx_len(avi->n_riffs));
    put_index_head(writer, INDX_ENTRY / 4, AVI_INDEX_OF_INDEXES, avi->n_riffs);
    put_zeros(writer, 3);
    for (uint32_t i = 0; i < avi->n_riffs; i++) {
        const cc_avi_riff_t *riff = &avi->riffs[i];
        put_number(writer, riff->data_at + riff->data_len, 8);
        put32(writer, ix_len(riff->n));
        put32(writer, riff->n);
    }
}

static void put_riff_head(writer_t *writer, const cc_avi_t *avi, const cc_avi_riff_t *riff)
{
    bool is_first = riff->first == 0;
    uint32_t len = (uint32_t)(riff_end(riff) - riff->at) - LIST;
    put_list(writer, "RIFF", len, is_first ? "AVI " : "AVIX");
    if (is_first) {
        put_list(writer, "LIST", hdrl_len(avi->n_riffs), "hdrl");
        put_main_header(writer, avi);
        put_list(writer, "LIST", strl_len(avi->n_riffs), "strl");
        put_stream(writer, avi);
        put_index_of_indexes(writer, avi);
        put_list(writer, "LIST", CHUNK + DMLH, "odml");
        put_chunk(writer, "dmlh", DMLH);
        put32(writer, avi->n);
        put_zeros(writer, DMLH / 4 - 1);
    }
    put_list(writer, "LIST", movi_len(riff), "movi");
}

static void go_to_begin(const cc_avi_t *avi, cc_avi_cursor_t *cursor, uint32_t riff)
{
    *cursor = (cc_avi_cursor_t){
        .riff = riff,
        .picture = avi->riffs[riff].first,
        .chunk_at = avi->riffs[riff].data_at,
    };
}

static void go_on(const cc_avi_t *avi, cc_avi_cursor_t *cursor)
{
    cursor->chunk_at += chunk_len(&avi->pictures[cursor->picture]);
    cursor->picture++;
}

static void go_to_picture(const cc_avi_t *avi, cc_avi_cursor_t *cursor, uint32_t riff,
                          uint32_t picture)
{
    if (cursor->chunk_at == 0 || cursor->riff != riff || cursor->picture > picture)
        go_to_begin(avi, cursor, riff);
    while (cursor->picture < picture)
        go_on(avi, cursor);
}

// Among the pictures' chunks.
static size_t read_data(const cc_avi_t *avi, cc_avi_cursor_t *cursor, uint32_t riff,
                        writer_t *writer)
{
    if (cursor->chunk_at == 0 || cursor->riff != riff || cursor->chunk_at > writer->wanted)
        go_to_begin(avi, cursor, riff);
    while (writer->wanted - cursor->chunk_at >= chunk_len(&avi->pictures[cursor->picture]))
        go_on(avi, cursor);
    uint32_t bytes = avi->pictures[cursor->picture].bytes;
    uint64_t inside = writer->wanted - cursor->chunk_at;
    if (inside < CHUNK) {
        writer->at = cursor->chunk_at;
        put_chunk(writer, "00dc", bytes);
    } else if (inside < CHUNK + (uint64_t)bytes) {
        cursor->skip = (uint32_t)inside - CHUNK;
    } else {
        writer->at = cursor->chunk_at + CHUNK + bytes;
        put(writer, "", 1);
    }
    return writer->len;
}

// One of the two indexes at the RIFF's end, whose head is `head` long and entries `entry`.
static size_t read_index(const cc_avi_t *avi, cc_avi_cursor_t *cursor, uint32_t riff_index,
                         bool is_old, writer_t *writer)
{
    const cc_avi_riff_t *riff = &avi->riffs[riff_index];
    uint32_t head = is_old ? CHUNK : CHUNK + INDEX;
    uint32_t entry = is_old ? IDX1_ENTRY : IX_ENTRY;
    uint64_t begin = riff->data_at + riff->data_len + (is_old ? ix_len(riff->n) : 0);
    uint64_t inside = writer->wanted - begin;
    uint32_t i = 0;
    writer->at = begin;
    if (inside >= head) {
        i = (uint32_t)((inside - head) / entry);
        writer->at += head + (uint64_t)i * entry;
    } else if (is_old) {
        put_chunk(writer, "idx1", IDX1_ENTRY * riff->n);
    } else {
        put_chunk(writer, "ix00", INDEX + IX_ENTRY * riff->n);
        put_index_head(writer, IX_ENTRY / 4, AVI_INDEX_OF_CHUNKS, riff->n);
        put_number(writer, riff->data_at, 8); // what the entries count from
        put32(writer, 0);
    }
    for (; i < riff->n && writer->len < writer->cap; i++) {
        go_to_picture(avi, cursor, riff_index, riff->first + i);
        uint32_t place = (uint32_t)(cursor->chunk_at - riff->data_at);
        if (is_old) {
            put(writer, "00dc", 4);
            put32(writer, AVIIF_KEYFRAME);
            put32(writer, place + 4); // counted from the kind of its list
        } else {
            put32(writer, place + CHUNK);
        }
        put32(writer, avi->pictures[cursor->picture].bytes);
    }
    return writer->len;
}

size_t cc_avi_read(const cc_avi_t *avi, cc_avi_cursor_t *cursor, uint64_t at, uint8_t *out,
                   size_t cap)
{
    uint32_t i = avi->n_riffs - 1;
    while (avi->riffs[i].at > at)
        i--;
    const cc_avi_riff_t *riff = &avi->riffs[i];
    writer_t writer = {.at = riff->at, .wanted = at, .out = out, .cap = cap};
    if (at < riff->data_at) {
        put_riff_head(&writer, avi, riff);
        return writer.len;
    }
    at -= riff->data_at;
    if (at < riff->data_len)
        return read_data(avi, cursor, i, &writer);
    return read_index(avi, cursor, i, at >= movi_len(riff), &writer);
}
