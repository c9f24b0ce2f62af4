// What an answer of Connect means, and how it is said to people. Pure.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "port/http_client.h"

// How an attempt ended. X(name, name in the API)
#define CC_RESULT_TABLE(X)                                                                         \
    X(CC_RESULT_SENT, "sent")                                                                      \
    X(CC_RESULT_REFUSED, "refused")     /* 400 and what nobody expects */                          \
    X(CC_RESULT_DENIED, "denied")       /* 401, 403 */                                             \
    X(CC_RESULT_NOT_FOUND, "not_found") /* 404 */                                                  \
    X(CC_RESULT_CONFLICT, "conflict")   /* 409 */                                                  \
    X(CC_RESULT_TOO_LARGE, "too_large") /* 413 */                                                  \
    X(CC_RESULT_TOO_OFTEN, "too_often") /* 429 */                                                  \
    X(CC_RESULT_OUTAGE, "outage")       /* 5xx */                                                  \
    X(CC_RESULT_REDIRECT, "redirect")   /* to a place that must not see the token */               \
    X(CC_RESULT_DNS, "dns")             /* no answer: the step that failed */                      \
    X(CC_RESULT_CONNECT, "connect")                                                                \
    X(CC_RESULT_TLS, "tls")                                                                        \
    X(CC_RESULT_SEND, "send")                                                                      \
    X(CC_RESULT_ANSWER, "answer")                                                                  \
    X(CC_RESULT_NO_PICTURE, "no_picture") /* the camera gave none */

typedef enum {
#define CC_RESULT_ENUM(name, text) name,
    CC_RESULT_TABLE(CC_RESULT_ENUM)
#undef CC_RESULT_ENUM
} cc_result_t;

const char *cc_result_name(cc_result_t result);

cc_result_t cc_answer_result(const cc_http_answer_t *answer);

// For a client port: what to say in answer.reason of a step whose time was over. Static.
const char *cc_answer_timeout_reason(cc_step_t step);

// One plain sentence or two: what happened and what to do. `host` is the server's name, for
// failures on the way to it. What the server says itself is taken over cut and cleaned.
void cc_answer_sentence(cc_result_t result, const cc_http_answer_t *answer, const char *host,
                        char *out, size_t cap);
