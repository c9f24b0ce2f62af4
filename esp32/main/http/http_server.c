#include "http/http_server.h"

#include <errno.h>
#include <esp_http_server.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <freertos/task.h>
#include <http_parser.h>
#include <lwip/sockets.h>
#include <sdkconfig.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "http/sender.h"
#include "system/task.h"
#include "util/date.h"
#include "util/err.h"

#define SET_AFTER_S 1704067200 // 2024-01-01

enum {
    CONNECTIONS_MAX = 10,
    AWAY_MAX = 7, // requests with workers and sender at once
    HEAD_MS = 2000,
    BODY_MS = 20 * 1000,
    // Of a body that is not wanted: so much is read, for so long, before it is given up. It is as
    // large as any firmware that somebody sends to the wrong camera.
    SWALLOW_MAX = 2 * 1024 * 1024,
    SWALLOW_MS = 30 * 1000,
    QUEUE_LENGTH = AWAY_MAX, // so that none is ever full
    WAITERS = 2,
    PIECE_BYTES = 4096, // of a body that goes into flash: one sector of it
    // Measured under load: the handler takes 6 KB at most, with a login, the whole status or a
    // commit of settings; a firmware's signature is checked on it, too. A third more.
    STACK = 8 * 1024,
};

typedef struct header_copy {
    struct header_copy *next;
    const char *name; // core's, static
    char value[];
} header_copy_t;

// One request, from the parsed head to the last byte of the answer.
typedef struct {
    cc_esp32_output_t output; // first: the sender gives this back
    cc_esp32_http_server_t *server;
    httpd_req_t *req; // the server task's own until it goes away, then a copy
    bool away;
    bool closes; // no further request on this connection
    char peer[INET6_ADDRSTRLEN];
    uint8_t *body;
    size_t body_len;
    header_copy_t *headers;
    cc_http_sink_t sink; // take set: where the body goes piece by piece
    bool answered;       // there is a response, and the body is not wanted
    cc_http_response_t response;
} request_t;

// How long the connection's other end may still take for what it sends.
typedef struct {
    uint32_t begun_ms; // 0: nothing of it came yet
    uint32_t budget_ms;
} patience_t;

struct cc_esp32_http_server {
    cc_http_handler_t handler;
    httpd_handle_t httpd;
    cc_esp32_sender_t *sender;
    QueueHandle_t bodies;
    QueueHandle_t waits;
    atomic_uint away;
    atomic_uint answered_ms; // when the server's task answered the watchdog last
};

// By socket: esp_http_server hands its receiver nothing but that.
static patience_t patience[CONFIG_LWIP_MAX_SOCKETS];

static const cc_http_refusal_t BAD_REQUEST =
    CC_HTTP_REFUSAL(400, "This is no HTTP request that makes sense.");
static const cc_http_refusal_t TOO_SLOW = CC_HTTP_REFUSAL(408, "The request did not come in time.");
static const cc_http_refusal_t NO_LENGTH =
    CC_HTTP_REFUSAL(411, "Send the body with a Content-Length.");
static const cc_http_refusal_t TOO_LARGE = CC_HTTP_REFUSAL(413, "The body is larger than 32 KB.");
static const cc_http_refusal_t TARGET_TOO_LONG =
    CC_HTTP_REFUSAL(414, "The address is longer than 2048 bytes.");
static const cc_http_refusal_t HEADERS_TOO_LARGE =
    CC_HTTP_REFUSAL(431, "The headers are larger than 4 KB.");
static const cc_http_refusal_t BROKEN = CC_HTTP_REFUSAL(500, "The camera could not answer this.");
static const cc_http_refusal_t BUSY =
    CC_HTTP_REFUSAL(503, "Too many requests wait already. Try again in a moment.");

static uint32_t now_ms(void)
{
    uint32_t now = (uint32_t)(esp_timer_get_time() / 1000);
    return now ? now : 1;
}

static patience_t *patience_of(int fd)
{
    return &patience[fd - LWIP_SOCKET_OFFSET];
}

static void allow(int fd, uint32_t budget_ms)
{
    *patience_of(fd) = (patience_t){.budget_ms = budget_ms};
}

