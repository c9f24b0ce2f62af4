// A fixed set of buffers of one size, held by one thread and released by any: where pictures that
// are made, read or received here live while they are on loan.
//
// The memory is address space until it is written to, so that a large cap costs only what pictures
// really need.
//
//     cc_buffer_t *buffer;
//     int err = cc_buffer_pool_hold(pool, &stop, until_ms, &buffer);
//     …
//     cc_buffer_release(buffer);
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "camera/stop_event.h"

typedef struct cc_buffer_pool cc_buffer_pool_t;

typedef struct cc_buffer {
    uint8_t *bytes;
    size_t cap;
    cc_buffer_pool_t *pool;
} cc_buffer_t;

// A pool of `count` (1..32) buffers of `cap` bytes each, NULL when out of memory. The caller closes
// it.
cc_buffer_pool_t *cc_buffer_pool_open(size_t count, size_t cap);

// The owner is done with it; NULL is fine. The memory goes when the last buffer has come home.
void cc_buffer_pool_close(cc_buffer_pool_t *pool);

// Takes a free buffer, and waits for one until until_ms (monotonic). Only the pool's owner. Errors:
// CC_ERR_TIMEOUT (all are on loan), CC_ERR_STOPPED, CC_ERR_IO.
int cc_buffer_pool_hold(cc_buffer_pool_t *pool, const cc_stop_event_t *stop, uint64_t until_ms,
                        cc_buffer_t **buffer);

// Sends it home. Any thread, also after the pool was closed; NULL is fine.
void cc_buffer_release(cc_buffer_t *buffer);
