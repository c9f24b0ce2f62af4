// Threads and monitors, real ones.
#define _GNU_SOURCE 1

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "system/clock.h"
#include "system/task.h"
#include "util/err.h"

typedef struct {
    cc_task_t task;
    cc_monitor_t *monitor;
    int turns;
    int players;
    char name[16];
    size_t stack;
} table_t;

static int set_up(void **state)
{
    static table_t table;
    memset(&table, 0, sizeof(table));
    table.task = cc_linux_task_port();
    table.monitor = table.task.monitor_new(table.task.ctx);
    *state = &table;
    return table.monitor ? 0 : -1;
}

static int tear_down(void **state)
{
    table_t *table = *state;
    table->task.monitor_free(table->task.ctx, table->monitor);
    return 0;
}

// Waits for an even number of turns, or for an odd one, and makes it the other.
static void play(void *arg)
{
    table_t *table = arg;
    cc_enter(&table->task, table->monitor);
    int me = table->players++;
    for (int i = 0; i < 1000; i++) {
        while (table->turns % 2 != me)
            cc_wait(&table->task, table->monitor, CC_WAIT_FOREVER);
        table->turns++;
        cc_notify_all(&table->task, table->monitor);
    }
    cc_leave(&table->task, table->monitor);
}

static void two_threads_take_turns(void **state)
{
    table_t *table = *state;
    cc_thread_t *threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(table->task.start(table->task.ctx, "player", 0, play, table, &threads[i]),
                         0);
    for (int i = 0; i < 2; i++)
        table->task.join(table->task.ctx, threads[i]);
    assert_int_equal(table->turns, 2000);
}

static void a_wait_ends_when_its_time_is_up(void **state)
{
    table_t *table = *state;
    cc_clock_t clock = cc_linux_clock_port();
    uint64_t before_ms = cc_clock_now(&clock);
    assert_true(before_ms > 0);
    cc_enter(&table->task, table->monitor);
    while (cc_clock_now(&clock) - before_ms < 50)
        cc_wait(&table->task, table->monitor, 50);
    cc_wait(&table->task, table->monitor, 0);
    cc_leave(&table->task, table->monitor);
    assert_true(cc_clock_now(&clock) - before_ms < 5000);
    assert_true(cc_clock_unix(&clock) > 1600000000000);
}

static void look_around(void *arg)
{
    table_t *table = arg;
    cc_enter(&table->task, table->monitor); // by now the starter has named us
    pthread_getname_np(pthread_self(), table->name, sizeof(table->name));
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &table->stack);
    pthread_attr_destroy(&attributes);
    cc_leave(&table->task, table->monitor);
}

static void a_thread_has_its_name_and_its_stack(void **state)
{
    table_t *table = *state;
    // Sanitizers add to it; the system's own would be eight megabytes.
    static const struct {
        size_t asked;
        size_t least;
    } cases[] = {{0, 200u << 10}, {1, 1}, {1u << 20, 1000u << 10}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cc_thread_t *thread;
        cc_enter(&table->task, table->monitor);
        assert_int_equal(table->task.start(table->task.ctx, "a name that is too long",
                                           cases[i].asked, look_around, table, &thread),
                         0);
        cc_leave(&table->task, table->monitor);
        table->task.join(table->task.ctx, thread);
        assert_string_equal(table->name, "a name that is ");
        assert_in_range(table->stack, cases[i].least, 4u << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_threads_take_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wait_ends_when_its_time_is_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_thread_has_its_name_and_its_stack, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
