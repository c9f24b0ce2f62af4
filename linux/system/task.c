#include "system/task.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "system/thread.h"
#include "util/err.h"

struct cc_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

struct cc_thread {
    pthread_t id;
    void (*run)(void *arg);
    void *arg;
};

static cc_monitor_t *monitor_new(void *ctx)
{
    (void)ctx;
    cc_monitor_t *monitor = malloc(sizeof(*monitor));
    if (!monitor)
        return NULL;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&monitor->mutex, NULL);
    pthread_cond_init(&monitor->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return monitor;
}

static void monitor_free(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    if (!monitor)
        return;
    pthread_cond_destroy(&monitor->changed);
    pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

static void enter(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    pthread_mutex_lock(&monitor->mutex);
}

static void leave(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    pthread_mutex_unlock(&monitor->mutex);
}

static void wait_changed(void *ctx, cc_monitor_t *monitor, uint32_t timeout_ms)
{
    (void)ctx;
    if (timeout_ms == CC_WAIT_FOREVER) {
        pthread_cond_wait(&monitor->changed, &monitor->mutex);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000u);
    until.tv_nsec += (long)(timeout_ms % 1000u) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&monitor->changed, &monitor->mutex, &until);
}

static void notify_all(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    pthread_cond_broadcast(&monitor->changed);
}

static void *thread_run(void *arg)
{
    cc_thread_t *thread = arg;
    thread->run(thread->arg);
    return NULL;
}

static int start(void *ctx, const char *name, size_t stack, void (*run)(void *arg), void *arg,
                 cc_thread_t **thread)
{
    (void)ctx;
    cc_thread_t *started = calloc(1, sizeof(*started));
    if (!started)
        return CC_ERR_MEMORY;
    started->run = run;
    started->arg = arg;

    if (cc_linux_thread_start(name, stack, thread_run, started, &started->id)) {
        free(started);
        return CC_ERR_MEMORY;
    }
    *thread = started;
    return 0;
}

static void join(void *ctx, cc_thread_t *thread)
{
    (void)ctx;
    if (!thread)
        return;
    pthread_join(thread->id, NULL);
    free(thread);
}

cc_task_t cc_linux_task_port(void)
{
    return (cc_task_t){
        .monitor_new = monitor_new,
        .monitor_free = monitor_free,
        .enter = enter,
        .leave = leave,
        .wait = wait_changed,
        .notify_all = notify_all,
        .start = start,
        .join = join,
    };
}
