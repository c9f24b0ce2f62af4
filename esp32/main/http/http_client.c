#include "http/http_client.h"

#include <esp_heap_caps.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <http_parser.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect/answer.h"
#include "http/tls_link.h"
#include "net/lookup.h"
#include "network/retry_after.h"
#include "util/err.h"
#include "util/strbuf.h"
#include "util/text.h"

enum {
    ANSWER_MAX = 65536, // bytes of an answer's body that are read
    HEAD_MAX = 4096,    // bytes of a request without its body
    READ_MAX = 2048,
    FIELD_NAME_MAX = 16, // longer names are none of ours
    TIME_LOOK_MS = 100,
};

// Which field of the answer comes in.
typedef enum {
    FIELD_OTHER,
    FIELD_LOCATION,
    FIELD_RETRY_AFTER,
} field_t;

struct cc_esp32_http_client {
    const char *user_agent;
    const cc_clock_t *clock;
    atomic_bool interrupted;
    cc_tls_t tls;
    cc_tls_link_t link;
    // The exchange under way.
    const cc_http_exchange_t *asked;
    cc_http_answer_t answer;
    cc_step_t step;
    uint64_t step_since_ms;
    uint64_t since_ms;
    http_parser parser;
    char field_name[FIELD_NAME_MAX];
    size_t field_name_len;
    bool in_value;
    field_t field;
    bool location_cut; // half an address leads somewhere else
    char retry_after[64];
    size_t answer_bytes;
    bool complete;
    bool cut;  // the answer is longer than we want it
    bool last; // the server closes the connection, or must not be asked again on it
    char head[HEAD_MAX];
    uint8_t bytes[READ_MAX];
};

static uint64_t now(const cc_esp32_http_client_t *client)
{
    return cc_clock_now(client->clock);
}

static void enter_step(cc_esp32_http_client_t *client, cc_step_t step)
{
    client->step = step;
    client->step_since_ms = now(client);
}

// When the step or the whole has used up its time.
static uint64_t deadline_ms(const cc_esp32_http_client_t *client)
{
    const cc_deadlines_t *limits = &client->asked->deadlines;
    const uint32_t step_limits_ms[] = {
        [CC_STEP_NONE] = 0,
        [CC_STEP_DNS] = limits->dns_ms,
        [CC_STEP_CONNECT] = limits->connect_ms,
        [CC_STEP_TLS] = limits->tls_ms,
        [CC_STEP_SEND] = limits->send_ms,
        [CC_STEP_ANSWER] = limits->answer_ms,
    };
    uint64_t step_ms = client->step_since_ms + step_limits_ms[client->step];
    uint64_t whole_ms = client->since_ms + limits->whole_ms;
    return step_ms < whole_ms ? step_ms : whole_ms;
}

// Where an URL leads. *authority is what stands in Host, *path the rest. Errors: CC_ERR_ARGUMENT.
static int read_url(const char *url, cc_tls_place_t *place, cc_span_t *authority, const char **path)
{
    if (!cc_text_starts_nocase(url, "https://"))
        return CC_ERR_ARGUMENT;
    const char *host = url + strlen("https://");
    size_t len = strcspn(host, "/?#");
    *authority = (cc_span_t){(const uint8_t *)host, len};
    *path = host + len;
    const char *end = host + len;
    const char *colon = end;
    const char *host_end;
    if (memchr(host, '@', len))
        return CC_ERR_ARGUMENT;
    if (*host == '[') {
        host++;
        host_end = memchr(host, ']', len - 1);
        if (!host_end)
            return CC_ERR_ARGUMENT;
        colon = host_end + 1;
    } else {
        colon = memchr(host, ':', len);
        colon = colon ? colon : end;
        host_end = colon;
    }
    unsigned long port = 443;
    if (colon < end) {
        char *after;
        port = strtoul(colon + 1, &after, 10);
        if (*colon != ':' || after != end || after == colon + 1)
            return CC_ERR_ARGUMENT;
    }
    size_t host_len = (size_t)(host_end - host);
    if (host_len == 0 || host_len >= sizeof place->host || port == 0 || port > UINT16_MAX)
        return CC_ERR_ARGUMENT;
    memcpy(place->host, host, host_len);
    place->host[host_len] = '\0';
    place->port = (uint16_t)port;
    return CC_OK;
}

