// Live video as browsers and other programs take it: multipart/x-mixed-replace, a JPEG a part.
//
// Each viewer is a source that the web server pumps. There is one slot with the newest frame: a
// viewer that is slow gets the frame that is newest when it is ready, and never holds the camera
// up. Parts are sent from the frame's own bytes.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture/capture.h"
#include "frame/frame.h"
#include "port/clock.h"
#include "port/http_server.h"
#include "port/task.h"
#include "settings/settings.h"
#include "status/counters.h"

#define CC_STREAM_CONTENT_TYPE "multipart/x-mixed-replace; boundary=frame"
#define CC_STREAM_VIEWERS_MAX  100

typedef struct cc_stream cc_stream_t;

typedef struct {
    const cc_task_t *task;
    const cc_clock_t *clock;
    cc_settings_t *settings;
    cc_counters_t *counters;
    // What viewers are told to look again by; its ctx may be filled in later, before frames come.
    const cc_http_server_t *server;
} cc_stream_config_t;

int cc_stream_new(const cc_stream_config_t *config, cc_stream_t **stream);
// After it exists: where the frames come from. Before threads.
void cc_stream_set_capture(cc_stream_t *stream, cc_capture_t *capture);
// All viewers must have been closed.
void cc_stream_free(cc_stream_t *stream);

// Lets go of the newest frame, and ends all viewers at their next turn: the program ends.
void cc_stream_stop(cc_stream_t *stream);

// For cc_capture_config_t.on_frame.
void cc_stream_on_frame(void *ctx, cc_frame_t *frame);

// One more viewer; *source is for the web server. Errors: CC_ERR_BUSY when stream.viewers are
// there.
int cc_stream_open(cc_stream_t *stream, cc_http_source_t *source);

// Somebody else has no buffer to keep a picture in: the viewer that has kept one longest, and for
// ten seconds, is ended at its next turn. Any thread.
void cc_stream_make_room(cc_stream_t *stream);

unsigned cc_stream_viewers(cc_stream_t *stream);
