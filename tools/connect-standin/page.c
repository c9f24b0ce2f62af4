#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "text.h"
#include "util/err.h"

enum {
    IDLE_S = 60,
    CONNECTIONS_MAX = 64,
};

static const char html_type[] = "text/html; charset=utf-8";
static const char json_type[] = "application/json";
static const char text_type[] = "text/plain; charset=utf-8";
static const char api_mark[] = "{{api}}"; // where the page names the API's address

// The body of PUT /fault while it comes in.
typedef struct {
    char text[STANDIN_SCRIPT_TEXT];
    size_t len;
    bool too_long;
} upload_t;

static enum MHD_Result send_bytes(struct MHD_Connection *connection, unsigned status,
                                  const char *type, const void *bytes, size_t len)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);

    if (!response)
        return MHD_NO;
    if (len)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(response, "Content-Security-Policy",
                            "default-src 'none'; script-src 'self'; style-src 'self'; "
                            "img-src 'self'; connect-src 'self'; base-uri 'none'; "
                            "form-action 'none'; frame-ancestors 'none'");
    if (status == 405)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, PUT, DELETE");
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned status,
                                 const char *type, const char *text)
{
    return send_bytes(connection, status, type, text, strlen(text));
}

// Takes the text over.
static enum MHD_Result send_json(struct MHD_Connection *connection, char *text)
{
    if (!text)
        return send_text(connection, 503, text_type, "out of memory\n");
    enum MHD_Result queued = send_text(connection, 200, json_type, text);
    cJSON_free(text);
    return queued;
}

// A number of the query; `otherwise` when it is absent. Errors: those of standin_text_number.
static int query_number(struct MHD_Connection *connection, const char *name, int64_t high,
                        int64_t otherwise, int64_t *number)
{
    const char *text = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);

    if (text)
        return standin_text_number(text, 0, high, number);
    *number = otherwise;
    return CC_OK;
}

static enum MHD_Result send_requests(standin_page_t *page, struct MHD_Connection *connection)
{
    int64_t since, wait_s;

    if (query_number(connection, "since", INT64_MAX, 0, &since) < 0)
        return send_text(connection, 400, text_type, "since is the number of a request\n");
    if (query_number(connection, "wait", STANDIN_RECORD_WAIT_S_MAX, 0, &wait_s) < 0)
        return send_text(connection, 400, text_type, "wait is seconds from 0 to 30\n");
    return send_json(connection, standin_record_wait(page->record, (uint64_t)since, (int)wait_s));
}

static enum MHD_Result send_picture(standin_page_t *page, struct MHD_Connection *connection,
                                    const char *name)
{
    char number[24];
    int64_t seq;
    uint8_t *bytes;
    size_t len;

    size_t digits = strspn(name, "0123456789");
    if (digits >= sizeof number || strcmp(name + digits, ".jpg") != 0)
        return send_text(connection, 404, text_type, "a picture is /pictures/NUMBER.jpg\n");
    memcpy(number, name, digits);
    number[digits] = '\0';
    if (standin_text_number(number, 1, INT64_MAX, &seq) < 0 ||
        standin_record_copy_picture(page->record, (uint64_t)seq, &bytes, &len) < 0)
        return send_text(connection, 404, text_type, "this picture is not kept (any more)\n");
    enum MHD_Result queued = send_bytes(connection, 200, "image/jpeg", bytes, len);
    free(bytes);
    return queued;
}

static enum MHD_Result get(standin_page_t *page, struct MHD_Connection *connection,
                           const char *path)
{
    static const char pictures[] = "/pictures/";

    if (strcmp(path, "/") == 0)
        return send_text(connection, 200, html_type, page->html);
    if (strcmp(path, "/page.css") == 0)
        return send_text(connection, 200, "text/css; charset=utf-8", standin_asset_page_css);
    if (strcmp(path, "/page.js") == 0)
        return send_text(connection, 200, "text/javascript; charset=utf-8", standin_asset_page_js);
    if (strcmp(path, "/icon.svg") == 0)
        return send_text(connection, 200, "image/svg+xml", standin_asset_icon_svg);
    if (strcmp(path, "/requests.json") == 0)
        return send_requests(page, connection);
    if (strcmp(path, "/fault") == 0)
        return send_json(connection, standin_plan_print(page->plan));
    if (strcmp(path, "/ca.pem") == 0)
        return send_bytes(connection, 200, "application/x-pem-file", page->certificates->ca_pem,
                          page->certificates->ca_pem_len);
    if (strncmp(path, pictures, strlen(pictures)) == 0)
        return send_picture(page, connection, path + strlen(pictures));
    return send_text(connection, 404, text_type,
                     "there is /, /requests.json, /pictures/NUMBER.jpg, /fault and /ca.pem\n");
}

