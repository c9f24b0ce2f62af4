#include "http/worker_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "system/thread.h"
#include "util/err.h"

#define IDLE_S 10

typedef enum {
    WORKER_NONE,
    WORKER_RUNS,
    WORKER_ENDED, // its thread is to be joined
} worker_state_t;

typedef struct {
    struct cc_linux_worker_pool *pool;
    pthread_t thread;
    worker_state_t state;
} worker_t;

struct cc_linux_worker_pool {
    void (*work)(void *job);
    pthread_mutex_t lock; // guards all below
    pthread_cond_t changed;
    worker_t workers[CC_LINUX_WORKERS_MAX];
    unsigned n_idle;
    void *queue[CC_LINUX_WORK_QUEUE_MAX]; // a ring
    unsigned first;
    unsigned n_queued;
    bool stopping;
};

// Sleeps until there is a job. Returns false when the thread is to end.
static bool wait_for_job_locked(cc_linux_worker_pool_t *pool)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_S;
    while (pool->n_queued == 0) {
        if (pool->stopping)
            return false;
        pool->n_idle++;
        int err = pthread_cond_timedwait(&pool->changed, &pool->lock, &until);
        pool->n_idle--;
        if (err == ETIMEDOUT && pool->n_queued == 0)
            return false;
    }
    return true;
}

static void *run(void *arg)
{
    worker_t *worker = arg;
    cc_linux_worker_pool_t *pool = worker->pool;
    pthread_mutex_lock(&pool->lock);
    while (wait_for_job_locked(pool)) {
        void *job = pool->queue[pool->first];
        pool->first = (pool->first + 1u) % CC_LINUX_WORK_QUEUE_MAX;
        pool->n_queued--;
        pthread_mutex_unlock(&pool->lock);
        pool->work(job);
        pthread_mutex_lock(&pool->lock);
    }
    worker->state = WORKER_ENDED;
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

// Starts one more thread where that is allowed. Returns whether any thread runs.
static bool add_worker_locked(cc_linux_worker_pool_t *pool)
{
    bool any = false;
    worker_t *free_slot = NULL;
    for (int i = 0; i < CC_LINUX_WORKERS_MAX; i++) {
        if (pool->workers[i].state == WORKER_RUNS)
            any = true;
        else
            free_slot = &pool->workers[i];
    }
    if (!free_slot)
        return any;
    if (free_slot->state == WORKER_ENDED)
        pthread_join(free_slot->thread, NULL); // at once: it was at its last line
    free_slot->state = WORKER_NONE;
    if (cc_linux_thread_start("web worker", 0, run, free_slot, &free_slot->thread))
        return any;
    free_slot->state = WORKER_RUNS;
    return true;
}

int cc_linux_worker_pool_open(void (*work)(void *job), cc_linux_worker_pool_t **pool)
{
    cc_linux_worker_pool_t *opened = calloc(1, sizeof(*opened));
    if (!opened)
        return CC_ERR_MEMORY;
    opened->work = work;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&opened->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&opened->lock, NULL);
    for (int i = 0; i < CC_LINUX_WORKERS_MAX; i++)
        opened->workers[i].pool = opened;
    *pool = opened;
    return 0;
}

int cc_linux_worker_pool_submit(cc_linux_worker_pool_t *pool, void *job)
{
    int err = 0;
    pthread_mutex_lock(&pool->lock);
    if (pool->stopping)
        err = CC_ERR_STOPPED;
    else if (pool->n_queued == CC_LINUX_WORK_QUEUE_MAX)
        err = CC_ERR_BUSY;
    // Idle threads that are already called for a job count as busy.
    else if (pool->n_queued >= pool->n_idle && !add_worker_locked(pool))
        err = CC_ERR_MEMORY;
    if (!err) {
        pool->queue[(pool->first + pool->n_queued) % CC_LINUX_WORK_QUEUE_MAX] = job;
        pool->n_queued++;
        pthread_cond_signal(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
    return err;
}

void cc_linux_worker_pool_stop(cc_linux_worker_pool_t *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

void cc_linux_worker_pool_wait(cc_linux_worker_pool_t *pool)
{
    // No thread is started any more, so the states only go from RUNS to ENDED now.
    for (int i = 0; i < CC_LINUX_WORKERS_MAX; i++) {
        pthread_mutex_lock(&pool->lock);
        bool started = pool->workers[i].state != WORKER_NONE;
        pool->workers[i].state = WORKER_NONE;
        pthread_mutex_unlock(&pool->lock);
        if (started)
            pthread_join(pool->workers[i].thread, NULL);
    }
}

void cc_linux_worker_pool_free(cc_linux_worker_pool_t *pool)
{
    if (!pool)
        return;
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
