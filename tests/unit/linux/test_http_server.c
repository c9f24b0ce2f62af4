// The server with real sockets on loopback, and clients that behave badly.
#define _GNU_SOURCE 1

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/http_server.h"
#include "system/monotonic.h"
#include "util/err.h"

#define FRAME_LEN   100000u
#define HEADER_LEN  8u // the number of a frame in front of it
#define PATIENCE_MS 20000

// What core would be: pictures, a stream of them, and things that wait.
typedef struct {
    cc_linux_http_server_t *server;
    cc_http_server_t port;
    uint16_t number;
    uint8_t *frame;
    pthread_mutex_t lock; // guards all below
    pthread_cond_t changed;
    uint64_t newest; // the stream's frame, 0: none yet
    bool released;   // those who wait in the handler go home
    int in_handler;  // how many wait there
    int lent;        // pictures lent out and not released
    int sources;     // open ones
    int skipped;     // frames that some source did not send
} camera_t;

typedef struct {
    camera_t *camera;
    uint64_t number; // of the frame that is being sent, or was last
    size_t at;       // bytes of it that have gone out
    char head[HEADER_LEN + 1];
} viewer_t;

static void give_back(void *owner)
{
    camera_t *camera = owner;
    pthread_mutex_lock(&camera->lock);
    camera->lent--;
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->lock);
}

static int viewer_next(void *ctx, cc_span_t *spans, size_t max)
{
    (void)max;
    viewer_t *viewer = ctx;
    camera_t *camera = viewer->camera;
    if (viewer->number == 0 || viewer->at == HEADER_LEN + FRAME_LEN) {
        pthread_mutex_lock(&camera->lock);
        uint64_t newest = camera->newest;
        if (viewer->number && newest > viewer->number)
            camera->skipped += (int)(newest - viewer->number - 1);
        pthread_mutex_unlock(&camera->lock);
        if (newest == viewer->number)
            return 0;
        viewer->number = newest;
        viewer->at = 0;
        snprintf(viewer->head, sizeof(viewer->head), "%08u", (unsigned)newest);
    }
    int n = 0;
    size_t at = viewer->at;
    if (at < HEADER_LEN) {
        spans[n++] = (cc_span_t){(const uint8_t *)viewer->head + at, HEADER_LEN - at};
        at = HEADER_LEN;
    }
    spans[n++] = (cc_span_t){camera->frame + (at - HEADER_LEN), HEADER_LEN + FRAME_LEN - at};
    return n;
}

static void viewer_sent(void *ctx, size_t len)
{
    viewer_t *viewer = ctx;
    viewer->at += len;
}

static void viewer_close(void *ctx)
{
    viewer_t *viewer = ctx;
    camera_t *camera = viewer->camera;
    pthread_mutex_lock(&camera->lock);
    camera->sources--;
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->lock);
    free(viewer);
}

static int open_stream(camera_t *camera, cc_http_response_t *response)
{
    viewer_t *viewer = calloc(1, sizeof(*viewer));
    if (!viewer)
        return CC_ERR_MEMORY;
    viewer->camera = camera;
    pthread_mutex_lock(&camera->lock);
    camera->sources++;
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->lock);
    response->status = 200;
    response->content_type = "application/octet-stream";
    response->headers[0].name = "Cache-Control";
    strcpy(response->headers[0].value, "no-store");
    response->n_headers = 1;
    response->source = (cc_http_source_t){viewer, viewer_next, viewer_sent, viewer_close};
    return 0;
}

static void lend_frame(camera_t *camera, cc_http_response_t *response)
{
    pthread_mutex_lock(&camera->lock);
    camera->lent++;
    pthread_mutex_unlock(&camera->lock);
    response->status = 200;
    response->spans[0] = (cc_span_t){camera->frame, 10};
    response->spans[2] = (cc_span_t){camera->frame + 10, FRAME_LEN - 10};
    response->n_spans = 3;
    response->release = give_back;
    response->owner = camera;
}

