// The crypto port on Linux: getrandom(2), and libcrypto, which libcurl brings along anyway.
#pragma once

#include "port/crypto.h"

typedef struct cc_linux_crypto cc_linux_crypto_t;

// Looks the digests up once, because OpenSSL 3 searches its providers at each name. Errors:
// CC_ERR_MEMORY, CC_ERR_UNSUPPORTED when this machine's OpenSSL has no MD5 or SHA-256.
int cc_linux_crypto_open(cc_linux_crypto_t **crypto);

// NULL is fine. The port must not be used any more.
void cc_linux_crypto_close(cc_linux_crypto_t *crypto);

cc_crypto_t cc_linux_crypto_port(cc_linux_crypto_t *crypto);
