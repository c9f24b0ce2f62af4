// What an honest HTTP server never does to a connection: break it, drip into it, write an answer
// whose length is a lie. Called from the connection's own thread.
//
//     standin_wire_reset(socket);
#pragma once

#include <gnutls/gnutls.h>
#include <stddef.h>

#include "stop.h"

// Ends the connection with an RST at once, whatever was still to be sent or read. The descriptor
// stays open: it is its owner's.
void standin_wire_reset(int socket);

// Sends bytes inside the TLS session, all at once or with a pause behind each byte. Errors:
// CC_ERR_STOPPED, CC_ERR_GONE.
int standin_wire_send(gnutls_session_t session, int socket, const standin_stop_t *stop,
                      const char *bytes, size_t len, int pause_ms);
