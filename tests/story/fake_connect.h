// A Prusa Connect that answers as a story says, in fake time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fake/fake_task.h"
#include "port/http_client.h"

enum {
    FAKE_CONNECT_REQUESTS = 20000
};

typedef struct {
    bool info; // /c/info, else /c/snapshot
    uint64_t at_ms;
    size_t len;
    bool whole; // the body is a whole JPEG
    char url[160];
    char token[32];
} fake_request_t;

typedef struct {
    cc_fake_task_t *tasks;
    uint32_t takes_ms; // until the answer
    // What it answers, until the story says otherwise.
    int status;
    cc_step_t failed_at;
    uint32_t retry_after_s;
    char location[256];
    char redirect_once_from[160]; // with location: only requests whose address begins so
    bool dead_connection;         // the next request on a kept connection meets a closed one
    char name_there[65];          // what Connect calls the camera
    // What happened.
    unsigned n_requests;
    fake_request_t *requests;
    unsigned n_snapshots;
    unsigned n_infos;
    char last_info[2048];
    unsigned connections; // opened
    bool connected;
} fake_connect_t;

void fake_connect_init(fake_connect_t *fake, cc_fake_task_t *tasks);
void fake_connect_deinit(fake_connect_t *fake);
cc_http_client_t fake_connect_port(fake_connect_t *fake);