static void wait_for_release(camera_t *camera)
{
    pthread_mutex_lock(&camera->lock);
    camera->in_handler++;
    pthread_cond_broadcast(&camera->changed);
    while (!camera->released)
        pthread_cond_wait(&camera->changed, &camera->lock);
    camera->in_handler--;
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->lock);
}

static int echo(const cc_http_request_t *request, cc_http_response_t *response)
{
    char *text;
    const char *test = request->header(request->ctx, "x-test");
    int n = asprintf(&text, "%s %s %s [%s] %.*s", request->method_name, request->target,
                     request->peer, test ? test : "none", (int)request->body_len,
                     request->body ? (const char *)request->body : "");
    assert_true(n > 0);
    response->status = 200;
    response->content_type = "text/plain";
    response->spans[0] = (cc_span_t){(const uint8_t *)text, (size_t)n};
    response->n_spans = 1;
    response->release = free;
    response->owner = text;
    return 0;
}

static int handle(void *ctx, const cc_http_request_t *request, cc_http_response_t *response)
{
    camera_t *camera = ctx;
    if (strcmp(request->target, "/stream") == 0)
        return open_stream(camera, response);
    if (strcmp(request->target, "/fails") == 0) {
        lend_frame(camera, response);
        return CC_ERR_IO;
    }
    if (strncmp(request->target, "/echo", 5) == 0)
        return echo(request, response);
    if (strcmp(request->target, "/waits") == 0) {
        if (!request->may_wait)
            return CC_ERR_AGAIN;
        wait_for_release(camera);
        return echo(request, response);
    }
    lend_frame(camera, response);
    return 0;
}

static int set_up(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    camera_t *camera = calloc(1, sizeof(*camera));
    if (!camera)
        return -1;
    camera->frame = calloc(1, FRAME_LEN);
    pthread_mutex_init(&camera->lock, NULL);
    pthread_cond_init(&camera->changed, NULL);
    cc_linux_http_server_options_t options = {.handler = {camera, handle, NULL}};
    if (!camera->frame || cc_linux_http_listen_parse("127.0.0.1:0", &options.listen) ||
        cc_linux_http_server_open(&options, &camera->server))
        return -1;
    camera->port = cc_linux_http_server_port(camera->server);
    camera->number = cc_linux_http_server_port_number(camera->server);
    *state = camera;
    return 0;
}

static void release_all(camera_t *camera)
{
    pthread_mutex_lock(&camera->lock);
    camera->released = true;
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->lock);
}

static int tear_down(void **state)
{
    camera_t *camera = *state;
    release_all(camera);
    cc_linux_http_server_close(camera->server);
    int left = camera->lent + camera->sources;
    pthread_cond_destroy(&camera->changed);
    pthread_mutex_destroy(&camera->lock);
    free(camera->frame);
    free(camera);
    return left; // what was lent came back, what was opened was closed
}

// Waits until *count is `value`.
static void await(camera_t *camera, const int *count, int value)
{
    pthread_mutex_lock(&camera->lock);
    while (*count != value)
        pthread_cond_wait(&camera->changed, &camera->lock);
    pthread_mutex_unlock(&camera->lock);
}

