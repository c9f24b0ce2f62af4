#include "capture/plan.h"

#include <stddef.h>

enum {
    NOISE_LEVELS = 16, // added to a picture's mean, or noise in the dark would look like a change
};

static cc_plan_step_t step(cc_plan_action_t action, uint64_t wait_ms)
{
    return (cc_plan_step_t){action, (uint32_t)(wait_ms < UINT32_MAX ? wait_ms : UINT32_MAX)};
}

static uint64_t until(uint64_t when_ms, uint64_t now_ms)
{
    return when_ms > now_ms ? when_ms - now_ms : 0;
}

static bool has_demand(const cc_plan_t *plan)
{
    return plan->wanted > 0 || plan->watched;
}

// How long before a live picture is due one may be taken for it. A camera that runs at its own rate
// gives its next picture a period from now, and the one nearest to the due time is the one. Any
// other is asked half an interval early, and waits itself. The grid does not move by either.
static uint64_t lead_ms(const cc_plan_t *plan)
{
    return plan->stops ? plan->period_ms + plan->period_ms / 2 : plan->interval_ms / 2;
}

// Whether a picture taken now is wanted, or how long until one is.
static bool is_due(const cc_plan_t *plan, uint64_t now_ms, uint64_t *wait_ms)
{
    bool all_wait_for_lamp = plan->wanted == plan->wanted_flash && now_ms < plan->lamp_steady_ms;
    if (plan->wanted > 0 && !all_wait_for_lamp)
        return true;
    *wait_ms = plan->wanted > 0 ? until(plan->lamp_steady_ms, now_ms) : UINT32_MAX;
    if (plan->watched) {
        uint64_t live_ms = until(plan->due_ms, now_ms + lead_ms(plan));
        if (live_ms < *wait_ms)
            *wait_ms = live_ms;
    }
    return *wait_ms == 0;
}

static bool is_settling(const cc_plan_t *plan)
{
    return plan->judges && !plan->settle.settled;
}

// Measuring costs some cameras an encoded picture: none for those who wait for the lamp.
static bool is_to_be_judged(const cc_plan_t *plan, uint64_t now_ms)
{
    bool all_wait_for_lamp =
        !plan->watched && plan->wanted == plan->wanted_flash && now_ms < plan->lamp_steady_ms;
    uint64_t comes_ms = now_ms + plan->period_ms;
    return plan->warmup_left == 0 && comes_ms >= plan->judge_ms && !all_wait_for_lamp;
}

static void settle_anew(cc_plan_t *plan, uint32_t limit_ms, unsigned drop, uint64_t now_ms)
{
    cc_settle_begin(&plan->settle, now_ms, limit_ms);
    if (plan->warmup_left < drop)
        plan->warmup_left = drop;
    plan->judge_ms = now_ms;
}

// Live viewers go on seeing pictures until the lamp is steady; from then on the exposure counts.
static void note_lamp(cc_plan_t *plan, uint64_t now_ms)
{
    if (!plan->lamp_on || plan->lamp_judged || now_ms < plan->lamp_steady_ms)
        return;
    plan->lamp_judged = true;
    if (plan->judges)
        settle_anew(plan, CC_PLAN_SETTLE_FLASH_MS, 0, now_ms);
}

void cc_plan_note(cc_plan_t *plan, uint64_t now_ms)
{
    note_lamp(plan, now_ms);
    bool demand = has_demand(plan);
    if (demand)
        plan->used_ms = now_ms;
    if (!plan->demanded || plan->starved)
        plan->good_ms = now_ms;
    plan->demanded = demand;
}

cc_plan_step_t cc_plan_next(const cc_plan_t *plan, uint64_t now_ms)
{
    if (plan->lamp_on && plan->wanted_flash == 0)
        return step(CC_PLAN_LAMP_OFF, 0);
    if (!plan->opened)
        return now_ms >= plan->retry_ms ? step(CC_PLAN_OPEN, 0)
                                        : step(CC_PLAN_WAIT, until(plan->retry_ms, now_ms));
    if (!plan->started)
        return has_demand(plan) ? step(CC_PLAN_START, 0) : step(CC_PLAN_WAIT, UINT32_MAX);
    if (plan->changed)
        return step(CC_PLAN_APPLY, 0);
    if (!has_demand(plan)) {
        if (!plan->stops)
            return step(CC_PLAN_WAIT, UINT32_MAX);
        return now_ms >= plan->used_ms + CC_PLAN_LINGER_MS ? step(CC_PLAN_STOP, 0)
                                                           : step(CC_PLAN_SKIP, CC_PLAN_POLL_MS);
    }
    if (plan->starved) // its silence is not the camera's fault
        return step(CC_PLAN_WAIT, UINT32_MAX);
    if (now_ms >= plan->good_ms + CC_PLAN_STALL_MS)
        return step(CC_PLAN_CLOSE, 0);
    if (plan->wanted_flash > 0 && !plan->lamp_on)
        return step(CC_PLAN_LAMP_ON, 0);
    if (is_settling(plan))
        return step(is_to_be_judged(plan, now_ms) ? CC_PLAN_GRAB : CC_PLAN_SKIP, CC_PLAN_POLL_MS);

    uint64_t wait_ms = 0;
    if (is_due(plan, now_ms, &wait_ms))
        return step(CC_PLAN_GRAB, CC_PLAN_POLL_MS);
    return plan->stops ? step(CC_PLAN_SKIP, CC_PLAN_POLL_MS) : step(CC_PLAN_WAIT, wait_ms);
}

