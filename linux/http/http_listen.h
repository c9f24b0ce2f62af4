// Where the web server listens: "ADDR:PORT" as the command line has it, and the socket for it.
//
// ADDR is an IPv4 address, an IPv6 address in brackets, "localhost", or "*" for every address of
// both kinds. PORT is 0 (any free one) to 65535.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

typedef struct {
    struct sockaddr_storage address; // without the port
    socklen_t address_len;
    uint16_t port;
    bool both_kinds; // "*": IPv6 that takes IPv4 too, or IPv4 where there is no IPv6
} cc_linux_http_listen_t;

// Errors: CC_ERR_ARGUMENT.
int cc_linux_http_listen_parse(const char *text, cc_linux_http_listen_t *where);

// Opens a listening socket, non-blocking. A taken port moves on to the next free one, `more_ports`
// times at most; `port` gets the one it became. Returns the socket, or CC_ERR_BUSY (taken),
// CC_ERR_DENIED (ports below 1024), CC_ERR_NOT_FOUND (this machine lacks the address), CC_ERR_IO.
int cc_linux_http_listen_open(const cc_linux_http_listen_t *where, unsigned more_ports,
                              uint16_t *port);

// The address without its port as a link has it: "127.0.0.1", "[::1]".
void cc_linux_http_listen_text(const cc_linux_http_listen_t *where, char *out, size_t cap);