// esp_http_server's receiver: its own waits 5 s for each piece, however many come.
static int receive(httpd_handle_t httpd, int fd, char *buf, size_t len, int flags)
{
    (void)httpd;
    patience_t *mine = patience_of(fd);
    if (!mine->begun_ms)
        mine->begun_ms = now_ms();
    for (;;) {
        ssize_t n = recv(fd, buf, len, flags | MSG_DONTWAIT);
        if (n >= 0)
            return (int)n;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return HTTPD_SOCK_ERR_FAIL;
        uint32_t gone_ms = now_ms() - mine->begun_ms;
        if (gone_ms >= mine->budget_ms)
            return HTTPD_SOCK_ERR_TIMEOUT;
        uint32_t left_ms = mine->budget_ms - gone_ms;
        struct timeval limit = {.tv_sec = left_ms / 1000, .tv_usec = left_ms % 1000 * 1000};
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(fd, &readable);
        if (select(fd + 1, &readable, NULL, NULL, &limit) < 0)
            return HTTPD_SOCK_ERR_FAIL;
    }
}

static esp_err_t on_open(httpd_handle_t httpd, int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    allow(fd, HEAD_MS);
    return httpd_sess_set_recv_override(httpd, fd, receive);
}

static void read_peer(int fd, char *peer, size_t cap)
{
    struct sockaddr_storage from = {0};
    socklen_t len = sizeof from;
    peer[0] = '\0';
    if (getpeername(fd, (struct sockaddr *)&from, &len))
        return;
    if (from.ss_family == AF_INET) {
        inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)&from)->sin_addr, peer, cap);
        return;
    }
    struct in6_addr address = ((struct sockaddr_in6 *)(void *)&from)->sin6_addr;
    uint32_t mapped[3] = {0, 0, htonl(0xffff)};
    if (memcmp(&address, mapped, sizeof mapped) == 0)
        inet_ntop(AF_INET, (const uint8_t *)&address + sizeof mapped, peer, cap);
    else
        inet_ntop(AF_INET6, &address, peer, cap);
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t", text[len - 1]))
        text[--len] = '\0';
    return text;
}

static const char *header(void *ctx, const char *name)
{
    request_t *request = ctx;
    for (header_copy_t *copy = request->headers; copy; copy = copy->next)
        if (strcmp(copy->name, name) == 0)
            return copy->value;
    size_t len = httpd_req_get_hdr_value_len(request->req, name);
    header_copy_t *copy = len ? malloc(sizeof *copy + len + 1) : NULL;
    if (!copy)
        return NULL;
    if (httpd_req_get_hdr_value_str(request->req, name, copy->value, len + 1) != ESP_OK) {
        free(copy);
        return NULL;
    }
    char *trimmed = trim(copy->value);
    memmove(copy->value, trimmed, strlen(trimmed) + 1);
    copy->name = name;
    copy->next = request->headers;
    request->headers = copy;
    return copy->value;
}

static bool header_has(request_t *request, const char *name, const char *word)
{
    const char *value = header(request, name);
    return value && strcasestr(value, word);
}

static cc_http_method_t method_of(int method)
{
    switch (method) {
    case HTTP_GET:
        return CC_HTTP_GET;
    case HTTP_HEAD:
        return CC_HTTP_HEAD;
    case HTTP_POST:
        return CC_HTTP_POST;
    case HTTP_PUT:
        return CC_HTTP_PUT;
    case HTTP_PATCH:
        return CC_HTTP_PATCH;
    case HTTP_DELETE:
        return CC_HTTP_DELETE;
    case HTTP_OPTIONS:
        return CC_HTTP_OPTIONS;
    default:
        return CC_HTTP_OTHER;
    }
}

static void drop_response(cc_http_response_t *response)
{
    if (response->source.next)
        response->source.close(response->source.ctx);
    else if (response->release)
        response->release(response->owner);
    memset(response, 0, sizeof *response);
}

static void answer_refusal(request_t *request, const cc_http_refusal_t *refusal)
{
    cc_http_response_t *response = &request->response;
    drop_response(response);
    response->status = refusal->status;
    response->content_type = "application/problem+json";
    if (refusal->status == 503) {
        response->headers[0] = (cc_http_header_t){.name = "Retry-After", .value = "2"};
        response->n_headers = 1;
    }
    response->spans[0] = (cc_span_t){(const uint8_t *)refusal->problem, strlen(refusal->problem)};
    response->n_spans = 1;
}

