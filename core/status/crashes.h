// How often the camera crashed in a row, and what follows from it. Pure: the platform keeps the
// record over restarts, and says how the last run ended.
//
//     cc_crashes_started(&record, CC_ENDED_CRASH);
//     if (cc_crashes_safe_mode(&record)) …          // network and page only
//     …
//     cc_crashes_ran(&record, CC_CRASHES_FORGIVEN_MS);   // it runs well
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CC_CRASHES_SAFE_MODE   3                // in a row: more of the same would follow
#define CC_CRASHES_FORGIVEN_MS (10 * 60 * 1000) // a run of that length is no crash at start

typedef enum {
    CC_ENDED_POWER, // it was off, or somebody pressed reset: what was before says nothing
    CC_ENDED_ASKED, // a restart that was asked for
    CC_ENDED_CRASH, // a fault, a watchdog, or the supply broke down
} cc_ended_t;

// Kept in memory that outlives a restart and not a power cut: its first content is chance, and the
// sum tells.
typedef struct {
    uint32_t in_a_row;
    uint32_t sum;
} cc_crashes_t;

// At each start.
void cc_crashes_started(cc_crashes_t *crashes, cc_ended_t ended);
// While it runs; any number of times. True when that made a difference.
bool cc_crashes_ran(cc_crashes_t *crashes, uint64_t for_ms);
bool cc_crashes_safe_mode(const cc_crashes_t *crashes);
