// The settings of the two firmwares that this one follows, which kept them in one blob: the
// original's (Arduino, 1.1.6) and its successor's (1.1.2). Bytes in, a draft of ours out. Pure.
//
// Each field is taken by itself and only when it is right by our own rules; what is not keeps its
// default. Both firmwares left a mark once they were set up; a blob without it holds what flash
// holds when nobody wrote it, and numbers in it would look right. Where a blob is cut before its
// mark, a right fingerprint vouches for it, because both made one first.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "settings/settings.h"

#define CC_OLDER_BLOB_MAX 4096 // bytes; the successor uses 393 and more

typedef enum {
    CC_OLDER_NONE, // never written, or no such blob
    CC_OLDER_ORIGINAL,
    CC_OLDER_SUCCESSOR,
} cc_older_t;

// Puts what is right into the draft, whose problems stay as they are. Before the camera is met.
cc_older_t cc_older_blob_read(const uint8_t *bytes, size_t len, cc_draft_t *draft);