static cc_http_request_t asked_of(request_t *request, bool may_wait)
{
    return (cc_http_request_t){
        .method = method_of(request->req->method),
        .method_name = http_method_str((enum http_method)request->req->method),
        .target = request->req->uri,
        .peer = request->peer,
        .body = request->body,
        .body_len = request->body_len,
        .may_wait = may_wait,
        .ctx = request,
        .header = header,
    };
}

// CC_OK: there is a response. CC_ERR_AGAIN: it takes waiting.
static int call_handler(request_t *request, bool may_wait)
{
    const cc_http_request_t asked = asked_of(request, may_wait);
    const cc_http_handler_t *handler = &request->server->handler;
    int err = handler->handle(handler->ctx, &asked, &request->response);
    if (err == CC_ERR_AGAIN && !may_wait) {
        memset(&request->response, 0, sizeof request->response);
        return CC_ERR_AGAIN;
    }
    if (err < 0)
        answer_refusal(request, &BROKEN);
    return CC_OK;
}

// A body is announced: asks where it is to go. CC_ERR_AGAIN: into memory, as usual.
static int call_upload(request_t *request)
{
    cc_http_request_t asked = asked_of(request, false);
    const cc_http_handler_t *handler = &request->server->handler;
    asked.body_len = request->req->content_len;
    int err = handler->upload(handler->ctx, &asked, &request->response, &request->sink);
    if (err == CC_ERR_AGAIN && asked.body_len <= CC_HTTP_BODY_MAX)
        return err;
    if (err < 0)
        answer_refusal(request, err == CC_ERR_AGAIN ? &TOO_LARGE : &BROKEN);
    request->answered = !request->sink.take;
    request->closes = request->closes || request->answered;
    return CC_OK;
}

static size_t add(char *head, size_t cap, size_t at, const char *name, const char *value)
{
    int n = snprintf(head ? head + at : NULL, head ? cap - at : 0, "%s: %s\r\n", name, value);
    return at + (size_t)n;
}

// Writes the answer's head; returns its length. head NULL: the length only.
static size_t write_head(const request_t *request, char *head, size_t cap)
{
    const cc_http_response_t *response = &request->response;
    char number[24], date[CC_DATE_TEXT_MAX];
    uint64_t len = response->source_len;
    // RFC 9112, section 4: clients ignore the words behind the number
    size_t at = (size_t)snprintf(head, head ? cap : 0, "HTTP/1.1 %d %s\r\n", response->status,
                                 response->status == 200 ? "OK" : "");
    time_t now = time(NULL);
    // a clock that was never set says 1970, and no Date is better then (RFC 9110, section 6.6.1)
    if (now >= SET_AFTER_S) {
        cc_date_http(now, date);
        at = add(head, cap, at, "Date", date);
    }
    if (response->content_type)
        at = add(head, cap, at, "Content-Type", response->content_type);
    for (size_t i = 0; i < response->n_headers; i++)
        at = add(head, cap, at, response->headers[i].name, response->headers[i].value);
    for (size_t i = 0; i < response->n_spans; i++)
        len += response->spans[i].len;
    bool is_endless = response->source.next && len == 0;
    if (!is_endless && response->status != 204 && response->status != 304) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)len);
        at = add(head, cap, at, "Content-Length", number);
    }
    if (request->closes)
        at = add(head, cap, at, "Connection", "close");
    if (head)
        memcpy(head + at, "\r\n", 2);
    return at + 2;
}

// Makes `output` of the response; false when out of memory.
static bool prepare_output(request_t *request)
{
    cc_http_response_t *response = &request->response;
    cc_esp32_output_t *output = &request->output;
    bool only_head = request->req->method == HTTP_HEAD;
    if (response->source.next)
        request->closes = true;
    size_t len = write_head(request, NULL, 0);
    // room for a Date that the clock learnt in between, and snprintf's NUL
    size_t cap = len + 64;
    output->head = malloc(cap);
    if (!output->head)
        return false;
    output->head_len = write_head(request, output->head, cap);
    output->source = response->source.next && !only_head ? &response->source : NULL;
    output->n_spans = only_head ? 0 : response->n_spans;
    memcpy(output->spans, response->spans, sizeof output->spans);
    return true;
}

