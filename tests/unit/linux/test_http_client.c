// The client against a TLS server of its own, in this process, which does what real ones do wrong.
#define _GNU_SOURCE 1

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "http/http_client.h"
#include "system/monotonic.h"
#include "util/err.h"

#define PICTURE_LEN 300000u
#define HUGE_LEN    (32u * 1024u * 1024u)

// What the server does with a connection.
typedef enum {
    ANSWERS,             // a 204 to every request
    DROPS_KEPT,          // answers one request, then closes upon the next one without a word
    CLOSES_KEPT,         // answers one request and closes
    SAYS_NOTHING,        // takes the request
    SHAKES_NO_HANDS,     // no handshake
    READS_NOTHING,       // not even the request
    RESETS,              // in the middle of the body
    BEGINS_ANSWER,       // three bytes of it
    ENDS_ANSWER_EARLY,   // fewer bytes than it says
    ANSWERS_AT_LENGTH,   // 200 KB
    ANSWERS_WITH_FIELDS, // as `fields` say
    ANSWERS_EARLY        // a 413 before the body
} manner_t;

typedef enum {
    GOOD,
    EXPIRED,
    NOT_YET,
    OTHER_HOST,
    OTHER_CA,
} certificate_t;

typedef struct {
    int listener;
    uint16_t port;
    pthread_t thread;
    manner_t manner;
    const char *fields;
    SSL_CTX *tls;
    atomic_int active; // the connection that is served, -1 none
    atomic_bool ends;
    atomic_int connections;
    atomic_size_t body_bytes; // of the last request
    sem_t silent;             // posted when the server has what it wants, and says nothing
    char path[256];
} server_t;

static EVP_PKEY *key;
static X509 *ca;
static X509 *other_ca;
static char ca_pem[4096];
static uint8_t *huge;
static cc_linux_http_client_t *client;
static cc_http_client_t port;

static X509 *certificate_new(const char *name, const char *san, long from_s, long until_s,
                             X509 *issuer)
{
    static long serial = 1;
    X509 *made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made), from_s);
    X509_gmtime_adj(X509_getm_notAfter(made), until_s);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(issuer ? issuer : made));
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer ? issuer : made, made, NULL, NULL, 0);
    X509_EXTENSION *extension =
        issuer ? X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, san)
               : X509V3_EXT_conf_nid(NULL, &context, NID_basic_constraints, "critical,CA:TRUE");
    X509_add_ext(made, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(made, key, EVP_sha256());
    return made;
}

static SSL_CTX *tls_new(certificate_t which)
{
    const long day_s = 24 * 3600;
    X509 *made =
        certificate_new("server", which == OTHER_HOST ? "IP:127.0.0.2" : "IP:127.0.0.1",
                        which == NOT_YET ? day_s : -2 * day_s,
                        which == EXPIRED ? -day_s : 2 * day_s, which == OTHER_CA ? other_ca : ca);
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(tls, made), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(tls, key), 1);
    X509_free(made);
    return tls;
}

