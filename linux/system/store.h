// The store port on Linux: a document is a file of a folder, "settings" is DIR/settings.json, 0600.
//
// A save writes a new file beside it, syncs that, renames it over the old one and syncs the folder:
// whenever the power goes, the name leads to the old text or to the new one, whole. What such a
// death leaves behind (DIR/settings.json.tmp-XXXXXX) is removed by the next open.
//
//     cc_linux_store_t *store;
//     int err = cc_linux_store_open("/var/lib/connectcam", &store);
#pragma once

#include "port/store.h"

typedef struct cc_linux_store cc_linux_store_t;

// Makes the folder (0700) and its parents where they are missing, and locks DIR/lock until close,
// because two programs on one state would undo each other's settings. On a disk where that file
// cannot be made, the folder itself is locked: the settings can at least be read.
// Errors: CC_ERR_BUSY when another program has it, CC_ERR_DENIED, CC_ERR_READ_ONLY,
// CC_ERR_DISK_FULL, CC_ERR_MEMORY, CC_ERR_IO.
int cc_linux_store_open(const char *dir, cc_linux_store_t **store);

// NULL is fine.
void cc_linux_store_close(cc_linux_store_t *store);

// Names of documents are of a-z, 0-9, '-' and '_'; anything else gets CC_ERR_ARGUMENT. set_aside
// says the kept file's name without the folder, "settings.bad-1", and CC_ERR_NOT_FOUND when there
// is nothing to keep.
cc_store_t cc_linux_store_port(cc_linux_store_t *store);
