// The API's server: collects each request, asks api.h what it deserves and the plan what to do to
// it, answers. One thread a connection, so that a fault which stalls one stalls no other.
//
//     standin_server_open(&server, &listener);
#pragma once

#include <microhttpd.h>

#include "cameras.h"
#include "connection.h"
#include "listener.h"

typedef struct {
    struct MHD_Daemon *daemon;
    standin_connections_t connections;
    standin_cameras_t *cameras;
    standin_plan_t *plan;
    standin_record_t *record;
    const standin_stop_t *stop;
    int64_t pace_ms; // 0 = any pace
} standin_server_t;

// Serves on `listener`, whose socket it takes over. The fields `cameras`, `plan`, `record`, `stop`
// and `pace_ms` are set by the caller and must outlive it. Errors: CC_ERR_MEMORY, CC_ERR_IO
// (libmicrohttpd came without TLS, or has no thread left).
int standin_server_open(standin_server_t *server, standin_certificates_t *certificates,
                        const standin_listener_t *listener);

// Ends every connection. standin_stop_now() comes before it, or a silence is waited for.
void standin_server_close(standin_server_t *server);