static int dial(const camera_t *camera)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons(camera->number)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval patience = {PATIENCE_MS / 1000, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void say(int fd, const char *text, size_t len)
{
    (void)!send(fd, text, len, MSG_NOSIGNAL);
}

static int ask(const camera_t *camera, const char *request)
{
    int fd = dial(camera);
    say(fd, request, strlen(request));
    return fd;
}

// Everything until the other end closes; free it.
static char *hear_out(int fd, size_t *len)
{
    size_t cap = 400000;
    char *text = calloc(1, cap);
    size_t at = 0;
    assert_non_null(text);
    for (;;) {
        ssize_t n = recv(fd, text + at, cap - 1 - at, 0);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    close(fd);
    if (len)
        *len = at;
    return text;
}

static void assert_answer(const camera_t *camera, const char *request, size_t request_len,
                          const char *begins)
{
    int fd = dial(camera);
    say(fd, request, request_len);
    char *text = hear_out(fd, NULL);
    bool fine = strncmp(text, begins, strlen(begins)) == 0;
    if (!fine)
        print_error("%.40s… got %.60s", request, text);
    free(text);
    assert_true(fine);
}

static void a_request_arrives_as_it_was_sent(void **state)
{
    camera_t *camera = *state;
    char *text =
        hear_out(ask(camera, "POST /echo?a=%20b+c&%zz HTTP/1.1\r\nHost: x\r\nX-Test: one\r\n"
                             "X-Test: two\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
                             "body"),
                 NULL);
    assert_non_null(strstr(text, "200 OK"));
    assert_non_null(strstr(text, "\r\nDate: "));
    assert_non_null(strstr(text, "\r\n\r\nPOST /echo?a=%20b+c&%zz 127.0.0.1 [one] body"));
    free(text);
}

static void a_picture_of_several_spans_arrives_whole(void **state)
{
    camera_t *camera = *state;
    for (size_t i = 0; i < FRAME_LEN; i++)
        camera->frame[i] = (uint8_t)(i * 7 + i / 256);
    size_t len;
    char *text =
        hear_out(ask(camera, "GET /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), &len);
    char *body = strstr(text, "\r\n\r\n") + 4;
    assert_int_equal(len - (size_t)(body - text), FRAME_LEN);
    assert_memory_equal(body, camera->frame, FRAME_LEN);
    free(text);
}

static void head_has_no_body(void **state)
{
    camera_t *camera = *state;
    char *text =
        hear_out(ask(camera, "HEAD /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), NULL);
    assert_non_null(strstr(text, "Content-Length: 100000"));
    assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\n");
    free(text);
    text = hear_out(ask(camera, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n"), NULL);
    assert_non_null(strstr(text, "Cache-Control: no-store"));
    assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\n");
    free(text);
    await(camera, &camera->sources, 0);
}

static void what_waits_is_answered_in_order(void **state)
{
    camera_t *camera = *state;
    int fd = ask(camera, "GET /waits HTTP/1.1\r\nHost: x\r\nX-Test: w\r\n\r\n"
                         "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await(camera, &camera->in_handler, 1);
    // Another is not held up.
    assert_answer(camera, "GET /echo HTTP/1.0\r\n\r\n", 23, "HTTP/1.1 200");
    release_all(camera);
    char *text = hear_out(fd, NULL);
    char *first = strstr(text, "GET /waits 127.0.0.1 [w]");
    assert_non_null(first);
    assert_non_null(strstr(first, "GET /echo 127.0.0.1 [none]"));
    free(text);
}

static void bad_requests_are_told_why(void **state)
{
    camera_t *camera = *state;
#define ASK(text, begins) assert_answer(camera, text, sizeof(text) - 1u, begins)
    ASK("GET /a\001b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400");
    ASK("GET /a\177b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400");
    ASK("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400");
    ASK("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n", "HTTP/1.1 400");
    ASK("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400");
    ASK("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 32769\r\n\r\n", "HTTP/1.1 413");
    ASK("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 413");
#undef ASK
    char *text = NULL;
    int n = asprintf(&text, "GET /%02048d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 0);
    assert_answer(camera, text, (size_t)n, "HTTP/1.1 414");
    free(text);
    n = asprintf(&text, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: %016384d\r\n\r\n", 0);
    assert_answer(camera, text, (size_t)n, "HTTP/1.1 431");
    free(text);
    n = asprintf(&text,
                 "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
                 "\r\nc350\r\n%050000d\r\n0\r\n\r\n",
                 0);
    assert_answer(camera, text, (size_t)n, "HTTP/1.1 413");
    free(text);
}

// libmicrohttpd 1.0 deals with these itself: it hangs up at the one and redirects from the other.
static void what_is_hidden_in_an_address_is_not_overlooked(void **state)
{
    camera_t *camera = *state;
    static const char nul[] = "GET /echo\0x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    static const char space[] = "GET /echo x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    for (int i = 0; i < 2; i++) {
        int fd = dial(camera);
        say(fd, i ? space : nul, i ? sizeof(space) - 1u : sizeof(nul) - 1u);
        char *text = hear_out(fd, NULL);
        bool served = strncmp(text, "HTTP/1.1 2", 10) == 0;
        free(text);
        assert_false(served);
    }
}

static void a_header_bomb_is_refused(void **state)
{
    camera_t *camera = *state;
    int fd = ask(camera, "GET / HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 20000; i++)
        say(fd, "a: b\r\n", 6);
    char *text = hear_out(fd, NULL);
    // The other end may have gone before its answer could be heard.
    assert_true(text[0] == '\0' || strncmp(text, "HTTP/1.1 431", 12) == 0);
    free(text);
    assert_answer(camera, "GET /echo HTTP/1.0\r\n\r\n", 23, "HTTP/1.1 200");
}

static void a_handler_that_fails_is_500(void **state)
{
    camera_t *camera = *state;
    const char *request = "GET /fails HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_answer(camera, request, strlen(request), "HTTP/1.1 500");
    await(camera, &camera->lent, 0);
}

static void those_who_hang_up_leave_nothing_behind(void **state)
{
    camera_t *camera = *state;
    static const char *const requests[] = {
        "GET /p HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /waits HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        "GE",
    };
    release_all(camera);
    for (size_t i = 0; i < 100; i++) {
        int fd = ask(camera, requests[i % 5]);
        struct linger at_once = {1, 0};
        if (i % 2)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(fd);
    }
    await(camera, &camera->lent, 0);
    await(camera, &camera->sources, 0);
}

static void too_many_who_wait_are_sent_away(void **state)
{
    camera_t *camera = *state;
    int fds[60];
    for (size_t i = 0; i < 60; i++)
        fds[i] = ask(camera, "GET /waits HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await(camera, &camera->in_handler, 8);
    // At most eight wait in the handler and 32 for a thread: the others are answered already.
    int refused = 0;
    struct pollfd answered[60];
    while (refused < 20) {
        for (size_t i = 0; i < 60; i++)
            answered[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        assert_true(poll(answered, 60, PATIENCE_MS) > 0);
        for (size_t i = 0; i < 60; i++) {
            if (!answered[i].revents)
                continue;
            char *text = hear_out(fds[i], NULL);
            assert_non_null(strstr(text, "HTTP/1.1 503"));
            assert_non_null(strstr(text, "Retry-After: "));
            free(text);
            fds[i] = -1;
            refused++;
        }
    }
    release_all(camera);
    for (size_t i = 0; i < 60; i++) {
        if (fds[i] < 0)
            continue;
        char *text = hear_out(fds[i], NULL);
        assert_true(strstr(text, "HTTP/1.1 200") || strstr(text, "HTTP/1.1 503"));
        free(text);
    }
}

// Reads one frame and checks its number; the head of the answer comes before the first.
static void read_frame(int fd, uint64_t number)
{
    static char frame[HEADER_LEN + FRAME_LEN];
    size_t at = 0;
    while (at < sizeof(frame)) {
        ssize_t n = recv(fd, frame + at, sizeof(frame) - at, 0);
        assert_true(n > 0);
        at += (size_t)n;
    }
    char expected[HEADER_LEN + 1];
    snprintf(expected, sizeof(expected), "%08u", (unsigned)number);
    assert_memory_equal(frame, expected, HEADER_LEN);
}

static void read_head(int fd)
{
    char end[4] = "";
    while (memcmp(end, "\r\n\r\n", 4) != 0) {
        memmove(end, end + 1, 3);
        assert_int_equal(recv(fd, end + 3, 1, 0), 1);
    }
}

static void publish(camera_t *camera)
{
    pthread_mutex_lock(&camera->lock);
    camera->newest++;
    pthread_mutex_unlock(&camera->lock);
    camera->port.wake(camera->port.ctx);
}

static void a_stalled_viewer_costs_the_others_nothing(void **state)
{
    camera_t *camera = *state;
    int fds[8];
    int stalled = ask(camera, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    for (size_t i = 0; i < 8; i++)
        fds[i] = ask(camera, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    for (size_t i = 0; i < 8; i++)
        read_head(fds[i]);
    await(camera, &camera->sources, 9);
    for (uint64_t number = 1; number <= 150; number++) {
        publish(camera);
        for (size_t i = 0; i < 8; i++)
            read_frame(fds[i], number);
    }
    for (size_t i = 0; i < 8; i++)
        close(fds[i]);
    await(camera, &camera->sources, 1);
    // The kernel holds a few frames for the stalled one; when he reads again, he gets recent ones.
    uint64_t last = 0;
    char bytes[65536];
    struct timeval soon = {0, 300000};
    setsockopt(stalled, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
    size_t heard = 0;
    ssize_t n;
    while ((n = recv(stalled, bytes, sizeof(bytes), 0)) > 0)
        heard += (size_t)n;
    assert_true(heard < 150 * (HEADER_LEN + FRAME_LEN));
    pthread_mutex_lock(&camera->lock);
    last = (uint64_t)camera->skipped;
    pthread_mutex_unlock(&camera->lock);
    assert_true(last > 0);
    close(stalled);
    await(camera, &camera->sources, 0);
}

static void it_ends_soon_with_everybody_there(void **state)
{
    camera_t *camera = *state;
    int fds[40];
    for (size_t i = 0; i < 40; i++)
        fds[i] = ask(camera, i % 4 == 0   ? "GET /waits HTTP/1.1\r\nHost: x\r\n\r\n"
                             : i % 4 == 1 ? "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
                             : i % 4 == 2 ? "GET /half"
                                          : "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    await(camera, &camera->in_handler, 8);
    await(camera, &camera->sources, 10);
    publish(camera);
    uint64_t before_ms = cc_monotonic_ms();
    cc_linux_http_server_stop_accepting(camera->server);
    release_all(camera);
    cc_linux_http_server_close(camera->server);
    camera->server = NULL;
    assert_true(cc_monotonic_ms() - before_ms < 500);
    assert_int_equal(camera->sources, 0);
    for (size_t i = 0; i < 40; i++)
        close(fds[i]);
}

static void a_taken_port_moves_on_when_it_may(void **state)
{
    camera_t *camera = *state;
    char where[32];
    snprintf(where, sizeof(where), "127.0.0.1:%u", camera->number);
    cc_linux_http_server_options_t options = {.handler = {camera, handle, NULL}};
    assert_int_equal(cc_linux_http_listen_parse(where, &options.listen), 0);
    cc_linux_http_server_t *second = NULL;
    assert_int_equal(cc_linux_http_server_open(&options, &second), CC_ERR_BUSY);
    options.more_ports = 20;
    assert_int_equal(cc_linux_http_server_open(&options, &second), 0);
    assert_in_range(cc_linux_http_server_port_number(second), camera->number + 1,
                    camera->number + 20);
    cc_linux_http_server_close(second);
}

static void addresses_are_understood(void **state)
{
    (void)state;
    static const char *const good[] = {"127.0.0.1:80", "0.0.0.0:0", "*:8080",
                                       "[::1]:65535",  "[::]:1",    "localhost:8080"};
    static const char *const bad[] = {"",
                                      "8080",
                                      ":8080",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "127.0.0.1:65536",
                                      "127.0.0.1:-1",
                                      "1:80",
                                      "::1:80",
                                      "[::1]",
                                      "[::1:80",
                                      "[]:80",
                                      "host:80",
                                      "127.0.0.1:8a",
                                      "127.0.0.1: 80"};
    cc_linux_http_listen_t where;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (cc_linux_http_listen_parse(good[i], &where))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (cc_linux_http_listen_parse(bad[i], &where) != CC_ERR_ARGUMENT)
            fail_msg("%s is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_arrives_as_it_was_sent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_picture_of_several_spans_arrives_whole, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(head_has_no_body, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_waits_is_answered_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_requests_are_told_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_hidden_in_an_address_is_not_overlooked, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_header_bomb_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_handler_that_fails_is_500, set_up, tear_down),
        cmocka_unit_test_setup_teardown(those_who_hang_up_leave_nothing_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many_who_wait_are_sent_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stalled_viewer_costs_the_others_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(it_ends_soon_with_everybody_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_taken_port_moves_on_when_it_may, set_up, tear_down),
        cmocka_unit_test(addresses_are_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
