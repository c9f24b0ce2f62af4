// Documents in memory, on a disk that fails when it is told to.
//
//     cc_fake_store_t disk = {0};
//     cc_store_t store = cc_fake_store_port(&disk);
//     cc_fake_store_fail(&disk, 1, CC_ERR_DISK_FULL); // the next call fails, the one after does
//     not … cc_fake_store_clear(&disk);
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "port/store.h"

#define CC_FAKE_STORE_DOCUMENTS 8

typedef struct {
    struct {
        char name[32]; // "" free
        char *text;    // NUL-terminated
        size_t len;    // bytes, without the NUL
    } documents[CC_FAKE_STORE_DOCUMENTS];
    unsigned loads;
    unsigned saves; // calls, failed ones too
    unsigned set_asides;
    unsigned fail_in; // the call that fails: 1 the next; 0 none
    int fail_err;
    bool fail_for_good; // and every one after it
} cc_fake_store_t;

cc_store_t cc_fake_store_port(cc_fake_store_t *store);

// From now on the nth call (load, save and set_aside together) fails with `err`, once.
void cc_fake_store_fail(cc_fake_store_t *store, unsigned nth, int err);

// Puts a document there, or looks at one: NULL when there is none. Neither counts as a call.
void cc_fake_store_put(cc_fake_store_t *store, const char *name, const char *text, size_t len);
const char *cc_fake_store_text(const cc_fake_store_t *store, const char *name);

// Forgets all documents and faults.
void cc_fake_store_clear(cc_fake_store_t *store);