// Reads a request with its body. Returns false at the end of the connection.
static bool read_request(server_t *server, SSL *ssl, size_t stop_after)
{
    static _Thread_local char buf[65536];
    size_t len = 0;
    char *end = NULL;
    while (!end) {
        int n = SSL_read(ssl, buf + len, (int)(sizeof(buf) - 1u - len));
        if (n <= 0)
            return false;
        len += (size_t)n;
        buf[len] = '\0';
        end = strstr(buf, "\r\n\r\n");
    }
    assert_null(strcasestr(buf, "Expect:"));
    const char *length = strcasestr(buf, "Content-Length: ");
    size_t total = length ? strtoul(length + 16, NULL, 10) : 0;
    size_t got = len - (size_t)(end + 4 - buf);
    while (got < total && got < stop_after) {
        int n = SSL_read(ssl, buf, sizeof(buf));
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    atomic_store(&server->body_bytes, got);
    return true;
}

static void say(SSL *ssl, const char *text)
{
    SSL_write(ssl, text, (int)strlen(text));
}

static void answer(server_t *server, SSL *ssl)
{
    char head[1024];
    switch (server->manner) {
    case BEGINS_ANSWER:
        say(ssl, "HTT");
        break;
    case ANSWERS_EARLY:
        say(ssl, "HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        break;
    case ENDS_ANSWER_EARLY:
        say(ssl, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
        break;
    case ANSWERS_AT_LENGTH:
        say(ssl, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
        SSL_write(ssl, huge, 200000);
        break;
    case ANSWERS_WITH_FIELDS:
        snprintf(head, sizeof(head), "HTTP/1.1 429 No\r\nContent-Length: 2\r\n%s\r\nno",
                 server->fields);
        say(ssl, head);
        break;
    default:
        say(ssl, "HTTP/1.1 204 No Content\r\n\r\n");
        break;
    }
}

// Until the other end, or the test, closes.
static void stay_silent(server_t *server, int fd)
{
    char byte;
    sem_post(&server->silent);
    while (recv(fd, &byte, 1, 0) > 0)
        ;
}

static void serve(server_t *server, int fd)
{
    if (server->manner == SHAKES_NO_HANDS) {
        stay_silent(server, fd);
        return;
    }
    SSL *ssl = SSL_new(server->tls);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) {
        if (server->manner == READS_NOTHING) {
            struct pollfd closed = {.fd = fd, .events = POLLRDHUP};
            poll(&closed, 1, -1);
        }
        size_t stop_after = server->manner == RESETS          ? 1000u
                            : server->manner == ANSWERS_EARLY ? 0
                                                              : SIZE_MAX;
        for (int n = 0; read_request(server, ssl, stop_after); n++) {
            if (server->manner == RESETS || (server->manner == DROPS_KEPT && n == 1))
                break;
            if (server->manner == SAYS_NOTHING) {
                stay_silent(server, fd);
                break;
            }
            answer(server, ssl);
            if (server->manner == ANSWERS_EARLY) {
                struct pollfd closed = {.fd = fd, .events = POLLRDHUP};
                poll(&closed, 1, -1);
                break;
            }
            if (server->manner == BEGINS_ANSWER)
                stay_silent(server, fd);
            if (server->manner == CLOSES_KEPT || server->manner == ENDS_ANSWER_EARLY)
                break;
        }
        if (server->manner == RESETS) {
            struct linger at_once = {1, 0};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        }
    }
    SSL_free(ssl);
}

static void *run_server(void *arg)
{
    server_t *server = arg;
    for (;;) {
        int fd = accept(server->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        atomic_store(&server->active, fd);
        atomic_fetch_add(&server->connections, 1);
        if (!atomic_load(&server->ends))
            serve(server, fd);
        atomic_store(&server->active, -1);
        close(fd);
    }
}

static void server_start(server_t *server, manner_t manner, certificate_t certificate)
{
    memset(server, 0, sizeof(*server));
    server->manner = manner;
    sem_init(&server->silent, 0, 0);
    server->tls = tls_new(certificate);
    atomic_init(&server->active, -1);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    int small = 4096;
    if (manner == READS_NOTHING)
        setsockopt(server->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    getsockname(server->listener, (struct sockaddr *)&address, &len);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, run_server, server), 0);
}

static void server_stop(server_t *server)
{
    port.forget(port.ctx, false);
    atomic_store(&server->ends, true);
    int active = atomic_load(&server->active);
    if (active >= 0)
        shutdown(active, SHUT_RDWR);
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    SSL_CTX_free(server->tls);
    sem_destroy(&server->silent);
}

typedef struct {
    size_t len;
    size_t enough; // more is refused; 0: all of it is wanted
} download_t;

static int take(void *ctx, const uint8_t *bytes, size_t len)
{
    download_t *download = ctx;
    assert_memory_equal(bytes, huge + download->len, len);
    download->len += len;
    return download->enough && download->len >= download->enough ? CC_ERR_FORMAT : CC_OK;
}

static cc_http_answer_t get(server_t *server, download_t *download)
{
    char url[64];
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/firmware", server->port);
    const cc_http_exchange_t asked = {
        .method = "GET",
        .url = url,
        .ca_pem = ca_pem,
        .deadlines = {5000, 5000, 5000, 5000, 5000, 20000},
        .take = take,
        .take_ctx = download,
    };
    cc_http_answer_t got;
    assert_int_equal(port.exchange(port.ctx, &asked, &got), 0);
    return got;
}

static cc_http_answer_t put_to(uint16_t to, size_t len, uint32_t limit_ms)
{
    char url[64];
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/c/snapshot", to);
    const cc_span_t body = {huge, len};
    const cc_http_exchange_t asked = {
        .method = "PUT",
        .url = url,
        .fields = {{"Token", "12345678901234567890"}, {"Content-Type", "image/jpg"}},
        .n_fields = 2,
        .body = &body,
        .n_body = 1,
        .ca_pem = ca_pem,
        .deadlines = {limit_ms, limit_ms, limit_ms, limit_ms, limit_ms, 20000},
    };
    cc_http_answer_t answer_now;
    assert_int_equal(port.exchange(port.ctx, &asked, &answer_now), 0);
    return answer_now;
}

static cc_http_answer_t put(server_t *server)
{
    return put_to(server->port, PICTURE_LEN, 5000);
}

static void many_uploads_share_one_connection(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, ANSWERS, GOOD);
    for (int i = 0; i < 10; i++) {
        cc_http_answer_t got = put(&server);
        assert_int_equal(got.status, 204);
        assert_int_equal(got.failed_at, CC_STEP_NONE);
        assert_int_equal(got.reused, i > 0);
        assert_int_equal(atomic_load(&server.body_bytes), PICTURE_LEN);
    }
    assert_int_equal(atomic_load(&server.connections), 1);
    server_stop(&server);
}

static void a_session_is_resumed_after_a_break_until_it_is_forgotten(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, ANSWERS, GOOD);
    assert_false(put(&server).resumed);
    port.forget(port.ctx, false);
    cc_http_answer_t got = put(&server);
    assert_true(got.resumed);
    assert_false(got.reused);
    port.forget(port.ctx, true);
    assert_false(put(&server).resumed);
    server_stop(&server);
}

static void several_spans_arrive_as_one_body(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, DROPS_KEPT, GOOD);
    char url[64];
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/", server.port);
    const cc_span_t spans[] = {{huge, 70000}, {huge, 0}, {huge + 5, 200001}};
    const cc_http_exchange_t asked = {
        .method = "PUT",
        .url = url,
        .body = spans,
        .n_body = 3,
        .ca_pem = ca_pem,
        .deadlines = {5000, 5000, 5000, 5000, 5000, 5000},
    };
    // The second one goes out twice, because the kept connection turns out to be dead.
    for (int i = 0; i < 2; i++) {
        cc_http_answer_t got;
        assert_int_equal(port.exchange(port.ctx, &asked, &got), 0);
        assert_int_equal(got.status, 204);
        assert_false(got.reused);
        assert_int_equal(atomic_load(&server.body_bytes), 270001);
    }
    server_stop(&server);
}

