// What is kept of the password: the two digests that digest login needs (RFC 7616 section 3.4.2),
// never the password itself.
#pragma once

#include "port/crypto.h"

// Fixed, because they are part of the digests.
#define CC_LOGIN_USER  "admin"
#define CC_LOGIN_REALM "connectcam"

// H(user:realm:password) in lower-case hex; out has room for 65.
void cc_credential_make(const cc_crypto_t *crypto, cc_digest_t algorithm, const char *password,
                        char out[2 * CC_DIGEST_MAX + 1]);