static bool has_line_break(const char *text)
{
    return text[strcspn(text, "\r\n")] != '\0';
}

// The request up to its body, into client->head. Returns its length.
static int write_head(cc_esp32_http_client_t *client, cc_span_t authority, const char *path)
{
    const cc_http_exchange_t *asked = client->asked;
    size_t body_len = 0;
    for (size_t i = 0; i < asked->n_body; i++)
        body_len += asked->body[i].len;
    size_t path_len = strcspn(path, "#");
    if (has_line_break(asked->url) || strchr(asked->url, ' ') || has_line_break(asked->method))
        return CC_ERR_ARGUMENT;
    cc_strbuf_t head;
    cc_strbuf_init(&head, client->head, sizeof client->head);
    cc_strbuf_format(&head, "%s %s%.*s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: %s\r\n", asked->method,
                     *path == '/' ? "" : "/", (int)path_len, path, (int)authority.len,
                     (const char *)authority.bytes, client->user_agent);
    for (size_t i = 0; i < asked->n_fields; i++) {
        if (has_line_break(asked->fields[i].name) || has_line_break(asked->fields[i].value))
            return CC_ERR_ARGUMENT;
        cc_strbuf_format(&head, "%s: %s\r\n", asked->fields[i].name, asked->fields[i].value);
    }
    if (body_len > 0 || strcmp(asked->method, "GET") != 0)
        cc_strbuf_format(&head, "Content-Length: %zu\r\n", body_len);
    cc_strbuf_add(&head, "\r\n");
    return head.cut ? CC_ERR_ARGUMENT : (int)head.len;
}

// What http_parser calls. A name or value may come in several pieces.

static cc_esp32_http_client_t *client_of(http_parser *parser)
{
    return parser->data;
}

static int on_begin(http_parser *parser)
{
    cc_esp32_http_client_t *client = client_of(parser);
    client->answer.location[0] = '\0';
    client->retry_after[0] = '\0';
    client->field_name_len = 0;
    client->in_value = false;
    client->field = FIELD_OTHER;
    client->location_cut = false;
    return 0;
}

static int on_field(http_parser *parser, const char *at, size_t len)
{
    cc_esp32_http_client_t *client = client_of(parser);
    if (client->in_value) {
        client->in_value = false;
        client->field_name_len = 0;
    }
    for (size_t i = 0; i < len; i++, client->field_name_len++)
        if (client->field_name_len < FIELD_NAME_MAX - 1)
            client->field_name[client->field_name_len] = at[i];
    return 0;
}

static void begin_value(cc_esp32_http_client_t *client)
{
    size_t len = client->field_name_len;
    client->in_value = true;
    client->field = FIELD_OTHER;
    if (len >= FIELD_NAME_MAX)
        return;
    client->field_name[len] = '\0';
    if (cc_text_equal_nocase(client->field_name, "Location") && !client->answer.location[0])
        client->field = FIELD_LOCATION;
    if (cc_text_equal_nocase(client->field_name, "Retry-After") && !client->retry_after[0])
        client->field = FIELD_RETRY_AFTER;
}

// Returns whether it fits.
static bool append(char *out, size_t cap, const char *at, size_t len)
{
    size_t there = strlen(out);
    if (there + len >= cap)
        return false;
    memcpy(out + there, at, len);
    out[there + len] = '\0';
    return true;
}

