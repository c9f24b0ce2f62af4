// HTTP digest access authentication (RFC 7616): reading what a client sends, and checking it. Pure
// but for the digest function.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/crypto.h"

typedef struct {
    cc_digest_t algorithm;
    char username[128];
    char realm[64];
    char nonce[80];
    char uri[2048];
    char response[65];
    char cnonce[128];
    char nc[9];
} cc_digest_login_t;

// Reads an Authorization header with qop=auth. CC_ERR_FORMAT: not digest, or not whole;
// CC_ERR_UNSUPPORTED: an algorithm or qop that was not offered. After an error nothing in *login
// counts: it is written as it is read, because two of its size are too much for a small stack.
int cc_digest_read(const char *header, cc_digest_login_t *login);

// Whether the response fits. `credential` is H(user:realm:password) in hex of the login's
// algorithm.
bool cc_digest_is_right(const cc_crypto_t *crypto, const cc_digest_login_t *login,
                        const char *credential, const char *method);
