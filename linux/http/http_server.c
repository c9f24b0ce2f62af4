#include "http/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "http/stream_pump.h"
#include "http/worker_pool.h"
#include "system/monotonic.h"
#include "system/thread.h"
#include "util/err.h"

#define CONNECTIONS_MAX    256u
#define CONNECTIONS_EACH   64u
#define CONNECTION_MEMORY  (24u * 1024u)
#define QUIET_S            30u
#define REQUEST_MS         30000u
#define ANSWER_MS          30000u
#define ANSWER_BYTES_PER_S (16u * 1024u)
#define SWALLOW_MAX        (1024u * 1024u) // bytes of a too large body read before giving up on it
#define HEAD_MAX                                                                                   \
    (CC_HTTP_RESPONSE_HEADERS_MAX * (sizeof(((cc_http_header_t *)0)->value) + 64u) + 512u)

// One connection.
typedef struct client {
    struct client *previous;
    struct client *next;
    int fd;
    uint8_t origin[16]; // who it counts against: an IPv4 address as IPv6, or an IPv6 /64
    char peer[INET6_ADDRSTRLEN];
    uint64_t deadline_ms; // when it is shut down, 0: never
} client_t;

typedef enum {
    REQUEST_BEGUN,    // its target is known
    REQUEST_BODY,     // its headers are fine
    REQUEST_WAITS,    // it is a worker's
    REQUEST_ANSWERED, // `response` is to be sent
    REQUEST_STREAMS,  // it is the pump's; resumed, it is over
    REQUEST_SENDS,    // libmicrohttpd has the response
} request_state_t;

typedef struct {
    struct cc_linux_http_server *server;
    struct MHD_Connection *connection;
    client_t *client;
    request_state_t state;
    const char *raw_target; // where libmicrohttpd has it, to be compared only
    const char *method;
    char *target; // NULL: longer than it may be
    uint8_t *body;
    size_t body_len;
    size_t body_cap;
    size_t swallowed; // bytes of the body beyond its bound
    cc_http_response_t response;
} request_t;

struct cc_linux_http_server {
    cc_http_handler_t handler;
    struct MHD_Daemon *daemon;
    int listener;
    uint16_t port;
    cc_linux_stream_pump_t *pump;
    cc_linux_worker_pool_t *workers;
    atomic_bool stopping;
    pthread_mutex_t lock; // guards clients, their deadlines and tick_ms
    client_t *clients;
    uint64_t tick_ms; // when the pump looks at the deadlines next
};

static const cc_http_refusal_t BAD_TARGET =
    CC_HTTP_REFUSAL(400, "The address holds characters that none may hold.");
static const cc_http_refusal_t BAD_HOST = CC_HTTP_REFUSAL(400, "A request names its Host once.");
static const cc_http_refusal_t TOO_LARGE = CC_HTTP_REFUSAL(413, "The body is larger than 32 KB.");
static const cc_http_refusal_t TARGET_TOO_LONG =
    CC_HTTP_REFUSAL(414, "The address is longer than 2048 bytes.");
static const cc_http_refusal_t HEADERS_TOO_LARGE =
    CC_HTTP_REFUSAL(431, "The headers are larger than 16 KB.");
static const cc_http_refusal_t BROKEN = CC_HTTP_REFUSAL(500, "The camera could not answer this.");
static const cc_http_refusal_t BUSY =
    CC_HTTP_REFUSAL(503, "Too many requests wait already. Try again in a moment.");
static const cc_http_refusal_t STOPPING = CC_HTTP_REFUSAL(503, "The camera is shutting down.");

static void set_deadline(cc_linux_http_server_t *server, client_t *client, uint64_t deadline_ms)
{
    pthread_mutex_lock(&server->lock);
    client->deadline_ms = deadline_ms;
    bool sooner = deadline_ms != 0 && deadline_ms < server->tick_ms;
    pthread_mutex_unlock(&server->lock);
    if (sooner)
        cc_linux_stream_pump_nudge(server->pump);
}