static int on_value(http_parser *parser, const char *at, size_t len)
{
    cc_esp32_http_client_t *client = client_of(parser);
    cc_http_answer_t *answer = &client->answer;
    if (!client->in_value)
        begin_value(client);
    if (client->field == FIELD_LOCATION)
        client->location_cut |= !append(answer->location, sizeof answer->location, at, len);
    if (client->field == FIELD_RETRY_AFTER)
        append(client->retry_after, sizeof client->retry_after, at, len);
    return 0;
}

static int on_body(http_parser *parser, const char *at, size_t len)
{
    cc_esp32_http_client_t *client = client_of(parser);
    cc_http_answer_t *answer = &client->answer;
    const cc_http_exchange_t *asked = client->asked;
    if (asked->take && parser->status_code == 200) {
        client->cut = asked->take(asked->take_ctx, (const uint8_t *)at, len) < 0;
        enter_step(client, CC_STEP_ANSWER);
        return client->cut;
    }
    size_t room = sizeof answer->body - 1 - answer->body_len;
    size_t keep = len < room ? len : room;
    memcpy(answer->body + answer->body_len, at, keep);
    answer->body_len += keep;
    answer->body[answer->body_len] = '\0';
    client->answer_bytes += len;
    if (client->answer_bytes <= ANSWER_MAX)
        return 0;
    client->cut = true;
    return 1; // ends the parsing
}

static int on_complete(http_parser *parser)
{
    cc_esp32_http_client_t *client = client_of(parser);
    if (parser->status_code < 200) // "100 Continue" and its like: the answer is still to come
        return 0;
    client->complete = true;
    client->last |= !http_should_keep_alive(parser);
    http_parser_pause(parser, 1); // what follows would be the answer to nothing
    return 0;
}

static const http_parser_settings parser_settings = {
    .on_message_begin = on_begin,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_body = on_body,
    .on_message_complete = on_complete,
};

// Parses what came; len 0: the connection has ended. CC_ERR_FORMAT: it is no HTTP.
static int take(cc_esp32_http_client_t *client, size_t len)
{
    if (len > 0)
        client->answer.answer_begun = true;
    size_t used =
        http_parser_execute(&client->parser, &parser_settings, (const char *)client->bytes, len);
    if (client->complete) {
        client->last |= used < len;
        return CC_OK;
    }
    if (client->cut) {
        client->last = true;
        return CC_OK;
    }
    return HTTP_PARSER_ERRNO(&client->parser) == HPE_OK && used == len ? CC_OK : CC_ERR_FORMAT;
}

static bool is_answered(const cc_esp32_http_client_t *client)
{
    return client->complete || client->cut;
}

static void begin_answer(cc_esp32_http_client_t *client)
{
    http_parser_init(&client->parser, HTTP_RESPONSE);
    client->parser.data = client;
    client->answer_bytes = 0;
    client->complete = client->cut = client->last = false;
    on_begin(&client->parser);
}

// Certificates have dates.
static int wait_for_time(cc_esp32_http_client_t *client, const char **reason)
{
    while (cc_clock_unix(client->clock) == 0) {
        if (atomic_load(&client->interrupted))
            return CC_ERR_STOPPED;
        if (now(client) >= deadline_ms(client)) {
            *reason = "the camera does not know the time yet, and certificates are checked "
                      "against it: is the time server reachable?";
            return CC_ERR_NETWORK;
        }
        vTaskDelay(pdMS_TO_TICKS(TIME_LOOK_MS));
    }
    return CC_OK;
}

static int connect_link(cc_esp32_http_client_t *client, const cc_tls_place_t *place,
                        const char **reason)
{
    cc_tls_link_t *link = &client->link;
    ip_addr_t address;
    enter_step(client, CC_STEP_DNS);
    int err = cc_esp32_lookup(place->host, CC_LOOKUP_ANY, deadline_ms(client), &client->interrupted,
                              &address);
    if (err == CC_ERR_NOT_FOUND)
        *reason = "the server's name was not found: is the network up, and the name right?";
    if (err < 0)
        return err;
    enter_step(client, CC_STEP_TLS);
    err = wait_for_time(client, reason);
    if (err < 0)
        return err;
    enter_step(client, CC_STEP_CONNECT);
    err = cc_tls_link_connect(link, place, &address, deadline_ms(client), reason);
    if (err != CC_ERR_NETWORK || IP_IS_V6(&address))
        return err;
    // A network where IPv4 leads nowhere may have IPv6.
    if (cc_esp32_lookup(place->host, CC_LOOKUP_IPV6, deadline_ms(client), &client->interrupted,
                        &address) < 0)
        return err;
    cc_tls_link_close(link);
    return cc_tls_link_connect(link, place, &address, deadline_ms(client), reason);
}

