// The camera's web: routes, JSON API, login, and the older firmwares' paths.
//
//     cc_web_t *web;
//     cc_web_new(&config, &web);
//     server = open_server(address, (cc_http_handler_t){web, cc_web_handle, cc_web_upload});
#pragma once

#include "capture/capture.h"
#include "connect/connect.h"
#include "port/clock.h"
#include "port/crypto.h"
#include "port/http_server.h"
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

typedef struct cc_web cc_web_t;

typedef struct {
    const cc_task_t *task;
    const cc_clock_t *clock;
    const cc_crypto_t *crypto;
    const cc_net_t *net;
    const cc_system_t *system;
    const cc_update_t *update; // NULL: this kind of camera is not updated through its page
    cc_fetch_t *fetch;         // with it: updates from an address
    cc_settings_t *settings;
    cc_capture_t *capture;
    cc_connect_t *connect;
    cc_stream_t *stream;
    cc_timelapse_t *timelapse; // NULL: this camera keeps no pictures
    cc_counters_t *counters;
    cc_log_t *log;
    const char *version; // "0.1.0"; static
} cc_web_config_t;

// Errors: CC_ERR_MEMORY, CC_ERR_IO (no randomness for the login).
int cc_web_new(const cc_web_config_t *config, cc_web_t **web);
void cc_web_free(cc_web_t *web);

// Whether the camera waits for its owner to choose a password. Any thread.
bool cc_web_needs_setup(cc_web_t *web);

// For cc_http_handler_t.handle; ctx is the cc_web_t. Any number of threads.
int cc_web_handle(void *ctx, const cc_http_request_t *request, cc_http_response_t *response);
// For cc_http_handler_t.upload.
int cc_web_upload(void *ctx, const cc_http_request_t *request, cc_http_response_t *response,
                  cc_http_sink_t *sink);
