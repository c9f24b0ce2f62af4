#include "web/nonce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

enum {
    STAMP_LEN = 32,
    SEAL_LEN = 32
}; // hex digits: time and serial; half of a SHA-256

int cc_nonces_init(cc_nonces_t *nonces, const cc_crypto_t *crypto)
{
    *nonces = (cc_nonces_t){0};
    return crypto->random(crypto->ctx, nonces->key, sizeof nonces->key);
}

static void seal(const cc_nonces_t *nonces, const cc_crypto_t *crypto, const char *stamp,
                 char out[SEAL_LEN + 1])
{
    uint8_t digest[CC_DIGEST_MAX];
    const cc_span_t parts[] = {
        {nonces->key, sizeof nonces->key},
        {(const uint8_t *)stamp, STAMP_LEN},
        {nonces->key, sizeof nonces->key},
    };
    crypto->digest(crypto->ctx, CC_DIGEST_SHA256, parts, 3, digest);
    cc_text_hex(digest, SEAL_LEN / 2, out);
}

void cc_nonce_make(cc_nonces_t *nonces, const cc_crypto_t *crypto, uint64_t now_ms,
                   char out[CC_NONCE_TEXT_MAX])
{
    snprintf(out, STAMP_LEN + 1, "%016llx%016llx", (unsigned long long)now_ms,
             (unsigned long long)++nonces->serial);
    seal(nonces, crypto, out, out + STAMP_LEN);
}

static uint64_t read_hex(const char *digits, size_t len)
{
    char text[17];
    memcpy(text, digits, len);
    text[len] = '\0';
    return strtoull(text, NULL, 16);
}

// The memory of a nonce; the oldest one makes room for a new one.
static size_t place_of(cc_nonces_t *nonces, uint64_t made_ms, uint64_t serial)
{
    size_t oldest = 0;
    for (size_t i = 0; i < CC_NONCES_REMEMBERED; i++) {
        if (nonces->used[i].serial == serial)
            return i;
        if (nonces->used[i].made_ms < nonces->used[oldest].made_ms)
            oldest = i;
    }
    if (nonces->used[oldest].made_ms > nonces->forgotten_ms)
        nonces->forgotten_ms = nonces->used[oldest].made_ms;
    memset(&nonces->used[oldest], 0, sizeof nonces->used[oldest]);
    nonces->used[oldest].made_ms = made_ms;
    nonces->used[oldest].serial = serial;
    return oldest;
}

cc_nonce_verdict_t cc_nonce_use(cc_nonces_t *nonces, const cc_crypto_t *crypto, const char *nonce,
                                const char *nc, uint64_t now_ms)
{
    char expected[SEAL_LEN + 1];
    if (strlen(nonce) != STAMP_LEN + SEAL_LEN || strspn(nc, "0123456789abcdefABCDEF") != 8)
        return CC_NONCE_FORGED;
    seal(nonces, crypto, nonce, expected);
    if (!cc_text_equal_secret(expected, nonce + STAMP_LEN, SEAL_LEN))
        return CC_NONCE_FORGED;
    uint64_t made_ms = read_hex(nonce, 16);
    uint64_t serial = read_hex(nonce + 16, 16);
    if (now_ms - made_ms > CC_NONCE_LIFE_MS || made_ms <= nonces->forgotten_ms)
        return CC_NONCE_STALE;

    // Requests of one client may overtake each other on several connections: a window of 64 counts.
    uint32_t count = (uint32_t)read_hex(nc, 8);
    size_t i = place_of(nonces, made_ms, serial);
    uint32_t highest = nonces->used[i].highest;
    if (count == 0)
        return CC_NONCE_REPLAYED;
    if (count > highest) {
        uint32_t ahead = count - highest;
        nonces->used[i].seen = (ahead < 64 ? nonces->used[i].seen << ahead : 0) | 1;
        nonces->used[i].highest = count;
        return CC_NONCE_GOOD;
    }
    uint32_t behind = highest - count;
    if (behind >= 64 || (nonces->used[i].seen >> behind & 1))
        return CC_NONCE_REPLAYED;
    nonces->used[i].seen |= 1ull << behind;
    return CC_NONCE_GOOD;
}
