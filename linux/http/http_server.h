// The http_server port on Linux, over libmicrohttpd (0.9.75 to 1.0).
//
//     cc_linux_http_server_options_t options = {.handler = handler, .more_ports = 20};
//     cc_linux_http_listen_parse("127.0.0.1:8080", &options.listen);
//     int err = cc_linux_http_server_open(&options, &server);
//     …
//     cc_linux_http_server_stop_accepting(server);
//     // now make everything that a handler waits for return soon
//     cc_linux_http_server_close(server);
//
// Threads. libmicrohttpd's own runs one epoll for all connections, and the handler at first, with
// may_wait unset. Where that says CC_ERR_AGAIN the connection is suspended (libmicrohttpd takes it
// out of its epoll and its time-outs and touches nothing of it), a worker calls the handler again
// with may_wait, and resumes it; what the handler reads stays valid in between. Whatever is
// answered is then handed to libmicrohttpd on its own thread.
//
// Answers of spans go out by libmicrohttpd's sendmsg from where they lie.
//
// Endless answers go out by the stream pump, because libmicrohttpd can only read those into its own
// buffer (MHD_create_response_from_callback), and gives a socket away for status 101 only. So the
// connection is suspended, and its socket, which libmicrohttpd still owns, is lent to the pump:
//   - Between the end of the request and the first byte of an answer libmicrohttpd holds nothing
//     back: whatever it sent before (an earlier answer, "100 Continue") is in the kernel.
//   - Suspending removes the socket from libmicrohttpd's epoll (internal_suspend_connection_), so
//     edges that come while the pump has it are no loss; resuming marks it ready to read and write
//     (resume_suspended_connections).
//   - Suspended connections are on no time-out list, and count as connections.
//   - At the end the pump takes it from its own epoll, and resumes it. libmicrohttpd then either
//     sees the other end's close itself, or calls the request's callback again, which says MHD_NO:
//     both close the socket and end the request.
//   - HEAD goes the same way, with nothing behind the head: 0.9.75 ends a chunked answer to HEAD
//   with
//     a last chunk, which is none of its business.
//   - MHD_stop_daemon ends the program when a connection is still suspended, but takes those that
//     are being resumed. So close ends pump and workers first, and suspends no more before that.
//
// Bounds, each with what it is for:
//   - 256 connections, the rest waits in the kernel's queue; below the usual 1024 descriptors.
//   - 64 for one IPv4 address or IPv6 /64: one machine's browser takes six, its dashboards a few
//     dozen, and four misbehaving machines are needed to shut out all others. Loopback is free of
//     it, because a reverse proxy there is everybody.
//   - 24 KB of memory each: CC_HTTP_HEADERS_MAX, and room for the answer's headers.
//   - 30 s from a connection's start, or the end of the last answer, for a whole request: a client
//     that drips bytes gets no more time by it. 30 s without a byte taken, or 30 s and one more for
//     each 16 KB in all, for an answer: a frame is not held for a reader that drips either.
//   - Eight workers, 32 requests that wait for one; then 503 with Retry-After.
#pragma once

#include <stdint.h>

#include "http/http_listen.h"
#include "port/http_server.h"

typedef struct cc_linux_http_server cc_linux_http_server_t;

typedef struct {
    cc_linux_http_listen_t listen;
    unsigned more_ports;       // how many further ports may be tried when the port is taken
    cc_http_handler_t handler; // called on several threads, from open on
} cc_linux_http_server_options_t;

// Listens and serves. Errors: those of cc_linux_http_listen_open, CC_ERR_MEMORY.
int cc_linux_http_server_open(const cc_linux_http_server_options_t *options,
                              cc_linux_http_server_t **server);

// The port that it became.
uint16_t cc_linux_http_server_port_number(const cc_linux_http_server_t *server);

// First half of the end: new connections are refused, new requests get 503, streams end. Does not
// wait. From the thread that calls close.
void cc_linux_http_server_stop_accepting(cc_linux_http_server_t *server);

// Second half: waits for the workers to leave the handler (that they do is the caller's part),
// closes everything, releases every response, frees. NULL is fine.
void cc_linux_http_server_close(cc_linux_http_server_t *server);

cc_http_server_t cc_linux_http_server_port(cc_linux_http_server_t *server);
