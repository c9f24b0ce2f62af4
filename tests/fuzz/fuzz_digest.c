// Any text as an Authorization header.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fake/fake_crypto.h"
#include "require.h"
#include "util/err.h"
#include "web/digest.h"
#include "web/nonce.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *header = malloc(len + 1);
    cc_digest_login_t login;
    REQUIRE(header);
    memcpy(header, bytes, len);
    header[len] = '\0';
    int err = cc_digest_read(header, &login);
    free(header);
    REQUIRE(err == CC_OK || err == CC_ERR_FORMAT || err == CC_ERR_UNSUPPORTED);
    if (err < 0)
        return 0;

    size_t digits = login.algorithm == CC_DIGEST_MD5 ? 32 : 64;
    REQUIRE(strlen(login.nc) == 8 && strlen(login.response) == digits);
    REQUIRE(*login.nonce && *login.uri && *login.cnonce);

    cc_fake_crypto_t random = {0};
    cc_crypto_t crypto = cc_fake_crypto_port(&random);
    cc_nonces_t nonces;
    REQUIRE(!cc_digest_is_right(&crypto, &login, "", "GET"));
    REQUIRE(cc_nonces_init(&nonces, &crypto) == CC_OK);
    REQUIRE(cc_nonce_use(&nonces, &crypto, login.nonce, login.nc, 1) == CC_NONCE_FORGED);
    return 0;
}
