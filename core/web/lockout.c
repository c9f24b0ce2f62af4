#include "web/lockout.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

// The first four of an IPv6 address's eight groups; false when it is none.
static bool read_network(const char *address, unsigned groups[4])
{
    unsigned all[8] = {0};
    size_t n = 0, gap = SIZE_MAX;
    const char *at = address;
    while (*at && *at != '%' && n < 8) { // "%eth0": a zone
        if (at[0] == ':' && at[1] == ':') {
            gap = n;
            at += 2;
            continue;
        }
        char *end;
        unsigned long group = strtoul(at, &end, 16);
        if (end == at || end > at + 4 || group > 0xFFFF)
            return false;
        all[n++] = (unsigned)group;
        at = end + (*end == ':' && end[1] != ':');
    }
    if (gap == SIZE_MAX && n != 8)
        return false;
    for (size_t i = 0; i < 4; i++) { // the gap stands for 8 - n zeros
        size_t zeros = 8 - n;
        bool is_zero = gap != SIZE_MAX && i >= gap && i < gap + zeros;
        groups[i] = is_zero ? 0 : all[gap != SIZE_MAX && i >= gap ? i - zeros : i];
    }
    return true;
}

// An IPv6 neighbour has 2^64 addresses to change through: its first four groups count. IPv4 inside
// IPv6 is IPv4.
static void key_of(const char *address, char key[46])
{
    unsigned groups[4];
    if (cc_text_starts_nocase(address, "::ffff:") && strchr(address, '.'))
        address += strlen("::ffff:");
    // link-local neighbours all have the same first groups
    bool is_link_local = cc_text_starts_nocase(address, "fe80:");
    if (strchr(address, ':') && !is_link_local && read_network(address, groups))
        snprintf(key, 46, "%x:%x:%x:%x", groups[0], groups[1], groups[2], groups[3]);
    else
        cc_text_copy(key, 46, address);
}

static cc_lockout_entry_t *find(const cc_lockout_t *lockout, const char *key)
{
    for (size_t i = 0; i < CC_LOCKOUT_ADDRESSES; i++)
        if (strcmp(lockout->entries[i].address, key) == 0)
            return (cc_lockout_entry_t *)&lockout->entries[i];
    return NULL;
}

uint64_t cc_lockout_wait_ms(const cc_lockout_t *lockout, const char *address, uint64_t now_ms)
{
    char key[46];
    key_of(address, key);
    const cc_lockout_entry_t *entry = find(lockout, key);
    return entry && entry->until_ms > now_ms ? entry->until_ms - now_ms : 0;
}

// The later of its last failure and the end of its being locked out.
static uint64_t relevant_until_ms(const cc_lockout_entry_t *entry)
{
    return entry->until_ms > entry->last_ms ? entry->until_ms : entry->last_ms;
}

// The address that matters least makes room.
static cc_lockout_entry_t *take(cc_lockout_t *lockout, const char *key)
{
    cc_lockout_entry_t *entry = find(lockout, key);
    if (entry)
        return entry;
    entry = &lockout->entries[0];
    for (size_t i = 1; i < CC_LOCKOUT_ADDRESSES; i++)
        if (relevant_until_ms(&lockout->entries[i]) < relevant_until_ms(entry))
            entry = &lockout->entries[i];
    *entry = (cc_lockout_entry_t){0};
    cc_text_copy(entry->address, sizeof entry->address, key);
    return entry;
}

void cc_lockout_failed(cc_lockout_t *lockout, const char *address, uint64_t now_ms)
{
    char key[46];
    key_of(address, key);
    cc_lockout_entry_t *entry = take(lockout, key);
    if (now_ms > relevant_until_ms(entry) + CC_LOCKOUT_FORGET_MS) {
        entry->failures = 0;
        entry->lockouts = 0;
    }
    entry->last_ms = now_ms;
    if (++entry->failures < CC_LOCKOUT_FAILURES)
        return;
    uint64_t wait_ms = CC_LOCKOUT_FIRST_MS;
    for (unsigned i = 0; i < entry->lockouts && wait_ms < CC_LOCKOUT_LAST_MS; i++)
        wait_ms *= 2;
    entry->until_ms = now_ms + (wait_ms < CC_LOCKOUT_LAST_MS ? wait_ms : CC_LOCKOUT_LAST_MS);
    entry->lockouts++;
    entry->failures = 0;
}

void cc_lockout_succeeded(cc_lockout_t *lockout, const char *address)
{
    char key[46];
    key_of(address, key);
    cc_lockout_entry_t *entry = find(lockout, key);
    if (entry)
        *entry = (cc_lockout_entry_t){0};
}