static enum MHD_Result put_fault(standin_page_t *page, struct MHD_Connection *connection,
                                 const upload_t *upload)
{
    char why[STANDIN_WHY_SIZE + 1];

    if (upload->too_long)
        return send_text(connection, 413, text_type, "a script is 8191 bytes at most\n");
    if (memchr(upload->text, '\0', upload->len))
        return send_text(connection, 400, text_type, "a script holds no NUL\n");
    if (standin_plan_set(page->plan, upload->text, why, sizeof why - 1) < 0) {
        strcat(why, "\n");
        return send_text(connection, 400, text_type, why);
    }
    return send_json(connection, standin_plan_print(page->plan));
}

static enum MHD_Result answer(standin_page_t *page, struct MHD_Connection *connection,
                              const char *path, const char *method, const upload_t *upload)
{
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        return get(page, connection, path);
    if (strcmp(method, "PUT") == 0 && strcmp(path, "/fault") == 0)
        return put_fault(page, connection, upload);
    if (strcmp(method, "DELETE") == 0 && strcmp(path, "/requests") == 0) {
        standin_record_forget(page->record);
        return send_bytes(connection, 204, NULL, "", 0);
    }
    return send_text(connection, 405, text_type,
                     "besides GET there is PUT /fault and DELETE /requests\n");
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *bytes,
                              size_t *len, void **request_ctx)
{
    upload_t *upload = *request_ctx;
    (void)version;

    if (!upload) {
        *request_ctx = calloc(1, sizeof *upload);
        return *request_ctx ? MHD_YES : MHD_NO;
    }
    if (!*len)
        return answer(ctx, connection, path, method, upload);
    if (*len < sizeof upload->text - upload->len) { // the last byte stays NUL
        memcpy(upload->text + upload->len, bytes, *len);
        upload->len += *len;
    } else {
        upload->too_long = true;
    }
    *len = 0;
    return MHD_YES;
}

static void complete(void *ctx, struct MHD_Connection *connection, void **request_ctx,
                     enum MHD_RequestTerminationCode code)
{
    (void)ctx;
    (void)connection;
    (void)code;
    free(*request_ctx);
    *request_ctx = NULL;
}

static char *write_html(const char *api_url)
{
    const char *mark = strstr(standin_asset_page_html, api_mark);
    size_t size = strlen(standin_asset_page_html) + strlen(api_url) + 1;
    char *html = malloc(size);

    if (html)
        snprintf(html, size, "%.*s%s%s", (int)(mark - standin_asset_page_html),
                 standin_asset_page_html, api_url, mark + strlen(api_mark));
    return html;
}

int standin_page_open(standin_page_t *page, const standin_listener_t *listener, const char *api_url)
{
    unsigned flags = MHD_USE_AUTO | MHD_USE_THREAD_PER_CONNECTION |
                     MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC;

    page->html = write_html(api_url);
    if (!page->html)
        return CC_ERR_MEMORY;
    if (listener->ipv6)
        flags |= MHD_USE_IPv6;
    page->daemon = MHD_start_daemon(
        flags, listener->port, NULL, NULL, handle, page, MHD_OPTION_LISTEN_SOCKET, listener->fd,
        MHD_OPTION_NOTIFY_COMPLETED, complete, NULL, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_END);
    if (page->daemon)
        return CC_OK;
    free(page->html);
    return CC_ERR_IO;
}

void standin_page_close(standin_page_t *page)
{
    MHD_stop_daemon(page->daemon);
    free(page->html);
}
