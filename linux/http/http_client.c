#include "http/http_client.h"

#include <ctype.h>
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connect/answer.h"
#include "system/monotonic.h"
#include "util/err.h"

#define ANSWER_MAX       65536 // bytes of an answer's body that are read
#define UPLOAD_BUFFER    32768L
#define RECEIVE_BUFFER   16384L
#define KEEPALIVE_S      30L
#define CONNECTION_AGE_S 4000L // longer than the longest interval, 3600 s
#define RETRY_AFTER_MAX  (30 * 24 * 3600)
#define URL_MAX_LEN      2048u

// An exchange on its way.
typedef struct {
    cc_linux_http_client_t *client;
    const cc_http_exchange_t *asked;
    cc_http_answer_t *answer;
    size_t body_total;
    size_t body_at; // where the next read of several spans begins
    size_t answer_bytes;
    cc_step_t step;
    uint64_t step_since_ms;
    uint64_t since_ms;
    bool cut; // the answer is longer than we want it
} exchange_t;

struct cc_linux_http_client {
    char *user_agent;
    CURL *easy;
    CURLSH *share;
    pthread_mutex_t lock; // guards multi against interrupt while forget changes it
    CURLM *multi;
    atomic_bool interrupted;
    bool roots_in_folder;
    bool bytes_came; // of an answer, in this exchange
    char error[CURL_ERROR_SIZE];
};

static void enter_step(exchange_t *exchange, cc_step_t step)
{
    exchange->step = step;
    exchange->step_since_ms = cc_monotonic_ms();
}

static uint32_t step_limit_ms(const exchange_t *exchange)
{
    const cc_deadlines_t *limits = &exchange->asked->deadlines;
    switch (exchange->step) {
    case CC_STEP_CONNECT:
        return limits->connect_ms;
    case CC_STEP_TLS:
        return limits->tls_ms;
    case CC_STEP_SEND:
        return limits->send_ms;
    case CC_STEP_ANSWER:
        return limits->answer_ms;
    case CC_STEP_NONE:
    case CC_STEP_DNS:
        break;
    }
    return limits->dns_ms;
}

// When the step or the whole has used up its time.
static uint64_t deadline_ms(const exchange_t *exchange)
{
    uint64_t step_ms = exchange->step_since_ms + step_limit_ms(exchange);
    uint64_t whole_ms = exchange->since_ms + exchange->asked->deadlines.whole_ms;
    return step_ms < whole_ms ? step_ms : whole_ms;
}

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    exchange_t *exchange = arg;
    // IPv4 beside IPv6 is one and the same step.
    if (exchange->step != CC_STEP_CONNECT)
        enter_step(exchange, CC_STEP_CONNECT);
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// OpenSSL tells of every record. Those with application data are the answer's; a session ticket
// that comes while we wait is none.
static void on_record(int write, int version, int type, const void *bytes, size_t len, SSL *ssl,
                      void *arg)
{
    (void)version; // the record's, which TLS 1.3 gives as 1.2
    cc_linux_http_client_t *client = arg;
    // TLS 1.3 hides the kind of a record inside it.
    int tells_kind =
        SSL_version(ssl) >= TLS1_3_VERSION ? SSL3_RT_INNER_CONTENT_TYPE : SSL3_RT_HEADER;
    if (!write && type == tells_kind && len > 0 &&
        *(const uint8_t *)bytes == SSL3_RT_APPLICATION_DATA)
        client->bytes_came = true;
}

static CURLcode on_tls(CURL *easy, void *context, void *arg)
{
    (void)easy;
    exchange_t *exchange = arg;
    enter_step(exchange, CC_STEP_TLS);
    // curl calls back with complete lines only. The connection outlives this exchange, the client
    // outlives the connection.
    SSL_CTX_set_msg_callback(context, on_record);
    SSL_CTX_set_msg_callback_arg(context, exchange->client);
    return CURLE_OK;
}

static int on_connected(void *arg, char *to, char *from, int to_port, int from_port)
{
    (void)to;
    (void)from;
    (void)to_port;
    (void)from_port;
    exchange_t *exchange = arg;
    enter_step(exchange, CC_STEP_SEND);
    // Asked here, because curl tells only while the connection belongs to the exchange.
    struct curl_tlssessioninfo *tls = NULL;
    exchange->answer->resumed =
        !curl_easy_getinfo(exchange->client->easy, CURLINFO_TLS_SSL_PTR, &tls) && tls &&
        tls->backend == CURLSSLBACKEND_OPENSSL && tls->internals &&
        SSL_session_reused(tls->internals);
    return CURL_PREREQFUNC_OK;
}

