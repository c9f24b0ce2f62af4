#include "web/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/json.h"
#include "util/text.h"

const char *cc_call_header(const cc_call_t *call, const char *name)
{
    return call->request->header(call->request->ctx, name);
}

int cc_call_param(const cc_call_t *call, const char *name, char *out, size_t cap)
{
    size_t name_len = strlen(name);
    for (const char *at = call->query; *at;) {
        size_t len = strcspn(at, "&");
        size_t key_len = strcspn(at, "=&");
        if (key_len == name_len && memcmp(at, name, name_len) == 0) {
            const char *value = at + key_len + (key_len < len);
            size_t value_len = len - key_len - (key_len < len);
            int err = cc_text_url_decode(value, value_len, true, out, cap);
            return err < 0 ? CC_ERR_FORMAT : 1;
        }
        at += len + (at[len] == '&');
    }
    return 0;
}

int cc_call_param_int(cc_call_t *call, const char *name, int32_t min, int32_t max, int32_t *value)
{
    char text[16];
    int32_t number;
    int found = cc_call_param(call, name, text, sizeof text);
    if (found == 0)
        return 0;
    if (found < 0 || cc_text_to_int(text, &number) < 0 || number < min || number > max) {
        cc_reply_problem(call, 422, "%s must be a whole number from %ld to %ld.", name, (long)min,
                         (long)max);
        return CC_ERR_RANGE;
    }
    *value = number;
    return 1;
}

bool cc_call_is_json(const cc_call_t *call)
{
    const char *type = cc_call_header(call, "Content-Type");
    return type && cc_text_starts_nocase(type, "application/json");
}

cJSON *cc_call_json(cc_call_t *call)
{
    cJSON *json = NULL;
    const char *reason = "";
    if (call->request->body_len == 0) {
        cc_reply_problem(call, 400, "The body must be a JSON object, and it is empty.");
        return NULL;
    }
    if (cc_json_parse((const char *)call->request->body, call->request->body_len, &json, &reason) <
        0) {
        cc_reply_problem(call, 400, "The body must be a JSON object: %s.", reason);
        return NULL;
    }
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        cc_reply_problem(call, 400, "The body must be a JSON object, {\"key\": value}.");
        return NULL;
    }
    return json;
}

void cc_reply_header(cc_call_t *call, const char *name, const char *format, ...)
{
    cc_http_response_t *response = call->response;
    if (response->n_headers == CC_HTTP_RESPONSE_HEADERS_MAX)
        return;
    cc_http_header_t *header = &response->headers[response->n_headers++];
    header->name = name;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(header->value, sizeof header->value, format, arguments);
    va_end(arguments);
}

void cc_reply_static(cc_call_t *call, int status, const char *content_type, const char *text)
{
    cc_http_response_t *response = call->response;
    response->status = status;
    response->content_type = content_type;
    response->spans[0] = (cc_span_t){(const uint8_t *)text, strlen(text)};
    response->n_spans = 1;
}

void cc_reply_text(cc_call_t *call, int status, const char *content_type, char *text, size_t len)
{
    cc_http_response_t *response = call->response;
    response->status = status;
    response->content_type = content_type;
    response->spans[0] = (cc_span_t){(const uint8_t *)text, len};
    response->n_spans = 1;
    response->release = free;
    response->owner = text;
}

static void reply_json_as(cc_call_t *call, int status, const char *content_type, cJSON *json)
{
    char *text = json ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    if (!text) {
        cc_reply_static(
            call, 503, "application/problem+json",
            "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"The camera is "
            "short of memory. Try again in a moment.\"}\n");
        return;
    }
    cc_reply_text(call, status, content_type, text, strlen(text));
    call->response->release = cJSON_free;
}

void cc_reply_json(cc_call_t *call, int status, cJSON *json)
{
    reply_json_as(call, status, "application/json", json);
}

static const char *title_of(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 414:
        return "URI Too Long";
    case 416:
        return "Range Not Satisfiable";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 507:
        return "Insufficient Storage";
    default:
        return "Error";
    }
}

static void add_problem(cJSON *problem, int status, const char *detail)
{
    cJSON_AddStringToObject(problem, "type", "about:blank");
    cJSON_AddStringToObject(problem, "title", title_of(status));
    cJSON_AddNumberToObject(problem, "status", status);
    cJSON_AddStringToObject(problem, "detail", detail);
}

void cc_reply_problem_with(cc_call_t *call, int status, cJSON *members, const char *detail)
{
    add_problem(members, status, detail);
    reply_json_as(call, status, "application/problem+json", members);
}

void cc_reply_problem(cc_call_t *call, int status, const char *format, ...)
{
    char detail[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    cc_text_mend_cut(detail);
    cc_reply_problem_with(call, status, cJSON_CreateObject(), detail);
}

void cc_reply_draft_problem(cc_call_t *call, const cc_draft_t *draft, int err)
{
    if (err != CC_ERR_RANGE) {
        cc_reply_problem(call, err == CC_ERR_DISK_FULL ? 507 : 503, "%s",
                         *draft->save_error ? draft->save_error : cc_err_text(err));
        return;
    }
    char detail[320];
    snprintf(detail, sizeof detail, "Nothing was changed. %s: %s", draft->problems[0].key,
             draft->problems[0].detail);
    cJSON *problem = cJSON_CreateObject();
    cJSON *errors = cJSON_AddArrayToObject(problem, "errors");
    for (size_t i = 0; i < draft->n_problems; i++) {
        cJSON *field = cJSON_CreateObject();
        cJSON_AddStringToObject(field, "key", draft->problems[i].key);
        cJSON_AddStringToObject(field, "detail", draft->problems[i].detail);
        cJSON_AddItemToArray(errors, field);
    }
    cc_reply_problem_with(call, 422, problem, detail);
}
