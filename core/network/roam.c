#include "network/roam.h"

#include <string.h>

enum {
    SCALE = 16,
    WEIGHT = 4, // a sample counts for a quarter: a hand before the antenna is no reason
};

void cc_roam_joined(cc_roam_t *roam, uint64_t now_ms)
{
    roam->hold_ms = now_ms + CC_ROAM_SETTLE_MS;
    roam->samples = 0;
    roam->average = 0;
}

void cc_roam_heard(cc_roam_t *roam, int8_t rssi_dbm)
{
    if (rssi_dbm >= 0)
        return;
    int sample = rssi_dbm * SCALE;
    roam->average = roam->samples ? roam->average + (sample - roam->average) / WEIGHT : sample;
    if (roam->samples < CC_ROAM_SAMPLES)
        roam->samples++;
    if (roam->average > CC_ROAM_FINE_DBM * SCALE)
        roam->pause_ms = 0;
}

bool cc_roam_wants_look(const cc_roam_t *roam, uint64_t now_ms)
{
    return roam->samples >= CC_ROAM_SAMPLES && roam->average < CC_ROAM_WEAK_DBM * SCALE &&
           now_ms >= roam->hold_ms;
}

int cc_roam_choose(cc_roam_t *roam, const cc_roam_candidate_t *found, size_t n,
                   const uint8_t bssid[6], uint64_t now_ms)
{
    int best = -1;
    int least = roam->average / SCALE + CC_ROAM_BETTER_DB;
    for (size_t i = 0; i < n; i++) {
        if (memcmp(found[i].bssid, bssid, 6) == 0 || found[i].rssi_dbm >= 0 ||
            found[i].rssi_dbm < least)
            continue;
        best = (int)i;
        least = found[i].rssi_dbm + 1;
    }
    // A change counts as a look too: two that take turns being better are visited ever more seldom.
    uint64_t pause_ms = roam->pause_ms ? 2 * (uint64_t)roam->pause_ms : CC_ROAM_LOOK_MS;
    if (pause_ms > CC_ROAM_LOOK_LAST_MS)
        pause_ms = CC_ROAM_LOOK_LAST_MS;
    roam->pause_ms = (uint32_t)pause_ms;
    roam->hold_ms = now_ms + pause_ms;
    return best;
}

int8_t cc_roam_signal(const cc_roam_t *roam)
{
    return roam->samples ? (int8_t)(roam->average / SCALE) : 0;
}
