// Where a new firmware goes: the second of two slots in flash, of which one runs. What an image
// must be is decided in core/update; here is what only the platform can do.
//
// begin, write, digest, end and abort come from one thread at a time, between begin and end or
// abort; the others from any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cc_update {
    void *ctx;
    const char *board;   // this camera's, as in BOARD=NAME: "ai-thinker"
    uint16_t chip;       // as an image's header names it: 0 ESP32, 9 ESP32-S3
    uint32_t slot_bytes; // the size of the slot that does not run
    bool is_signed;      // it was built with a key: only what that key signed is taken
    // The slot that does not run may be overwritten from now on; what runs goes on running,
    // whatever becomes of it, also over a power cut. Errors: CC_ERR_BUSY (what runs is on trial
    // itself), CC_ERR_MEMORY, CC_ERR_IO.
    int (*begin)(void *ctx);
    // The next bytes, which take their time; they are in flash when digest returns. Errors:
    // CC_ERR_IO.
    int (*write)(void *ctx, const uint8_t *bytes, size_t len);
    // SHA-256 of the first len bytes that were written, read back from flash. Errors: CC_ERR_IO.
    int (*digest)(void *ctx, size_t len, uint8_t out[32]);
    // Whether `signature` (ECDSA on P-256, in DER) of this SHA-256 is by the key that this firmware
    // was built with. Not called without is_signed.
    bool (*verify)(void *ctx, const uint8_t digest[32], const uint8_t *signature, size_t len);
    // It is whole, and digest was asked: the chip's own check, then it is what starts next, on
    // trial. The switch is one write: a power cut leaves the old one or the new one. Errors:
    // CC_ERR_FORMAT (the chip's check refuses it), CC_ERR_IO. Either way it is over.
    int (*end)(void *ctx);
    // It is over; the slot is left as it is, and never started.
    void (*abort)(void *ctx);
    // Whether what runs is on trial: any restart goes back to the one before, unless it was
    // confirmed.
    bool (*on_trial)(void *ctx);
    // The trial is won. Errors: CC_ERR_IO: it is to be called again.
    int (*confirm)(void *ctx);
    // The trial is lost: restarts with the one before. Returns only when that is impossible, since
    // there is none: then what runs stays.
    void (*go_back)(void *ctx);
} cc_update_t;
