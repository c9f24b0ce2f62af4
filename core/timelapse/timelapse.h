// Keeps a picture each timelapse.interval_s while timelapse.enabled, and shows what is kept.
//
//     cc_timelapse_t *timelapse;
//     cc_timelapse_new(&config, &timelapse);   // before threads, like capture
//     cc_timelapse_start(timelapse);
//
// Days and names are of local time. Nothing is kept before the time is known, without a good
// picture, or without room; why, the status says.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"
#include "port/clock.h"
#include "port/files.h"
#include "port/http_server.h"
#include "port/task.h"
#include "settings/settings.h"
#include "status/counters.h"
#include "status/log.h"
#include "timelapse/reel.h"
#include "timelapse/shelf.h"

typedef struct cc_timelapse cc_timelapse_t;

typedef struct {
    const cc_task_t *task;
    const cc_clock_t *clock;
    const cc_files_t *files;
    const cc_http_server_t *server;
    cc_capture_t *capture;
    cc_settings_t *settings;
    cc_counters_t *counters;
    cc_log_t *log;
    unsigned films;      // that may be on their way at once
    const char *missing; // a sentence that says what to do when there is no medium; static
} cc_timelapse_config_t;

// Errors: CC_ERR_MEMORY.
int cc_timelapse_new(const cc_timelapse_config_t *config, cc_timelapse_t **timelapse);
int cc_timelapse_start(cc_timelapse_t *timelapse);
// Ends its threads, and all films. After cc_capture_stop, which ends a wait for a picture.
void cc_timelapse_stop(cc_timelapse_t *timelapse);
// When all films are closed. NULL is fine.
void cc_timelapse_free(cc_timelapse_t *timelapse);

typedef enum {
    CC_TIMELAPSE_OFF,
    CC_TIMELAPSE_KEEPING,
    CC_TIMELAPSE_WAITING, // for the time, or for a camera that works
    CC_TIMELAPSE_MISSING, // there is no medium
    CC_TIMELAPSE_FULL,
    CC_TIMELAPSE_FAILING, // the medium does not do what it should
} cc_timelapse_state_t;

typedef struct {
    cc_timelapse_state_t state;
    char sentence[160]; // how it goes, for people; "" while it is off
} cc_timelapse_status_t;

// Never waits for the medium. Any thread.
void cc_timelapse_status(cc_timelapse_t *timelapse, cc_timelapse_status_t *status);
// What is said when there is no medium.
const char *cc_timelapse_missing(const cc_timelapse_t *timelapse);
// "off" and so on: how the API names it. Static.
const char *cc_timelapse_state_name(cc_timelapse_state_t state);

// What follows waits for the medium, and is for any thread that may. Errors are the files', and
// CC_ERR_NOT_FOUND where there is no such day or picture.

typedef struct {
    cc_shelf_day_t *days; // the newest first; freed by free()
    size_t n_days;
    uint64_t used_bytes;
    uint64_t keep_bytes;
    uint64_t free_bytes; // on the medium
} cc_timelapse_kept_t;

// CC_ERR_GONE: no medium; then keep_bytes alone is filled in.
int cc_timelapse_kept(cc_timelapse_t *timelapse, cc_timelapse_kept_t *kept);
// The pictures of a day, freed by free().
int cc_timelapse_pictures(cc_timelapse_t *timelapse, cc_day_t day, cc_kept_t **pictures,
                          uint32_t *n);
// One picture's bytes, freed by free().
int cc_timelapse_read(cc_timelapse_t *timelapse, cc_day_t day, uint32_t second, uint8_t **bytes,
                      size_t *len);
// The day is gone when this returns; its files follow.
int cc_timelapse_delete(cc_timelapse_t *timelapse, cc_day_t day);
// A day as a film. CC_ERR_BUSY: too many are on their way.
int cc_timelapse_film(cc_timelapse_t *timelapse, cc_day_t day, uint32_t fps, cc_reel_t **reel);

// When that was, in Unix seconds.
int64_t cc_timelapse_unix_s(cc_timelapse_t *timelapse, cc_day_t day, uint32_t second);
