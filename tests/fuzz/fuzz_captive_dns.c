// Any datagram to the set-up network's name server: an answer that fits into one, made in place or
// elsewhere alike, and no answer ever begets another.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "network/captive_dns.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint8_t address[4] = {192, 168, 71, 1};
    uint8_t *query = malloc(len ? len : 1); // as long as it is, so that a byte too far is noticed
    uint8_t *apart = malloc(CC_CAPTIVE_DNS_MAX);
    REQUIRE(query && apart);
    memcpy(query, bytes, len);
    size_t n = cc_captive_dns_answer(query, len, address, apart);
    REQUIRE(n <= CC_CAPTIVE_DNS_MAX);
    if (n > 0) {
        REQUIRE(n >= 12 && memcmp(apart, bytes, 2) == 0);
        uint8_t again[CC_CAPTIVE_DNS_MAX];
        REQUIRE(cc_captive_dns_answer(apart, n, address, again) == 0);
        uint8_t in_place[CC_CAPTIVE_DNS_MAX] = {0};
        memcpy(in_place, bytes, len);
        REQUIRE(cc_captive_dns_answer(in_place, len, address, in_place) == n);
        REQUIRE(memcmp(in_place, apart, n) == 0);
    }
    free(query);
    free(apart);
    return 0;
}
