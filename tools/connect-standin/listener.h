// A listening socket on an address that people can read.
//
//     standin_listener_t listener;
//     if (standin_listener_open(&endpoint, &listener) == 0)
//         printf("http://%s/\n", listener.text);
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    STANDIN_PORTS_TRIED = 20
};

// What was asked for.
typedef struct {
    char address[64]; // IPv4 or IPv6, in digits
    uint16_t port;    // 0 = any free one
} standin_endpoint_t;

typedef struct {
    int fd;
    bool ipv6;
    bool any_address; // 0.0.0.0 or ::
    uint16_t port;    // the real one
    char text[80];    // "127.0.0.1:8443", "[::1]:8443"
} standin_listener_t;

// Reads "ADDR:PORT", where ADDR is localhost, IPv4, or IPv6 in brackets. Errors: CC_ERR_FORMAT.
int standin_endpoint_parse(const char *text, standin_endpoint_t *endpoint);

// Listens on the port asked for, or on the next free one of STANDIN_PORTS_TRIED. Errors:
// CC_ERR_BUSY (all of them are taken), CC_ERR_DENIED, CC_ERR_NETWORK (the address is not this
// machine's).
int standin_listener_open(const standin_endpoint_t *endpoint, standin_listener_t *listener);
