// The http_server port on ESP32, over esp_http_server.
//
//     const cc_esp32_http_server_options_t options = {
//         .port = 80, .handler = {web, cc_web_handle, cc_web_upload}};
//     int err = cc_esp32_http_server_open(&options, &server);
//
// Threads. esp_http_server's one task reads the heads of requests, calls the handler without
// may_wait, and sends what the socket takes at once. It never waits for anybody but for the rest of
// a head, HEAD_MS at most. What takes longer leaves it as an "async" request of esp_http_server:
//   - a body is read by one worker, which then calls the handler; a firmware goes to its sink by
//     one of the others;
//   - what waits for a picture or for Connect is called again on one of two other workers, so that
//     no wait keeps a change of settings from being read;
//   - whatever the socket does not take, and live video, goes out by the sender (sender.h).
// So neither a slow network nor a viewer nor a camera that hangs keeps the page from others.
//
// Bounds, smaller than the port's where memory is: 4 KB of headers, 2 KB of target, 32 KB of body.
// Ten connections; the one unused for longest makes room for a new one. Of those, seven may be in
// the hands of workers and sender at once, then 503: the rest stay with the page. A head must be
// whole within 2 s of its first byte, a body within 20 s.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "port/http_server.h"

// What open takes of lwIP's sockets, the listener and three for waking tasks included: for
// CONFIG_LWIP_MAX_SOCKETS.
#define CC_ESP32_HTTP_SERVER_SOCKETS 14

typedef struct cc_esp32_http_server cc_esp32_http_server_t;

typedef struct {
    uint16_t port;
    cc_http_handler_t handler; // called on several tasks, from open on
} cc_esp32_http_server_options_t;

// Listens on all interfaces, present and future, IPv4 and IPv6. There is no close: firmware ends by
// a restart. Errors: CC_ERR_MEMORY, CC_ERR_IO.
int cc_esp32_http_server_open(const cc_esp32_http_server_options_t *options,
                              cc_esp32_http_server_t **server);

// For the watchdog: whether the server's tasks came round within limit_ms. It asks the first one by
// a message, so call it once a second or so.
bool cc_esp32_http_server_alive(cc_esp32_http_server_t *server, uint32_t limit_ms);

cc_http_server_t cc_esp32_http_server_port(cc_esp32_http_server_t *server);