static void a_kept_connection_that_died_is_no_error(void **state)
{
    (void)state;
    for (manner_t manner = DROPS_KEPT; manner <= CLOSES_KEPT; manner++) {
        static server_t server;
        server_start(&server, manner, GOOD);
        for (int i = 0; i < 3; i++) {
            cc_http_answer_t got = put(&server);
            assert_int_equal(got.status, 204);
            assert_false(got.reused);
        }
        server_stop(&server);
    }
}

static void a_bad_certificate_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        certificate_t certificate;
        const char *reason;
    } cases[] = {
        {EXPIRED, "expired"},
        {NOT_YET, "not valid yet"},
        {OTHER_HOST, "another host"},
        {OTHER_CA, "not trusted"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static server_t server;
        server_start(&server, ANSWERS, cases[i].certificate);
        cc_http_answer_t got = put(&server);
        assert_int_equal(got.status, 0);
        assert_int_equal(got.failed_at, CC_STEP_TLS);
        assert_false(got.timed_out);
        if (!strstr(got.reason, cases[i].reason))
            fail_msg("%s: %s", cases[i].reason, got.reason);
        assert_int_equal(atomic_load(&server.body_bytes), 0);
        server_stop(&server);
    }
}

static void each_step_has_a_deadline(void **state)
{
    (void)state;
    static const struct {
        manner_t manner;
        cc_step_t step;
        bool begun;
    } cases[] = {
        {SHAKES_NO_HANDS, CC_STEP_TLS, false},
        {READS_NOTHING, CC_STEP_SEND, false},
        {SAYS_NOTHING, CC_STEP_ANSWER, false},
        {BEGINS_ANSWER, CC_STEP_ANSWER, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static server_t server;
        server_start(&server, cases[i].manner, GOOD);
        uint64_t before_ms = cc_monotonic_ms();
        size_t len = cases[i].manner == READS_NOTHING ? HUGE_LEN : PICTURE_LEN;
        cc_http_answer_t got = put_to(server.port, len, 700);
        assert_int_equal(got.status, 0);
        assert_int_equal(got.failed_at, cases[i].step);
        assert_true(got.timed_out);
        assert_int_equal(got.answer_begun, cases[i].begun);
        assert_true(got.reason[0]);
        assert_true(cc_monotonic_ms() - before_ms >= 700);
        server_stop(&server);
    }
}

static void connecting_has_a_deadline_too(void **state)
{
    (void)state;
    // A queue that is full drops what comes.
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(listener, 0), 0);
    getsockname(listener, (struct sockaddr *)&address, &len);
    int fill[8];
    for (size_t i = 0; i < 8; i++) {
        fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(fill[i], (struct sockaddr *)&address, len);
    }
    cc_http_answer_t got = put_to(ntohs(address.sin_port), PICTURE_LEN, 300);
    assert_int_equal(got.failed_at, CC_STEP_CONNECT);
    assert_true(got.timed_out);
    for (size_t i = 0; i < 8; i++)
        close(fill[i]);
    close(listener);
    got = put_to(ntohs(address.sin_port), PICTURE_LEN, 5000);
    assert_int_equal(got.failed_at, CC_STEP_CONNECT);
    assert_false(got.timed_out);
    assert_non_null(strstr(got.reason, "refused"));
}

