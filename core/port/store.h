// Small documents that survive a power cut: the settings live in one. Files on Linux, NVS blobs on
// ESP32. Any thread, one call at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct cc_store {
    void *ctx;
    // Reads document `name` into buf. Returns its length, CC_ERR_NOT_FOUND when there is none,
    // CC_ERR_SPACE when it is larger than cap, CC_ERR_DENIED, CC_ERR_IO.
    int (*load)(void *ctx, const char *name, char *buf, size_t cap);
    // Replaces it as a whole: after a power cut at any moment load gives the old text or the new
    // one. Errors: CC_ERR_DISK_FULL, CC_ERR_READ_ONLY, CC_ERR_DENIED, CC_ERR_IO; the old text
    // stays.
    int (*save)(void *ctx, const char *name, const char *text, size_t len);
    // Keeps a document that cannot be read under another name (`kept`, for the log), and makes room
    // for a new one. Nothing kept is ever overwritten.
    int (*set_aside)(void *ctx, const char *name, char *kept, size_t kept_cap);
} cc_store_t;
