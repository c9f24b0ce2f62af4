#include "timelapse/film.h"

#include <limits.h>
#include <stdlib.h>

#include "frame/jpeg.h"
#include "timelapse/shelf.h"
#include "util/err.h"

static void close_picture(cc_film_t *film)
{
    if (film->file)
        film->files->close(film->files->ctx, film->file);
    film->file = NULL;
}

static int open_picture(cc_film_t *film, uint32_t i)
{
    char path[CC_FILES_PATH_MAX];
    close_picture(film);
    cc_shelf_path(film->day, film->pictures[i].second, path);
    uint64_t len;
    int err = film->files->open(film->files->ctx, path, &film->file, &len);
    if (err < 0)
        return err;
    film->open = i;
    film->at = 0;
    return CC_OK;
}

// Reads bytes of a picture; all of them, or an error.
static int read_picture(cc_film_t *film, uint32_t i, uint32_t skip, uint8_t *out, size_t len)
{
    int err = film->file && film->open == i ? CC_OK : open_picture(film, i);
    if (err == CC_OK && film->at != skip)
        err = film->files->seek(film->files->ctx, film->file, skip);
    int n = err < 0 ? err : film->files->read(film->files->ctx, film->file, out, len);
    if (n >= 0 && (size_t)n < len)
        n = CC_ERR_CUT;
    film->at = skip + (uint32_t)(n > 0 ? n : 0);
    if (n < 0 || film->at == film->pictures[i].bytes)
        close_picture(film);
    return n;
}

static int read_size(cc_film_t *film, uint32_t i, cc_jpeg_info_t *info)
{
    uint32_t len = film->pictures[i].bytes;
    uint8_t *bytes = malloc(len);
    if (!bytes)
        return CC_ERR_MEMORY;
    int err = read_picture(film, i, 0, bytes, len);
    if (err >= 0)
        err = cc_jpeg_read(bytes, len, info);
    free(bytes);
    return err;
}

int cc_film_open(cc_film_t *film, const cc_files_t *files, cc_day_t day, cc_kept_t *pictures,
                 uint32_t n, uint32_t fps)
{
    cc_jpeg_info_t info = {0};
    int err = CC_ERR_FORMAT;
    *film = (cc_film_t){.files = files, .day = day, .pictures = pictures};
    // one that was damaged, on a card that grows old, does not spoil the day
    for (uint32_t i = 0; i < n && (err == CC_ERR_FORMAT || err == CC_ERR_CUT); i++)
        err = read_size(film, i, &info);
    const cc_avi_facts_t facts = {fps, info.width, info.height};
    if (err == CC_OK)
        err = cc_avi_plan(&film->avi, pictures, n, &facts, CC_AVI_RIFF_MAX);
    if (err < 0)
        cc_film_close(film);
    return err;
}

void cc_film_close(cc_film_t *film)
{
    close_picture(film);
    cc_avi_free(&film->avi);
    free(film->pictures);
    *film = (cc_film_t){0};
}

int cc_film_read(cc_film_t *film, uint64_t at, uint8_t *out, size_t cap)
{
    size_t len = 0;
    if (cap > INT_MAX)
        cap = INT_MAX;
    while (len < cap && at < film->avi.len) {
        size_t n = cc_avi_read(&film->avi, &film->cursor, at, out + len, cap - len);
        if (n == 0) {
            uint32_t i = film->cursor.picture;
            n = film->pictures[i].bytes - film->cursor.skip;
            if (n > cap - len)
                n = cap - len;
            int err = read_picture(film, i, film->cursor.skip, out + len, n);
            if (err < 0)
                return err;
        }
        len += n;
        at += n;
    }
    return (int)len;
}

// FNV-1a, 64 bits.
static uint64_t mix(uint64_t hash, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        hash = (hash ^ (value >> (8 * i) & 0xff)) * 0x100000001b3ull;
    return hash;
}

uint64_t cc_film_mark(const cc_film_t *film)
{
    uint64_t hash = 0xcbf29ce484222325ull;
    hash = mix(hash, film->day);
    hash = mix(hash, film->avi.facts.fps);
    for (uint32_t i = 0; i < film->avi.n; i++) {
        hash = mix(hash, film->pictures[i].second);
        hash = mix(hash, film->pictures[i].bytes);
    }
    return hash;
}