static void an_unknown_name_fails_at_its_step(void **state)
{
    (void)state;
    const cc_http_exchange_t asked = {
        .method = "PUT",
        .url = "https://camera.invalid/",
        .deadlines = {1000, 5000, 5000, 5000, 5000, 5000},
    };
    cc_http_answer_t got;
    assert_int_equal(port.exchange(port.ctx, &asked, &got), 0);
    assert_int_equal(got.status, 0);
    assert_int_equal(got.failed_at, CC_STEP_DNS);
    assert_non_null(strstr(got.reason, "name"));
}

static void a_broken_upload_fails_while_sending(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, RESETS, GOOD);
    cc_http_answer_t got = put_to(server.port, HUGE_LEN, 5000);
    assert_int_equal(got.status, 0);
    assert_int_equal(got.failed_at, CC_STEP_SEND);
    assert_false(got.timed_out);
    assert_false(got.answer_begun);
    server_stop(&server);
}

static void a_refusal_before_the_end_of_the_body_counts(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, ANSWERS_EARLY, GOOD);
    cc_http_answer_t got = put_to(server.port, HUGE_LEN, 5000);
    assert_int_equal(got.status, 413);
    server_stop(&server);
}

static void an_answer_that_ends_early_counts_for_nothing(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, ENDS_ANSWER_EARLY, GOOD);
    cc_http_answer_t got = put(&server);
    assert_int_equal(got.status, 0);
    assert_int_equal(got.failed_at, CC_STEP_ANSWER);
    assert_true(got.answer_begun);
    server_stop(&server);
}

static void a_long_answer_is_cut_and_counts(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, ANSWERS_AT_LENGTH, GOOD);
    cc_http_answer_t got = put(&server);
    assert_int_equal(got.status, 200);
    assert_int_equal(got.body_len, sizeof(got.body) - 1u);
    assert_int_equal(got.body[got.body_len], '\0');
    server_stop(&server);
}

static void a_body_that_is_taken_may_be_long(void **state)
{
    (void)state;
    static server_t server;
    download_t download = {0};
    server_start(&server, ANSWERS_AT_LENGTH, GOOD);
    cc_http_answer_t got = get(&server, &download);
    assert_int_equal(got.status, 200);
    assert_int_equal(got.body_len, 0);
    assert_int_equal(download.len, 200000);
    server_stop(&server);
}

static void a_body_that_is_no_more_wanted_ends_the_exchange(void **state)
{
    (void)state;
    static server_t server;
    download_t download = {.enough = 1000};
    server_start(&server, ANSWERS_AT_LENGTH, GOOD);
    cc_http_answer_t got = get(&server, &download);
    assert_int_equal(got.status, 200);
    assert_true(download.len < 200000);
    server_stop(&server);
}

static void the_body_of_a_refusal_is_not_taken(void **state)
{
    (void)state;
    static server_t server;
    download_t download = {0};
    server_start(&server, ANSWERS_WITH_FIELDS, GOOD);
    server.fields = "";
    cc_http_answer_t got = get(&server, &download);
    assert_int_equal(got.status, 429);
    assert_string_equal(got.body, "no");
    assert_int_equal(download.len, 0);
    server_stop(&server);
}

static void the_answer_s_fields_are_read(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, ANSWERS_WITH_FIELDS, GOOD);
    server.fields = "retry-after: 17\r\nLOCATION:  https://elsewhere/x \r\n";
    cc_http_answer_t got = put(&server);
    assert_int_equal(got.status, 429);
    assert_int_equal(got.retry_after_s, 17);
    assert_string_equal(got.location, "https://elsewhere/x");
    assert_string_equal(got.body, "no");

    char date[64];
    char field[96];
    time_t then = time(NULL) + 100;
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&then));
    snprintf(field, sizeof(field), "Retry-After: %s\r\n", date);
    server.fields = field;
    got = put(&server);
    assert_in_range(got.retry_after_s, 90, 100);
    assert_string_equal(got.location, "");

    server.fields = "Retry-After: soon\r\n";
    assert_int_equal(put(&server).retry_after_s, 0);
    server_stop(&server);
}

