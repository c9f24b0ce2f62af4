// The http_client port on ESP32, over mbedTLS and lwIP's sockets.
//
// Neither esp_http_client nor esp_tls, because the port asks for more than they can give:
// esp_http_client opens a connection in one call (name, TCP, TLS) with one time limit that does not
// hold for the name, and cannot be ended from another thread; esp_tls looks the name up by the same
// getaddrinfo. What is ours is small: a socket that never blocks, mbedTLS on top, and ESP-IDF's
// http_parser behind it. Certificates are ESP-IDF's bundle, or the setting's own.
//
// Memory: the client (16 KB, most of it the answer) lies in PSRAM, and so does all of mbedTLS by
// CONFIG_MBEDTLS_EXTERNAL_MEM_ALLOC: the two record buffers, and some 40 KB while hands are shaken.
// Internal memory has the socket and lwIP's buffers only.
//
// Certificates are checked against real time: until cc_clock knows it, an exchange waits as long as
// a handshake may take, and fails then with the reason.
#pragma once

#include "port/clock.h"
#include "port/http_client.h"

typedef struct cc_esp32_http_client cc_esp32_http_client_t;

// user_agent: "connectcam/1.2.3", static. clock outlives the client. Errors: CC_ERR_MEMORY.
int cc_esp32_http_client_open(const char *user_agent, const cc_clock_t *clock,
                              cc_esp32_http_client_t **client);

// An answer's body beyond 64 KB is cut off; the status counts.
cc_http_client_t cc_esp32_http_client_port(cc_esp32_http_client_t *client);
