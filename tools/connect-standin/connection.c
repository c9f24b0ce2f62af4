#include "connection.h"

#include <stdio.h>
#include <stdlib.h>

#include "text.h"
#include "util/err.h"
#include "wire.h"

// GnuTLS hands its callbacks a session and nothing else, and libmicrohttpd keeps the session's own
// pointer for itself.
static standin_connections_t *serving;

static standin_connection_t *find(gnutls_session_t session)
{
    pthread_mutex_lock(&serving->lock);
    standin_connection_t *found = serving->list;
    while (found && found->session != session)
        found = found->next;
    pthread_mutex_unlock(&serving->lock);
    return found;
}

static void note_finished(standin_connection_t *connection)
{
    const char *version =
        gnutls_protocol_get_name(gnutls_protocol_get_version(connection->session));

    connection->handshaken = true;
    connection->resumed = gnutls_session_is_resumed(connection->session) != 0;
    standin_text_copy(connection->tls, sizeof connection->tls, version);
    standin_record_count_handshake(serving->record, connection->resumed);
}

// Runs in the connection's own thread, so that a silence holds nobody else up.
static int follow_handshake(gnutls_session_t session, unsigned type, unsigned when,
                            unsigned incoming, const gnutls_datum_t *message)
{
    standin_connection_t *connection = find(session);
    (void)when;
    (void)message;

    if (!connection || !incoming)
        return 0;
    if (type == GNUTLS_HANDSHAKE_FINISHED && !connection->handshaken)
        note_finished(connection);
    if (type != GNUTLS_HANDSHAKE_CLIENT_HELLO || connection->fault.kind != STANDIN_FAULT_HANDSHAKE)
        return 0;
    if (connection->fault.detail == STANDIN_HANDSHAKE_SILENCE)
        standin_stop_wait(serving->stop, connection->socket, -1);
    else
        standin_wire_reset(connection->socket);
    return GNUTLS_E_PREMATURE_TERMINATION;
}

static void add(standin_connections_t *connections, struct MHD_Connection *from,
                void **socket_context)
{
    standin_connection_t *connection = calloc(1, sizeof *connection);

    *socket_context = connection;
    if (!connection)
        return;
    // each answer is used before the next question: libmicrohttpd 1.0 keeps room for one
    connection->session =
        MHD_get_connection_info(from, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
    connection->socket =
        MHD_get_connection_info(from, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection->number = standin_record_count_connection(connections->record);
    standin_plan_take_connection(connections->plan, &connection->fault);
    // a resumed session would never see the certificate that it is meant to meet
    if (connection->fault.kind == STANDIN_FAULT_OK)
        gnutls_session_ticket_enable_server(connection->session, &connections->ticket_key);
    gnutls_handshake_set_hook_function(connection->session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_POST,
                                       follow_handshake);
    pthread_mutex_lock(&connections->lock);
    connection->next = connections->list;
    connections->list = connection;
    pthread_mutex_unlock(&connections->lock);
}

static void record_without_request(standin_connections_t *connections,
                                   const standin_connection_t *connection)
{
    standin_entry_t entry = {
        .handshake = true,
        .connection = connection->number,
        .resumed = connection->resumed,
    };

    standin_text_copy(entry.tls, sizeof entry.tls, connection->tls);
    if (connection->fault.kind != STANDIN_FAULT_OK)
        standin_fault_format(&connection->fault, entry.fault, sizeof entry.fault);
    standin_text_copy(entry.wrong, sizeof entry.wrong,
                      connection->handshaken ? "the connection ended without a request"
                                             : "the TLS handshake did not finish");
    standin_record_add(connections->record, &entry, NULL, 0);
}

static void drop(standin_connections_t *connections, standin_connection_t *connection)
{
    pthread_mutex_lock(&connections->lock);
    standin_connection_t **at = &connections->list;
    while (*at != connection)
        at = &(*at)->next;
    *at = connection->next;
    pthread_mutex_unlock(&connections->lock);
    if (!connection->requests)
        record_without_request(connections, connection);
    free(connection);
}

int standin_connections_open(standin_connections_t *connections, standin_record_t *record,
                             standin_plan_t *plan, standin_certificates_t *certificates,
                             const standin_stop_t *stop)
{
    gnutls_datum_t ticket_key;

    if (gnutls_session_ticket_key_generate(&ticket_key) < 0)
        return CC_ERR_MEMORY;
    *connections = (standin_connections_t){
        .ticket_key = ticket_key,
        .record = record,
        .plan = plan,
        .certificates = certificates,
        .stop = stop,
    };
    pthread_mutex_init(&connections->lock, NULL);
    serving = connections;
    return CC_OK;
}

void standin_connections_close(standin_connections_t *connections)
{
    serving = NULL;
    gnutls_memset(connections->ticket_key.data, 0, connections->ticket_key.size);
    gnutls_free(connections->ticket_key.data);
    pthread_mutex_destroy(&connections->lock);
}

standin_connection_t *standin_connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

void standin_connections_notify(void *ctx, struct MHD_Connection *connection, void **socket_context,
                                enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        add(ctx, connection, socket_context);
    else if (*socket_context)
        drop(ctx, *socket_context);
}

int standin_connections_certificate(gnutls_session_t session, const gnutls_datum_t *request_ca,
                                    int request_ca_len, const gnutls_pk_algorithm_t *algorithms,
                                    int algorithms_len, gnutls_pcert_st **chain,
                                    unsigned *chain_len, gnutls_privkey_t *key)
{
    const standin_connection_t *connection = find(session);
    standin_fault_detail_t fault = STANDIN_DETAIL_NONE;
    standin_certificate_t *shown;
    (void)request_ca;
    (void)request_ca_len;
    (void)algorithms;
    (void)algorithms_len;

    if (connection && connection->fault.kind == STANDIN_FAULT_CERT)
        fault = connection->fault.detail;
    if (standin_certificates_get(serving->certificates, fault, &shown) < 0)
        return -1;
    *chain = &shown->chain;
    *chain_len = 1;
    *key = shown->key;
    return 0;
}
