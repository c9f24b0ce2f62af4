#include "system/crypto.h"

#include <bootloader_random.h>
#include <esp_random.h>
#include <freertos/FreeRTOS.h>
#include <mbedtls/md5.h>
#include <mbedtls/sha256.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

enum {
    SEED_BYTES = 32,
    BLOCK_BYTES = 32, // of SHA-256
};

static uint8_t seed[SEED_BYTES];
static atomic_uint counter;

// The port has no error to give, and a wrong digest would let nobody in, or, worse, somebody.
static void must(int err)
{
    if (err)
        abort();
}

static void sha256(const cc_span_t *parts, size_t n_parts, uint8_t *out)
{
    mbedtls_sha256_context state;
    mbedtls_sha256_init(&state);
    must(mbedtls_sha256_starts(&state, 0));
    for (size_t i = 0; i < n_parts; i++)
        must(mbedtls_sha256_update(&state, parts[i].bytes, parts[i].len));
    must(mbedtls_sha256_finish(&state, out));
    mbedtls_sha256_free(&state);
}

static void md5(const cc_span_t *parts, size_t n_parts, uint8_t *out)
{
    mbedtls_md5_context state;
    mbedtls_md5_init(&state);
    must(mbedtls_md5_starts(&state));
    for (size_t i = 0; i < n_parts; i++)
        must(mbedtls_md5_update(&state, parts[i].bytes, parts[i].len));
    must(mbedtls_md5_finish(&state, out));
    mbedtls_md5_free(&state);
}

static int random_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    while (len > 0) {
        uint8_t fresh[BLOCK_BYTES], block[BLOCK_BYTES];
        unsigned number = atomic_fetch_add(&counter, 1);
        esp_fill_random(fresh, sizeof fresh);
        const cc_span_t parts[] = {
            {seed, sizeof seed}, {(const uint8_t *)&number, sizeof number}, {fresh, sizeof fresh}};
        sha256(parts, sizeof parts / sizeof parts[0], block);
        size_t n = len < sizeof block ? len : sizeof block;
        memcpy(out, block, n);
        out += n;
        len -= n;
    }
    return CC_OK;
}

static void digest(void *ctx, cc_digest_t algorithm, const cc_span_t *parts, size_t n_parts,
                   uint8_t *out)
{
    (void)ctx;
    if (algorithm == CC_DIGEST_MD5)
        md5(parts, n_parts, out);
    else
        sha256(parts, n_parts, out);
}

int cc_esp32_crypto_open(void)
{
    bootloader_random_enable();
    esp_fill_random(seed, sizeof seed);
    bootloader_random_disable();
    return CC_OK;
}

cc_crypto_t cc_esp32_crypto_port(void)
{
    return (cc_crypto_t){.random = random_bytes, .digest = digest};
}