static size_t on_read(char *buf, size_t size, size_t n, void *arg)
{
    exchange_t *exchange = arg;
    size_t room = size * n;
    size_t skip = exchange->body_at;
    size_t len = 0;
    for (size_t i = 0; i < exchange->asked->n_body && len < room; i++) {
        const cc_span_t *span = &exchange->asked->body[i];
        if (skip >= span->len) {
            skip -= span->len;
            continue;
        }
        size_t take = span->len - skip < room - len ? span->len - skip : room - len;
        memcpy(buf + len, span->bytes + skip, take);
        len += take;
        skip = 0;
    }
    exchange->body_at += len;
    return len;
}

// curl goes back to the start when it repeats a request on a fresh connection.
static int on_seek(void *arg, curl_off_t offset, int origin)
{
    exchange_t *exchange = arg;
    if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > exchange->body_total)
        return CURL_SEEKFUNC_FAIL;
    exchange->body_at = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static bool takes_name(const char *line, size_t len, const char *name)
{
    size_t n = strlen(name);
    return len > n && line[n] == ':' && strncasecmp(line, name, n) == 0;
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
    exchange_t *exchange = arg;
    size_t len = size * n;
    // What came before belongs to "100 Continue" and its like.
    if (len >= 5 && strncmp(line, "HTTP/", 5) == 0)
        exchange->answer->location[0] = '\0';
    if (!takes_name(line, len, "Location"))
        return len;
    const char *value = line + sizeof("Location");
    size_t value_len = len - sizeof("Location");
    while (value_len > 0 && isspace((unsigned char)*value)) {
        value++;
        value_len--;
    }
    while (value_len > 0 && isspace((unsigned char)value[value_len - 1]))
        value_len--;
    // Half an address leads somewhere else.
    if (value_len >= sizeof(exchange->answer->location))
        return len;
    memcpy(exchange->answer->location, value, value_len);
    exchange->answer->location[value_len] = '\0';
    return len;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
    exchange_t *exchange = arg;
    cc_http_answer_t *answer = exchange->answer;
    size_t len = size * n;
    long status = 0;
    if (exchange->asked->take)
        curl_easy_getinfo(exchange->client->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) {
        exchange->cut =
            exchange->asked->take(exchange->asked->take_ctx, (const uint8_t *)bytes, len) < 0;
        enter_step(exchange, CC_STEP_ANSWER);
        return exchange->cut ? 0 : len;
    }
    size_t room = sizeof(answer->body) - 1u - answer->body_len;
    size_t keep = len < room ? len : room;
    memcpy(answer->body + answer->body_len, bytes, keep);
    answer->body_len += keep;
    answer->body[answer->body_len] = '\0';
    exchange->answer_bytes += len;
    if (exchange->answer_bytes <= ANSWER_MAX)
        return len;
    exchange->cut = true;
    return 0;
}

// c_rehash names: eight hexadecimal digits and a number.
static bool is_hashed_folder(const char *path)
{
    DIR *folder = path ? opendir(path) : NULL;
    if (!folder)
        return false;
    bool hashed = false;
    struct dirent *entry;
    while (!hashed && (entry = readdir(folder)))
        hashed = strspn(entry->d_name, "0123456789abcdef") == 8 && entry->d_name[8] == '.';
    closedir(folder);
    return hashed;
}

