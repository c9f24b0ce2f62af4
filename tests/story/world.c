#include "world.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "util/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

enum { THREADS_MAX = 8, EVENTS_MAX = 64, STACK_BYTES = 1 << 20 };

struct cc_monitor {
    unsigned entered; // by how many; only ever 0 or 1
};

struct cc_thread {
    world_t *world;
    ucontext_t context;
    char *stack;
    void *fake_stack; // ASan's
    void (*run)(void *arg);
    void *arg;
    bool ended;
    cc_monitor_t *waits_for; // NULL: ready, or asleep
    uint64_t wake_ms;
};

typedef struct {
    uint64_t at_ms;
    void (*event)(void *arg);
    void *arg;
} event_t;

struct world {
    uint64_t now_ms;
    ucontext_t outside;
    void *outside_fake_stack;
    const void *outside_stack;
    size_t outside_size;
    cc_thread_t *threads[THREADS_MAX];
    cc_thread_t *current; // NULL: the outside
    event_t events[EVENTS_MAX];
};

static const uint64_t never = UINT64_MAX;

static void before_switch(void **fake_stack, const void *bottom, size_t size)
{
#ifdef HAS_ASAN
    __sanitizer_start_switch_fiber(fake_stack, bottom, size);
#else
    (void)fake_stack;
    (void)bottom;
    (void)size;
#endif
}

static void after_switch(void *fake_stack, const void **bottom, size_t *size)
{
#ifdef HAS_ASAN
    __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
#else
    (void)fake_stack;
    (void)bottom;
    (void)size;
#endif
}

static void leave_thread(cc_thread_t *thread)
{
    world_t *world = thread->world;
    before_switch(thread->ended ? NULL : &thread->fake_stack, world->outside_stack,
                  world->outside_size);
    swapcontext(&thread->context, &world->outside);
    after_switch(thread->fake_stack, NULL, NULL);
}

static void enter_thread(world_t *world, cc_thread_t *thread)
{
    world->current = thread;
    before_switch(&world->outside_fake_stack, thread->stack, STACK_BYTES);
    swapcontext(&world->outside, &thread->context);
    after_switch(world->outside_fake_stack, NULL, NULL);
    world->current = NULL;
}

static void begin(unsigned high, unsigned low)
{
    cc_thread_t *thread = (cc_thread_t *)(((uintptr_t)high << 32) | low);
    after_switch(NULL, &thread->world->outside_stack, &thread->world->outside_size);
    thread->run(thread->arg);
    thread->ended = true;
    leave_thread(thread);
}

static int task_start(void *ctx, const char *name, size_t stack, void (*run)(void *arg), void *arg,
                      cc_thread_t **out)
{
    (void)name;
    (void)stack;
    world_t *world = ctx;
    cc_thread_t *thread = calloc(1, sizeof *thread);
    assert(thread);
    thread->world = world;
    thread->run = run;
    thread->arg = arg;
    thread->stack = malloc(STACK_BYTES);
    getcontext(&thread->context);
    thread->context.uc_stack.ss_sp = thread->stack;
    thread->context.uc_stack.ss_size = STACK_BYTES;
    uintptr_t self = (uintptr_t)thread;
    makecontext(&thread->context, (void (*)(void))begin, 2, (unsigned)(self >> 32), (unsigned)self);
    thread->wake_ms = world->now_ms;
    for (size_t i = 0; i < THREADS_MAX; i++) {
        if (!world->threads[i]) {
            world->threads[i] = thread;
            *out = thread;
            return CC_OK;
        }
    }
    assert(!"too many threads");
    return CC_ERR_MEMORY;
}

static event_t *next_event(world_t *world)
{
    event_t *first = &world->events[0];
    for (size_t i = 1; i < EVENTS_MAX; i++)
        if (world->events[i].at_ms < first->at_ms)
            first = &world->events[i];
    return first;
}

static cc_thread_t *next_thread(world_t *world)
{
    cc_thread_t *first = NULL;
    for (size_t i = 0; i < THREADS_MAX; i++) {
        cc_thread_t *thread = world->threads[i];
        if (thread && !thread->ended && (!first || thread->wake_ms < first->wake_ms))
            first = thread;
    }
    return first;
}

