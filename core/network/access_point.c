#include "network/access_point.h"

#include <stdio.h>
#include <string.h>

#include "network/address.h"
#include "util/err.h"
#include "util/text.h"

void cc_access_point_init(cc_access_point_t *access_point, uint64_t now_ms)
{
    *access_point = (cc_access_point_t){.turned_ms = now_ms, .lonely_ms = now_ms};
}

static bool is_wanted(const cc_access_point_t *access_point, cc_ap_t mode, bool chosen,
                      uint64_t now_ms)
{
    uint64_t turned_ms = now_ms - access_point->turned_ms;
    if (mode != CC_AP_SETUP)
        return mode == CC_AP_ALWAYS;
    if (!access_point->up)
        return access_point->on || !chosen || turned_ms >= CC_ACCESS_POINT_AFTER_MS;
    if (!access_point->on || turned_ms >= CC_ACCESS_POINT_STAYS_LAST_MS)
        return false;
    return turned_ms < CC_ACCESS_POINT_STAYS_MS ||
           now_ms - access_point->lonely_ms < CC_ACCESS_POINT_LONELY_MS;
}

bool cc_access_point_look(cc_access_point_t *access_point, cc_ap_t mode, bool chosen, bool up,
                          unsigned guests, uint64_t now_ms)
{
    if (up != access_point->up) {
        access_point->up = up;
        access_point->turned_ms = now_ms;
    }
    if (guests > 0)
        access_point->lonely_ms = now_ms;
    access_point->on = is_wanted(access_point, mode, chosen, now_ms);
    return access_point->on;
}

void cc_access_point_name(const uint8_t mac[6], char out[CC_ACCESS_POINT_NAME_MAX])
{
    snprintf(out, CC_ACCESS_POINT_NAME_MAX, "prusa-esp32cam-%02X%02X", mac[4], mac[5]);
}

int cc_access_point_passphrase(const uint8_t random[CC_ACCESS_POINT_RANDOM],
                               char out[CC_ACCESS_POINT_PASSPHRASE_MAX])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789"; // without i, l, o, 0, 1
    char passphrase[CC_ACCESS_POINT_PASSPHRASE_MAX] = "";
    size_t n = 0;
    for (size_t i = 0; i < CC_ACCESS_POINT_RANDOM && n + 1 < sizeof passphrase; i++) {
        size_t pick = random[i] & 31;
        if (pick < sizeof letters - 1) // 31 of 32: the others are thrown away, none is favoured
            passphrase[n++] = letters[pick];
    }
    if (n + 1 < sizeof passphrase)
        return CC_ERR_AGAIN;
    memcpy(out, passphrase, sizeof passphrase);
    return CC_OK;
}

bool cc_access_point_holds(const char *peer)
{
    uint32_t address, ours;
    if (cc_text_starts_nocase(peer, "::ffff:"))
        peer += strlen("::ffff:");
    return cc_address_read(CC_ACCESS_POINT_ADDRESS, &ours) == CC_OK &&
           cc_address_read(peer, &address) == CC_OK && (address ^ ours) >> 8 == 0;
}
