// The cameras that were seen: each token with the fingerprint that came with it first, kept in the
// state folder. Locks itself; any thread.
//
//     standin_camera_t camera;
//     if (standin_cameras_find(&cameras, token, &camera) == CC_ERR_NOT_FOUND)
//         standin_cameras_bind(&cameras, token, fingerprint, &camera);
#pragma once

#include <pthread.h>
#include <stdint.h>

#include "state.h"

enum {
    STANDIN_TOKEN_LEN = 20,
    STANDIN_FINGERPRINT_MIN = 16,
    STANDIN_FINGERPRINT_MAX = 64,
    STANDIN_CAMERAS_MAX = 256,
    STANDIN_UUID_LEN = 36,
};

typedef struct {
    char token[STANDIN_TOKEN_LEN + 1];
    char fingerprint[STANDIN_FINGERPRINT_MAX + 1];
    char printer_uuid[STANDIN_UUID_LEN + 1]; // of a printer that does not exist, made once
    int id;                                  // 1, 2, 3 … in order of first sight
    int64_t snapshot_ms; // monotonic time of the last accepted snapshot, -1 = none since the start
} standin_camera_t;

typedef struct {
    pthread_mutex_t lock;
    standin_state_t *state;
    int len;
    standin_camera_t list[STANDIN_CAMERAS_MAX];
} standin_cameras_t;

// Reads what the state folder keeps; `state` must outlive the cameras. Errors: CC_ERR_FORMAT (the
// file is none of ours), those of standin_state_read.
int standin_cameras_open(standin_cameras_t *cameras, standin_state_t *state);
void standin_cameras_close(standin_cameras_t *cameras);

// Copies what is known of `token`. Errors: CC_ERR_NOT_FOUND.
int standin_cameras_find(standin_cameras_t *cameras, const char *token, standin_camera_t *camera);

// Copies what is known of `token` and binds it to `fingerprint` when it is new. Errors:
// CC_ERR_DENIED (bound to another one), CC_ERR_SPACE (STANDIN_CAMERAS_MAX are known), those of
// standin_state_write.
int standin_cameras_bind(standin_cameras_t *cameras, const char *token, const char *fingerprint,
                         standin_camera_t *camera);

// Notes a snapshot that arrived at `now_ms`. Errors: CC_ERR_AGAIN (less than `pace_ms` after the
// one before), CC_ERR_NOT_FOUND.
int standin_cameras_note_snapshot(standin_cameras_t *cameras, const char *token, int64_t now_ms,
                                  int64_t pace_ms);
