// The update port on ESP32, over ESP-IDF's OTA functions; and the trial of a firmware that is new.
//
//     cc_esp32_update_open(&store, &log, &update);
//     for (;;)
//         cc_esp32_update_beat(&facts, ready); // once a second, from the main task
//
// What protects the camera: ESP-IDF writes the slot that does not run, and otadata's two sectors
// one after the other, so that a power cut finds one that is right. The bootloader starts a new
// firmware once; when it was not confirmed by then, any restart (crash, watchdog, power) goes back.
#pragma once

#include "port/store.h"
#include "port/update.h"
#include "status/log.h"
#include "update/trial.h"

// After the store. Tells the log when the other slot's firmware lost its trial. Errors:
// CC_ERR_NOT_FOUND, when the flash has no second slot: then there is no update.
int cc_esp32_update_open(const cc_store_t *store, cc_log_t *log, cc_update_t *update);

// What works, for as long as the firmware runs: ends its trial, one way or the other, and is noted
// for the firmware that comes next. `before` is filled in here. camera_ready: there is one, whether
// or not anybody wanted a picture of it yet.
void cc_esp32_update_beat(const cc_trial_facts_t *facts, bool camera_ready);

// Whether what runs is on trial still: then a picture is to be taken, wanted or not.
bool cc_esp32_update_on_trial(void);