static void request_free(request_t *request)
{
    drop_response(&request->response);
    while (request->headers) {
        header_copy_t *copy = request->headers;
        request->headers = copy->next;
        free(copy);
    }
    free(request->output.head);
    free(request->body);
    free(request);
}

// Ends a request that went away: gives the connection back to the server's task, which closes it
// when it sees that nothing more comes.
static void come_back(request_t *request, bool whole)
{
    cc_esp32_http_server_t *server = request->server;
    httpd_req_t *req = request->req;
    int fd = request->output.fd;
    bool closes = request->closes;
    request_free(request);
    allow(fd, HEAD_MS);
    if (!whole) {
        // What it did not take in time it would not take while closing either.
        const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        shutdown(fd, SHUT_RD);
    } else if (closes) {
        shutdown(fd, SHUT_RDWR);
    }
    atomic_fetch_sub(&server->away, 1);
    httpd_req_async_handler_complete(req);
}

static void output_ended(cc_esp32_output_t *output, bool whole)
{
    come_back((request_t *)output, whole);
}

// Sends the response of a request that is away.
static void deliver(request_t *request)
{
    request->output.ended = output_ended;
    int sent = prepare_output(request) ? cc_esp32_sender_try(&request->output) : CC_ERR_GONE;
    if (sent == 0)
        cc_esp32_sender_add(request->server->sender, &request->output);
    else
        come_back(request, sent > 0);
}

// Takes the request out of the server task's hands; false when that is impossible.
static bool go_away(request_t *request)
{
    cc_esp32_http_server_t *server = request->server;
    httpd_req_t *copy;
    if (atomic_fetch_add(&server->away, 1) >= AWAY_MAX ||
        httpd_req_async_handler_begin(request->req, &copy) != ESP_OK) {
        atomic_fetch_sub(&server->away, 1);
        return false;
    }
    request->req = copy;
    request->away = true;
    return true;
}

// On the server's task: sends the response. Returns what esp_http_server is told.
static esp_err_t deliver_here(request_t *request)
{
    request->output.ended = output_ended;
    int sent = prepare_output(request) ? cc_esp32_sender_try(&request->output) : CC_ERR_GONE;
    if (sent == 0 && go_away(request)) {
        cc_esp32_sender_add(request->server->sender, &request->output);
        return ESP_OK;
    }
    bool stays = sent > 0 && !request->closes;
    request_free(request);
    return stays ? ESP_OK : ESP_FAIL;
}

static esp_err_t refuse_here(request_t *request, const cc_http_refusal_t *refusal)
{
    request->closes = true;
    answer_refusal(request, refusal);
    return deliver_here(request);
}

static request_t *request_new(httpd_req_t *req)
{
    request_t *request = calloc(1, sizeof *request);
    if (!request)
        return NULL;
    request->server = httpd_get_global_user_ctx(req->handle);
    request->req = req;
    request->output.fd = httpd_req_to_sockfd(req);
    read_peer(request->output.fd, request->peer, sizeof request->peer);
    return request;
}

static esp_err_t submit(request_t *request, QueueHandle_t queue)
{
    if (!go_away(request)) {
        if (request->sink.take)
            request->sink.end(request->sink.ctx, false, &request->response);
        return refuse_here(request, &BUSY);
    }
    xQueueSend(queue, &request, portMAX_DELAY); // it holds as many as can be away
    return ESP_OK;
}

static esp_err_t on_request(httpd_req_t *req)
{
    request_t *request = request_new(req);
    if (!request)
        return ESP_FAIL;
    cc_esp32_http_server_t *server = request->server;
    allow(request->output.fd, BODY_MS);
    request->closes = header_has(request, "Connection", "close");
    if (header(request, "Transfer-Encoding"))
        return refuse_here(request, &NO_LENGTH);
    // What goes into flash, or nowhere, takes long, and must not keep short bodies waiting.
    if (req->content_len > 0)
        return submit(request, call_upload(request) == CC_OK ? server->waits : server->bodies);
    if (call_handler(request, false) == CC_ERR_AGAIN)
        return submit(request, server->waits);
    int fd = request->output.fd;
    esp_err_t err = deliver_here(request);
    if (err == ESP_OK)
        allow(fd, HEAD_MS);
    return err;
}

