#include "status/crashes.h"

static uint32_t sum_of(uint32_t in_a_row)
{
    return in_a_row ^ 0x5afe0c0du; // any constant that chance does not hit
}

static void put(cc_crashes_t *crashes, uint32_t in_a_row)
{
    crashes->in_a_row = in_a_row;
    crashes->sum = sum_of(in_a_row);
}

void cc_crashes_started(cc_crashes_t *crashes, cc_ended_t ended)
{
    bool known = crashes->sum == sum_of(crashes->in_a_row);
    uint32_t before = known ? crashes->in_a_row : 0;
    put(crashes, ended == CC_ENDED_CRASH ? before + 1 : 0);
}

bool cc_crashes_ran(cc_crashes_t *crashes, uint64_t for_ms)
{
    if (for_ms < CC_CRASHES_FORGIVEN_MS || crashes->in_a_row == 0)
        return false;
    put(crashes, 0);
    return true;
}

bool cc_crashes_safe_mode(const cc_crashes_t *crashes)
{
    return crashes->in_a_row >= CC_CRASHES_SAFE_MODE;
}
