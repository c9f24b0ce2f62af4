#include "status/card.h"

#include <assert.h>

static uint32_t until(uint64_t when_ms, uint64_t now_ms)
{
    return when_ms > now_ms ? (uint32_t)(when_ms - now_ms) : 0;
}

cc_card_step_t cc_card_next(const cc_card_plan_t *plan, uint64_t now_ms)
{
    uint32_t wait_ms = until(plan->next_ms, now_ms);
    if (plan->mounted && plan->failed)
        return plan->holders > 0 ? (cc_card_step_t){CC_CARD_WAIT, CC_CARD_DRAIN_MS}
                                 : (cc_card_step_t){CC_CARD_UNMOUNT, 0};
    if (wait_ms > 0)
        return (cc_card_step_t){CC_CARD_WAIT, wait_ms};
    return (cc_card_step_t){plan->mounted ? CC_CARD_ASK : CC_CARD_MOUNT, 0};
}

void cc_card_mounted(cc_card_plan_t *plan, bool there, uint64_t now_ms)
{
    uint64_t wait_ms = CC_CARD_LOOK_FIRST_MS;
    plan->mounted = there;
    plan->failed = false;
    if (there) {
        plan->failures = 0;
        plan->next_ms = now_ms + CC_CARD_ASK_MS;
        return;
    }
    for (unsigned i = 0; i < plan->failures && wait_ms < CC_CARD_LOOK_LAST_MS; i++)
        wait_ms *= 2;
    plan->failures++;
    plan->next_ms = now_ms + (wait_ms < CC_CARD_LOOK_LAST_MS ? wait_ms : CC_CARD_LOOK_LAST_MS);
}

void cc_card_asked(cc_card_plan_t *plan, bool there, uint64_t now_ms)
{
    plan->failed |= !there;
    plan->next_ms = now_ms + CC_CARD_ASK_MS;
}

void cc_card_unmounted(cc_card_plan_t *plan, uint64_t now_ms)
{
    assert(plan->holders == 0);
    *plan = (cc_card_plan_t){.next_ms = now_ms + CC_CARD_LOOK_FIRST_MS};
}

bool cc_card_hold(cc_card_plan_t *plan)
{
    if (!plan->mounted || plan->failed)
        return false;
    plan->holders++;
    return true;
}

void cc_card_release(cc_card_plan_t *plan, bool worked)
{
    assert(plan->holders > 0);
    plan->holders--;
    if (!worked)
        plan->next_ms = 0; // asked at once: a full card is no lost one
}