static void only_https_and_clean_fields_are_taken(void **state)
{
    (void)state;
    cc_http_exchange_t asked = {
        .method = "PUT", .url = "http://127.0.0.1:9/", .deadlines = {100, 100, 100, 100, 100, 100}};
    cc_http_answer_t got;
    assert_int_equal(port.exchange(port.ctx, &asked, &got), CC_ERR_ARGUMENT);
    asked.url = "https://a b/";
    assert_int_equal(port.exchange(port.ctx, &asked, &got), CC_ERR_ARGUMENT);
    asked.url = "https://127.0.0.1:9/";
    asked.fields[0] = (cc_http_field_t){"Token", "x\r\nHost: elsewhere"};
    asked.n_fields = 1;
    assert_int_equal(port.exchange(port.ctx, &asked, &got), CC_ERR_ARGUMENT);
}

static void *interrupt_when_it_is_silent(void *arg)
{
    server_t *server = arg;
    sem_wait(&server->silent);
    port.interrupt(port.ctx);
    return NULL;
}

// The last one: it is for good.
static void an_interrupt_ends_an_exchange(void **state)
{
    (void)state;
    static server_t server;
    server_start(&server, SAYS_NOTHING, GOOD);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_when_it_is_silent, &server), 0);
    char url[64];
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/", server.port);
    const cc_http_exchange_t asked = {
        .method = "PUT",
        .url = url,
        .ca_pem = ca_pem,
        .deadlines = {30000, 30000, 30000, 30000, 30000, 30000},
    };
    cc_http_answer_t got;
    uint64_t before_ms = cc_monotonic_ms();
    assert_int_equal(port.exchange(port.ctx, &asked, &got), CC_ERR_STOPPED);
    assert_true(cc_monotonic_ms() - before_ms < 10000);
    assert_int_equal(port.exchange(port.ctx, &asked, &got), CC_ERR_STOPPED);
    pthread_join(thread, NULL);
    server_stop(&server);
}

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    key = EVP_EC_gen("P-256");
    ca = certificate_new("a CA", NULL, -3600 * 24 * 9, 3600 * 24 * 9, NULL);
    other_ca = certificate_new("another CA", NULL, -3600 * 24 * 9, 3600 * 24 * 9, NULL);
    BIO *memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, ca);
    int len = BIO_read(memory, ca_pem, sizeof(ca_pem) - 1);
    ca_pem[len] = '\0';
    BIO_free(memory);
    huge = calloc(1, HUGE_LEN);
    if (!huge || cc_linux_http_client_open("connectcam/test", &client))
        return -1;
    port = cc_linux_http_client_port(client);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cc_linux_http_client_close(client);
    free(huge);
    X509_free(ca);
    X509_free(other_ca);
    EVP_PKEY_free(key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_uploads_share_one_connection),
        cmocka_unit_test(a_session_is_resumed_after_a_break_until_it_is_forgotten),
        cmocka_unit_test(several_spans_arrive_as_one_body),
        cmocka_unit_test(a_kept_connection_that_died_is_no_error),
        cmocka_unit_test(a_bad_certificate_is_refused_with_its_reason),
        cmocka_unit_test(each_step_has_a_deadline),
        cmocka_unit_test(connecting_has_a_deadline_too),
        cmocka_unit_test(an_unknown_name_fails_at_its_step),
        cmocka_unit_test(a_broken_upload_fails_while_sending),
        cmocka_unit_test(a_refusal_before_the_end_of_the_body_counts),
        cmocka_unit_test(an_answer_that_ends_early_counts_for_nothing),
        cmocka_unit_test(a_long_answer_is_cut_and_counts),
        cmocka_unit_test(a_body_that_is_taken_may_be_long),
        cmocka_unit_test(a_body_that_is_no_more_wanted_ends_the_exchange),
        cmocka_unit_test(the_body_of_a_refusal_is_not_taken),
        cmocka_unit_test(the_answer_s_fields_are_read),
        cmocka_unit_test(only_https_and_clean_fields_are_taken),
        cmocka_unit_test(an_interrupt_ends_an_exchange),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
