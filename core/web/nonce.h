// The server's nonces of digest login: made without memory, and each request counted only once.
//
// A nonce is the time it was made and a digest of it with a key of this run. What was used is
// remembered for a bounded number of nonces; older ones than the oldest remembered are stale, and a
// client asks again.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "port/crypto.h"

enum {
    CC_NONCE_LIFE_MS = 10 * 60 * 1000,
    CC_NONCES_REMEMBERED = 64,
};

typedef struct {
    uint8_t key[32];
    uint64_t forgotten_ms; // nonces made up to then are stale
    struct {
        uint64_t made_ms;
        uint64_t serial;
        uint32_t highest; // nc seen
        uint64_t seen;    // bit i: nc highest - i was seen
    } used[CC_NONCES_REMEMBERED];
    uint64_t serial; // of the nonce made last: two made in one millisecond differ
} cc_nonces_t;

#define CC_NONCE_TEXT_MAX 65

// Errors: CC_ERR_IO.
int cc_nonces_init(cc_nonces_t *nonces, const cc_crypto_t *crypto);

void cc_nonce_make(cc_nonces_t *nonces, const cc_crypto_t *crypto, uint64_t now_ms,
                   char out[CC_NONCE_TEXT_MAX]);

typedef enum {
    CC_NONCE_GOOD,
    CC_NONCE_STALE,
    CC_NONCE_FORGED,
    CC_NONCE_REPLAYED
} cc_nonce_verdict_t;

// `nc` in hex as sent. A good verdict counts it as used, so ask only when the response was right.
cc_nonce_verdict_t cc_nonce_use(cc_nonces_t *nonces, const cc_crypto_t *crypto, const char *nonce,
                                const char *nc, uint64_t now_ms);
