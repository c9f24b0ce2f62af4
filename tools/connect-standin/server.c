#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "clock.h"
#include "text.h"
#include "util/err.h"
#include "wire.h"

enum {
    IDLE_S = 120,                                   // a kept-alive connection without a request
    CONNECTIONS_MAX = 128,                          // a thread each
    ENDLESS_BYTES = 2 * STANDIN_SNAPSHOT_BYTES_MAX, // nobody waits for the end of such a body
    DRIP_MS = 1000,                                 // a byte a second
    HEAD_SIZE = 2048,                               // of an answer that is written by hand
    LIE_BYTES = 7,                                  // how far a wrong length is off
};

// One request, from its first line to its answer.
typedef struct {
    standin_server_t *server;
    standin_connection_t *connection;
    standin_entry_t entry; // what the record will get
    bool recorded;
    bool begun; // its headers were seen
    char path[64];
    int64_t arrived_ms;
    standin_fault_t fault;
    uint64_t received; // bytes of the body, those that were not kept included
    uint8_t *body;
    size_t body_len, body_cap;
} exchange_t;

// What is sent.
typedef struct {
    int status;
    int retry_after_s; // -1 = none
    bool allow_put;
    bool close;
    const char *location; // NULL = none
    const char *type;     // of the body
    char *body;           // freed with cJSON_free; "" = none
} answer_t;

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

// Enough to tell cameras apart, not enough to use.
static void mask_token(char *to, size_t to_size, const char *token)
{
    char safe[5];

    standin_text_copy(safe, sizeof safe, token);
    if (token)
        snprintf(to, to_size, "%s\u2026", safe);
}

static void describe_request(exchange_t *exchange, struct MHD_Connection *connection,
                             const char *method)
{
    standin_entry_t *entry = &exchange->entry;

    standin_text_copy(entry->method, sizeof entry->method, method);
    mask_token(entry->token, sizeof entry->token, header(connection, "Token"));
    standin_text_copy(entry->fingerprint, sizeof entry->fingerprint,
                      header(connection, "Fingerprint"));
    standin_text_copy(entry->user_agent, sizeof entry->user_agent,
                      header(connection, MHD_HTTP_HEADER_USER_AGENT));
    if (exchange->fault.kind != STANDIN_FAULT_OK)
        standin_fault_format(&exchange->fault, entry->fault, sizeof entry->fault);
}

static void record_exchange(exchange_t *exchange, int status, const char *wrong,
                            const uint8_t *picture)
{
    standin_entry_t *entry = &exchange->entry;

    exchange->recorded = true;
    entry->status = status;
    entry->bytes = (size_t)exchange->received;
    entry->connection = exchange->connection->number;
    entry->resumed = exchange->connection->resumed;
    standin_text_copy(entry->tls, sizeof entry->tls, exchange->connection->tls);
    standin_text_copy(entry->wrong, sizeof entry->wrong, wrong);
    standin_record_add(exchange->server->record, entry, picture, exchange->body_len);
}

static int64_t content_length(struct MHD_Connection *connection)
{
    const char *text = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t length;

    if (!text || standin_text_number(text, 0, INT64_MAX, &length) < 0)
        return -1;
    return length;
}

static void fill_request(const exchange_t *exchange, struct MHD_Connection *connection,
                         const char *method, standin_request_t *request)
{
    *request = (standin_request_t){
        .method = method,
        .path = exchange->path,
        .token = header(connection, "Token"),
        .fingerprint = header(connection, "Fingerprint"),
        .content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
        .content_length = content_length(connection),
        .arrived_ms = exchange->arrived_ms,
        .body = exchange->body,
        .body_len = (size_t)exchange->received,
    };
}

static enum MHD_Result send_honestly(struct MHD_Connection *connection, const answer_t *answer)
{
    char number[16];

    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(answer->body), answer->body, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    if (answer->body[0])
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    if (answer->allow_put)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "PUT");
    if (answer->location)
        MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, answer->location);
    if (answer->close)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (answer->retry_after_s >= 0) {
        snprintf(number, sizeof number, "%d", answer->retry_after_s);
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, number);
    }
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return queued;
}

// Writes the answer by hand, since libmicrohttpd sends only what is right; the connection ends
// behind it.
static enum MHD_Result send_strangely(const exchange_t *exchange, const answer_t *answer)
{
    size_t length = strlen(answer->body);
    gnutls_session_t session = exchange->connection->session;
    int socket = exchange->connection->socket;
    int pause_ms = exchange->fault.kind == STANDIN_FAULT_DRIP ? DRIP_MS : 0;
    char head[HEAD_SIZE];

