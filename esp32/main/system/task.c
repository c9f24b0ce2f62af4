#include "system/task.h"

#include <assert.h>
#include <esp_heap_caps.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <string.h>

#include "util/err.h"

#define THREADS_MAX 8

// One task in one wait; it lies on that task's stack.
typedef struct waiter {
    struct waiter *next;
    TaskHandle_t task;
    bool told; // taken off the list by notify_all
} waiter_t;

struct cc_monitor {
    SemaphoreHandle_t mutex;
    StaticSemaphore_t mutex_memory;
    waiter_t *waiters; // guarded by the mutex
};

struct cc_thread {
    TaskHandle_t task;
    void (*run)(void *arg);
    void *arg;
    char name[16];
    SemaphoreHandle_t ended;
    StaticSemaphore_t ended_memory;
    volatile uint32_t busy_ms; // since when it runs, 1 at least; 0: it waits
};

static const struct {
    const char *name;
    uint32_t stack;
    UBaseType_t priority;
    BaseType_t core;
} places[] = {
    {"capture", 5 * 1024, CC_ESP32_PRIORITY_CAPTURE, 1},
    {"connect", 12 * 1024, CC_ESP32_PRIORITY_CONNECT, 1},
    {"timelapse", 5 * 1024, CC_ESP32_PRIORITY_WORKER, tskNO_AFFINITY},
};

static cc_thread_t *threads[THREADS_MAX]; // what was started; guarded by the lock
static portMUX_TYPE threads_lock = portMUX_INITIALIZER_UNLOCKED;

