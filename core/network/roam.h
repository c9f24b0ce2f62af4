// Whether to look for a nearer access point of the same name, and whether to go there: pure
// decisions over made-up time.
//
// Looking costs: the radio leaves its channel for two seconds and pictures wait. So it is done only
// while the signal is weak, seldomer each time that it leads to nothing, and a change must bring
// enough that it is not undone a minute later.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CC_ROAM_SAMPLE_MS = 5000,
    CC_ROAM_WEAK_DBM = -72,      // below, it is worth a look
    CC_ROAM_FINE_DBM = -67,      // above, the next weakness is a new one
    CC_ROAM_BETTER_DB = 8,       // so much a change must bring
    CC_ROAM_SAMPLES = 4,         // before anything is decided
    CC_ROAM_LOOK_MS = 60 * 1000, // between two looks; doubles
    CC_ROAM_LOOK_LAST_MS = 30 * 60 * 1000,
    CC_ROAM_SETTLE_MS = 60 * 1000, // after a change, and after joining
};

typedef struct {
    uint64_t hold_ms; // no look before
    uint32_t pause_ms;
    unsigned samples;
    int average; // of the signal, in sixteenths of a dBm
} cc_roam_t;

typedef struct {
    uint8_t bssid[6];
    uint8_t channel;
    int8_t rssi_dbm;
} cc_roam_candidate_t;

// In a network since now, by whichever access point.
void cc_roam_joined(cc_roam_t *roam, uint64_t now_ms);
// The signal, every CC_ROAM_SAMPLE_MS.
void cc_roam_heard(cc_roam_t *roam, int8_t rssi_dbm);
bool cc_roam_wants_look(const cc_roam_t *roam, uint64_t now_ms);
// What the look found: those of our network. Returns which one to go to, -1: stay.
int cc_roam_choose(cc_roam_t *roam, const cc_roam_candidate_t *found, size_t n,
                   const uint8_t bssid[6], uint64_t now_ms);
// The average signal, dBm; 0 nothing heard yet.
int8_t cc_roam_signal(const cc_roam_t *roam);
