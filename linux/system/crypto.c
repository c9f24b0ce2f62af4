#include "system/crypto.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/random.h>

#include "util/err.h"

struct cc_linux_crypto {
    EVP_MD *md5;
    EVP_MD *sha256;
};

static int random_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    while (len > 0) {
        ssize_t n = getrandom(out, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return CC_ERR_IO;
        out += n;
        len -= (size_t)n;
    }
    return 0;
}

static void digest(void *ctx, cc_digest_t algorithm, const cc_span_t *parts, size_t n_parts,
                   uint8_t *out)
{
    cc_linux_crypto_t *crypto = ctx;
    const EVP_MD *md = algorithm == CC_DIGEST_MD5 ? crypto->md5 : crypto->sha256;
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    // The port has no error to give, and a wrong digest would be one that lets nobody in, or,
    // worse, somebody: out of memory here ends the program.
    if (!state || !EVP_DigestInit_ex(state, md, NULL))
        abort();
    for (size_t i = 0; i < n_parts; i++)
        if (!EVP_DigestUpdate(state, parts[i].bytes, parts[i].len))
            abort();
    if (!EVP_DigestFinal_ex(state, out, NULL))
        abort();
    EVP_MD_CTX_free(state);
}

int cc_linux_crypto_open(cc_linux_crypto_t **crypto)
{
    cc_linux_crypto_t *opened = calloc(1, sizeof(*opened));
    if (!opened)
        return CC_ERR_MEMORY;
    opened->md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    opened->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!opened->md5 || !opened->sha256) {
        cc_linux_crypto_close(opened);
        return CC_ERR_UNSUPPORTED;
    }
    *crypto = opened;
    return 0;
}

void cc_linux_crypto_close(cc_linux_crypto_t *crypto)
{
    if (!crypto)
        return;
    EVP_MD_free(crypto->md5);
    EVP_MD_free(crypto->sha256);
    free(crypto);
}

cc_crypto_t cc_linux_crypto_port(cc_linux_crypto_t *crypto)
{
    return (cc_crypto_t){.ctx = crypto, .random = random_bytes, .digest = digest};
}
