// The name server of the set-up network: every name is this camera, so that a phone's look for the
// internet ends at the set-up page. Pure: a query in, an answer out.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CC_CAPTIVE_DNS_MAX 512 // bytes of a datagram without EDNS (RFC 1035 section 2.3.4)

// The answer to a query: `address` for an A question, nothing of that kind for any other. Returns
// its length, at most CC_CAPTIVE_DNS_MAX; 0: nothing is to be said (no query, or one that is cut).
// `out` has room for CC_CAPTIVE_DNS_MAX and may be `query` itself.
size_t cc_captive_dns_answer(const uint8_t *query, size_t len, const uint8_t address[4],
                             uint8_t *out);