static esp_err_t on_error(httpd_req_t *req, httpd_err_code_t error)
{
    request_t *request = request_new(req);
    if (!request)
        return ESP_FAIL;
    const cc_http_refusal_t *refusal = &BAD_REQUEST;
    if (error == HTTPD_408_REQ_TIMEOUT)
        refusal = &TOO_SLOW;
    else if (error == HTTPD_414_URI_TOO_LONG)
        refusal = &TARGET_TOO_LONG;
    else if (error == HTTPD_431_REQ_HDR_FIELDS_TOO_LARGE)
        refusal = &HEADERS_TOO_LARGE;
    request->closes = true;
    answer_refusal(request, refusal);
    // The head is in pieces, so the request cannot go away: what is not sent at once is lost.
    if (prepare_output(request))
        cc_esp32_sender_try(&request->output);
    request_free(request);
    return ESP_FAIL;
}

// Bytes of the body; 0 or less: the connection broke off, or nothing came for long.
static int read_some(request_t *request, void *buf, size_t len)
{
    allow(request->output.fd, BODY_MS);
    return httpd_req_recv(request->req, buf, len);
}

// Reads and forgets what is not wanted, within reason, so that the other end reads the answer
// instead of a reset. One that asked first, before it sends, is not waited for.
static void swallow(request_t *request, size_t left)
{
    char dump[1024];
    uint32_t begun_ms = now_ms();
    if (header_has(request, "Expect", "100-continue"))
        return;
    if (left > SWALLOW_MAX)
        left = SWALLOW_MAX;
    while (left > 0 && now_ms() - begun_ms < SWALLOW_MS) {
        int n = read_some(request, dump, left < sizeof dump ? left : sizeof dump);
        if (n <= 0)
            return;
        left -= (size_t)n;
    }
}

static void send_continue(request_t *request)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (header_has(request, "Expect", "100-continue"))
        (void)send(request->output.fd, go_on, sizeof go_on - 1, MSG_DONTWAIT);
}

// CC_OK with the body read; else the refusal is made.
static int read_body(request_t *request)
{
    httpd_req_t *req = request->req;
    uint32_t begun_ms = now_ms();
    request->body = malloc(req->content_len + 1);
    if (!request->body) {
        request->closes = true;
        answer_refusal(request, &BUSY);
        return CC_ERR_MEMORY;
    }
    send_continue(request);
    while (request->body_len < req->content_len) {
        int n = read_some(request, request->body + request->body_len,
                          req->content_len - request->body_len);
        if (n <= 0 || now_ms() - begun_ms > BODY_MS) {
            request->closes = true;
            answer_refusal(request, &TOO_SLOW);
            return CC_ERR_TIMEOUT;
        }
        request->body_len += (size_t)n;
    }
    return CC_OK;
}

// Feeds the sink, which may take its time with each piece.
static void feed_sink(request_t *request)
{
    size_t left = request->req->content_len;
    uint8_t *piece = malloc(PIECE_BYTES);
    int err = piece ? CC_OK : CC_ERR_MEMORY;
    send_continue(request);
    while (left > 0 && err == CC_OK) {
        int n = read_some(request, piece, left < PIECE_BYTES ? left : PIECE_BYTES);
        if (n <= 0)
            break;
        left -= (size_t)n;
        err = request->sink.take(request->sink.ctx, piece, (size_t)n);
    }
    free(piece);
    request->closes = true;
    request->sink.end(request->sink.ctx, left == 0 && err == CC_OK, &request->response);
    if (err < 0)
        swallow(request, left);
}

static void run_bodies(void *arg)
{
    cc_esp32_http_server_t *server = arg;
    for (;;) {
        request_t *request;
        xQueueReceive(server->bodies, &request, portMAX_DELAY);
        if (read_body(request) == CC_OK && call_handler(request, false) == CC_ERR_AGAIN)
            xQueueSend(server->waits, &request, portMAX_DELAY);
        else
            deliver(request);
    }
}

static void run_waits(void *arg)
{
    cc_esp32_http_server_t *server = arg;
    for (;;) {
        request_t *request;
        xQueueReceive(server->waits, &request, portMAX_DELAY);
        if (request->sink.take)
            feed_sink(request);
        else if (request->answered)
            swallow(request, request->req->content_len);
        else
            call_handler(request, true);
        deliver(request);
    }
}

static bool match_all(const char *pattern, const char *uri, size_t len)
{
    (void)pattern;
    (void)uri;
    (void)len;
    return true;
}

