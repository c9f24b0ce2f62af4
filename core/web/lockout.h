// Guessing passwords gets slow: ten failures from an address lock it out for a minute, then two,
// four … Pure: state and time in, the verdict out.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    CC_LOCKOUT_FAILURES = 10,
    CC_LOCKOUT_FIRST_MS = 60 * 1000,
    CC_LOCKOUT_LAST_MS = 60 * 60 * 1000,
    CC_LOCKOUT_FORGET_MS = 60 * 60 * 1000, // an address that behaved for so long starts anew
    CC_LOCKOUT_ADDRESSES = 32,
};

typedef struct {
    char address[46]; // "" free
    unsigned failures;
    unsigned lockouts;
    uint64_t until_ms; // locked out until then
    uint64_t last_ms;  // of the last failure
} cc_lockout_entry_t;

typedef struct {
    cc_lockout_entry_t entries[CC_LOCKOUT_ADDRESSES];
} cc_lockout_t;

// Milliseconds that this address still has to wait; 0: go on.
uint64_t cc_lockout_wait_ms(const cc_lockout_t *lockout, const char *address, uint64_t now_ms);
void cc_lockout_failed(cc_lockout_t *lockout, const char *address, uint64_t now_ms);
void cc_lockout_succeeded(cc_lockout_t *lockout, const char *address);
