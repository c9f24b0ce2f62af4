// The kept pictures on their medium: which days there are, a new one put beside them, the oldest
// ones taken away. Not for two threads at once.
//
//     DAY/HOUR/PICTURE: 2026-11-22/08/08-15-30.jpg
//
// A folder for each hour, because FAT looks for a file's name from the folder's beginning on, and
// has no room for the 86400 of a day in one.
//
// There is no index on the medium: what its folders say is the truth, whatever was cut off or
// carried in from elsewhere. They are read once for each medium; after that, sums are kept here.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/files.h"
#include "timelapse/name.h"

#define CC_PICTURE_BYTES_MAX (16u * 1024 * 1024) // larger files are none of ours

typedef struct {
    cc_day_t day;
    uint32_t pictures;
    uint64_t bytes;
    uint32_t last;   // picture, by its second
    uint32_t from;   // no picture is before this second
    bool is_deleted; // to be swept away; nobody is told of it
} cc_shelf_day_t;

typedef struct {
    const cc_files_t *files;
    uint32_t medium;      // whose pictures these are; 0: not looked yet
    cc_shelf_day_t *days; // the oldest first
    size_t n_days;
    size_t cap_days;
    uint64_t bytes; // of all but deleted days
    uint32_t *hour; // bytes of the picture of each second, while an hour is read
} cc_shelf_t;

// Errors: CC_ERR_MEMORY.
int cc_shelf_init(cc_shelf_t *shelf, const cc_files_t *files);
void cc_shelf_deinit(cc_shelf_t *shelf);

// Reads what is there, when that is not known. To be called before any of the following, all of
// which may fail as the files do; CC_ERR_GONE: there is no medium.
int cc_shelf_look(cc_shelf_t *shelf);

// The day, or NULL.
const cc_shelf_day_t *cc_shelf_day(const cc_shelf_t *shelf, cc_day_t day);

// How much all pictures may take together. They leave a reserve on the medium: where others have
// taken that, pictures do not grow, and do not go either.
uint64_t cc_shelf_allowed(uint64_t used, const cc_files_room_t *room, uint64_t keep_bytes);

// Takes away the oldest pictures, never the very newest, until another one of `len` bytes fits
// into keep_bytes and on the medium. *room tells how it was before. CC_ERR_DISK_FULL: that cannot
// be.
int cc_shelf_make_room(cc_shelf_t *shelf, uint64_t len, uint64_t keep_bytes, cc_files_room_t *room);

// Puts a picture there. A clock that was set back, and the hour that comes twice in autumn, give
// it the first second that is not yet taken behind the day's newest. CC_ERR_SPACE: the day has no
// second left.
int cc_shelf_keep(cc_shelf_t *shelf, cc_day_t day, uint32_t second, const cc_span_t *parts,
                  size_t n_parts);

// Marks a day as deleted, on the medium too. CC_ERR_NOT_FOUND.
int cc_shelf_delete(cc_shelf_t *shelf, cc_day_t day);
// Removes an hour of a deleted day. Returns 1 when there is more to do, 0 when there is not.
int cc_shelf_sweep(cc_shelf_t *shelf);

// The pictures of a day, in order; *pictures is the caller's, freed by free(). CC_ERR_NOT_FOUND.
int cc_shelf_pictures(cc_shelf_t *shelf, cc_day_t day, cc_kept_t **pictures, uint32_t *n);

// Where a picture is.
void cc_shelf_path(cc_day_t day, uint32_t second, char out[CC_FILES_PATH_MAX]);
