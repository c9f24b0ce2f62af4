// Files of a folder of our own, many of them: kept pictures. A folder of the disk on Linux, the
// microSD card on ESP32.
//
// Paths begin in that folder and are made of letters, digits, '.', '-' and '/', with at most
// CC_FILES_PATH_MAX bytes: "2026-11-22/08/08-15-30.jpg". Any thread; calls block for as long as the
// medium takes. CC_ERR_GONE: there is no medium, or it went away; and any call may say CC_ERR_IO,
// CC_ERR_DENIED, CC_ERR_READ_ONLY, CC_ERR_MEMORY.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/span.h"

#define CC_FILES_PATH_MAX 64 // with NUL

// What a power cut may leave of a save: a file whose name ends so, or one of no bytes.
#define CC_FILES_LEFTOVER ".tmp"

typedef struct cc_file cc_file_t; // one that is open for reading

typedef struct {
    uint64_t free_bytes; // that this program may fill
    uint64_t total_bytes;
} cc_files_room_t;

typedef struct cc_files {
    void *ctx;
    // The medium that is there, another number each time one was put in; 0: none. Never blocks.
    uint32_t (*medium)(void *ctx);
    int (*room)(void *ctx, cc_files_room_t *room);
    // Calls each(arg, …) for whatever is in the folder, in any order; a folder has any length.
    // Nothing is to be removed meanwhile. "": the folder that paths begin in. CC_ERR_NOT_FOUND.
    int (*list)(void *ctx, const char *folder,
                void (*each)(void *arg, const char *name, uint64_t len), void *arg);
    // Makes a file of these parts, and the folders that it needs. After a power cut at any moment
    // it is there whole, or not at all but for a leftover (above); once this returned it is there.
    // A file of that name gives way. CC_ERR_DISK_FULL.
    int (*save)(void *ctx, const char *path, const cc_span_t *parts, size_t n_parts);
    // A file, or a folder in which nothing is. CC_ERR_NOT_FOUND.
    int (*remove)(void *ctx, const char *path);
    // *len: its bytes. Whoever opens it closes it, soon: a medium is not let go before.
    // CC_ERR_NOT_FOUND.
    int (*open)(void *ctx, const char *path, cc_file_t **file, uint64_t *len);
    // Reads on where the call before ended. Returns the number of bytes, less than `len` at the
    // file's end only.
    int (*read)(void *ctx, cc_file_t *file, void *out, size_t len);
    // Goes to that byte of it.
    int (*seek)(void *ctx, cc_file_t *file, uint64_t at);
    void (*close)(void *ctx, cc_file_t *file);
} cc_files_t;
