// Real digests, and randomness that is the same in each run.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "port/crypto.h"

typedef struct {
    uint64_t seed; // any; 0 is fine
    bool fails;    // random gives CC_ERR_IO
} cc_fake_crypto_t;

cc_crypto_t cc_fake_crypto_port(cc_fake_crypto_t *crypto);
