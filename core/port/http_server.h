// The web server: sockets and HTTP framing are the platform's, everything said is core's.
//
// The server calls the handler once a request is complete, body included. The handler fills a
// response, or says CC_ERR_AGAIN: "this takes waiting"; then the server calls it once more with
// may_wait set, on a thread that may block. Several threads may be in the handler at once.
//
// A body that is too large for memory (a firmware) is asked about first, by `upload`, as soon as
// its headers are there; it then goes into a sink, piece by piece.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/span.h"

// Bounds the server keeps for all requests; past them it answers 413, 414 or 431 itself.
#define CC_HTTP_BODY_MAX    (32u * 1024u) // bytes
#define CC_HTTP_TARGET_MAX  2048u         // bytes of path and query
#define CC_HTTP_HEADERS_MAX (16u * 1024u) // bytes, all headers

typedef enum {
    CC_HTTP_GET,
    CC_HTTP_HEAD,
    CC_HTTP_POST,
    CC_HTTP_PUT,
    CC_HTTP_PATCH,
    CC_HTTP_DELETE,
    CC_HTTP_OPTIONS,
    CC_HTTP_OTHER,
} cc_http_method_t;

typedef struct cc_http_request {
    cc_http_method_t method;
    const char *method_name; // as sent
    const char *target;      // path and query as sent, nothing decoded: what digest login signs
    const char *peer;        // the other end's address without port
    const uint8_t *body;
    size_t body_len;
    bool may_wait;
    void *ctx; // for header()
    // The header's value, NULL when absent; the first one when sent twice. Valid while the handler
    // runs.
    const char *(*header)(void *ctx, const char *name);
} cc_http_request_t;

// A body that is made while it is sent: the server asks for more whenever the socket takes more.
// All calls for one source come from one thread at a time, which serves others too and must not
// wait.
typedef struct {
    void *ctx;
    // What to send next. Returns the number of spans set (the first bytes first), 0 when there is
    // nothing now (the server asks again after cc_http_server.wake), negative at the end. The spans
    // stay valid until `sent` was told all their bytes, or close.
    int (*next)(void *ctx, cc_span_t *spans, size_t max);
    // `len` bytes of those spans have gone out. The next call of `next` gives what is left.
    void (*sent)(void *ctx, size_t len);
    // The connection is over; called exactly once.
    void (*close)(void *ctx);
} cc_http_source_t;

#define CC_HTTP_SPANS_MAX                                                                          \
    6 // of one answer, or of a source at a time: a frame of four with head and tail
#define CC_HTTP_RESPONSE_HEADERS_MAX 16

typedef struct {
    const char *name; // static
    char value[256];
} cc_http_header_t;

typedef struct cc_http_response {
    int status;
    const char *content_type; // static
    cc_http_header_t headers[CC_HTTP_RESPONSE_HEADERS_MAX];
    size_t n_headers;
    // The body: spans on loan until release(owner), which is called exactly once, from any thread,
    // when the last byte has left or the connection is over. release NULL: the bytes are static.
    cc_span_t spans[CC_HTTP_SPANS_MAX];
    size_t n_spans;
    void (*release)(void *owner);
    void *owner;
    // Instead of spans, where source.next is set: a body without end, or of source_len bytes where
    // that is not 0. Sent with "Connection: close".
    cc_http_source_t source;
    uint64_t source_len;
} cc_http_response_t;

// Where a body goes piece by piece. All calls come from one thread at a time, which may block in
// them for as long as flash takes.
typedef struct {
    void *ctx;
    // The next bytes of the body. Negative: no more is wanted. The server then reads and forgets
    // the rest, within reason, because who still sends does not read the answer.
    int (*take)(void *ctx, const uint8_t *bytes, size_t len);
    // Called exactly once, and the last call: the body is `whole`, or take wanted no more of it, or
    // the connection broke off. Fills the response, zeroed before, which nobody gets in the last
    // case.
    void (*end)(void *ctx, bool whole, cc_http_response_t *response);
} cc_http_sink_t;

// What the server itself refuses before core is asked, in the form that core's errors have (RFC
// 9457).
typedef struct {
    int status;
    const char *problem; // application/problem+json; static
} cc_http_refusal_t;

#define CC_HTTP_REFUSAL(status, detail)                                                            \
    {                                                                                              \
        status, "{\"type\":\"about:blank\",\"status\":" #status ",\"detail\":\"" detail "\"}\n"    \
    }

typedef struct cc_http_handler {
    void *ctx;
    // 0: answered. CC_ERR_AGAIN: call again with may_wait. The response comes zeroed.
    int (*handle)(void *ctx, const cc_http_request_t *request, cc_http_response_t *response);
    // A request with a body begins: its headers are there, body is NULL, and body_len is what
    // Content-Length says (0: it does not). CC_ERR_AGAIN: nothing special, `handle` is called with
    // the body. 0 with sink->take set: the body goes there. 0 without: the response is the answer,
    // and the body is not wanted. Never blocks. sink NULL: this server feeds none, so a refusal is
    // all that it can be. NULL: every request is handle's.
    int (*upload)(void *ctx, const cc_http_request_t *request, cc_http_response_t *response,
                  cc_http_sink_t *sink);
} cc_http_handler_t;

typedef struct cc_http_server {
    void *ctx;
    // Sources may have something to send now. Any thread, never blocks.
    void (*wake)(void *ctx);
} cc_http_server_t;
