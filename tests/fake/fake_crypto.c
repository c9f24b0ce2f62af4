#include "fake/fake_crypto.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "util/err.h"

// SplitMix64: no secret, but every seed gives other numbers.
static uint64_t next(uint64_t *seed)
{
    uint64_t x = *seed += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static int random_bytes(void *ctx, uint8_t *out, size_t len)
{
    cc_fake_crypto_t *crypto = ctx;
    if (crypto->fails)
        return CC_ERR_IO;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)next(&crypto->seed);
    return CC_OK;
}

static void digest(void *ctx, cc_digest_t algorithm, const cc_span_t *parts, size_t n_parts,
                   uint8_t *out)
{
    (void)ctx;
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    bool fine = state && EVP_DigestInit_ex(
                             state, algorithm == CC_DIGEST_MD5 ? EVP_md5() : EVP_sha256(), NULL);
    for (size_t i = 0; fine && i < n_parts; i++)
        fine = EVP_DigestUpdate(state, parts[i].bytes, parts[i].len);
    if (!fine || !EVP_DigestFinal_ex(state, out, NULL))
        abort();
    EVP_MD_CTX_free(state);
}

cc_crypto_t cc_fake_crypto_port(cc_fake_crypto_t *crypto)
{
    return (cc_crypto_t){crypto, random_bytes, digest};
}
