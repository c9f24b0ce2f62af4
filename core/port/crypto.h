// Randomness and digests, from the platform's own library. Any thread; never blocks for long.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/span.h"

typedef enum {
    CC_DIGEST_MD5,    // 16 bytes, RFC 1321: for clients of digest login that know no other
    CC_DIGEST_SHA256, // 32 bytes, FIPS 180-4
} cc_digest_t;

#define CC_DIGEST_MAX 32

typedef struct cc_crypto {
    void *ctx;
    // Fills out[0..len) with bytes fit for secrets. Errors: CC_ERR_IO.
    int (*random)(void *ctx, uint8_t *out, size_t len);
    // The digest of the parts, one after another. out has room for the algorithm's length.
    void (*digest)(void *ctx, cc_digest_t algorithm, const cc_span_t *parts, size_t n_parts,
                   uint8_t *out);
} cc_crypto_t;
