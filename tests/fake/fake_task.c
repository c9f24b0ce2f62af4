#include "fake/fake_task.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include "util/err.h"

enum {
    STACK_BYTES = 1024 * 1024 // sanitizers make frames large
};

struct cc_monitor {
    const cc_thread_t *owner;
};

struct cc_thread {
    ucontext_t context;
    char *stack; // NULL: the test's own
    void (*run)(void *arg);
    void *arg;
    bool done;
    cc_monitor_t *monitor;      // to be entered before it goes on; NULL none
    const cc_thread_t *joining; // to be done before it goes on; NULL none
    const cc_monitor_t *waits;  // whose notify_all wakes it; NULL none
    uint64_t until_ms;          // goes on then at the latest
};

// The one that runs right now: makecontext hands nothing but numbers to a new thread.
static cc_fake_task_t *running;

static void fail(const char *sentence)
{
    fprintf(stderr, "fake_task: %s\n", sentence);
    abort();
}

static void *zeroed(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        fail("out of memory");
    return memory;
}

static void add(cc_fake_task_t *tasks, cc_thread_t *thread)
{
    if (tasks->n_threads == CC_FAKE_TASK_THREADS)
        fail("too many threads");
    tasks->threads[tasks->n_threads++] = thread;
}

static cc_thread_t *current(cc_fake_task_t *tasks)
{
    static cc_thread_t test; // its context is filled in when it is left
    if (!tasks->current) {
        test = (cc_thread_t){0};
        tasks->current = &test;
        add(tasks, tasks->current);
    }
    return tasks->current;
}

// Whether nothing but time keeps it.
static bool is_free(const cc_thread_t *thread)
{
    return !thread->done && (!thread->monitor || !thread->monitor->owner) &&
           (!thread->joining || thread->joining->done);
}

static cc_thread_t *pick(cc_fake_task_t *tasks)
{
    size_t mine = 0;
    while (tasks->threads[mine] != tasks->current)
        mine++;
    for (;;) {
        uint64_t first_ms = UINT64_MAX;
        for (size_t i = 1; i <= tasks->n_threads; i++) {
            cc_thread_t *thread = tasks->threads[(mine + i) % tasks->n_threads];
            if (!is_free(thread))
                continue;
            if (thread->until_ms <= tasks->clock->now_ms)
                return thread;
            if (thread->until_ms < first_ms)
                first_ms = thread->until_ms;
        }
        if (first_ms == UINT64_MAX)
            fail("every thread waits for ever");
        cc_fake_clock_advance(tasks->clock, first_ms - tasks->clock->now_ms);
    }
}

// Lets others run until this thread may go on.
static void yield(cc_fake_task_t *tasks)
{
    cc_thread_t *me = current(tasks);
    cc_thread_t *next = pick(tasks);
    if (next != me) {
        tasks->current = next;
        running = tasks;
        swapcontext(&me->context, &next->context);
    }
}

static void first_steps(void)
{
    cc_fake_task_t *tasks = running;
    cc_thread_t *me = tasks->current;
    me->run(me->arg);
    me->done = true;
    yield(tasks);
}

static cc_monitor_t *monitor_new(void *ctx)
{
    cc_fake_task_t *tasks = ctx;
    if (tasks->fail_monitor_in > 0 && --tasks->fail_monitor_in == 0)
        return NULL;
    tasks->monitors++;
    return zeroed(sizeof(cc_monitor_t));
}

static void monitor_free(void *ctx, cc_monitor_t *monitor)
{
    cc_fake_task_t *tasks = ctx;
    if (monitor->owner)
        fail("a monitor is freed while somebody is inside");
    tasks->monitors--;
    free(monitor);
}

static void enter(void *ctx, cc_monitor_t *monitor)
{
    cc_fake_task_t *tasks = ctx;
    cc_thread_t *me = current(tasks);
    if (monitor->owner == me)
        fail("a monitor is entered twice");
    if (monitor->owner) {
        me->monitor = monitor;
        me->until_ms = 0;
        yield(tasks);
        me->monitor = NULL;
    }
    monitor->owner = me;
}

static void leave(void *ctx, cc_monitor_t *monitor)
{
    if (monitor->owner != current(ctx))
        fail("a monitor is left by somebody who is not inside");
    monitor->owner = NULL;
}

static void wait(void *ctx, cc_monitor_t *monitor, uint32_t timeout_ms)
{
    cc_fake_task_t *tasks = ctx;
    cc_thread_t *me = current(tasks);
    leave(ctx, monitor);
    tasks->waits++;
    bool restless = tasks->restless > 0 && tasks->waits % tasks->restless == 0;
    me->monitor = monitor;
    me->waits = monitor;
    me->until_ms = timeout_ms == CC_WAIT_FOREVER ? UINT64_MAX : tasks->clock->now_ms + timeout_ms;
    if (restless)
        me->until_ms = tasks->clock->now_ms;
    yield(tasks);
    me->monitor = NULL;
    me->waits = NULL;
    monitor->owner = me;
}

static void notify_all(void *ctx, cc_monitor_t *monitor)
{
    cc_fake_task_t *tasks = ctx;
    for (size_t i = 0; i < tasks->n_threads; i++)
        if (tasks->threads[i]->waits == monitor)
            tasks->threads[i]->until_ms = 0;
}

static int start(void *ctx, const char *name, size_t stack, void (*run)(void *arg), void *arg,
                 cc_thread_t **out)
{
    (void)name;
    (void)stack;
    cc_fake_task_t *tasks = ctx;
    if (tasks->fail_start_in > 0 && --tasks->fail_start_in == 0)
        return CC_ERR_MEMORY;
    current(tasks);
    cc_thread_t *thread = zeroed(sizeof *thread);
    thread->stack = zeroed(STACK_BYTES);
    thread->run = run;
    thread->arg = arg;
    if (getcontext(&thread->context) < 0)
        fail("no context for a thread");
    thread->context.uc_stack.ss_sp = thread->stack;
    thread->context.uc_stack.ss_size = STACK_BYTES;
    makecontext(&thread->context, first_steps, 0);
    add(tasks, thread);
    *out = thread;
    return CC_OK;
}

static void join(void *ctx, cc_thread_t *thread)
{
    cc_fake_task_t *tasks = ctx;
    cc_thread_t *me = current(tasks);
    me->joining = thread;
    me->until_ms = 0;
    if (!thread->done)
        yield(tasks);
    me->joining = NULL;
    size_t i = 0;
    while (tasks->threads[i] != thread)
        i++;
    tasks->threads[i] = tasks->threads[--tasks->n_threads];
    free(thread->stack);
    free(thread);
}

cc_task_t cc_fake_task_port(cc_fake_task_t *tasks)
{
    return (cc_task_t){tasks, monitor_new, monitor_free, enter, leave,
                       wait,  notify_all,  start,        join};
}

void cc_fake_task_sleep(cc_fake_task_t *tasks, uint64_t ms)
{
    cc_thread_t *me = current(tasks);
    me->until_ms = tasks->clock->now_ms + ms;
    yield(tasks);
}