    if (exchange->fault.detail == STANDIN_LENGTH_SHORT)
        length -= LIE_BYTES;
    if (exchange->fault.detail == STANDIN_LENGTH_LONG)
        length += LIE_BYTES;
    snprintf(head, sizeof head, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
             answer->status, MHD_get_reason_phrase_for((unsigned)answer->status), answer->type,
             length);
    int err =
        standin_wire_send(session, socket, exchange->server->stop, head, strlen(head), pause_ms);
    if (err == CC_OK && pause_ms)
        err = standin_stop_wait(exchange->server->stop, socket, pause_ms);
    if (err == CC_OK)
        err = standin_wire_send(session, socket, exchange->server->stop, answer->body,
                                strlen(answer->body), pause_ms);
    if (err == CC_OK)
        gnutls_bye(session, GNUTLS_SHUT_WR);
    return MHD_NO; // which makes libmicrohttpd end the connection
}

static void answer_with_verdict(const standin_verdict_t *verdict, answer_t *answer)
{
    answer->status = verdict->status;
    answer->retry_after_s = verdict->retry_after_s;
    answer->allow_put = verdict->allow_put;
    answer->body = standin_api_body(verdict);
}

static char *copy_body(const char *text)
{
    char *copy = cJSON_malloc(strlen(text) + 1);

    return copy ? strcpy(copy, text) : NULL;
}

static void answer_with_fault(const standin_fault_t *fault, const standin_verdict_t *verdict,
                              answer_t *answer)
{
    standin_verdict_t told = {
        .status = fault->status, .code = "TOLD", .message = "The stand-in was told to answer so."};

    answer->status = fault->status;
    if (fault->kind == STANDIN_FAULT_REDIRECT) {
        answer->location = fault->text;
        answer->body = copy_body("");
        return;
    }
    answer->retry_after_s = fault->seconds;
    if (fault->text[0]) {
        answer->body = copy_body(fault->text);
        if (fault->text[0] != '{' && fault->text[0] != '[')
            answer->type = "text/plain; charset=utf-8";
    } else if (fault->status == 200 && verdict->answer) {
        answer->body = standin_api_body(verdict);
    } else {
        answer->body = fault->status == 304 ? copy_body("") : standin_api_body(&told);
    }
}

static bool is_strange(const standin_fault_t *fault)
{
    return fault->kind == STANDIN_FAULT_DRIP || fault->kind == STANDIN_FAULT_WRONG_LENGTH;
}

// A 204 has no body to drip or to lie about; this answer is seen in the field instead.
static void give_body(answer_t *answer)
{
    answer->status = 200;
    cJSON_free(answer->body);
    answer->body = copy_body("{\"status_code\":204}");
}

static bool is_success(int status)
{
    return status >= 200 && status < 300;
}

static enum MHD_Result reset(exchange_t *exchange)
{
    record_exchange(exchange, 0, "", NULL);
    standin_wire_reset(exchange->connection->socket);
    return MHD_NO;
}

static enum MHD_Result finish(exchange_t *exchange, struct MHD_Connection *connection,
                              const char *method)
{
    standin_server_t *server = exchange->server;
    const standin_fault_t *fault = &exchange->fault;
    standin_request_t request;
    standin_verdict_t verdict;
    answer_t answer = {.retry_after_s = -1, .type = "application/json"};
    bool told = fault->kind == STANDIN_FAULT_STATUS || fault->kind == STANDIN_FAULT_REDIRECT;
    enum MHD_Result result = MHD_NO;

    if (fault->kind == STANDIN_FAULT_RESET)
        return reset(exchange);
    fill_request(exchange, connection, method, &request);
    standin_api_check(server->cameras, server->pace_ms, &request, &verdict);
    if (is_success(verdict.status) && (!told || is_success(fault->status)))
        standin_api_accept(server->cameras, server->pace_ms, &request, &verdict);
    if (told)
        answer_with_fault(fault, &verdict, &answer);
    else
        answer_with_verdict(&verdict, &answer);
    if (is_strange(fault) && answer.body && !answer.body[0])
        give_body(&answer);
    answer.close =
        fault->kind == STANDIN_FAULT_CLOSE || standin_plan_wants_connection(server->plan);

    bool picture = verdict.width && is_success(verdict.status) && is_success(answer.status);
    exchange->entry.width = verdict.width;
    exchange->entry.height = verdict.height;
    exchange->entry.info = verdict.info;
    verdict.info = NULL;
    record_exchange(exchange, answer.status, verdict.message, picture ? exchange->body : NULL);

    if (!answer.body)
        goto out;
    if (fault->kind == STANDIN_FAULT_SILENCE &&
        standin_stop_wait(server->stop, exchange->connection->socket, fault->seconds * 1000) < 0)
        goto out;
    if (is_strange(fault))
        result = send_strangely(exchange, &answer);
    else
        result = send_honestly(connection, &answer);
out:
    cJSON_free(answer.body);
    standin_verdict_deinit(&verdict);
    return result;
}

