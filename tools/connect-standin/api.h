// The camera API of Prusa Connect, as far as it is a decision: what a request deserves. No socket,
// no server; the only thing that changes is what the cameras know. Any thread.
//
//     standin_verdict_t verdict;
//     standin_api_check(&cameras, pace_ms, &request, &verdict);
//     if (verdict.status < 300)
//         standin_api_accept(&cameras, pace_ms, &request, &verdict);
//     standin_verdict_deinit(&verdict);
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cameras.h"
#include "faults.h"

enum {
    STANDIN_SNAPSHOT_BYTES_MAX = 16 << 20, // the description: "Max snapshot size is 16MB"
    STANDIN_INFO_BYTES_MAX = 64 << 10,     // ours: the description names no bound
    STANDIN_PACE_MS = 9000,                // one snapshot each 10 s, and a second for the network
};

// Everything that counts in a request. Headers are NULL when absent. Nothing is owned.
typedef struct {
    const char *method;
    const char *path; // without its query
    const char *token;
    const char *fingerprint;
    const char *content_type;
    int64_t content_length; // -1 = absent
    int64_t arrived_ms;     // monotonic
    const uint8_t *body;
    size_t body_len;
} standin_request_t;

typedef struct {
    int status;
    int retry_after_s;              // -1 = none
    bool allow_put;                 // 405 names what is allowed
    const char *code;               // of an error; static
    char message[STANDIN_WHY_SIZE]; // of an error
    unsigned width, height;         // of a whole JPEG, else 0
    cJSON *info;                    // a checked info, else NULL; owned
    cJSON *answer;                  // the camera as it is known now, after an accepted info; owned
} standin_verdict_t;

// How large the body of `path` may be, in bytes; 0 when there is no such path.
int64_t standin_api_body_max(const char *path);

// Judges the request; changes nothing. `verdict->status` is the answer.
void standin_api_check(standin_cameras_t *cameras, int64_t pace_ms,
                       const standin_request_t *request, standin_verdict_t *verdict);

// Takes a request in that the check found good; the verdict turns bad when another one came in
// between, or the state folder cannot keep the camera.
void standin_api_accept(standin_cameras_t *cameras, int64_t pace_ms,
                        const standin_request_t *request, standin_verdict_t *verdict);

// The body of the answer as text, "" when it has none; freed with cJSON_free. NULL when out of
// memory.
char *standin_api_body(const standin_verdict_t *verdict);

void standin_verdict_deinit(standin_verdict_t *verdict);
