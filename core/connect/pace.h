// When something is sent to Prusa Connect: pure decisions over made-up time.
//
//     cc_pace_step_t step = cc_pace_next(&pace, now_ms);
//     …send…
//     cc_pace_snapshot_done(&pace, result, retry_after_s, now_ms, random);
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "connect/answer.h"

enum {
    CC_PACE_LEAST_MS = 10 * 1000,      // Connect takes at most one snapshot each 10 s
    CC_PACE_EARLY_MS = 5 * 1000,       // taking a picture may begin so long before it may be sent
    CC_PACE_SLOW_MS = 60 * 1000,       // after 400, 404, 409, 413: a person has to do something
    CC_PACE_DENIED_MS = 5 * 60 * 1000, // after 401, 403
    CC_PACE_BACKOFF_MS = 10 * 1000,    // first pause after an outage; doubles
    CC_PACE_BACKOFF_LAST_MS = 5 * 60 * 1000,
    CC_PACE_RETRY_AFTER_LAST_S = 3600, // a server that asks for more is asked again after an hour
};

typedef struct {
    bool able;             // enabled, with token and fingerprint
    uint32_t interval_ms;  // between snapshots
    uint64_t due_ms;       // next snapshot on its grid
    uint64_t hold_ms;      // nothing is sent before, but what a person asks for
    uint64_t begun_ms;     // when taking the snapshot under way, or the last one, began
    uint64_t last_ms;      // when the last snapshot was on its way; 0 never
    bool forced;           // a person wants one now
    bool serving;          // the snapshot under way is one that a person wanted
    bool info_wanted;      // /c/info has something new to say
    uint64_t info_hold_ms; // not before
    unsigned failures;     // in a row
    bool unreached;        // the last try met nobody: no answer came
} cc_pace_t;

typedef enum {
    CC_PACE_WAIT, // wait_ms; UINT64_MAX: until something changes
    CC_PACE_INFO,
    CC_PACE_SNAPSHOT,
} cc_pace_action_t;

typedef struct {
    cc_pace_action_t action;
    uint64_t wait_ms;
} cc_pace_step_t;

cc_pace_step_t cc_pace_next(const cc_pace_t *pace, uint64_t now_ms);

// When the next snapshot is to be taken, as things stand.
uint64_t cc_pace_snapshot_ms(const cc_pace_t *pace);
// From when on one that was taken may leave: 10 s after the one before, however long taking them
// took.
uint64_t cc_pace_send_ms(const cc_pace_t *pace);

// A snapshot is taken and sent from now on.
void cc_pace_snapshot_begun(cc_pace_t *pace, uint64_t now_ms);
// It ended, after being tried from began_ms on. retry_after_s: what the server asked for, 0
// nothing. random: any 32 bits.
void cc_pace_snapshot_done(cc_pace_t *pace, cc_result_t result, uint32_t retry_after_s,
                           uint64_t began_ms, uint64_t now_ms, uint32_t random);
// The same for /c/info.
void cc_pace_info_done(cc_pace_t *pace, cc_result_t result, uint32_t retry_after_s, uint64_t now_ms,
                       uint32_t random);
// Token, fingerprint or server changed: what was held back may go at once. other_camera: Connect
// does not count together what is sent now and what was sent before.
void cc_pace_fresh_start(cc_pace_t *pace, bool other_camera, uint64_t now_ms);
// The network is there (again): what was held back because nobody could be reached goes at once.
// What Connect itself said, an outage or a refusal, is still held to.
void cc_pace_network_is_up(cc_pace_t *pace, uint64_t now_ms);
