#include "update/trial.h"

#include <string.h>

#define NOTE "trial"

cc_trial_verdict_t cc_trial_judge(const cc_trial_facts_t *facts, uint64_t for_ms)
{
    bool picture = facts->now.picture || !facts->before.picture;
    bool needs_network = facts->before.network && facts->network_chosen;
    bool network = facts->now.network || (!needs_network && facts->access_point);
    if (picture && network)
        return CC_TRIAL_WON;
    return for_ms < CC_TRIAL_MS ? CC_TRIAL_GOES_ON : CC_TRIAL_LOST;
}

const char *cc_trial_why(const cc_trial_facts_t *facts)
{
    if (!facts->now.picture && facts->before.picture)
        return facts->now.network ? "it took no picture" : "it took no picture and had no network";
    return "it had no network";
}

// Two letters, "PN" or with "-" in place of what did not work: older and newer versions read it.
int cc_trial_note(const cc_store_t *store, const cc_trial_works_t *works)
{
    const char note[2] = {works->picture ? 'P' : '-', works->network ? 'N' : '-'};
    return store->save(store->ctx, NOTE, note, sizeof note);
}

cc_trial_works_t cc_trial_read_note(const cc_store_t *store)
{
    char note[8];
    cc_trial_works_t works = {.picture = true, .network = true};
    int len = store->load(store->ctx, NOTE, note, sizeof note);
    if (len < 2)
        return works;
    works.picture = note[0] != '-';
    works.network = note[1] != '-';
    return works;
}
