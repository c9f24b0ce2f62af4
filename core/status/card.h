// A memory card that people pull out and put in: when to look for it, when to let it go. Pure; a
// thread carries it out.
//
// Files may be open on it. Who uses it holds it, and it is let go when nobody does.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    CC_CARD_LOOK_FIRST_MS = 2000, // after a look that found none; doubles
    CC_CARD_LOOK_LAST_MS = 60 * 1000,
    CC_CARD_ASK_MS = 3000,  // a card that is there is asked so often whether it still is
    CC_CARD_DRAIN_MS = 100, // until holders are counted again
};

typedef struct {
    bool mounted;
    bool failed;       // it did not answer, or a holder says that it does not work
    unsigned holders;  // who uses it now
    unsigned failures; // looks in a row that found none
    uint64_t next_ms;  // when it is looked for, or asked, next
} cc_card_plan_t;

typedef enum {
    CC_CARD_WAIT, // for wait_ms, or until it failed
    CC_CARD_MOUNT,
    CC_CARD_ASK,
    CC_CARD_UNMOUNT,
} cc_card_action_t;

typedef struct {
    cc_card_action_t action;
    uint32_t wait_ms;
} cc_card_step_t;

cc_card_step_t cc_card_next(const cc_card_plan_t *plan, uint64_t now_ms);

// What happened, told to the plan.
void cc_card_mounted(cc_card_plan_t *plan, bool there, uint64_t now_ms);
void cc_card_asked(cc_card_plan_t *plan, bool there, uint64_t now_ms);
void cc_card_unmounted(cc_card_plan_t *plan, uint64_t now_ms);

// Whether it may be used; then it is held, and to be released. `worked` false: it is looked after.
bool cc_card_hold(cc_card_plan_t *plan);
void cc_card_release(cc_card_plan_t *plan, bool worked);