// FreeRTOS objects hold spin locks, which do not work in external memory.
static void *internal_alloc(size_t len)
{
    return heap_caps_calloc(1, len, MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
}

static uint32_t now_ms(void)
{
    uint32_t now = (uint32_t)(esp_timer_get_time() / 1000);
    return now ? now : 1;
}

static cc_thread_t *current_thread(void)
{
    TaskHandle_t task = xTaskGetCurrentTaskHandle();
    cc_thread_t *found = NULL;
    taskENTER_CRITICAL(&threads_lock);
    for (size_t i = 0; i < THREADS_MAX && !found; i++)
        if (threads[i] && threads[i]->task == task)
            found = threads[i];
    taskEXIT_CRITICAL(&threads_lock);
    return found;
}

static cc_monitor_t *monitor_new(void *ctx)
{
    (void)ctx;
    cc_monitor_t *monitor = internal_alloc(sizeof *monitor);
    if (monitor)
        monitor->mutex = xSemaphoreCreateMutexStatic(&monitor->mutex_memory);
    return monitor;
}

static void monitor_free(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    if (!monitor)
        return;
    vSemaphoreDelete(monitor->mutex);
    heap_caps_free(monitor);
}

static void enter(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    xSemaphoreTake(monitor->mutex, portMAX_DELAY);
}

static void leave(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    xSemaphoreGive(monitor->mutex);
}

static bool is_inside(const cc_monitor_t *monitor)
{
    return xSemaphoreGetMutexHolder(monitor->mutex) == xTaskGetCurrentTaskHandle();
}

// Rounded up, and one more because the tick under way counts as a whole one.
static TickType_t ticks_of(uint32_t ms)
{
    if (ms == CC_WAIT_FOREVER)
        return portMAX_DELAY;
    uint64_t ticks = ((uint64_t)ms * configTICK_RATE_HZ + 999u) / 1000u + 1u;
    return ticks < portMAX_DELAY ? (TickType_t)ticks : portMAX_DELAY - 1u;
}

static void drop_waiter(cc_monitor_t *monitor, const waiter_t *waiter)
{
    waiter_t **at = &monitor->waiters;
    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
}

static void wait_changed(void *ctx, cc_monitor_t *monitor, uint32_t timeout_ms)
{
    (void)ctx;
    assert(is_inside(monitor));
    waiter_t self = {.next = monitor->waiters, .task = xTaskGetCurrentTaskHandle()};
    cc_thread_t *thread = current_thread();
    // One that came too late for the wait before is forgotten. From here on every notify_all finds
    // us on the list, and a notification that comes before the sleep is kept: none is lost.
    ulTaskNotifyTakeIndexed(CC_ESP32_NOTIFICATION, pdTRUE, 0);
    monitor->waiters = &self;
    if (thread)
        thread->busy_ms = 0;
    leave(NULL, monitor);
    ulTaskNotifyTakeIndexed(CC_ESP32_NOTIFICATION, pdTRUE, ticks_of(timeout_ms));
    enter(NULL, monitor);
    if (thread)
        thread->busy_ms = now_ms();
    if (!self.told)
        drop_waiter(monitor, &self);
}

static void notify_all(void *ctx, cc_monitor_t *monitor)
{
    (void)ctx;
    assert(is_inside(monitor));
    waiter_t *waiter = monitor->waiters;
    monitor->waiters = NULL;
    while (waiter) {
        // What it wakes needs the mutex before it can leave its stack's frame, and we hold it.
        waiter_t *next = waiter->next;
        waiter->told = true;
        xTaskNotifyGiveIndexed(waiter->task, CC_ESP32_NOTIFICATION);
        waiter = next;
    }
}

static bool put_thread(const cc_thread_t *old, cc_thread_t *thread)
{
    bool done = false;
    taskENTER_CRITICAL(&threads_lock);
    for (size_t i = 0; i < THREADS_MAX && !done; i++) {
        if (threads[i] == old) {
            threads[i] = thread;
            done = true;
        }
    }
    taskEXIT_CRITICAL(&threads_lock);
    return done;
}

static void thread_run(void *arg)
{
    cc_thread_t *thread = arg;
    thread->task = xTaskGetCurrentTaskHandle();
    thread->run(thread->arg);
    thread->busy_ms = 0;
    xSemaphoreGive(thread->ended);
    vTaskDelete(NULL);
}

static int start(void *ctx, const char *name, size_t stack, void (*run)(void *arg), void *arg,
                 cc_thread_t **thread)
{
    (void)ctx;
    uint32_t stack_bytes = stack ? (uint32_t)stack : CC_ESP32_STACK;
    UBaseType_t priority = CC_ESP32_PRIORITY_WORKER;
    BaseType_t core = tskNO_AFFINITY;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strcmp(places[i].name, name) == 0) {
            stack_bytes = stack ? (uint32_t)stack : places[i].stack;
            priority = places[i].priority;
            core = places[i].core;
        }
    }
    if (core >= portNUM_PROCESSORS)
        core = tskNO_AFFINITY;
    cc_thread_t *started = internal_alloc(sizeof *started);
    if (!started)
        return CC_ERR_MEMORY;
    started->run = run;
    started->arg = arg;
    strlcpy(started->name, name, sizeof started->name);
    started->ended = xSemaphoreCreateBinaryStatic(&started->ended_memory);
    started->busy_ms = now_ms();
    // On the list first, so that its first wait finds it there.
    bool listed = put_thread(NULL, started);
    if (!listed || xTaskCreatePinnedToCore(thread_run, name, stack_bytes, started, priority, NULL,
                                           core) != pdPASS) {
        if (listed)
            put_thread(started, NULL);
        heap_caps_free(started);
        return CC_ERR_MEMORY;
    }
    *thread = started;
    return CC_OK;
}

static void join(void *ctx, cc_thread_t *thread)
{
    (void)ctx;
    if (!thread)
        return;
    xSemaphoreTake(thread->ended, portMAX_DELAY);
    put_thread(thread, NULL);
    vSemaphoreDelete(thread->ended);
    heap_caps_free(thread);
}

bool cc_esp32_task_all_alive(uint32_t limit_ms, const char **name)
{
    uint32_t now = now_ms();
    bool alive = true;
    taskENTER_CRITICAL(&threads_lock);
    for (size_t i = 0; i < THREADS_MAX && alive; i++) {
        uint32_t busy_ms = threads[i] ? threads[i]->busy_ms : 0;
        // a thread may stamp itself between our look at the clock and at it
        if (busy_ms && (int32_t)(now - busy_ms) > (int32_t)limit_ms) {
            alive = false;
            *name = threads[i]->name;
        }
    }
    taskEXIT_CRITICAL(&threads_lock);
    return alive;
}

cc_task_t cc_esp32_task_port(void)
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
