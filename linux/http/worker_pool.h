// Threads for work that waits: up to eight, started when there is work and none is idle, ended
// after ten idle seconds, so that a camera nobody talks to has none.
#pragma once

typedef struct cc_linux_worker_pool cc_linux_worker_pool_t;

#define CC_LINUX_WORKERS_MAX    8
#define CC_LINUX_WORK_QUEUE_MAX 32 // jobs that wait for a thread

// Errors: CC_ERR_MEMORY.
int cc_linux_worker_pool_open(void (*work)(void *job), cc_linux_worker_pool_t **pool);

// Has work(job) called on one of the threads, in the order of the calls. Never blocks. Errors:
// CC_ERR_BUSY when the queue is full, CC_ERR_MEMORY when no thread can be made, CC_ERR_STOPPED.
int cc_linux_worker_pool_submit(cc_linux_worker_pool_t *pool, void *job);

// Takes no more jobs. Any thread, never blocks.
void cc_linux_worker_pool_stop(cc_linux_worker_pool_t *pool);

// After stop: waits until every submitted job was worked off and all threads are gone. submit stays
// allowed and says CC_ERR_STOPPED.
void cc_linux_worker_pool_wait(cc_linux_worker_pool_t *pool);

// After wait. NULL is fine.
void cc_linux_worker_pool_free(cc_linux_worker_pool_t *pool);
