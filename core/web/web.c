#include "web/web.h"

#include <stdlib.h>
#include <string.h>

#include "settings/settings.h"
#include "util/err.h"
#include "util/text.h"
#include "web/call.h"

enum {
    CHANGES = 1, // it changes something: no other site may cause it
    OPEN = 2,    // for everybody, password or not
    SETUP = 4,   // works before the password was chosen; nothing else does
    VIEW = 8,    // system.view_key is enough
};

static const struct {
    cc_http_method_t method;
    const char *path;
    cc_call_handler_t handle;
    unsigned rules;
} routes[] = {
    {CC_HTTP_GET, "/snapshot.jpg", cc_api_snapshot, VIEW},
    {CC_HTTP_GET, "/stream.mjpg", cc_api_stream, VIEW},
    {CC_HTTP_GET, "/api/v1/status", cc_api_status, SETUP},
    {CC_HTTP_GET, "/api/v1/settings", cc_api_settings, 0},
    {CC_HTTP_PATCH, "/api/v1/settings", cc_api_settings_patch, CHANGES | SETUP},
    {CC_HTTP_POST, "/api/v1/settings/reset", cc_api_settings_reset, CHANGES},
    {CC_HTTP_GET, "/api/v1/settings/schema", cc_api_schema, SETUP},
    {CC_HTTP_GET, "/api/v1/settings/backup", cc_api_backup, 0},
    {CC_HTTP_PUT, "/api/v1/settings/backup", cc_api_restore, CHANGES},
    {CC_HTTP_POST, "/api/v1/capture", cc_api_capture, CHANGES},
    {CC_HTTP_POST, "/api/v1/connect/send", cc_api_send, CHANGES},
    {CC_HTTP_PUT, "/api/v1/light", cc_api_light, CHANGES},
    {CC_HTTP_GET, "/api/v1/wifi/networks", cc_api_wifi_networks, 0},
    {CC_HTTP_POST, "/api/v1/reboot", cc_api_reboot, CHANGES},
    {CC_HTTP_POST, "/api/v1/firmware", cc_api_firmware, CHANGES},
    {CC_HTTP_GET, "/api/v1/coredump", cc_api_core_dump, 0},
    {CC_HTTP_DELETE, "/api/v1/coredump", cc_api_core_dump_forget, CHANGES},
    {CC_HTTP_GET, "/api/v1/timelapse", cc_api_timelapse, 0},
    {CC_HTTP_GET, "/api/v1/timelapse/{day}", cc_api_timelapse_day, 0},
    {CC_HTTP_DELETE, "/api/v1/timelapse/{day}", cc_api_timelapse_delete, CHANGES},
    {CC_HTTP_GET, "/api/v1/timelapse/{day}.avi", cc_api_timelapse_film, 0},
    {CC_HTTP_GET, "/api/v1/timelapse/{day}/{time}.jpg", cc_api_timelapse_picture, 0},
    {CC_HTTP_GET, "/api/v1/log", cc_api_log, 0},
    {CC_HTTP_GET, "/metrics", cc_api_metrics, VIEW},
    {CC_HTTP_GET, "/healthz", cc_api_health, OPEN | SETUP},

    // Older firmwares' paths, so that their users' scripts go on.
    {CC_HTTP_GET, "/saved-photo", cc_legacy_saved_photo, 0},
    {CC_HTTP_GET, "/saved-photo.jpg", cc_legacy_saved_photo, 0},
    {CC_HTTP_GET, "/capture", cc_legacy_capture, CHANGES},
    {CC_HTTP_GET, "/action_capture", cc_legacy_capture, CHANGES},
    {CC_HTTP_GET, "/send", cc_legacy_send, CHANGES},
    {CC_HTTP_GET, "/action_send", cc_legacy_send, CHANGES},
    {CC_HTTP_GET, "/led", cc_legacy_led, CHANGES},
    {CC_HTTP_GET, "/action_led", cc_legacy_led, CHANGES},
    {CC_HTTP_GET, "/light", cc_legacy_light, CHANGES},
    {CC_HTTP_GET, "/flash", cc_legacy_flash, CHANGES},
    {CC_HTTP_GET, "/camera_flash", cc_legacy_flash_toggle, CHANGES},
    {CC_HTTP_GET, "/camera_flash_duration", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/reboot", cc_legacy_reboot, CHANGES},
    {CC_HTTP_GET, "/action_reboot", cc_legacy_reboot, CHANGES},
    {CC_HTTP_GET, "/reset", cc_legacy_reset, CHANGES},
    {CC_HTTP_GET, "/refresh", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/token", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/set_token", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/photo_quality", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/framesize", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/brightness", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/contrast", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/saturation", cc_legacy_set_one, CHANGES},
    {CC_HTTP_GET, "/action_page", cc_legacy_action_page, CHANGES},
    {CC_HTTP_GET, "/set_int", cc_legacy_set_int, CHANGES},
    {CC_HTTP_GET, "/set_bool", cc_legacy_set_bool, CHANGES},
    {CC_HTTP_GET, "/json_input", cc_legacy_json, 0},
    {CC_HTTP_GET, "/get_logs", cc_api_log, 0},
};

// For those who close the browser's login dialog.
static const char login_page[] =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>Log in</title>\n"
    "<h1>This camera asks for a login</h1>\n"
    "<p>The user name is admin, the password the one chosen at set-up.</p>\n"
    "<p><a href=\"/\">Log in</a></p></html>\n";

enum {
    VIEW_KEY_MAX = 64, // bytes, as in the settings' table
    N_ROUTES = sizeof routes / sizeof routes[0]
};

static const char *const method_names[] = {
    [CC_HTTP_GET] = "GET",         [CC_HTTP_HEAD] = "HEAD",   [CC_HTTP_POST] = "POST",
    [CC_HTTP_PUT] = "PUT",         [CC_HTTP_PATCH] = "PATCH", [CC_HTTP_DELETE] = "DELETE",
    [CC_HTTP_OPTIONS] = "OPTIONS", [CC_HTTP_OTHER] = "",
};

bool cc_web_needs_setup(cc_web_t *web)
{
    cc_settings_t *settings = web->config.settings;
    return !cc_settings_bool(settings, CC_SETTING_SYSTEM_OPEN) &&
           cc_settings_is_empty(settings, CC_SETTING_SYSTEM_PASSWORD_SHA256);
}

int cc_web_new(const cc_web_config_t *config, cc_web_t **out)
{
    cc_web_t *web = calloc(1, sizeof *web);
    if (!web)
        return CC_ERR_MEMORY;
    web->config = *config;
    web->started_ms = cc_clock_now(config->clock);
    atomic_flag_clear(&web->is_updating);
    int err =
        cc_login_new(config->task, config->clock, config->crypto, config->settings, &web->login);
    if (err < 0) {
        free(web);
        return err;
    }
    *out = web;
    return CC_OK;
}

void cc_web_free(cc_web_t *web)
{
    if (!web)
        return;
    cc_login_free(web->login);
    free(web);
}

// HEAD is GET whose body the server leaves out, but it never changes anything, as GET did for old
// scripts.
static bool takes_head(size_t i)
{
    return routes[i].method == CC_HTTP_GET && !(routes[i].rules & CHANGES);
}

// Whether the path is the route's. {name} stands for one or more digits and dashes: the days and
// times that timelapses are made of.
static bool fits(const char *route, const char *path)
{
    while (*route && *path) {
        if (*route == '{') {
            size_t len = strspn(path, "0123456789-");
            if (len == 0)
                return false;
            path += len;
            route = strchr(route, '}') + 1;
        } else if (*route++ != *path++) {
            return false;
        }
    }
    return !*route && !*path;
}

// The route of this request; N_ROUTES when there is none. *other_methods: the path exists for
// others.
static size_t find_route(const cc_call_t *call, bool *other_methods)
{
    cc_http_method_t method = call->request->method;
    *other_methods = false;
    for (size_t i = 0; i < N_ROUTES; i++) {
        if (!fits(routes[i].path, call->path))
            continue;
        if (routes[i].method == method || (method == CC_HTTP_HEAD && takes_head(i)))
            return i;
        *other_methods = true;
    }
    return N_ROUTES;
}

static void add_method(char *list, size_t cap, const char *name)
{
    size_t len = strlen(list);
    cc_text_copy(list + len, cap - len, len ? ", " : "");
    len = strlen(list);
    cc_text_copy(list + len, cap - len, name);
}

static void reply_method_not_allowed(cc_call_t *call)
{
    char allowed[64] = "";
    for (size_t i = 0; i < N_ROUTES; i++) {
        if (!fits(routes[i].path, call->path))
            continue;
        add_method(allowed, sizeof allowed, method_names[routes[i].method]);
        if (takes_head(i))
            add_method(allowed, sizeof allowed, "HEAD");
    }
    if (!*allowed) // one of the page's files
        cc_text_copy(allowed, sizeof allowed, "GET, HEAD");
    cc_reply_header(call, "Allow", "%s", allowed);
    cc_reply_problem(call, 405, "%s takes %s.", call->path, allowed);
}

// Whether ?key= is the one for looking. A wrong one is as none.
static bool has_view_key(const cc_call_t *call)
{
    char key[VIEW_KEY_MAX + 1], given[VIEW_KEY_MAX + 1];
    if (cc_call_param(call, "key", given, sizeof given) != 1)
        return false; // nearly all: the settings are not asked
    size_t len =
        cc_settings_text(call->web->config.settings, CC_SETTING_SYSTEM_VIEW_KEY, key, sizeof key);
    return len > 0 && strlen(given) == len && cc_text_equal_secret(given, key, len);
}

// Whether the login lets it in; else the answer is made.
static bool is_let_in(cc_call_t *call)
{
    char sha256[256], md5[256];
    uint32_t wait_s = 0;
    cc_login_verdict_t verdict = cc_login_check(call->web->login, call->request, &wait_s);
    switch (verdict) {
    case CC_LOGIN_IN:
        return true;
    case CC_LOGIN_LOCKED:
        cc_reply_header(call, "Retry-After", "%lu", (unsigned long)wait_s);
        cc_reply_problem(call, 429, "Too many wrong passwords. Try again in %lu s.",
                         (unsigned long)wait_s);
        return false;
    case CC_LOGIN_WRONG:
        cc_count(&call->web->config.counters->web_logins_failed);
        cc_log(call->web->config.log, CC_LOG_WARNING, "web", "Wrong password from %s",
               call->request->peer);
        break;
    case CC_LOGIN_ASK:
    case CC_LOGIN_STALE:
        break;
    }
    cc_login_challenge(call->web->login, verdict == CC_LOGIN_STALE, sha256, md5);
    cc_reply_header(call, "WWW-Authenticate", "%s", sha256);
    cc_reply_header(call, "WWW-Authenticate", "%s", md5);
    const char *accept = cc_call_header(call, "Accept");
    if (cc_page_has(call->path) && accept && strstr(accept, "text/html"))
        cc_reply_static(call, 401, "text/html; charset=utf-8", login_page);
    else
        cc_reply_problem(call, 401,
                         "The user name is admin, the password the one chosen at set-up.");
    return false;
}

static bool is_from_our_own(cc_call_t *call, bool changes, bool open)
{
    char hostname[64];
    const char *host = cc_call_header(call, "Host");
    cc_settings_text(call->web->config.settings, CC_SETTING_NETWORK_HOSTNAME, hostname,
                     sizeof hostname);
    // Without a password, another site's name that leads here (DNS rebinding) must not even read.
    if ((changes && !cc_guard_host_is_ours(host, hostname)) ||
        (open && cc_guard_host_is_foreign(host, hostname))) {
        cc_reply_problem(
            call, 403,
            "This camera goes by its address or by %s.local, not by the name in this request.",
            hostname);
        return false;
    }
    if (changes && cc_guard_is_cross_site(cc_call_header(call, "Sec-Fetch-Site"),
                                          cc_call_header(call, "Origin"), host,
                                          cc_call_header(call, "User-Agent"))) {
        cc_reply_problem(
            call, 403,
            "A browser asked for this, and not from this camera's page; it was not done.");
        return false;
    }
    return true;
}

// Whether this request may be carried out; else the answer is made.
static bool is_allowed(cc_call_t *call, unsigned rules)
{
    bool setup = cc_web_needs_setup(call->web);
    bool open = setup || cc_settings_bool(call->web->config.settings, CC_SETTING_SYSTEM_OPEN);
    if (!is_from_our_own(call, rules & CHANGES, open && !(rules & OPEN)))
        return false;
    if (setup && !(rules & SETUP)) {
        cc_reply_problem(call, 403,
                         "Set-up comes first: open this camera's page and choose a password.");
        return false;
    }
    return open || (rules & OPEN) || call->has_view_key || is_let_in(call);
}

// Splits and decodes the target; false when the answer is made.
static bool read_target(cc_call_t *call)
{
    const char *target = call->request->target;
    size_t path_len = strcspn(target, "?");
    call->query = target[path_len] ? target + path_len + 1 : "";
    int err = cc_text_url_decode(target, path_len, false, call->path, sizeof call->path);
    bool good = err >= 0 && call->path[0] == '/' && !cc_text_has_control(call->path) &&
                cc_text_is_utf8(call->path, strlen(call->path));
    for (const char *c = call->query; good && *c; c++)
        good = !(c[0] == '%' && c[1] == '0' && c[2] == '0');
    if (!good) {
        if (err == CC_ERR_SPACE)
            cc_reply_problem(call, 414, "The address is longer than any of this camera's.");
        else
            cc_reply_problem(call, 400,
                             "The address has characters or escapes that none may have.");
        return false;
    }
    return true;
}

static int answer(cc_call_t *call)
{
    if (cc_captive_redirects(call))
        return CC_OK;
    if (!read_target(call))
        return CC_OK;
    bool other_methods;
    size_t i = find_route(call, &other_methods);
    unsigned rules = i < N_ROUTES ? routes[i].rules : SETUP;
    call->has_view_key = (rules & VIEW) && has_view_key(call);
    // on the second call all that was checked
    if (!call->request->may_wait && !is_allowed(call, rules))
        return CC_OK;
    if (i < N_ROUTES)
        return routes[i].handle(call);
    bool reads = call->request->method == CC_HTTP_GET || call->request->method == CC_HTTP_HEAD;
    if (other_methods || (!reads && cc_page_has(call->path)))
        reply_method_not_allowed(call);
    else if (!reads || cc_page_asset(call) == CC_ERR_NOT_FOUND)
        cc_reply_problem(call, 404, "There is nothing at %s.", call->path);
    return CC_OK;
}

static bool has_header(const cc_http_response_t *response, const char *name)
{
    for (size_t i = 0; i < response->n_headers; i++)
        if (strcmp(response->headers[i].name, name) == 0)
            return true;
    return false;
}

static void add_common_headers(cc_call_t *call)
{
    const cc_http_response_t *response = call->response;
    cc_reply_header(call, "X-Content-Type-Options", "nosniff");
    // Who knows the key may show the picture on a page of another machine.
    if (call->has_view_key)
        cc_reply_header(call, "Access-Control-Allow-Origin", "*");
    cc_reply_header(call, "Cross-Origin-Resource-Policy",
                    call->has_view_key ? "cross-origin" : "same-site");
    if (!has_header(response, "Cache-Control"))
        cc_reply_header(call, "Cache-Control", "no-store");
    if (response->status == 503 && !has_header(response, "Retry-After"))
        cc_reply_header(call, "Retry-After", "5");
    if (response->content_type && strncmp(response->content_type, "text/html", 9) == 0) {
        cc_reply_header(call, "Referrer-Policy", "no-referrer");
        cc_reply_header(call, "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; "
                        "img-src 'self' blob: data:; connect-src 'self'; "
                        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
    }
}

void cc_web_finish(cc_call_t *call)
{
    cc_counters_t *counters = call->web->config.counters;
    add_common_headers(call);
    cc_count(&counters->web_requests);
    if (call->response->status >= 400)
        cc_count(&counters->web_errors);
}

int cc_web_handle(void *ctx, const cc_http_request_t *request, cc_http_response_t *response)
{
    cc_web_t *web = ctx;
    cc_call_t call = {.web = web, .request = request, .response = response};
    int err = answer(&call);
    if (err == CC_ERR_AGAIN)
        return err;
    cc_web_finish(&call);
    return CC_OK;
}

int cc_web_upload(void *ctx, const cc_http_request_t *request, cc_http_response_t *response,
                  cc_http_sink_t *sink)
{
    cc_call_t call = {.web = ctx, .request = request, .response = response};
    // the one path whose body does not fit into memory, unless it is but an address
    if (request->method != CC_HTTP_POST || strcmp(request->target, "/api/v1/firmware") != 0 ||
        cc_call_is_json(&call))
        return CC_ERR_AGAIN;
    cc_text_copy(call.path, sizeof call.path, request->target);
    call.query = "";
    if (is_allowed(&call, CHANGES))
        cc_api_firmware_upload(&call, sink);
    if (response->status) // else it goes into the sink, and is answered at the end
        cc_web_finish(&call);
    return CC_OK;
}
