// All modules of a camera, made and connected: what each kind of machine does once its ports are
// open.
//
//     cc_modules_t modules;
//     int err = cc_modules_new(&config, &modules);
//     …                                       // the web server is opened, with modules.web
//     err = cc_modules_start(&modules);
//     …
//     cc_modules_stop(&modules);              // then the web server is closed
//     cc_modules_free(&modules);
#pragma once

#include "capture/capture.h"
#include "connect/connect.h"
#include "port/camera.h"
#include "port/clock.h"
#include "port/crypto.h"
#include "port/files.h"
#include "port/http_client.h"
#include "port/http_server.h"
#include "port/light.h"
#include "port/net.h"
#include "port/system.h"
#include "port/task.h"
#include "port/update.h"
#include "settings/settings.h"
#include "status/counters.h"
#include "status/log.h"
#include "stream/stream.h"
#include "timelapse/timelapse.h"
#include "update/fetch.h"
#include "web/web.h"

// All of it outlives the modules.
typedef struct {
    const cc_task_t *task;
    const cc_clock_t *clock;
    const cc_crypto_t *crypto;
    const cc_net_t *net;
    const cc_system_t *system;
    cc_camera_t *camera;
    const cc_light_t *light;
    cc_http_client_t *http_client;       // Connect's
    const cc_http_server_t *http_server; // may be filled in later, before cc_modules_start
    const cc_files_t *files;             // where pictures are kept; NULL: nowhere
    const cc_update_t *update;           // NULL: this kind is not updated through its page
    cc_http_client_t *fetch_client;      // with it: the updates', who must not wait for Connect
    cc_settings_t *settings;
    cc_counters_t *counters;
    cc_log_t *log;
    unsigned films;            // that may be on their way at once
    const char *files_missing; // a sentence that says what to do when files are not there; static
    const char *firmware;      // "connectcam 0.1.0"; static
    const char *version;       // "0.1.0"; static
} cc_modules_config_t;

typedef struct {
    cc_stream_t *stream;
    cc_capture_t *capture;
    cc_connect_t *connect;
    cc_timelapse_t *timelapse; // NULL: nothing is kept
    cc_fetch_t *fetch;         // NULL: no updates
    cc_web_t *web;
} cc_modules_t;

// Before threads. Errors: CC_ERR_MEMORY, CC_ERR_IO (no randomness); what was made by then stands in
// *modules, for cc_modules_free.
int cc_modules_new(const cc_modules_config_t *config, cc_modules_t *modules);
// Their threads. Errors: CC_ERR_MEMORY.
int cc_modules_start(const cc_modules_t *modules);
// Ends their threads, live video and films, also of modules that were not all made or started.
void cc_modules_stop(const cc_modules_t *modules);
// When the web server is closed.
void cc_modules_free(cc_modules_t *modules);
