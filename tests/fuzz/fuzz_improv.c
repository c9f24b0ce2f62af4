// Any bytes on the serial line: no packet is answered that was none, and what is typed comes back
// once and in its order.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/improv.h"
#include "fake/rig.h"
#include "require.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void tell_info(void *ctx, cc_net_info_t *info)
{
    (void)ctx;
    *info = (cc_net_info_t){.up = true, .ipv4 = "192.168.1.50"};
}

static void hear(void *ctx, const uint8_t *packet, size_t len)
{
    (void)ctx;
    REQUIRE(len >= 11 && len <= CC_IMPROV_PACKET_MAX && len == 10u + packet[8]);
}

// Whether `typed` is `bytes` with some left out.
static bool came_in_order(const char *typed, size_t n, const uint8_t *bytes, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < len && at < n; i++)
        at += bytes[i] == (uint8_t)typed[at];
    return at == n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static cc_rig_t rig;
    cc_rig_init(&rig);
    REQUIRE(cc_rig_open(&rig) == CC_OK);
    const cc_net_t net = {.info = tell_info};
    const cc_improv_config_t config = {
        .clock = &rig.clock,
        .net = &net,
        .settings = rig.settings,
        .version = "1",
        .board = "any",
        .write = hear,
    };
    static cc_improv_t improv;
    cc_improv_init(&improv, &config);
    char *typed = malloc(len + CC_IMPROV_PACKET_MAX);
    REQUIRE(typed);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        n += cc_improv_feed(&improv, bytes[i], typed + n);
        cc_improv_tick(&improv);
    }
    n += cc_improv_rest(&improv, typed + n);
    REQUIRE(came_in_order(typed, n, bytes, len));
    REQUIRE(n == len || memchr(bytes, 'I', len));
    free(typed);
    cc_rig_deinit(&rig);
    return 0;
}
