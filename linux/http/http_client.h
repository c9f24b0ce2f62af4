// The http_client port on Linux, over libcurl (7.88 or newer, with OpenSSL).
//
// One easy handle in one multi handle: the connection stays in the multi handle, TLS sessions in a
// share, so that forget can drop the one and keep the other. The multi interface, because it lets
// another thread end an exchange at any moment, and lets each step have a deadline of its own,
// where curl's own time-outs cover several. The steps are told apart by what curl calls on its way:
//
//     exchange begins            DNS
//     CURLOPT_OPENSOCKETFUNCTION CONNECT   (again where curl itself repeats a request whose kept
//     CURLOPT_SSL_CTX_FUNCTION   TLS        connection was dead; `reused` is false then)
//     CURLOPT_PREREQFUNCTION     SEND
//     the last byte of the body  ANSWER    (or its first byte of an answer, if that is earlier)
//
// The body is not copied here: one span is handed to curl as it is, several are read by curl.
//
// Certificates are always verified, the server's name too, TLS 1.2 at least. With the system's
// roots, a folder of hashed certificates is preferred to the bundle file: OpenSSL then reads the
// few it needs, and a kept connection does not hold 3 MB of them.
//
// SIGPIPE is to be ignored by the program: OpenSSL writes to sockets that may be closed.
#pragma once

#include "port/http_client.h"

typedef struct cc_linux_http_client cc_linux_http_client_t;

// user_agent: "connectcam/1.2.3", copied. Errors: CC_ERR_MEMORY. To be called before other threads
// start, because curl_global_init may not run beside them.
int cc_linux_http_client_open(const char *user_agent, cc_linux_http_client_t **client);

// No exchange may be running. NULL is fine.
void cc_linux_http_client_close(cc_linux_http_client_t *client);

// An answer's body beyond 64 KB is cut off; the status counts. An answer that ends before its
// length does not: no status, CC_STEP_ANSWER.
cc_http_client_t cc_linux_http_client_port(cc_linux_http_client_t *client);
