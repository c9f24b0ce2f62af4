#include "settings/credential.h"

#include <string.h>

#include "util/text.h"

void cc_credential_make(const cc_crypto_t *crypto, cc_digest_t algorithm, const char *password,
                        char out[2 * CC_DIGEST_MAX + 1])
{
    static const char start[] = CC_LOGIN_USER ":" CC_LOGIN_REALM ":";
    uint8_t digest[CC_DIGEST_MAX];
    const cc_span_t parts[] = {
        {(const uint8_t *)start, sizeof start - 1},
        {(const uint8_t *)password, strlen(password)},
    };
    crypto->digest(crypto->ctx, algorithm, parts, 2, digest);
    cc_text_hex(digest, algorithm == CC_DIGEST_MD5 ? 16 : 32, out);
}
