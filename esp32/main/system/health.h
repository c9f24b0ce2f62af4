// Staying up: how the last run ended, crashes in a row, and the watchdog that ends a run that
// hangs.
//
//     cc_esp32_health_t health;
//     cc_esp32_health_open(&health);
//     if (health.safe_mode) …
//     for (;;)
//         cc_esp32_health_beat(all_well);     // once a second, from the main task
//
// The chip's task watchdog watches both idle tasks, so a task that spins is noticed, and the main
// task's beat, which stops when a task of ours hangs. Its bite is a crash like any other: a core
// dump goes to flash, and the next run tells of it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *ended; // how the last run ended, for people: "a watchdog bit"; static
    bool crashed;
    uint32_t crashes; // in a row, that one included
    bool safe_mode;   // three of them: network and page only
    uint32_t boots;   // times it was ever started; 0 unknown
} cc_esp32_health_t;

// After the store: the boot count is in NVS. From the main task, whose beat is watched from now on.
void cc_esp32_health_open(cc_esp32_health_t *health);

// The system port's, for the dump of the last crash in flash.
size_t cc_esp32_health_core_dump(void *ctx, uint8_t *out, size_t cap);
int cc_esp32_health_forget_core_dump(void *ctx);

// all_well false: no beat. At the first of those the watchdog's time
// (CONFIG_ESP_TASK_WDT_TIMEOUT_S) begins to run.
void cc_esp32_health_beat(bool all_well);