static void set_trust(cc_linux_http_client_t *client, const char *ca_pem)
{
    if (ca_pem && ca_pem[0]) {
        struct curl_blob blob = {(void *)ca_pem, strlen(ca_pem), CURL_BLOB_COPY};
        curl_easy_setopt(client->easy, CURLOPT_CAINFO_BLOB, &blob);
        curl_easy_setopt(client->easy, CURLOPT_CAINFO, NULL);
        curl_easy_setopt(client->easy, CURLOPT_CAPATH, NULL);
    } else if (client->roots_in_folder) {
        curl_easy_setopt(client->easy, CURLOPT_CAINFO, NULL);
    }
    // Parsed certificates are not kept beyond the handshake's connection.
    curl_easy_setopt(client->easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(client->easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(client->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(client->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static void set_body(cc_linux_http_client_t *client, exchange_t *exchange)
{
    const cc_http_exchange_t *asked = exchange->asked;
    curl_easy_setopt(client->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(client->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->body_total);
    if (asked->n_body == 0)
        curl_easy_setopt(client->easy, CURLOPT_POSTFIELDS, "");
    if (asked->n_body == 1)
        curl_easy_setopt(client->easy, CURLOPT_POSTFIELDS, asked->body[0].bytes);
    if (asked->n_body <= 1)
        return;
    curl_easy_setopt(client->easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(client->easy, CURLOPT_READDATA, exchange);
    curl_easy_setopt(client->easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(client->easy, CURLOPT_SEEKDATA, exchange);
}

static bool has_line_break(const char *text)
{
    return text[strcspn(text, "\r\n")] != '\0';
}

static int add_line(struct curl_slist **lines, const char *name, const char *value)
{
    char line[1024];
    if (has_line_break(name) || has_line_break(value))
        return CC_ERR_ARGUMENT;
    // "Name;" is how curl is told of an empty value; "Name:" would mean none.
    int n = value[0] ? snprintf(line, sizeof(line), "%s: %s", name, value)
                     : snprintf(line, sizeof(line), "%s;", name);
    if (n < 0 || (size_t)n >= sizeof(line))
        return CC_ERR_ARGUMENT;
    struct curl_slist *longer = curl_slist_append(*lines, line);
    if (!longer)
        return CC_ERR_MEMORY;
    *lines = longer;
    return 0;
}

// The request's header lines; `lines` is to be freed whatever is returned.
static int make_lines(const cc_http_exchange_t *asked, struct curl_slist **lines)
{
    // Waiting for "100 Continue" would cost a round trip, and a second where it is not known.
    struct curl_slist *first = curl_slist_append(NULL, "Expect:");
    if (!first)
        return CC_ERR_MEMORY;
    *lines = first;
    bool typed = false;
    for (size_t i = 0; i < asked->n_fields; i++) {
        int err = add_line(lines, asked->fields[i].name, asked->fields[i].value);
        if (err)
            return err;
        typed = typed || strcasecmp(asked->fields[i].name, "Content-Type") == 0;
    }
    if (typed)
        return 0;
    // Without this curl calls every body a form.
    struct curl_slist *longer = curl_slist_append(*lines, "Content-Type:");
    if (!longer)
        return CC_ERR_MEMORY;
    *lines = longer;
    return 0;
}

static void set_up(cc_linux_http_client_t *client, exchange_t *exchange, struct curl_slist *lines)
{
    CURL *easy = client->easy;
    // Options only: connection, sessions and names that were looked up stay.
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, exchange->asked->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_SHARE, client->share);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, client->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // A name server that does not answer must not hold up the end of the program.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
    // curl gives up connections that were idle for two minutes; a long interval is no reason to
    // shake hands
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, CONNECTION_AGE_S);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_S);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_S);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
    // Ours are per step and end sooner; curl's own default for connecting is five minutes.
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)exchange->asked->deadlines.whole_ms);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, exchange);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    set_trust(client, exchange->asked->ca_pem);
    if (exchange->body_total == 0 && strcmp(exchange->asked->method, "GET") == 0)
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    else
        set_body(client, exchange);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, exchange->asked->method);
    client->error[0] = '\0';
    client->bytes_came = false;
}

