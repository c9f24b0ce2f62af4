// One image on its way into the slot that does not run: looked at as it comes, written, checked
// again as flash has it, and only then made what starts next.
//
// Nothing is overwritten before the image's head says that it is for this board, so whoever takes
// the wrong file keeps the firmware to go back to.
//
//     cc_install_begin(&install, update, len);
//     while (err == CC_OK && more)
//         err = cc_install_take(&install, bytes, n);
//     err = cc_install_end(&install);          // also after an error, or cc_install_abort
//
// Errors of all of them: CC_ERR_FORMAT and CC_ERR_CUT when the image is at fault, CC_ERR_BUSY when
// no update is possible now, else the platform's. `why` is a sentence for people then, and nothing
// has changed but the slot that does not run.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/update.h"
#include "update/image.h"

typedef struct {
    const cc_update_t *update;
    cc_image_t image; // image.version: once its head was right
    bool open;        // the slot is being written
    int err;          // the first one
    char why[200];
} cc_install_t;

// len: bytes that were announced, 0 unknown.
int cc_install_begin(cc_install_t *install, const cc_update_t *update, size_t len);
int cc_install_take(cc_install_t *install, const uint8_t *bytes, size_t len);
// All was taken. On 0 the image starts next.
int cc_install_end(cc_install_t *install);
// It broke off.
void cc_install_abort(cc_install_t *install);