static enum MHD_Result begin(exchange_t *exchange, struct MHD_Connection *connection,
                             const char *method)
{
    int64_t body_max = standin_api_body_max(exchange->path);

    exchange->begun = true;
    if (body_max && content_length(connection) > body_max) { // refused before it is sent
        describe_request(exchange, connection, method);
        return finish(exchange, connection, method);
    }
    standin_plan_take_request(exchange->server->plan, exchange->path, &exchange->fault);
    describe_request(exchange, connection, method);
    return exchange->fault.detail == STANDIN_RESET_BEFORE ? reset(exchange) : MHD_YES;
}

static int keep_body(exchange_t *exchange, const char *bytes, size_t len)
{
    if (len > exchange->body_cap - exchange->body_len) {
        size_t cap = exchange->body_cap ? exchange->body_cap : 65536;
        while (len > cap - exchange->body_len)
            cap *= 2;
        uint8_t *body = realloc(exchange->body, cap);
        if (!body)
            return CC_ERR_MEMORY;
        exchange->body = body;
        exchange->body_cap = cap;
    }
    memcpy(exchange->body + exchange->body_len, bytes, len);
    exchange->body_len += len;
    return CC_OK;
}

static enum MHD_Result take_body(exchange_t *exchange, struct MHD_Connection *connection,
                                 const char *bytes, size_t *len)
{
    exchange->received += *len;
    if (exchange->received > ENDLESS_BYTES) {
        record_exchange(exchange, 0, "the body has no end", NULL);
        return MHD_NO;
    }
    if (exchange->received <= (uint64_t)standin_api_body_max(exchange->path) &&
        keep_body(exchange, bytes, *len) < 0) {
        record_exchange(exchange, 0, "the body finds no memory here", NULL);
        return MHD_NO;
    }
    *len = 0;
    if (exchange->fault.detail == STANDIN_RESET_MIDDLE &&
        (int64_t)exchange->received * 2 >= content_length(connection))
        return reset(exchange);
    return MHD_YES;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *bytes,
                              size_t *len, void **request_ctx)
{
    exchange_t *exchange = *request_ctx;
    (void)ctx;
    (void)url; // unescaped by libmicrohttpd; the API's paths are meant literally
    (void)version;

    if (!exchange || exchange->recorded)
        return MHD_NO;
    if (!exchange->begun)
        return begin(exchange, connection, method);
    if (*len)
        return take_body(exchange, connection, bytes, len);
    return finish(exchange, connection, method);
}

static void *start(void *ctx, const char *uri, struct MHD_Connection *connection)
{
    standin_connection_t *on = standin_connection_of(connection);
    exchange_t *exchange = on ? calloc(1, sizeof *exchange) : NULL;

    if (!exchange)
        return NULL;
    exchange->server = ctx;
    exchange->connection = on;
    exchange->arrived_ms = standin_clock_steady_ms();
    exchange->entry.on_connection = ++on->requests;
    standin_text_copy(exchange->entry.path, sizeof exchange->entry.path, uri);
    size_t path_len = strcspn(uri, "?");
    // one that is too long is cut, and no path of the API
    snprintf(exchange->path, sizeof exchange->path, "%.*s", (int)path_len, uri);
    return exchange;
}

static void complete(void *ctx, struct MHD_Connection *connection, void **request_ctx,
                     enum MHD_RequestTerminationCode code)
{
    exchange_t *exchange = *request_ctx;
    char wrong[STANDIN_WHY_SIZE];
    (void)ctx;
    (void)connection;
    (void)code;

    if (!exchange)
        return;
    if (!exchange->recorded) {
        snprintf(wrong, sizeof wrong,
                 exchange->begun ? "the connection ended behind %llu bytes of the body"
                                 : "its headers did not come whole, or were too long",
                 (unsigned long long)exchange->received);
        record_exchange(exchange, 0, wrong, NULL);
    }
    free(exchange->body);
    free(exchange);
    *request_ctx = NULL;
}

int standin_server_open(standin_server_t *server, standin_certificates_t *certificates,
                        const standin_listener_t *listener)
{
    unsigned flags = MHD_USE_AUTO | MHD_USE_THREAD_PER_CONNECTION |
                     MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC | MHD_USE_TLS;

    int err = standin_connections_open(&server->connections, server->record, server->plan,
                                       certificates, server->stop);
    if (err < 0)
        return err;
    if (listener->ipv6)
        flags |= MHD_USE_IPv6;
    server->daemon = MHD_start_daemon(
        flags, listener->port, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, listener->fd,
        MHD_OPTION_HTTPS_CERT_CALLBACK, standin_connections_certificate,
        MHD_OPTION_NOTIFY_CONNECTION, standin_connections_notify, &server->connections,
        MHD_OPTION_URI_LOG_CALLBACK, start, server, MHD_OPTION_NOTIFY_COMPLETED, complete, server,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536,
        MHD_OPTION_END);
    if (server->daemon)
        return CC_OK;
    standin_connections_close(&server->connections);
    return CC_ERR_IO;
}

void standin_server_close(standin_server_t *server)
{
    MHD_stop_daemon(server->daemon);
    standin_connections_close(&server->connections);
}
