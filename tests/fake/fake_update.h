// A slot for a firmware in memory, which fails when it is told to, and images to put there.
//
//     cc_fake_update_t slot;
//     cc_fake_update_init(&slot);              // board "here", chip 0, unsigned
//     cc_update_t update = cc_fake_update_port(&slot);
//     size_t len = cc_fake_image(&(cc_fake_image_t){.board = "here", .version = "1.2.0"}, bytes);
//     len = cc_fake_update_sign(&slot, bytes, len);
//     cc_fake_update_deinit(&slot);
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/update.h"

#define CC_FAKE_SLOT_BYTES 8192

typedef struct {
    const char *board;   // NULL: the image has no mark
    const char *version; // as it is put there
    const char *project; // NULL: ours
    uint16_t chip;
    uint32_t first_len; // bytes of the first segment; 0: 700
    bool no_sha256;
} cc_fake_image_t;

// Writes an image of three segments; bytes has room for CC_FAKE_SLOT_BYTES. Returns its length.
size_t cc_fake_image(const cc_fake_image_t *what, uint8_t *bytes);

typedef struct {
    uint8_t bytes[CC_FAKE_SLOT_BYTES];
    size_t len;
    bool is_signed; // before cc_fake_update_port
    void *key;      // EVP_PKEY, of its own
    unsigned begins;
    unsigned ends; // that switched
    unsigned aborts;
    unsigned went_back;
    bool on_trial;
    unsigned fail_in; // the call (begin, write, digest, end) that fails: 1 the next; 0 none
    int fail_err;
} cc_fake_update_t;

void cc_fake_update_init(cc_fake_update_t *slot);
void cc_fake_update_deinit(cc_fake_update_t *slot);
cc_update_t cc_fake_update_port(cc_fake_update_t *slot);
// Puts a signature by the slot's key behind an image. Returns the new length.
size_t cc_fake_update_sign(const cc_fake_update_t *slot, uint8_t *bytes, size_t len);