void cc_plan_opened(cc_plan_t *plan, bool stops)
{
    plan->opened = true;
    plan->stops = stops;
    plan->started = false;
}

void cc_plan_failed(cc_plan_t *plan, uint64_t now_ms)
{
    uint64_t wait_ms = CC_PLAN_RETRY_FIRST_MS;
    for (unsigned i = 0; i < plan->failures && wait_ms < CC_PLAN_RETRY_LAST_MS; i++)
        wait_ms *= 2;
    plan->retry_ms = now_ms + (wait_ms < CC_PLAN_RETRY_LAST_MS ? wait_ms : CC_PLAN_RETRY_LAST_MS);
    plan->failures++;
    plan->opened = false;
    plan->started = false;
}

void cc_plan_started(cc_plan_t *plan, unsigned warmup_frames, uint64_t now_ms)
{
    plan->started = true;
    plan->changed = false;
    plan->judges = warmup_frames > 0;
    plan->settle = (cc_settle_t){0};
    plan->warmup_left = 0;
    settle_anew(plan, CC_PLAN_SETTLE_START_MS, warmup_frames, now_ms);
    plan->good_ms = now_ms;
    plan->arrived_ms = now_ms;
    plan->period_ms = 0;
    plan->used_ms = now_ms;
    plan->due_ms = now_ms;
}

void cc_plan_stopped(cc_plan_t *plan)
{
    plan->started = false;
}

static void arrived(cc_plan_t *plan, uint64_t now_ms)
{
    plan->period_ms = (uint32_t)(now_ms - plan->arrived_ms);
    plan->arrived_ms = now_ms;
    plan->good_ms = now_ms;
}

void cc_plan_skipped(cc_plan_t *plan, uint64_t now_ms)
{
    arrived(plan, now_ms);
    if (plan->warmup_left > 0) {
        plan->warmup_left--;
        plan->settle.frames++;
    }
}

void cc_plan_published(cc_plan_t *plan, uint64_t now_ms)
{
    plan->failures = 0;
    arrived(plan, now_ms);
    if (now_ms + plan->interval_ms / 2 < plan->due_ms)
        return; // an extra one for somebody who waited
    plan->due_ms += plan->interval_ms;
    if (plan->due_ms < now_ms) // late by more than an interval: a new grid rather than a burst
        plan->due_ms = now_ms + plan->interval_ms;
}

void cc_plan_flashed(cc_plan_t *plan, uint32_t wait_ms, uint64_t now_ms)
{
    plan->lamp_on = true;
    plan->lamp_judged = false;
    plan->lamp_steady_ms = now_ms + wait_ms;
}

void cc_plan_light_changed(cc_plan_t *plan, uint64_t now_ms)
{
    if (plan->judges)
        settle_anew(plan, CC_PLAN_SETTLE_CHANGE_MS, CC_PLAN_DROP_FRAMES, now_ms);
}

bool cc_plan_judges(cc_plan_t *plan, uint64_t now_ms)
{
    note_lamp(plan, now_ms); // it may have become steady while the camera took this one
    return is_settling(plan);
}

bool cc_plan_judge(cc_plan_t *plan, int brightness, uint64_t now_ms)
{
    uint32_t reading = brightness < 0 ? 0 : (uint32_t)brightness + NOISE_LEVELS;
    plan->judge_ms = now_ms + CC_PLAN_JUDGE_MS;
    bool good = cc_settle_frame(&plan->settle, reading, now_ms);
    if (!good)
        arrived(plan, now_ms);
    return good;
}

bool cc_plan_is_lit(const cc_plan_t *plan, uint64_t begun_ms)
{
    return plan->lamp_on && plan->lamp_judged && begun_ms >= plan->lamp_steady_ms;
}
