// A day's pictures as one AVI, read from where they are kept: any part of it, and no more of it in
// memory than a list of their sizes. What is kept later is not in it. One thread at a time.
//
// Pictures are in it as they are. The head tells the size of the first one; a day in which the size
// was changed plays on with the other size where the player goes along (ffmpeg does).
#pragma once

#include "port/files.h"
#include "timelapse/avi.h"
#include "timelapse/name.h"

enum {
    CC_FILM_FPS = 25,
    CC_FILM_FPS_MAX = 60,
};

typedef struct {
    const cc_files_t *files;
    cc_day_t day;
    cc_kept_t *pictures;
    cc_avi_t avi; // avi.len: bytes of the whole
    cc_avi_cursor_t cursor;
    cc_file_t *file; // the picture that is open; NULL none
    uint32_t open;   // which
    uint32_t at;     // the byte of it that is read next
} cc_film_t;

// Takes `pictures`, of which there is at least one, over. It reads the first one for its size.
// Errors: CC_ERR_MEMORY, CC_ERR_FORMAT (none of them can be read), and what the files say.
int cc_film_open(cc_film_t *film, const cc_files_t *files, cc_day_t day, cc_kept_t *pictures,
                 uint32_t n, uint32_t fps);
void cc_film_close(cc_film_t *film);

// Reads what stands from `at` (below avi.len) on. Returns the bytes, `cap` but at the end.
// CC_ERR_NOT_FOUND, CC_ERR_CUT: a picture is gone, or shorter than it was.
int cc_film_read(cc_film_t *film, uint64_t at, uint8_t *out, size_t cap);

// Another number for each other film, in all likelihood.
uint64_t cc_film_mark(const cc_film_t *film);
