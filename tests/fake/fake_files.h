// Files in memory, on a medium that fills up, fails, is pulled out, and loses its power.
//
//     cc_fake_files_t disk;
//     cc_fake_files_init(&disk, 64 * 1000 * 1000);
//     cc_files_t files = cc_fake_files_port(&disk);
//     cc_fake_files_cut(&disk, 7, CC_CUT_TORN);   // in the seventh change from now
//     …                                           // every call fails then, until
//     cc_fake_files_power_on(&disk);
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/files.h"

// What a power cut in a save leaves.
typedef enum {
    CC_CUT_BEFORE, // nothing
    CC_CUT_EMPTY,  // the name, and no bytes: FAT
    CC_CUT_TORN,   // half of the bytes, under another name: rename
    CC_CUT_AFTER,  // all of it, and nobody was told
    CC_CUT_COUNT,
} cc_cut_t;

typedef struct {
    char path[CC_FILES_PATH_MAX]; // "" free
    bool is_folder;
    uint8_t *bytes;
    size_t len;
} cc_fake_file_t;

typedef struct {
    cc_fake_file_t *entries;
    size_t n_entries;
    uint32_t medium; // 0: pulled out
    uint64_t total_bytes;
    uint64_t others;  // that other programs take
    unsigned calls;   // that were made, all kinds
    unsigned changes; // saves and removals, also those that failed
    unsigned opened;  // right now
    unsigned fail_in; // the call that fails: 1 the next; 0 none
    int fail_err;
    bool fails_for_good; // and every one after it
    unsigned cut_in;     // the change that the power cut comes in: 1 the next; 0 none
    cc_cut_t cut;
    bool is_off;
} cc_fake_files_t;

void cc_fake_files_init(cc_fake_files_t *disk, uint64_t total_bytes);
void cc_fake_files_deinit(cc_fake_files_t *disk);
cc_files_t cc_fake_files_port(cc_fake_files_t *disk);

void cc_fake_files_cut(cc_fake_files_t *disk, unsigned nth, cc_cut_t cut);
void cc_fake_files_power_on(cc_fake_files_t *disk);

// Puts a file there as somebody else would, or looks at one: NULL when there is none. No calls.
void cc_fake_files_put(cc_fake_files_t *disk, const char *path, const void *bytes, size_t len);
const cc_fake_file_t *cc_fake_files_at(const cc_fake_files_t *disk, const char *path);
// Takes one away; false: there was none.
bool cc_fake_files_take(cc_fake_files_t *disk, const char *path);
// Whether there is anything whose path begins so.
bool cc_fake_files_has(const cc_fake_files_t *disk, const char *begin);
// Bytes of all files.
uint64_t cc_fake_files_used(const cc_fake_files_t *disk);