static int start_httpd(cc_esp32_http_server_t *server, uint16_t port)
{
    httpd_config_t config = HTTPD_DEFAULT_CONFIG();
    config.server_port = port;
    config.stack_size = STACK;
    config.task_priority = CC_ESP32_PRIORITY_WEB;
    config.max_open_sockets = CONNECTIONS_MAX;
    config.max_uri_handlers = 1;
    config.max_resp_headers = 1; // it writes none for us
    config.lru_purge_enable = true;
    config.keep_alive_enable = true; // a machine that lost power leaves within 30 s and 3 × 10 s
    config.keep_alive_idle = 30;
    config.keep_alive_interval = 10;
    config.keep_alive_count = 3;
    config.max_req_hdr_len = 4096;
    config.global_user_ctx = server;
    config.global_user_ctx_free_fn = NULL;
    config.open_fn = on_open;
    config.uri_match_fn = match_all;
    esp_err_t err = httpd_start(&server->httpd, &config);
    if (err)
        return err == ESP_ERR_HTTPD_ALLOC_MEM || err == ESP_ERR_HTTPD_TASK ? CC_ERR_MEMORY
                                                                           : CC_ERR_IO;
    static const httpd_err_code_t errors[] = {
        HTTPD_400_BAD_REQUEST,
        HTTPD_408_REQ_TIMEOUT,
        HTTPD_414_URI_TOO_LONG,
        HTTPD_431_REQ_HDR_FIELDS_TOO_LARGE,
        HTTPD_501_METHOD_NOT_IMPLEMENTED,
        HTTPD_505_VERSION_NOT_SUPPORTED,
    };
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        httpd_register_err_handler(server->httpd, errors[i], on_error);
    const httpd_uri_t everything = {.uri = "/", .method = HTTP_ANY, .handler = on_request};
    return httpd_register_uri_handler(server->httpd, &everything) == ESP_OK ? CC_OK : CC_ERR_MEMORY;
}

static int start_workers(cc_esp32_http_server_t *server)
{
    server->bodies = xQueueCreate(QUEUE_LENGTH, sizeof(request_t *));
    server->waits = xQueueCreate(QUEUE_LENGTH, sizeof(request_t *));
    if (!server->bodies || !server->waits)
        return CC_ERR_MEMORY;
    bool started = xTaskCreatePinnedToCore(run_bodies, "web bodies", STACK, server,
                                           CC_ESP32_PRIORITY_WORKER, NULL, tskNO_AFFINITY);
    for (int i = 0; i < WAITERS; i++)
        started =
            started && xTaskCreatePinnedToCore(run_waits, "web waits", STACK, server,
                                               CC_ESP32_PRIORITY_WORKER, NULL, tskNO_AFFINITY);
    return started ? CC_OK : CC_ERR_MEMORY;
}

int cc_esp32_http_server_open(const cc_esp32_http_server_options_t *options,
                              cc_esp32_http_server_t **server)
{
    cc_esp32_http_server_t *opened = calloc(1, sizeof *opened);
    if (!opened)
        return CC_ERR_MEMORY;
    opened->handler = options->handler;
    atomic_store(&opened->answered_ms, now_ms());
    int err = cc_esp32_sender_open(&opened->sender);
    if (!err)
        err = start_workers(opened);
    if (!err)
        err = start_httpd(opened, options->port);
    if (err)
        return err; // whoever starts the camera gives up and restarts it
    *server = opened;
    return CC_OK;
}

static void answer_watchdog(void *arg)
{
    cc_esp32_http_server_t *server = arg;
    atomic_store(&server->answered_ms, now_ms());
}

bool cc_esp32_http_server_alive(cc_esp32_http_server_t *server, uint32_t limit_ms)
{
    // One that is lost, because the task has more of them than it can take, is no loss.
    httpd_queue_work(server->httpd, answer_watchdog, server);
    return now_ms() - atomic_load(&server->answered_ms) <= limit_ms &&
           cc_esp32_sender_alive(server->sender, limit_ms);
}

static void wake(void *ctx)
{
    cc_esp32_http_server_t *server = ctx;
    cc_esp32_sender_wake(server->sender);
}

cc_http_server_t cc_esp32_http_server_port(cc_esp32_http_server_t *server)
{
    return (cc_http_server_t){.ctx = server, .wake = wake};
}
