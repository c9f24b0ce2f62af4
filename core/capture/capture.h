// When and how a picture is taken. One thread owns camera and lamp; everybody else asks here.
//
// "Give me a frame no older than N ms": whoever asks first makes the camera work, the others share
// the result. A camera that vanishes, stalls or sends rubbish is opened anew, and only good
// pictures come out.
//
//     cc_capture_request_t request = {.max_age_ms = 1000, .wait_ms = 5000};
//     cc_frame_t *frame;
//     int err = cc_capture_get(capture, &request, &frame);
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/develop.h"
#include "frame/frame.h"
#include "port/camera.h"
#include "port/clock.h"
#include "port/light.h"
#include "port/task.h"
#include "settings/settings.h"
#include "status/counters.h"
#include "status/log.h"

typedef struct cc_capture cc_capture_t;

typedef struct {
    const cc_task_t *task;
    const cc_clock_t *clock;
    cc_camera_t *camera;
    const cc_light_t *light; // NULL: none
    cc_settings_t *settings;
    cc_counters_t *counters;
    cc_log_t *log;
    // Each new good frame, from the capture thread and outside its lock; to keep it, hold it. NULL:
    // nobody.
    void (*on_frame)(void *ctx, cc_frame_t *frame);
    void *on_frame_ctx;
    const char *firmware; // static: how pictures name it, "connectcam 1.0.0"
} cc_capture_config_t;

// Makes the module; it asks settings to listen, so it comes before threads. Errors: CC_ERR_MEMORY.
int cc_capture_new(const cc_capture_config_t *config, cc_capture_t **capture);
// Starts its thread, which opens the camera at once to learn what it can do.
int cc_capture_start(cc_capture_t *capture);
// Ends the thread: waiting callers get CC_ERR_STOPPED. The camera is closed.
void cc_capture_stop(cc_capture_t *capture);
// All frames must have been released.
void cc_capture_free(cc_capture_t *capture);

typedef struct {
    uint32_t max_age_ms; // its exposure began at most so long before the call; 0: after the call
    bool flash;          // with the lamp on, where there is one
    uint32_t wait_ms;    // how long the caller will wait; 0: not at all (CC_ERR_AGAIN)
} cc_capture_request_t;

// On 0 *frame is on loan to the caller, who releases it. Any thread.
// Errors: CC_ERR_AGAIN (wait_ms 0, and one would have to be taken), CC_ERR_GONE (no camera: see
// state), CC_ERR_TIMEOUT, CC_ERR_STOPPED.
int cc_capture_get(cc_capture_t *capture, const cc_capture_request_t *request, cc_frame_t **frame);

// The newest good frame however old, on loan; NULL when there was none yet.
cc_frame_t *cc_capture_last(cc_capture_t *capture);

// Whether a reader that may be slow, a live viewer or not, may keep `frame`: others do so already,
// or enough of the camera's buffers are left. Who is told no waits for a later frame, or gives up;
// so slow readers never stall the camera.
bool cc_capture_may_keep(cc_capture_t *capture, const cc_frame_t *frame, bool live);

// One live viewer more, or less: while there are any, frames come at stream.fps.
void cc_capture_watch(cc_capture_t *capture, bool on);

// A picture of so many bytes was too large for who wanted it: those to come are compressed more.
// False: this camera's cannot be.
bool cc_capture_too_large(cc_capture_t *capture, size_t len);

// The lamp as a person switches it. CC_ERR_UNSUPPORTED without lamp.
int cc_capture_set_light(cc_capture_t *capture, bool on);
bool cc_capture_light(cc_capture_t *capture);

typedef enum {
    CC_CAMERA_STARTING, // not opened yet
    CC_CAMERA_READY,
    CC_CAMERA_FAILING, // it is there, but nothing good comes
    CC_CAMERA_GONE,    // it cannot be opened
} cc_camera_state_t;

typedef struct {
    cc_camera_state_t state;
    char reason[200];  // a sentence for people; "" when ready
    uint64_t since_ms; // monotonic: since when it is in this state
    bool streaming;    // it is delivering now
    char model[64];
    char manufacturer[64];
    char driver[16];
    char path[128];
    cc_size_t size; // of the pictures as set; 0x0 when the camera decides
    bool has_light;
    uint64_t frame_id; // of the newest good frame; 0 none yet
    uint64_t frame_ms; // when its exposure began, monotonic
    cc_size_t frame_size;
    size_t frame_len;       // bytes
    int32_t quality;        // as it is in use, when that is not what is set; else 0
    const char *not_turned; // why pictures come as they are, though they should be turned: a
                            // sentence; "" when all is well
} cc_capture_state_t;

void cc_capture_state(cc_capture_t *capture, cc_capture_state_t *state);
// How bright and sharp the newest pictures are; false: not known yet. Pictures are measured only
// for as long as somebody asks every few seconds.
bool cc_capture_measured(cc_capture_t *capture, cc_measured_t *measured);
// Whether its thread has been in one call to the camera for longer than any may take, or without a
// buffer for longer than any reader may keep one: something hangs.
bool cc_capture_hangs(cc_capture_t *capture);
// "ready" and so on: how the API names a state. Static.
const char *cc_camera_state_name(cc_camera_state_t state);