// On the pump's thread: shuts down who has used up his time. libmicrohttpd sees that and closes.
static uint64_t check_deadlines(void *ctx, uint64_t now_ms)
{
    cc_linux_http_server_t *server = ctx;
    uint64_t next_ms = UINT64_MAX;
    pthread_mutex_lock(&server->lock);
    for (client_t *client = server->clients; client; client = client->next) {
        if (client->deadline_ms == 0)
            continue;
        if (client->deadline_ms <= now_ms) {
            // The socket is open still: a client leaves this list before its socket is closed.
            shutdown(client->fd, SHUT_RDWR);
            client->deadline_ms = 0;
        } else if (client->deadline_ms < next_ms) {
            next_ms = client->deadline_ms;
        }
    }
    server->tick_ms = next_ms;
    pthread_mutex_unlock(&server->lock);
    return next_ms;
}

static bool is_mapped_ipv4(const uint8_t *address)
{
    return IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)address);
}

// The whole address as IPv6.
static void address_bytes(const struct sockaddr *from, uint8_t *bytes)
{
    memset(bytes, 0, 16);
    if (from->sa_family == AF_INET6) {
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    } else if (from->sa_family == AF_INET) {
        bytes[10] = bytes[11] = 0xff;
        memcpy(bytes + 12, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    }
}

static bool is_loopback(const uint8_t *bytes)
{
    return is_mapped_ipv4(bytes)
               ? bytes[12] == 127
               : IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)(const void *)bytes);
}

static void origin_of(const uint8_t *bytes, uint8_t *origin)
{
    memcpy(origin, bytes, 16);
    if (!is_mapped_ipv4(bytes))
        memset(origin + 8, 0, 8);
}

static enum MHD_Result on_accept(void *ctx, const struct sockaddr *from, socklen_t len)
{
    (void)len;
    cc_linux_http_server_t *server = ctx;
    uint8_t bytes[16];
    uint8_t origin[16];
    address_bytes(from, bytes);
    if (is_loopback(bytes))
        return MHD_YES;
    origin_of(bytes, origin);
    unsigned n = 0;
    pthread_mutex_lock(&server->lock);
    for (const client_t *client = server->clients; client; client = client->next)
        n += memcmp(client->origin, origin, sizeof(origin)) == 0;
    pthread_mutex_unlock(&server->lock);
    return n < CONNECTIONS_EACH ? MHD_YES : MHD_NO;
}

static client_t *client_new(struct MHD_Connection *connection)
{
    client_t *client = calloc(1, sizeof(*client));
    if (!client)
        return NULL;
    // In libmicrohttpd 1.0 the second answer takes the place of the first.
    client->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *from =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    uint8_t bytes[16];
    address_bytes(from, bytes);
    origin_of(bytes, client->origin);
    if (is_mapped_ipv4(bytes))
        inet_ntop(AF_INET, bytes + 12, client->peer, sizeof(client->peer));
    else
        inet_ntop(AF_INET6, bytes, client->peer, sizeof(client->peer));
    return client;
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    cc_linux_http_server_t *server = ctx;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        client_t *client = client_new(connection);
        *socket_context = client;
        if (!client)
            return; // requests on it are refused
        pthread_mutex_lock(&server->lock);
        client->next = server->clients;
        if (client->next)
            client->next->previous = client;
        server->clients = client;
        pthread_mutex_unlock(&server->lock);
        set_deadline(server, client, cc_monotonic_ms() + REQUEST_MS);
        return;
    }
    client_t *client = *socket_context;
    if (!client)
        return;
    pthread_mutex_lock(&server->lock);
    if (client->next)
        client->next->previous = client->previous;
    if (client->previous)
        client->previous->next = client->next;
    else
        server->clients = client->next;
    pthread_mutex_unlock(&server->lock);
    free(client);
}

// The target comes here before libmicrohttpd decodes it; what is returned is the request's context
// from then on.
static void *on_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    client_t *client = info ? info->socket_context : NULL;
    request_t *request = client ? calloc(1, sizeof(*request)) : NULL;
    if (!request)
        return NULL;
    request->server = ctx;
    request->connection = connection;
    request->client = client;
    request->raw_target = target ? target : "";
    size_t len = strnlen(request->raw_target, CC_HTTP_TARGET_MAX + 1u);
    if (len <= CC_HTTP_TARGET_MAX)
        request->target = strndup(request->raw_target, len);
    return request;
}