// What comes first, up to until_ms; false when nothing does.
static bool step(world_t *world, uint64_t until_ms)
{
    event_t *event = next_event(world);
    cc_thread_t *thread = next_thread(world);
    uint64_t thread_ms = thread ? thread->wake_ms : never;
    uint64_t first_ms = event->at_ms < thread_ms ? event->at_ms : thread_ms;
    if (first_ms > until_ms)
        return false;
    if (first_ms > world->now_ms)
        world->now_ms = first_ms;
    if (event->at_ms <= thread_ms) {
        event_t due = *event;
        event->at_ms = never;
        due.event(due.arg);
    } else {
        thread->wake_ms = never;
        thread->waits_for = NULL;
        enter_thread(world, thread);
    }
    return true;
}

void world_run(world_t *world, uint64_t ms)
{
    assert(!world->current);
    uint64_t until_ms = world->now_ms + ms;
    while (step(world, until_ms)) {
    }
    world->now_ms = until_ms;
}

static void pause_thread(cc_thread_t *thread, cc_monitor_t *monitor, uint64_t wake_ms)
{
    thread->waits_for = monitor;
    thread->wake_ms = wake_ms;
    leave_thread(thread);
}

void world_sleep(world_t *world, uint64_t ms)
{
    if (world->current)
        pause_thread(world->current, NULL, world->now_ms + ms);
    else
        world_run(world, ms);
}

static void task_wait(void *ctx, cc_monitor_t *monitor, uint32_t timeout_ms)
{
    world_t *world = ctx;
    uint64_t wake_ms = timeout_ms == CC_WAIT_FOREVER ? never : world->now_ms + timeout_ms;
    monitor->entered--;
    if (world->current) {
        pause_thread(world->current, monitor, wake_ms);
    } else if (!step(world, wake_ms)) { // the outside waits: the others go on for one step at a time
        assert(wake_ms != never);       // nobody is left to end this wait
        world->now_ms = wake_ms;
    }
    monitor->entered++;
}

static void task_notify_all(void *ctx, cc_monitor_t *monitor)
{
    world_t *world = ctx;
    for (size_t i = 0; i < THREADS_MAX; i++) {
        cc_thread_t *thread = world->threads[i];
        if (thread && thread->waits_for == monitor) {
            thread->waits_for = NULL;
            thread->wake_ms = world->now_ms;
        }
    }
}

static void task_join(void *ctx, cc_thread_t *thread)
{
    world_t *world = ctx;
    while (!thread->ended) {
        bool moved = step(world, never - 1);
        assert(moved); // it waits for something that never comes
        (void)moved;
    }
    for (size_t i = 0; i < THREADS_MAX; i++)
        if (world->threads[i] == thread)
            world->threads[i] = NULL;
    free(thread->stack);
    free(thread);
}

static cc_monitor_t *monitor_new(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(cc_monitor_t));
}

static void monitor_free(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    assert(monitor->entered == 0);
    free(monitor);
}

static void enter(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    assert(monitor->entered == 0); // coroutines switch in waits only, so nobody can be inside
    monitor->entered++;
}

static void leave(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    assert(monitor->entered == 1);
    monitor->entered--;
}

cc_task_t world_task(world_t *world)
{
    return (cc_task_t){
        .ctx = world,
        .monitor_new = monitor_new,
        .monitor_free = monitor_free,
        .enter = enter,
        .leave = leave,
        .wait = task_wait,
        .notify_all = task_notify_all,
        .start = task_start,
        .join = task_join,
    };
}

static uint64_t monotonic_ms(void *ctx)
{
    return ((const world_t *)ctx)->now_ms;
}

static int64_t unix_ms(void *ctx)
{
    return 1767225600000 + (int64_t)((const world_t *)ctx)->now_ms;
}

cc_clock_t world_clock(world_t *world)
{
    return (cc_clock_t){world, monotonic_ms, unix_ms};
}

void world_at(world_t *world, uint64_t ms, void (*event)(void *arg), void *arg)
{
    for (size_t i = 0; i < EVENTS_MAX; i++) {
        if (world->events[i].at_ms == never) {
            world->events[i] = (event_t){world->now_ms + ms, event, arg};
            return;
        }
    }
    assert(!"too many events");
}

uint64_t world_now(const world_t *world)
{
    return world->now_ms;
}

world_t *world_new(void)
{
    world_t *world = calloc(1, sizeof *world);
    assert(world);
    world->now_ms = 1000;
    for (size_t i = 0; i < EVENTS_MAX; i++)
        world->events[i].at_ms = never;
    return world;
}

void world_free(world_t *world)
{
    free(world);
}
