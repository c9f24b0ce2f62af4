// Threads and the one thing they wait on.
//
// A monitor is a lock with a condition (Hoare 1974): enter, look at the state it guards, wait until
// it changes, leave. Waiting may end without a reason, so waits stand in loops.
//
//     cc_enter(task, self->monitor);
//     while (!self->stopping && !self->frame)
//         cc_wait(task, self->monitor, 1000);
//     cc_leave(task, self->monitor);
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CC_WAIT_FOREVER UINT32_MAX

typedef struct cc_monitor cc_monitor_t;
typedef struct cc_thread cc_thread_t;

typedef struct cc_task {
    void *ctx;
    // A new monitor, NULL when out of memory. Made at start-up, freed by monitor_free.
    cc_monitor_t *(*monitor_new)(void *ctx);
    void (*monitor_free)(void *ctx, cc_monitor_t *monitor);
    void (*enter)(void *ctx, cc_monitor_t *monitor);
    void (*leave)(void *ctx, cc_monitor_t *monitor);
    // Inside: leaves, sleeps until notify_all or `timeout_ms` passed (CC_WAIT_FOREVER: no limit),
    // enters.
    void (*wait)(void *ctx, cc_monitor_t *monitor, uint32_t timeout_ms);
    void (*notify_all)(void *ctx, cc_monitor_t *monitor);
    // Runs run(arg) on a thread of its own. name: 15 characters at most. stack: bytes, 0 = the
    // system's own. Errors: CC_ERR_MEMORY.
    int (*start)(void *ctx, const char *name, size_t stack, void (*run)(void *arg), void *arg,
                 cc_thread_t **thread);
    // Waits until it has ended, then frees it.
    void (*join)(void *ctx, cc_thread_t *thread);
} cc_task_t;

static inline void cc_enter(const cc_task_t *task, cc_monitor_t *monitor)
{
    task->enter(task->ctx, monitor);
}

static inline void cc_leave(const cc_task_t *task, cc_monitor_t *monitor)
{
    task->leave(task->ctx, monitor);
}

static inline void cc_wait(const cc_task_t *task, cc_monitor_t *monitor, uint32_t timeout_ms)
{
    task->wait(task->ctx, monitor, timeout_ms);
}

static inline void cc_notify_all(const cc_task_t *task, cc_monitor_t *monitor)
{
    task->notify_all(task->ctx, monitor);
}
