// The Prusa Connect client: a picture each interval, the camera's description when it changes, one
// kept connection, and one plain sentence on how it goes.
//
//     cc_connect_attempt_t attempt;
//     int err = cc_connect_send(connect, 30000, &attempt);   // "send one now"
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture/capture.h"
#include "connect/answer.h"
#include "port/clock.h"
#include "port/crypto.h"
#include "port/http_client.h"
#include "port/net.h"
#include "port/task.h"
#include "settings/settings.h"
#include "status/counters.h"
#include "status/log.h"

typedef struct cc_connect cc_connect_t;

typedef struct {
    const cc_task_t *task;
    const cc_clock_t *clock;
    const cc_crypto_t *crypto;
    const cc_net_t *net;
    cc_http_client_t *http;
    cc_capture_t *capture;
    cc_settings_t *settings;
    cc_counters_t *counters;
    cc_log_t *log;
    const char *firmware; // "connectcam 0.1.0"; static
} cc_connect_config_t;

int cc_connect_new(const cc_connect_config_t *config, cc_connect_t **connect);
int cc_connect_start(cc_connect_t *connect);
// Ends an exchange under way and the thread.
void cc_connect_stop(cc_connect_t *connect);
void cc_connect_free(cc_connect_t *connect);

// One try to send a snapshot.
typedef struct {
    uint64_t at_ms; // monotonic, when it ended; 0: none yet
    cc_result_t result;
    int status;         // HTTP's; 0 no answer
    uint32_t took_ms;   // from the request to the answer
    uint32_t bytes;     // of the picture
    uint64_t number;    // 1, 2, 3 …
    char sentence[320]; // for people
} cc_connect_attempt_t;

#define CC_CONNECT_HISTORY 20

typedef struct {
    cc_result_t result;
    uint64_t at_ms;
    uint32_t took_ms;
} cc_connect_past_t;

typedef enum {
    CC_CONNECT_OFF,      // switched off
    CC_CONNECT_NO_TOKEN, // waits for one
    CC_CONNECT_STARTING, // nothing was tried yet
    CC_CONNECT_FINE,
    CC_CONNECT_TROUBLE,
} cc_connect_state_t;

typedef struct {
    cc_connect_state_t state;
    bool sending;              // right now
    cc_connect_attempt_t last; // the newest try
    uint64_t sent_ms;          // when a picture arrived last; 0 never
    uint64_t trouble_ms;       // since when it fails; 0: it does not
    uint64_t next_ms;          // when the next one is sent; 0: never as things stand
    bool registered;           // Connect says that this camera belongs to a printer
    char host[256];            // who the pictures go to
    cc_connect_past_t past[CC_CONNECT_HISTORY]; // oldest first
    size_t n_past;
    char sentence[320]; // how things stand, for people
} cc_connect_status_t;

void cc_connect_status(cc_connect_t *connect, cc_connect_status_t *status);
const char *cc_connect_state_name(cc_connect_state_t state);

// The network is there (again): whoever could not be reached is tried again at once, not after the
// pause that grew meanwhile. Any thread.
void cc_connect_network_is_up(cc_connect_t *connect);

// Takes and sends a picture as soon as Connect takes one (it wants 10 s between two), and waits for
// how it went. 0: tried, see *attempt. CC_ERR_UNSUPPORTED: off, or no token; CC_ERR_TIMEOUT;
// CC_ERR_STOPPED.
int cc_connect_send(cc_connect_t *connect, uint32_t wait_ms, cc_connect_attempt_t *attempt);
