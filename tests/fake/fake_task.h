// Threads on one thread, in an order that is the same in each run, over fake time.
//
// A thread runs until it waits, sleeps or joins; then the next one that can run does. When none
// can, the clock goes on to the first deadline, so that hours pass in an instant. A wait that
// nobody can ever end, a monitor that is entered twice or left by somebody else, and a leave too
// many end the program with a sentence.
//
//     cc_fake_clock_t clock = {.now_ms = 1};
//     cc_fake_task_t tasks = {.clock = &clock};
//     cc_task_t task = cc_fake_task_port(&tasks);
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fake/fake_clock.h"
#include "port/task.h"

#define CC_FAKE_TASK_THREADS 16

typedef struct {
    cc_fake_clock_t *clock;
    unsigned fail_monitor_in; // the monitor_new that gives NULL: 1 the next; 0 none
    unsigned fail_start_in;   // the same for start, with CC_ERR_MEMORY
    unsigned restless;        // each nth wait ends without a reason; 0 none
    unsigned monitors;        // made and not freed: 0 at a test's end
    // What follows is the fake's own.
    unsigned waits;
    cc_thread_t *threads[CC_FAKE_TASK_THREADS];
    size_t n_threads;
    cc_thread_t *current; // NULL: the test itself, before it met another thread
} cc_fake_task_t;

cc_task_t cc_fake_task_port(cc_fake_task_t *tasks);

// The calling thread does nothing for so long, while others run: for fakes of ports that block.
void cc_fake_task_sleep(cc_fake_task_t *tasks, uint64_t ms);