static int open_link(cc_esp32_http_client_t *client, const cc_tls_place_t *place,
                     const char **reason)
{
    cc_tls_link_close(&client->link);
    int err = connect_link(client, place, reason);
    if (err < 0)
        return err;
    enter_step(client, CC_STEP_TLS);
    err = cc_tls_link_secure(&client->link, client->asked->ca_pem, deadline_ms(client), reason);
    if (err == CC_OK)
        client->answer.resumed = !client->link.saw_certificate;
    return err;
}

// CC_ERR_AGAIN: the answer has begun before the request was whole.
static int send_all(cc_esp32_http_client_t *client, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        int n = cc_tls_link_send(&client->link, bytes, len, deadline_ms(client));
        if (n == CC_ERR_AGAIN) {
            n = cc_tls_link_receive(&client->link, client->bytes, sizeof client->bytes, 0);
            if (n == CC_ERR_TIMEOUT) // TLS among itself
                continue;
            return n > 0 && take(client, (size_t)n) == CC_OK ? CC_ERR_AGAIN : CC_ERR_NETWORK;
        }
        if (n < 0)
            return n;
        bytes += n;
        len -= (size_t)n;
    }
    return CC_OK;
}

// What a server said before it closed the connection on us counts. Returns whether that was a whole
// answer.
static bool hear_out(cc_esp32_http_client_t *client)
{
    while (!is_answered(client)) {
        int n = cc_tls_link_receive(&client->link, client->bytes, sizeof client->bytes, 0);
        if (n <= 0 || take(client, (size_t)n) < 0)
            break;
    }
    return is_answered(client);
}

static int send_request(cc_esp32_http_client_t *client, size_t head_len, const char **reason)
{
    enter_step(client, CC_STEP_SEND);
    int err = send_all(client, (const uint8_t *)client->head, head_len);
    for (size_t i = 0; i < client->asked->n_body && err == CC_OK; i++)
        err = send_all(client, client->asked->body[i].bytes, client->asked->body[i].len);
    if (err != CC_ERR_AGAIN && err != CC_ERR_NETWORK)
        return err;
    client->last = true; // half a request went out on it
    if (err == CC_ERR_AGAIN || hear_out(client))
        return CC_OK;
    *reason = "the server closed the connection while the request was being sent";
    return err;
}

static int receive_answer(cc_esp32_http_client_t *client, const char **reason)
{
    enter_step(client, CC_STEP_ANSWER);
    while (!is_answered(client)) {
        int n = cc_tls_link_receive(&client->link, client->bytes, sizeof client->bytes,
                                    deadline_ms(client));
        if (n == CC_ERR_NETWORK) {
            *reason = "the server broke the connection before its answer was complete";
            return n;
        }
        if (n < 0)
            return n;
        int err = take(client, (size_t)n);
        if (err < 0)
            *reason = n > 0                         ? "what the server answered is no HTTP"
                      : client->answer.answer_begun ? "the server's answer ends too early"
                                                    : "the server closed the connection without an "
                                                      "answer";
        if (err < 0)
            return err;
        if (n == 0 && !is_answered(client)) {
            *reason = "the server closed the connection without an answer";
            return CC_ERR_NETWORK;
        }
    }
    return CC_OK;
}

