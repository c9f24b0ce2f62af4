// The whole core in fake time, with a fake camera and a fake Connect: what stories happen in.
//
//     house_t house;
//     house_open(&house, NULL);
//     house_live(&house, 24 * HOUR);
//     assert_int_equal(house.connect_there.n_snapshots, 8640);
//     house_close(&house);
#pragma once

#include "fake/fake_clock.h"
#include "fake/fake_crypto.h"
#include "fake/fake_files.h"
#include "fake/fake_store.h"
#include "fake/fake_task.h"
#include "fake_camera.h"
#include "fake_connect.h"
#include "modules/modules.h"
#include "settings/settings.h"
#include "status/counters.h"
#include "status/log.h"

enum {
    SECOND = 1000,
    MINUTE = 60 * SECOND,
    HOUR = 60 * MINUTE
};

typedef struct {
    cc_fake_clock_t fake_clock;
    cc_fake_task_t fake_task;
    cc_fake_store_t fake_store;
    cc_fake_crypto_t fake_crypto;
    cc_fake_files_t disk; // for kept pictures
    fake_camera_t camera_there;
    fake_connect_t connect_there;
    unsigned restarts; // asked for
    unsigned wakes;    // of the web server
    cc_task_t task;
    cc_clock_t clock;
    cc_store_t store;
    cc_files_t files;
    cc_crypto_t crypto;
    cc_net_t net;
    cc_system_t system;
    cc_camera_t camera;
    cc_light_t light;
    cc_http_client_t http_client;
    cc_http_server_t http_server;
    cc_log_t log;
    cc_counters_t counters;
    cc_settings_t *settings;
    cc_modules_t modules;
} house_t;

// A camera that was set up without a password and with a token, not started yet: change what the
// story needs, then house_start.
// prepare, when not NULL, is called with the settings there and no module made yet.
void house_open(house_t *house, void (*prepare)(house_t *house));
void house_start(house_t *house);
void house_close(house_t *house);

// Time passes.
void house_live(house_t *house, uint64_t ms);
// A setting, as the page changes it.
void house_set(house_t *house, const char *key, const char *value);