static void note_progress(cc_linux_http_client_t *client, exchange_t *exchange)
{
    // curl says nothing between "connected" and the answer, but counts.
    if (exchange->step != CC_STEP_SEND)
        return;
    curl_off_t sent = 0;
    long head = 0;
    curl_easy_getinfo(client->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    curl_easy_getinfo(client->easy, CURLINFO_REQUEST_SIZE, &head);
    if (client->bytes_came || (head > 0 && (uint64_t)sent >= exchange->body_total))
        enter_step(exchange, CC_STEP_ANSWER);
}

// Runs until curl is done, a deadline passed or we are interrupted. `result` is curl's when 0 is
// returned. Errors: CC_ERR_TIMEOUT, CC_ERR_STOPPED, CC_ERR_MEMORY.
static int run(cc_linux_http_client_t *client, exchange_t *exchange, CURLcode *result)
{
    for (;;) {
        int running;
        if (atomic_load(&client->interrupted))
            return CC_ERR_STOPPED;
        if (curl_multi_perform(client->multi, &running))
            return CC_ERR_MEMORY;
        int left;
        CURLMsg *message;
        while ((message = curl_multi_info_read(client->multi, &left)))
            if (message->msg == CURLMSG_DONE) {
                *result = message->data.result;
                return 0;
            }
        note_progress(client, exchange);
        uint64_t now_ms = cc_monotonic_ms();
        uint64_t until_ms = deadline_ms(exchange);
        if (now_ms >= until_ms)
            return CC_ERR_TIMEOUT;
        uint64_t wait_ms = until_ms - now_ms;
        curl_multi_poll(client->multi, NULL, 0, wait_ms > INT_MAX ? INT_MAX : (int)wait_ms, NULL);
    }
}

// What a certificate is refused for. NULL: it was not refused.
static const char *certificate_reason(CURL *easy, CURLcode result)
{
    if (result != CURLE_PEER_FAILED_VERIFICATION)
        return NULL;
    long why = X509_V_OK;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &why);
    switch (why) {
    // curl itself compares the names, and does so before it asks OpenSSL for the result.
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "the server's certificate is for another host";
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "the server's certificate has expired (or this machine's clock is wrong)";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "the server's certificate is not valid yet: is this machine's clock right?";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        return "the server's certificate is from an authority that is not trusted here";
    case X509_V_ERR_CERT_REVOKED:
        return "the server's certificate was revoked";
    default:
        return NULL;
    }
}

static const char *connect_reason(CURL *easy)
{
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    switch (number) {
    case ECONNREFUSED:
        return "the server refused the connection";
    case ENETUNREACH:
    case EHOSTUNREACH:
        return "no way leads to the server: is the network up?";
    case ETIMEDOUT:
        return "the server did not answer the connection";
    default:
        return NULL;
    }
}

static const char *plain_reason(CURL *easy, CURLcode result, cc_step_t step)
{
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "the server's name was not found: is the network up, and the name right?";
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "the proxy's name was not found";
    case CURLE_COULDNT_CONNECT:
        return connect_reason(easy);
    case CURLE_PEER_FAILED_VERIFICATION:
        return certificate_reason(easy, result);
    case CURLE_SSL_CACERT_BADFILE:
        return "the certificates to trust cannot be read";
    case CURLE_SEND_ERROR:
        return "the server closed the connection while the request was being sent";
    case CURLE_GOT_NOTHING:
        return "the server closed the connection without an answer";
    case CURLE_PARTIAL_FILE:
        return "the server's answer ends too early";
    case CURLE_RECV_ERROR:
        return step == CC_STEP_SEND
                   ? "the server broke the connection while the request was being sent"
                   : "the server broke the connection before its answer was complete";
    default:
        return NULL;
    }
}

static void fail(cc_linux_http_client_t *client, exchange_t *exchange, CURLcode result,
                 bool timed_out)
{
    cc_http_answer_t *answer = exchange->answer;
    const char *reason = timed_out ? cc_answer_timeout_reason(exchange->step)
                                   : plain_reason(client->easy, result, exchange->step);
    if (!reason)
        reason = client->error[0] ? client->error : curl_easy_strerror(result);
    answer->failed_at = exchange->step;
    answer->timed_out = timed_out;
    snprintf(answer->reason, sizeof(answer->reason), "%.*s", (int)sizeof(answer->reason) - 1,
             reason);
}

// What is known of the exchange, however it went.
static void describe(cc_linux_http_client_t *client, exchange_t *exchange)
{
    cc_http_answer_t *answer = exchange->answer;
    long connects = 0;
    curl_easy_getinfo(client->easy, CURLINFO_NUM_CONNECTS, &connects);
    answer->reused = connects == 0 && exchange->step >= CC_STEP_SEND;
    answer->resumed = answer->resumed && !answer->reused;
    answer->answer_begun = client->bytes_came;
}

