// Settings on fake ports, with a log that keeps everything.
//
//     cc_rig_t rig;
//     cc_rig_init(&rig);
//     assert_int_equal(cc_rig_open(&rig), CC_OK);
//     …
//     cc_rig_deinit(&rig);
#pragma once

#include <stdbool.h>

#include "fake/fake_clock.h"
#include "fake/fake_crypto.h"
#include "fake/fake_store.h"
#include "fake/fake_task.h"
#include "settings/settings.h"
#include "status/log.h"

typedef struct {
    cc_fake_clock_t fake_clock;
    cc_fake_crypto_t fake_crypto;
    cc_fake_store_t disk;
    cc_fake_task_t tasks;
    cc_clock_t clock;
    cc_crypto_t crypto;
    cc_store_t store;
    cc_task_t task;
    cc_log_t log;
    cc_settings_t *settings; // NULL: not open
    char log_text[CC_LOG_RING_BYTES + 1];
} cc_rig_t;

void cc_rig_init(cc_rig_t *rig);
// Closes the settings too; aborts when something of the fakes' was not given back.
void cc_rig_deinit(cc_rig_t *rig);

// The program starts, or starts again, on what stands on the disk. Returns cc_settings_open's
// result.
int cc_rig_open(cc_rig_t *rig);

// One value as text, checked, saved and applied. Returns the commit's result.
int cc_rig_set(cc_rig_t *rig, const char *key, const char *text);
// The same with a JSON object as text.
int cc_rig_set_json(cc_rig_t *rig, const char *object);

// A setting as the console would tell it.
const char *cc_rig_value(cc_rig_t *rig, cc_setting_t id);

// Whether the log has said this.
bool cc_rig_said(cc_rig_t *rig, const char *words);
