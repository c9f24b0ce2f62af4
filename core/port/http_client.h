// One HTTP exchange at a time over TLS that is always verified. Only the connect thread calls
// exchange and forget; interrupt comes from any thread.
//
// The client keeps the connection open for the next exchange, and the TLS session for a resumption
// after a break. It follows no redirect and retries nothing: what to do is decided in core.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/span.h"

// Where an exchange was when it failed.
typedef enum {
    CC_STEP_NONE, // it did not fail: there is a status
    CC_STEP_DNS,
    CC_STEP_CONNECT,
    CC_STEP_TLS,
    CC_STEP_SEND,
    CC_STEP_ANSWER,
} cc_step_t;

// Milliseconds; 0 is not allowed: every step has a limit.
typedef struct {
    uint32_t dns_ms;
    uint32_t connect_ms;
    uint32_t tls_ms;
    uint32_t send_ms;
    uint32_t answer_ms; // from the last byte sent to the last byte of the answer
    uint32_t whole_ms;
} cc_deadlines_t;

typedef struct {
    const char *name;
    const char *value;
} cc_http_field_t;

typedef struct {
    const char *method; // "PUT"
    const char *url;    // https
    cc_http_field_t fields[6];
    size_t n_fields;
    const cc_span_t *body; // on loan until exchange returns; Content-Length is their sum
    size_t n_body;
    const char *ca_pem; // trust only these certificates; NULL or "": the system's roots
    cc_deadlines_t deadlines;
    // Where the body of a 200 goes, piece by piece and however long it is, instead of into
    // answer->body; answer_ms begins anew with each piece. Negative: no more is wanted, which ends
    // the exchange. NULL: nowhere.
    int (*take)(void *ctx, const uint8_t *bytes, size_t len);
    void *take_ctx;
} cc_http_exchange_t;

typedef struct {
    int status;          // 100..599; 0: no answer, see failed_at
    cc_step_t failed_at; // CC_STEP_NONE with a status
    bool timed_out;      // the step's or the whole's deadline passed
    bool reused;         // it went over a connection kept from before
    bool resumed;        // a new connection whose TLS session was resumed, where the platform knows
    bool answer_begun;   // at least one byte of an answer was seen
    uint32_t retry_after_s; // Retry-After, seconds (a date is made relative); 0 absent
    char location[2048];    // Location as sent; "" absent, or longer than that
    char body[4096];        // the answer's first bytes, NUL-terminated
    size_t body_len;        // bytes in body, without the NUL
    char reason[160];       // on failure: what the platform says, for people; no secrets
} cc_http_answer_t;

typedef struct cc_http_client {
    void *ctx;
    // Returns 0 whenever the answer is filled in, failed or not. CC_ERR_STOPPED after interrupt,
    // CC_ERR_ARGUMENT for an URL that is none, CC_ERR_MEMORY.
    int (*exchange)(void *ctx, const cc_http_exchange_t *exchange, cc_http_answer_t *answer);
    // Closes the kept connection; `sessions`: forgets TLS sessions too (another CA, another
    // server).
    void (*forget)(void *ctx, bool sessions);
    // Ends a running exchange soon, for good: the program ends.
    void (*interrupt)(void *ctx);
} cc_http_client_t;
