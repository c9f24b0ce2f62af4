// A world with a time of its own, for stories that last days: threads are coroutines, and when all of them
// wait, the clock jumps to whatever comes first. The same story always runs the same way.
//
//     world_t *world = world_new();
//     cc_task_t task = world_task(world);
//     …start modules…
//     world_run(world, 24 * 3600 * 1000);
#pragma once

#include <stdint.h>

#include "port/clock.h"
#include "port/task.h"

typedef struct world world_t;

world_t *world_new(void);
void world_free(world_t *world);

cc_task_t world_task(world_t *world);
// Monotonic time begins at 1000 ms; the wall clock at 2026-01-01.
cc_clock_t world_clock(world_t *world);

// Lets all threads run for so long, from the outside.
void world_run(world_t *world, uint64_t ms);
// Runs event(arg) so long from now, between threads.
void world_at(world_t *world, uint64_t ms, void (*event)(void *arg), void *arg);
// For ports: what the calling thread does takes so long. From the outside it lets the world run.
void world_sleep(world_t *world, uint64_t ms);
uint64_t world_now(const world_t *world);
