// A firmware from an address on the net: fetched by https, and installed as it comes in.
//
//     cc_fetch_new(&config, &fetch);
//     err = cc_fetch_start(fetch, "https://…/connectcam.bin", on_end, ctx);
//     cc_fetch_status(fetch, &status); // as often as one likes
//
// The address may lead on to others, of any host, by https only: nothing secret goes along, and the
// image proves itself at its end (image.h). Certificates are checked against the system's roots;
// for the host of connect.server, against connect.ca where that is set.
#pragma once

#include <stdint.h>

#include "port/http_client.h"
#include "port/system.h"
#include "port/task.h"
#include "port/update.h"
#include "settings/settings.h"
#include "status/log.h"
#include "update/image.h"

typedef struct cc_fetch cc_fetch_t;

typedef struct {
    const cc_task_t *task;
    cc_http_client_t *http; // its own, nobody else's
    const cc_update_t *update;
    const cc_system_t *system;
    cc_settings_t *settings;
    cc_log_t *log;
} cc_fetch_config_t;

typedef enum {
    CC_FETCH_NONE,
    CC_FETCH_RUNS,
    CC_FETCH_FAILED,
    CC_FETCH_DONE, // it is installed, and the restart is asked for
} cc_fetch_state_t;

typedef struct {
    cc_fetch_state_t state;
    uint64_t bytes;                     // so far
    char version[CC_IMAGE_VERSION_MAX]; // of the image, once its head came; else ""
    char why[480];                      // CC_FETCH_FAILED: a sentence for people
} cc_fetch_status_t;

// The config's pointers outlive it. Errors: CC_ERR_MEMORY.
int cc_fetch_new(const cc_fetch_config_t *config, cc_fetch_t **fetch);
// Waits for the end of one that runs.
void cc_fetch_free(cc_fetch_t *fetch);

// Begins, on a thread of its own. on_end(ctx) is called there when it failed; when it did not, the
// camera restarts. One at a time, and no other update meanwhile: that is the caller's to see to.
// Errors: CC_ERR_FORMAT (no https address), CC_ERR_MEMORY.
int cc_fetch_start(cc_fetch_t *fetch, const char *url, void (*on_end)(void *ctx), void *ctx);

// Any thread.
void cc_fetch_status(cc_fetch_t *fetch, cc_fetch_status_t *status);
