// Whether a new firmware may stay. It runs on trial: until it is confirmed, every restart goes back
// to the one before. Pure: facts and made-up time in, the verdict out.
//
// It must do within two minutes what the one before could do, which left a note of that
// (cc_trial_note): a camera without a sensor cannot take pictures whatever firmware it runs, and
// one that was updated over its own set-up network has no other. Where there is no note, because
// an older firmware wrote the image, it must take a picture, and be in the network that is set up.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/store.h"

enum {
    CC_TRIAL_MS = 2 * 60 * 1000,
};

// What counts as working.
typedef struct {
    bool picture; // a good picture was taken since the start
    bool network; // it has an address that others can reach
} cc_trial_works_t;

typedef struct {
    cc_trial_works_t before; // what worked before the update
    cc_trial_works_t now;    // what worked at any time since the start
    bool network_chosen;     // there is one to join: Ethernet, or the name of a Wi-Fi network
    bool access_point;       // its own set-up network is on: somebody can still get at it
} cc_trial_facts_t;

typedef enum {
    CC_TRIAL_GOES_ON,
    CC_TRIAL_WON,
    CC_TRIAL_LOST,
} cc_trial_verdict_t;

// for_ms: how long it has been running.
cc_trial_verdict_t cc_trial_judge(const cc_trial_facts_t *facts, uint64_t for_ms);
// Why a trial is lost, for the log; static.
const char *cc_trial_why(const cc_trial_facts_t *facts);

// The note for the firmware that comes next. Errors: the store's.
int cc_trial_note(const cc_store_t *store, const cc_trial_works_t *works);
// What the firmware before noted. Without a note that can be read: everything worked.
cc_trial_works_t cc_trial_read_note(const cc_store_t *store);