// Nothing is decoded: paths and queries are core's, as they were sent.
static size_t decode_nothing(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx;
    (void)connection;
    return strlen(text);
}

// Gives up what the handler lent and libmicrohttpd did not take over.
static void response_drop(cc_http_response_t *response)
{
    if (response->source.next)
        response->source.close(response->source.ctx);
    else if (response->release)
        response->release(response->owner);
    memset(response, 0, sizeof(*response));
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode why)
{
    cc_linux_http_server_t *server = ctx;
    (void)connection;
    (void)why;
    request_t *request = *context;
    *context = NULL;
    if (!request)
        return;
    if (request->state == REQUEST_ANSWERED)
        response_drop(&request->response);
    set_deadline(server, request->client, cc_monotonic_ms() + REQUEST_MS);
    free(request->target);
    free(request->body);
    free(request);
}

static cc_http_method_t method_of(const char *name)
{
    static const char *const names[] = {
        [CC_HTTP_GET] = "GET",         [CC_HTTP_HEAD] = "HEAD",   [CC_HTTP_POST] = "POST",
        [CC_HTTP_PUT] = "PUT",         [CC_HTTP_PATCH] = "PATCH", [CC_HTTP_DELETE] = "DELETE",
        [CC_HTTP_OPTIONS] = "OPTIONS",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return (cc_http_method_t)i;
    return CC_HTTP_OTHER;
}

static const char *header(void *ctx, const char *name)
{
    return MHD_lookup_connection_value(ctx, MHD_HEADER_KIND, name);
}

static cc_http_request_t as_asked(request_t *request)
{
    return (cc_http_request_t){
        .method = method_of(request->method),
        .method_name = request->method,
        .target = request->target,
        .peer = request->client->peer,
        .body = request->body,
        .body_len = request->body_len,
        .ctx = request->connection,
        .header = header,
    };
}

static int call_handler(request_t *request, bool may_wait)
{
    const cc_http_handler_t *handler = &request->server->handler;
    cc_http_request_t asked = as_asked(request);
    asked.may_wait = may_wait;
    return handler->handle(handler->ctx, &asked, &request->response);
}

static void answer_refusal(request_t *request, const cc_http_refusal_t *refusal)
{
    cc_http_response_t *response = &request->response;
    response->status = refusal->status;
    response->content_type = "application/problem+json";
    if (refusal->status == 503) {
        response->headers[0].name = "Retry-After";
        strcpy(response->headers[0].value, "2");
        response->n_headers = 1;
    }
    response->spans[0].bytes = (const uint8_t *)refusal->problem;
    response->spans[0].len = strlen(refusal->problem);
    response->n_spans = 1;
    request->state = REQUEST_ANSWERED;
}

static void handled(request_t *request, int err)
{
    if (err < 0) {
        response_drop(&request->response);
        answer_refusal(request, &BROKEN);
    }
    request->state = REQUEST_ANSWERED;
}

static void add_headers(struct MHD_Response *made, const cc_http_response_t *response)
{
    if (response->content_type)
        MHD_add_response_header(made, MHD_HTTP_HEADER_CONTENT_TYPE, response->content_type);
    for (size_t i = 0; i < response->n_headers; i++)
        MHD_add_response_header(made, response->headers[i].name, response->headers[i].value);
}

static enum MHD_Result send_spans(request_t *request)
{
    cc_http_response_t *response = &request->response;
    uint64_t len = 0;
    for (size_t i = 0; i < response->n_spans; i++)
        len += response->spans[i].len;
    struct MHD_IoVec parts[CC_HTTP_SPANS_MAX];
    for (size_t i = 0; i < response->n_spans; i++) {
        parts[i].iov_base = response->spans[i].bytes;
        parts[i].iov_len = response->spans[i].len;
    }
    struct MHD_Response *made = MHD_create_response_from_iovec(parts, (unsigned)response->n_spans,
                                                               response->release, response->owner);
    if (!made) {
        response_drop(response);
        return MHD_NO;
    }
    add_headers(made, response);
    request->state = REQUEST_SENDS;
    set_deadline(request->server, request->client,
                 cc_monotonic_ms() + ANSWER_MS + len * 1000u / ANSWER_BYTES_PER_S);
    enum MHD_Result queued =
        MHD_queue_response(request->connection, (unsigned)response->status, made);
    MHD_destroy_response(made);
    return queued;
}

static const char *reason_phrase(int status)
{
    return status == 200 ? "OK" : ""; // RFC 9112, section 4: clients ignore it
}

// The head of an answer that a source makes; malloc'd. len gets its bytes.
static char *format_head(const cc_http_response_t *response, size_t *len)
{
    char *head = malloc(HEAD_MAX);
    if (!head)
        return NULL;
    char date[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    // The program never sets a locale, so the names are the English ones that RFC 9110 wants.
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    int n = snprintf(head, HEAD_MAX, "HTTP/1.1 %d %s\r\nDate: %s\r\nConnection: close\r\n",
                     response->status, reason_phrase(response->status), date);
    size_t at = (size_t)n;
    if (response->content_type)
        at += (size_t)snprintf(head + at, HEAD_MAX - at, "Content-Type: %.200s\r\n",
                               response->content_type);
    if (response->source_len)
        at += (size_t)snprintf(head + at, HEAD_MAX - at, "Content-Length: %" PRIu64 "\r\n",
                               response->source_len);
    for (size_t i = 0; i < response->n_headers; i++)
        at += (size_t)snprintf(head + at, HEAD_MAX - at, "%.60s: %s\r\n", response->headers[i].name,
                               response->headers[i].value);
    memcpy(head + at, "\r\n", 2);
    *len = at + 2u;
    return head;
}

static int nothing_next(void *ctx, cc_span_t *spans, size_t max)
{
    (void)ctx;
    (void)spans;
    (void)max;
    return CC_ERR_STOPPED;
}

static void nothing_sent(void *ctx, size_t len)
{
    (void)ctx;
    (void)len;
}

static void nothing_close(void *ctx)
{
    (void)ctx;
}

static enum MHD_Result send_source(request_t *request)
{
    cc_http_response_t *response = &request->response;
    size_t head_len;
    char *head = format_head(response, &head_len);
    if (!head) {
        response_drop(response);
        return MHD_NO;
    }
    if (method_of(request->method) == CC_HTTP_HEAD) {
        // The same head, and the end.
        response->source.close(response->source.ctx);
        response->source = (cc_http_source_t){NULL, nothing_next, nothing_sent, nothing_close};
    }
    set_deadline(request->server, request->client, 0);
    request->state = REQUEST_STREAMS;
    // First, because the pump may resume it before the next line returns.
    MHD_suspend_connection(request->connection);
    int err = cc_linux_stream_pump_add(request->server->pump, request->client->fd, head, head_len,
                                       &response->source, request);
    if (err) {
        free(head);
        response_drop(response);
        MHD_resume_connection(request->connection);
    }
    return MHD_YES;
}

static enum MHD_Result send_answer(request_t *request)
{
    return request->response.source.next ? send_source(request) : send_spans(request);
}

static enum MHD_Result refuse(request_t *request, const cc_http_refusal_t *refusal)
{
    answer_refusal(request, refusal);
    return send_answer(request);
}

// On the pump's thread.
static void stream_ended(void *ctx, void *token)
{
    (void)ctx;
    request_t *request = token;
    MHD_resume_connection(request->connection);
}

// On a worker.
static void work(void *job)
{
    request_t *request = job;
    if (atomic_load(&request->server->stopping))
        answer_refusal(request, &STOPPING);
    else
        handled(request, call_handler(request, true));
    MHD_resume_connection(request->connection);
}

static enum MHD_Result answer_whole_request(request_t *request)
{
    if (request->swallowed)
        return refuse(request, &TOO_LARGE);
    if (atomic_load(&request->server->stopping))
        return refuse(request, &STOPPING);
    int err = call_handler(request, false);
    if (err != CC_ERR_AGAIN) {
        handled(request, err);
        return send_answer(request);
    }
    memset(&request->response, 0, sizeof(request->response));
    set_deadline(request->server, request->client, 0);
    request->state = REQUEST_WAITS;
    // First, because the worker may resume it before submit returns.
    MHD_suspend_connection(request->connection);
    err = cc_linux_worker_pool_submit(request->server->workers, request);
    if (err) {
        answer_refusal(request, err == CC_ERR_STOPPED ? &STOPPING : &BUSY);
        MHD_resume_connection(request->connection);
    }
    return MHD_YES;
}

typedef struct {
    size_t bytes;
    unsigned n_hosts;
} header_sum_t;

static enum MHD_Result add_header(void *ctx, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    (void)kind;
    header_sum_t *sum = ctx;
    sum->bytes += strlen(key) + (value ? strlen(value) : 0u) + 4u; // ": " and the line's end
    sum->n_hosts += strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0;
    return MHD_YES;
}

static bool target_is_clean(const request_t *request, const char *version)
{
    for (const char *at = request->target; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == 0x7f)
            return false;
    // 0.9.75 hands over a target that holds a NUL as if it ended there. The version stands behind
    // the whole of it, one byte on: a different distance tells.
    return request->target[0] != '\0' &&
           (uintptr_t)version == (uintptr_t)request->raw_target + strlen(request->target) + 1u;
}

// Whether the handler refuses the body before it comes. Nothing on Linux takes one piece by piece.
static bool refuse_upload(request_t *request, unsigned long long body_len)
{
    const cc_http_handler_t *handler = &request->server->handler;
    if (!handler->upload || atomic_load(&request->server->stopping))
        return false;
    cc_http_request_t asked = as_asked(request);
    asked.body_len = body_len < SIZE_MAX ? (size_t)body_len : SIZE_MAX;
    int err = handler->upload(handler->ctx, &asked, &request->response, NULL);
    if (err == CC_ERR_AGAIN)
        return false;
    handled(request, err);
    return true;
}

// The request's headers are complete. Refuses it, or makes room for its body.
static enum MHD_Result begin_body(request_t *request, const char *method, const char *version)
{
    request->method = method;
    request->state = REQUEST_BODY;
    if (!request->target)
        return refuse(request, &TARGET_TOO_LONG);
    if (!target_is_clean(request, version))
        return refuse(request, &BAD_TARGET);
    header_sum_t sum = {0};
    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, add_header, &sum);
    if (sum.bytes > CC_HTTP_HEADERS_MAX)
        return refuse(request, &HEADERS_TOO_LARGE);
    // RFC 9112, section 3.2. Core's answer may depend on it, so there must be no second opinion.
    bool optional = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;
    if (sum.n_hosts > 1 || (sum.n_hosts == 0 && !optional))
        return refuse(request, &BAD_HOST);
    const char *length = header(request->connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    unsigned long long body_len = length ? strtoull(length, NULL, 10) : 0;
    bool has_body =
        body_len > 0 || header(request->connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
    if (has_body && refuse_upload(request, body_len))
        return send_answer(request);
    if (body_len > CC_HTTP_BODY_MAX)
        return refuse(request, &TOO_LARGE);
    return MHD_YES;
}

static bool grow_body(request_t *request, size_t len)
{
    size_t cap = request->body_cap ? request->body_cap : 1024u;
    while (cap < len)
        cap *= 2u;
    if (cap == request->body_cap)
        return true;
    uint8_t *grown = realloc(request->body, cap);
    if (!grown)
        return false;
    request->body = grown;
    request->body_cap = cap;
    return true;
}

static enum MHD_Result take_body(request_t *request, const char *bytes, size_t len)
{
    if (request->swallowed || request->body_len + len > CC_HTTP_BODY_MAX) {
        // An answer in the middle of a body is impossible; it comes when the rest was read, within
        // reason.
        request->swallowed += len;
        return request->swallowed <= SWALLOW_MAX ? MHD_YES : MHD_NO;
    }
    if (!grow_body(request, request->body_len + len))
        return MHD_NO;
    memcpy(request->body + request->body_len, bytes, len);
    request->body_len += len;
    return MHD_YES;
}

// libmicrohttpd calls this when the headers are complete, for each piece of the body, when the
// request is complete, and whenever it was resumed without an answer.
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **context)
{
    (void)ctx;
    (void)connection;
    (void)url;
    request_t *request = *context;
    if (!request)
        return MHD_NO; // there was no memory for it
    switch (request->state) {
    case REQUEST_BEGUN:
        return begin_body(request, method, version);
    case REQUEST_BODY:
        if (*upload_len == 0)
            return answer_whole_request(request);
        size_t len = *upload_len;
        *upload_len = 0;
        return take_body(request, upload, len);
    case REQUEST_ANSWERED:
        return send_answer(request);
    case REQUEST_WAITS:
    case REQUEST_STREAMS:
    case REQUEST_SENDS:
        break;
    }
    return MHD_NO;
}

// libmicrohttpd 1.0 mends a blank in the address by a redirect of its own unless told to be strict;
// 0.9.75 leaves it to us, who answer in words, and would hang up when told so.
static const struct MHD_OptionItem strictness[] = {
#if MHD_VERSION >= 0x01000000
    {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
#endif
    {MHD_OPTION_END, 0, NULL},
};

static int start_daemon(cc_linux_http_server_t *server)
{
    sigset_t before;
    cc_linux_signals_block(&before);
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, on_accept,
        server, on_request, server, MHD_OPTION_LISTEN_SOCKET, server->listener,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK,
        decode_nothing, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_CONNECTION_LIMIT,
        CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, QUIET_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_THREAD_STACK_SIZE, (size_t)CC_LINUX_STACK_BYTES,
        MHD_OPTION_ARRAY, strictness, MHD_OPTION_END);
    cc_linux_signals_restore(&before);
    return server->daemon ? 0 : CC_ERR_MEMORY;
}

int cc_linux_http_server_open(const cc_linux_http_server_options_t *options,
                              cc_linux_http_server_t **server)
{
    cc_linux_http_server_t *opened = calloc(1, sizeof(*opened));
    if (!opened)
        return CC_ERR_MEMORY;
    opened->handler = options->handler;
    opened->tick_ms = UINT64_MAX;
    atomic_init(&opened->stopping, false);
    pthread_mutex_init(&opened->lock, NULL);
    opened->listener =
        cc_linux_http_listen_open(&options->listen, options->more_ports, &opened->port);
    int err = opened->listener < 0 ? opened->listener : 0;
    const cc_linux_stream_owner_t owner = {
        .ctx = opened, .ended = stream_ended, .tick = check_deadlines};
    if (!err)
        err = cc_linux_stream_pump_open(&owner, &opened->pump);
    if (!err)
        err = cc_linux_worker_pool_open(work, &opened->workers);
    if (!err)
        err = start_daemon(opened);
    if (err) {
        cc_linux_http_server_close(opened);
        return err;
    }
    *server = opened;
    return 0;
}

uint16_t cc_linux_http_server_port_number(const cc_linux_http_server_t *server)
{
    return server->port;
}

void cc_linux_http_server_stop_accepting(cc_linux_http_server_t *server)
{
    if (atomic_exchange(&server->stopping, true))
        return;
    // The socket itself stays until the daemon has ended, because its thread may be about to
    // accept.
    MHD_quiesce_daemon(server->daemon);
    shutdown(server->listener, SHUT_RD);
    cc_linux_stream_pump_stop(server->pump);
    cc_linux_worker_pool_stop(server->workers);
}

void cc_linux_http_server_close(cc_linux_http_server_t *server)
{
    if (!server)
        return;
    if (server->daemon)
        cc_linux_http_server_stop_accepting(server);
    // Workers and pump hand their connections back to a daemon that runs still; after that none is
    // suspended, and none will be.
    if (server->workers) {
        cc_linux_worker_pool_stop(server->workers);
        cc_linux_worker_pool_wait(server->workers);
    }
    if (server->pump) {
        cc_linux_stream_pump_stop(server->pump);
        cc_linux_stream_pump_wait(server->pump);
    }
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    // The daemon's last calls, as it closes its connections, still came upon them.
    cc_linux_worker_pool_free(server->workers);
    cc_linux_stream_pump_free(server->pump);
    if (server->listener >= 0)
        close(server->listener);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

static void wake(void *ctx)
{
    cc_linux_http_server_t *server = ctx;
    cc_linux_stream_pump_wake(server->pump);
}

cc_http_server_t cc_linux_http_server_port(cc_linux_http_server_t *server)
{
    return (cc_http_server_t){.ctx = server, .wake = wake};
}