static int run(cc_esp32_http_client_t *client, const cc_tls_place_t *place, size_t head_len,
               const char **reason)
{
    cc_tls_link_t *link = &client->link;
    bool same = link->open && link->place.port == place->port &&
                cc_text_equal_nocase(link->place.host, place->host);
    client->answer.reused = same && cc_tls_link_stands(link);
    int err = client->answer.reused ? CC_OK : open_link(client, place, reason);
    if (err == CC_OK)
        err = send_request(client, head_len, reason);
    if (err == CC_OK)
        err = receive_answer(client, reason);
    if (err < 0 || client->last)
        cc_tls_link_close(link);
    return err;
}

// http_parser leaves the blanks behind a value.
static void trim_end(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        text[--len] = '\0';
}

static void conclude(cc_esp32_http_client_t *client, int err, const char *reason)
{
    cc_http_answer_t *answer = &client->answer;
    if (err == CC_OK) {
        answer->status = (int)client->parser.status_code;
        answer->retry_after_s =
            cc_retry_after_s(client->retry_after, cc_clock_unix(client->clock) / 1000);
        trim_end(answer->location);
        if (client->location_cut)
            answer->location[0] = '\0';
        return;
    }
    answer->failed_at = client->step;
    answer->timed_out = err == CC_ERR_TIMEOUT;
    if (answer->timed_out)
        reason = cc_answer_timeout_reason(client->step);
    cc_text_copy(answer->reason, sizeof answer->reason, reason ? reason : cc_err_text(err));
}

static int exchange(void *ctx, const cc_http_exchange_t *asked, cc_http_answer_t *answer)
{
    cc_esp32_http_client_t *client = ctx;
    cc_tls_place_t place;
    cc_span_t authority;
    const char *path;
    const char *reason = NULL;
    if (atomic_load(&client->interrupted))
        return CC_ERR_STOPPED;
    int err = read_url(asked->url, &place, &authority, &path);
    if (err < 0 || asked->n_fields > sizeof asked->fields / sizeof asked->fields[0])
        return CC_ERR_ARGUMENT;
    client->asked = asked;
    int head_len = write_head(client, authority, path);
    if (head_len < 0)
        return head_len;
    memset(&client->answer, 0, sizeof client->answer);
    client->since_ms = now(client);
    enter_step(client, CC_STEP_DNS);
    begin_answer(client);
    err = run(client, &place, (size_t)head_len, &reason);
    cc_text_wipe(client->head, sizeof client->head); // the token was in it
    if (err == CC_ERR_STOPPED || err == CC_ERR_MEMORY)
        return err;
    conclude(client, err, reason);
    *answer = client->answer;
    return CC_OK;
}

static void forget(void *ctx, bool sessions)
{
    cc_esp32_http_client_t *client = ctx;
    cc_tls_link_close(&client->link);
    if (sessions)
        cc_tls_forget_session(&client->tls);
}

static void interrupt(void *ctx)
{
    cc_esp32_http_client_t *client = ctx;
    atomic_store(&client->interrupted, true);
}

int cc_esp32_http_client_open(const char *user_agent, const cc_clock_t *clock,
                              cc_esp32_http_client_t **client)
{
    // A board whose external memory failed starts all the same, to say so.
    cc_esp32_http_client_t *opened = heap_caps_calloc_prefer(
        1, sizeof *opened, 2, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT, MALLOC_CAP_8BIT);
    if (!opened)
        return CC_ERR_MEMORY;
    opened->user_agent = user_agent;
    opened->clock = clock;
    opened->link.tls = &opened->tls;
    atomic_init(&opened->interrupted, false);
    int err = cc_tls_init(&opened->tls, &opened->interrupted);
    if (err < 0) {
        heap_caps_free(opened);
        return err;
    }
    *client = opened;
    return CC_OK;
}

cc_http_client_t cc_esp32_http_client_port(cc_esp32_http_client_t *client)
{
    return (cc_http_client_t){
        .ctx = client, .exchange = exchange, .forget = forget, .interrupt = interrupt};
}
