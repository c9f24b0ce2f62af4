#include "connect/pace.h"

#include <stddef.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

uint64_t cc_pace_send_ms(const cc_pace_t *pace)
{
    return pace->last_ms ? pace->last_ms + CC_PACE_LEAST_MS : 0;
}

uint64_t cc_pace_snapshot_ms(const cc_pace_t *pace)
{
    // Were taking to wait for sending, each picture would be late by the time that taking takes,
    // and the grid would drift away.
    uint64_t soonest_ms = pace->last_ms ? cc_pace_send_ms(pace) - CC_PACE_EARLY_MS : 0;
    if (pace->forced)
        return soonest_ms;
    return later(later(pace->due_ms, pace->hold_ms), soonest_ms);
}

cc_pace_step_t cc_pace_next(const cc_pace_t *pace, uint64_t now_ms)
{
    if (!pace->able)
        return (cc_pace_step_t){CC_PACE_WAIT, UINT64_MAX};

    uint64_t info_ms = UINT64_MAX;
    if (pace->info_wanted)
        info_ms = pace->forced ? pace->info_hold_ms : later(pace->info_hold_ms, pace->hold_ms);
    if (now_ms >= info_ms)
        return (cc_pace_step_t){CC_PACE_INFO, 0};
    uint64_t snapshot_ms = cc_pace_snapshot_ms(pace);
    if (now_ms >= snapshot_ms)
        return (cc_pace_step_t){CC_PACE_SNAPSHOT, 0};
    uint64_t next_ms = info_ms < snapshot_ms ? info_ms : snapshot_ms;
    return (cc_pace_step_t){CC_PACE_WAIT, next_ms - now_ms};
}

// Doubles with each failure, up to five minutes, and spreads cameras over half of it, so that they
// do not all come back in the same second.
static uint64_t backoff_ms(unsigned failures, uint32_t random)
{
    uint64_t wait_ms = CC_PACE_BACKOFF_MS;
    for (unsigned i = 1; i < failures && wait_ms < CC_PACE_BACKOFF_LAST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > CC_PACE_BACKOFF_LAST_MS)
        wait_ms = CC_PACE_BACKOFF_LAST_MS;
    return wait_ms / 2 + random % (wait_ms / 2 + 1);
}

// How long to be quiet after this; 0: the grid decides.
static uint64_t pause_ms(const cc_pace_t *pace, cc_result_t result, uint32_t retry_after_s,
                         uint32_t random)
{
    uint64_t wait_ms = 0;
    switch (result) {
    case CC_RESULT_SENT:
    case CC_RESULT_NO_PICTURE:
        return 0;
    case CC_RESULT_DENIED:
    case CC_RESULT_REDIRECT:
        wait_ms = CC_PACE_DENIED_MS;
        break;
    case CC_RESULT_REFUSED:
    case CC_RESULT_NOT_FOUND:
    case CC_RESULT_CONFLICT:
    case CC_RESULT_TOO_LARGE:
        wait_ms = CC_PACE_SLOW_MS;
        break;
    case CC_RESULT_TOO_OFTEN:
        wait_ms = 2 * (uint64_t)CC_PACE_LEAST_MS + backoff_ms(pace->failures, random);
        break;
    default:
        wait_ms = backoff_ms(pace->failures, random);
    }
    if (retry_after_s > 0) {
        if (retry_after_s > CC_PACE_RETRY_AFTER_LAST_S)
            retry_after_s = CC_PACE_RETRY_AFTER_LAST_S;
        // asked for on purpose: not sooner, and not all cameras in the same second
        uint64_t asked_ms = (uint64_t)retry_after_s * 1000;
        wait_ms = later(result == CC_RESULT_TOO_OFTEN ? 0 : wait_ms, asked_ms + random % 1000);
    }
    return wait_ms;
}

void cc_pace_snapshot_begun(cc_pace_t *pace, uint64_t now_ms)
{
    pace->begun_ms = now_ms;
    pace->serving = pace->forced;
    pace->forced = false;
}

// Whether Connect may count this one among those it takes each 10 s.
static bool may_have_arrived(cc_result_t result)
{
    return result == CC_RESULT_SENT || result == CC_RESULT_TOO_OFTEN ||
           result == CC_RESULT_OUTAGE || result == CC_RESULT_ANSWER;
}

static bool met_nobody(cc_result_t result)
{
    return result == CC_RESULT_DNS || result == CC_RESULT_CONNECT || result == CC_RESULT_TLS ||
           result == CC_RESULT_SEND || result == CC_RESULT_ANSWER;
}

void cc_pace_snapshot_done(cc_pace_t *pace, cc_result_t result, uint32_t retry_after_s,
                           uint64_t began_ms, uint64_t now_ms, uint32_t random)
{
    bool failed = result != CC_RESULT_SENT && result != CC_RESULT_NO_PICTURE;
    pace->failures = failed ? pace->failures + 1 : 0;
    pace->unreached = met_nobody(result);
    if (may_have_arrived(result))
        pace->last_ms = began_ms;

    uint64_t wait_ms = pause_ms(pace, result, retry_after_s, random);
    pace->hold_ms = wait_ms ? now_ms + wait_ms : 0;

    bool off_the_grid = pace->begun_ms > pace->due_ms + CC_PACE_EARLY_MS;
    if ((pace->serving || off_the_grid) && !failed)
        pace->due_ms = began_ms; // the grid begins anew with this picture
    if (now_ms < pace->due_ms)   // an extra one that failed: the next slot is still to come
        return;
    // The grid does not drift with the time that sending takes; what was missed is left out.
    if (pace->due_ms + pace->interval_ms > now_ms)
        pace->due_ms += pace->interval_ms;
    else
        pace->due_ms +=
            (now_ms - pace->due_ms) / pace->interval_ms * pace->interval_ms + pace->interval_ms;
}

void cc_pace_info_done(cc_pace_t *pace, cc_result_t result, uint32_t retry_after_s, uint64_t now_ms,
                       uint32_t random)
{
    pace->unreached = met_nobody(result);
    if (result == CC_RESULT_SENT) {
        pace->info_wanted = false;
        pace->info_hold_ms = 0;
        return;
    }
    pace->failures++;
    uint64_t until_ms = now_ms + pause_ms(pace, result, retry_after_s, random);
    pace->info_hold_ms = until_ms;
    // An info that is refused for its content is no reason to keep the pictures back.
    if (result != CC_RESULT_REFUSED && result != CC_RESULT_CONFLICT &&
        result != CC_RESULT_NOT_FOUND)
        pace->hold_ms = until_ms;
}

void cc_pace_fresh_start(cc_pace_t *pace, bool other_camera, uint64_t now_ms)
{
    pace->failures = 0;
    pace->hold_ms = 0;
    pace->info_hold_ms = 0;
    pace->info_wanted = true;
    if (other_camera)
        pace->last_ms = 0;
    pace->due_ms = now_ms;
}

void cc_pace_network_is_up(cc_pace_t *pace, uint64_t now_ms)
{
    if (!pace->unreached)
        return;
    pace->failures = 0;
    pace->hold_ms = 0;
    pace->info_hold_ms = 0;
    if (pace->due_ms > now_ms)
        pace->due_ms = now_ms;
}
