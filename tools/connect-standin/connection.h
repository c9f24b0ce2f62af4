// The connections to the API: their numbers, their TLS sessions (tickets, so that clients can
// resume), and the faults that come before any request.
//
//     standin_connections_open(&connections, &record, &plan, &certificates, &stop);
//     MHD_start_daemon(…, MHD_OPTION_NOTIFY_CONNECTION, standin_connections_notify, &connections,
//                      MHD_OPTION_HTTPS_CERT_CALLBACK, standin_connections_certificate,
//                      MHD_OPTION_END);
#pragma once

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "certificates.h"
#include "plan.h"
#include "record.h"
#include "stop.h"

typedef struct standin_connection {
    struct standin_connection *next;
    gnutls_session_t session;
    int socket;
    uint64_t number;       // 1, 2, 3 …
    unsigned requests;     // begun so far; the connection's own thread counts
    standin_fault_t fault; // of its handshake
    bool handshaken;
    bool resumed;
    char tls[16]; // "TLS1.3" once handshaken
} standin_connection_t;

typedef struct {
    pthread_mutex_t lock; // guards `list`
    standin_connection_t *list;
    gnutls_datum_t ticket_key; // new at each start: a restarted server resumes nothing
    standin_record_t *record;
    standin_plan_t *plan;
    standin_certificates_t *certificates;
    const standin_stop_t *stop;
} standin_connections_t;

// Once in a process. What it is given must outlive it. Errors: CC_ERR_MEMORY.
int standin_connections_open(standin_connections_t *connections, standin_record_t *record,
                             standin_plan_t *plan, standin_certificates_t *certificates,
                             const standin_stop_t *stop);
void standin_connections_close(standin_connections_t *connections);

// The connection that a request came on; valid until the request is completed.
standin_connection_t *standin_connection_of(struct MHD_Connection *connection);

// For MHD_OPTION_NOTIFY_CONNECTION and MHD_OPTION_HTTPS_CERT_CALLBACK.
void standin_connections_notify(void *ctx, struct MHD_Connection *connection, void **socket_context,
                                enum MHD_ConnectionNotificationCode code);
int standin_connections_certificate(gnutls_session_t session, const gnutls_datum_t *request_ca,
                                    int request_ca_len, const gnutls_pk_algorithm_t *algorithms,
                                    int algorithms_len, gnutls_pcert_st **chain,
                                    unsigned *chain_len, gnutls_privkey_t *key);