static void succeed(cc_linux_http_client_t *client, exchange_t *exchange)
{
    cc_http_answer_t *answer = exchange->answer;
    long status = 0;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(client->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    answer->status = (int)status;
    if (retry_after_s > RETRY_AFTER_MAX)
        retry_after_s = RETRY_AFTER_MAX;
    if (retry_after_s > 0)
        answer->retry_after_s = (uint32_t)retry_after_s;
}

static int exchange_now(void *ctx, const cc_http_exchange_t *asked, cc_http_answer_t *answer)
{
    cc_linux_http_client_t *client = ctx;
    if (atomic_load(&client->interrupted))
        return CC_ERR_STOPPED;
    if (strlen(asked->url) > URL_MAX_LEN ||
        asked->n_fields > sizeof(asked->fields) / sizeof(asked->fields[0]))
        return CC_ERR_ARGUMENT;
    cc_http_answer_t got = {0};
    exchange_t exchange = {
        .client = client, .asked = asked, .answer = &got, .since_ms = cc_monotonic_ms()};
    for (size_t i = 0; i < asked->n_body; i++)
        exchange.body_total += asked->body[i].len;
    enter_step(&exchange, CC_STEP_DNS);

    struct curl_slist *lines = NULL;
    int err = make_lines(asked, &lines);
    if (err) {
        curl_slist_free_all(lines);
        return err;
    }
    set_up(client, &exchange, lines);
    CURLcode result = CURLE_OK;
    err = curl_multi_add_handle(client->multi, client->easy) ? CC_ERR_MEMORY
                                                             : run(client, &exchange, &result);
    if (!err || err == CC_ERR_TIMEOUT)
        describe(client, &exchange);
    // Ends it, where it has not ended: a connection in the middle of something is closed.
    curl_multi_remove_handle(client->multi, client->easy);
    curl_slist_free_all(lines);

    if (err && err != CC_ERR_TIMEOUT)
        return err;
    if (result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL)
        return CC_ERR_ARGUMENT;
    if (result == CURLE_OUT_OF_MEMORY)
        return CC_ERR_MEMORY;
    bool timed_out = err == CC_ERR_TIMEOUT || result == CURLE_OPERATION_TIMEDOUT;
    if (!timed_out && (result == CURLE_OK || (result == CURLE_WRITE_ERROR && exchange.cut)))
        succeed(client, &exchange);
    else
        fail(client, &exchange, result, timed_out);
    *answer = got;
    return 0;
}

static void forget(void *ctx, bool sessions)
{
    cc_linux_http_client_t *client = ctx;
    pthread_mutex_lock(&client->lock);
    CURLM *fresh = curl_multi_init();
    // Out of memory: keeping a connection for longer does less harm than having none for good.
    if (fresh) {
        curl_multi_cleanup(client->multi);
        client->multi = fresh;
    }
    pthread_mutex_unlock(&client->lock);
    if (!sessions)
        return;
    CURLSH *share = curl_share_init();
    CURL *easy = curl_easy_init();
    if (!share || !easy || curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION)) {
        curl_easy_cleanup(easy);
        curl_share_cleanup(share);
        return;
    }
    curl_easy_cleanup(client->easy);
    curl_share_cleanup(client->share);
    client->easy = easy;
    client->share = share;
}

static void interrupt(void *ctx)
{
    cc_linux_http_client_t *client = ctx;
    atomic_store(&client->interrupted, true);
    pthread_mutex_lock(&client->lock);
    curl_multi_wakeup(client->multi);
    pthread_mutex_unlock(&client->lock);
}

static bool has_hashed_roots(CURL *easy)
{
    char *folder = NULL;
    curl_easy_getinfo(easy, CURLINFO_CAPATH, &folder);
    return is_hashed_folder(folder);
}

int cc_linux_http_client_open(const char *user_agent, cc_linux_http_client_t **client)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return CC_ERR_MEMORY;
    cc_linux_http_client_t *opened = calloc(1, sizeof(*opened));
    if (!opened) {
        curl_global_cleanup();
        return CC_ERR_MEMORY;
    }
    atomic_init(&opened->interrupted, false);
    pthread_mutex_init(&opened->lock, NULL);
    opened->user_agent = strdup(user_agent);
    opened->share = curl_share_init();
    opened->easy = curl_easy_init();
    opened->multi = curl_multi_init();
    if (!opened->user_agent || !opened->share || !opened->easy || !opened->multi ||
        curl_share_setopt(opened->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION)) {
        cc_linux_http_client_close(opened);
        return CC_ERR_MEMORY;
    }
    opened->roots_in_folder = has_hashed_roots(opened->easy);
    *client = opened;
    return 0;
}

void cc_linux_http_client_close(cc_linux_http_client_t *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->easy);
    curl_multi_cleanup(client->multi);
    curl_share_cleanup(client->share);
    pthread_mutex_destroy(&client->lock);
    free(client->user_agent);
    free(client);
    curl_global_cleanup();
}

cc_http_client_t cc_linux_http_client_port(cc_linux_http_client_t *client)
{
    return (cc_http_client_t){
        .ctx = client, .exchange = exchange_now, .forget = forget, .interrupt = interrupt};
}
