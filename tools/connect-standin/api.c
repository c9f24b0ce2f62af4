#include "api.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "frame/jpeg.h"
#include "info.h"
#include "util/err.h"

enum {
    INTERVAL_MS = 10000
}; // what Retry-After promises: one snapshot each 10 s

static const char snapshot_path[] = "/c/snapshot";
static const char info_path[] = "/c/info";

__attribute__((format(printf, 4, 5))) static void refuse(standin_verdict_t *verdict, int status,
                                                         const char *code, const char *format, ...)
{
    va_list args;

    verdict->status = status;
    verdict->code = code;
    va_start(args, format);
    vsnprintf(verdict->message, sizeof verdict->message, format, args);
    va_end(args);
}

static bool is_snapshot(const standin_request_t *request)
{
    return strcmp(request->path, snapshot_path) == 0;
}

static bool token_fits(const char *token)
{
    size_t len = strlen(token);

    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)token[i]))
            return false;
    }
    return len == STANDIN_TOKEN_LEN;
}

static bool fingerprint_fits(const char *fingerprint)
{
    size_t len = strlen(fingerprint);

    for (size_t i = 0; i < len; i++) {
        if (fingerprint[i] < 0x20 || fingerprint[i] > 0x7E)
            return false;
    }
    return len >= STANDIN_FINGERPRINT_MIN && len <= STANDIN_FINGERPRINT_MAX;
}

static bool check_who(standin_cameras_t *cameras, const standin_request_t *request,
                      standin_verdict_t *verdict)
{
    standin_camera_t camera;

    if (!request->token) {
        refuse(verdict, 401, "UNAUTHORIZED", "The header Token is missing.");
        return false;
    }
    if (!request->fingerprint) {
        refuse(verdict, 401, "UNAUTHORIZED", "The header Fingerprint is missing.");
        return false;
    }
    if (!token_fits(request->token)) {
        refuse(verdict, 403, "FORBIDDEN_INVALID_TOKEN",
               "The token must be %d characters of A-Z, a-z and 0-9; this one has %zu bytes.",
               STANDIN_TOKEN_LEN, strlen(request->token));
        return false;
    }
    if (!fingerprint_fits(request->fingerprint)) {
        refuse(
            verdict, 403, "FORBIDDEN_INVALID_FINGERPRINT",
            "The fingerprint must be %d to %d printable ASCII characters; this one has %zu bytes.",
            STANDIN_FINGERPRINT_MIN, STANDIN_FINGERPRINT_MAX, strlen(request->fingerprint));
        return false;
    }
    if (standin_cameras_find(cameras, request->token, &camera) == CC_OK &&
        strcmp(camera.fingerprint, request->fingerprint) != 0) {
        refuse(verdict, 403, "FORBIDDEN_INVALID_FINGERPRINT",
               "This token belongs to a camera with another fingerprint.");
        return false;
    }
    return true;
}

// A parameter (`; charset=utf-8`) does not change the type.
static bool is_type(const char *content_type, const char *type)
{
    size_t len = strcspn(content_type, "; \t");

    return len == strlen(type) && strncasecmp(content_type, type, len) == 0;
}

static bool check_head(const standin_request_t *request, standin_verdict_t *verdict)
{
    const char *type = request->content_type ? request->content_type : "";

    if (is_snapshot(request) && !is_type(type, "image/jpg") && !is_type(type, "image/jpeg")) {
        refuse(verdict, 400, "BAD_REQUEST", "The Content-Type of a snapshot must be image/jpg.");
        return false;
    }
    if (!is_snapshot(request) && !is_type(type, "application/json")) {
        refuse(verdict, 400, "BAD_REQUEST",
               "The Content-Type of an info must be application/json.");
        return false;
    }
    if (request->content_length < 0) {
        refuse(verdict, 411, "LENGTH_REQUIRED", "The header Content-Length is missing.");
        return false;
    }
    return true;
}

static void check_snapshot(standin_cameras_t *cameras, int64_t pace_ms,
                           const standin_request_t *request, standin_verdict_t *verdict)
{
    cc_jpeg_info_t jpeg;
    standin_camera_t camera;

    if (!request->body_len) {
        refuse(verdict, 400, "BAD_REQUEST", "The snapshot is empty.");
        return;
    }
    int err = cc_jpeg_read(request->body, request->body_len, &jpeg);
    if (err < 0) {
        refuse(verdict, 400, "BAD_REQUEST", "The snapshot is no whole JPEG: %s.", cc_err_text(err));
        return;
    }
    if (jpeg.len != request->body_len) {
        refuse(verdict, 400, "BAD_REQUEST", "%zu bytes follow the end of the JPEG.",
               request->body_len - jpeg.len);
        return;
    }
    verdict->width = jpeg.width;
    verdict->height = jpeg.height;
    if (standin_cameras_find(cameras, request->token, &camera) == CC_OK &&
        camera.snapshot_ms >= 0 && request->arrived_ms - camera.snapshot_ms < pace_ms) {
        int64_t early_ms = camera.snapshot_ms + INTERVAL_MS - request->arrived_ms;
        if (early_ms < 1)
            early_ms = 1;
        verdict->retry_after_s = (int)((early_ms + 999) / 1000);
        refuse(verdict, 429, "TOO_MANY_REQUESTS",
               "A snapshot each 10 s is enough; the last one came %d ms before.",
               (int)(request->arrived_ms - camera.snapshot_ms));
        return;
    }
    verdict->status = 204;
}

static void check_info(const standin_request_t *request, standin_verdict_t *verdict)
{
    char why[STANDIN_WHY_SIZE - 8];

    int err = standin_info_read((const char *)request->body, request->body_len, &verdict->info, why,
                                sizeof why);
    if (err < 0)
        refuse(verdict, 400, "BAD_REQUEST", "In the info, %s.", why);
    else
        verdict->status = 200;
}

int64_t standin_api_body_max(const char *path)
{
    if (strcmp(path, snapshot_path) == 0)
        return STANDIN_SNAPSHOT_BYTES_MAX;
    return strcmp(path, info_path) == 0 ? STANDIN_INFO_BYTES_MAX : 0;
}

void standin_api_check(standin_cameras_t *cameras, int64_t pace_ms,
                       const standin_request_t *request, standin_verdict_t *verdict)
{
    int64_t body_max = standin_api_body_max(request->path);

    *verdict = (standin_verdict_t){.retry_after_s = -1};
    if (!body_max) {
        refuse(verdict, 404, "NOT_FOUND", "There is only /c/snapshot and /c/info here.");
        return;
    }
    if (strcmp(request->method, "PUT") != 0) {
        verdict->allow_put = true;
        refuse(verdict, 405, "METHOD_NOT_ALLOWED", "This path takes PUT only.");
        return;
    }
    if (request->content_length > body_max || request->body_len > (uint64_t)body_max) {
        refuse(verdict, 413, "PAYLOAD_TOO_LARGE", "The body is larger than %d bytes.",
               (int)body_max);
        return;
    }
    if (!check_who(cameras, request, verdict) || !check_head(request, verdict))
        return;
    if (is_snapshot(request))
        check_snapshot(cameras, pace_ms, request, verdict);
    else
        check_info(request, verdict);
}

// Copies a member of the info, or what stands for it when the camera sent none.
static bool add_or(cJSON *answer, const cJSON *info, const char *name, cJSON *otherwise)
{
    const cJSON *sent = cJSON_GetObjectItemCaseSensitive(info, name);
    cJSON *item = otherwise;

    if (sent) {
        cJSON_Delete(otherwise);
        item = cJSON_Duplicate(sent, true);
    }
    return item && cJSON_AddItemToObject(answer, name, item);
}

static cJSON *describe(const standin_camera_t *camera, const cJSON *info)
{
    const cJSON *config = cJSON_GetObjectItemCaseSensitive(info, "config");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(config, "name");
    cJSON *answer = cJSON_CreateObject();

    if (answer && cJSON_AddNumberToObject(answer, "id", camera->id) &&
        cJSON_AddStringToObject(answer, "name", cJSON_GetStringValue(name)) &&
        add_or(answer, info, "config", NULL) &&
        add_or(answer, info, "options", cJSON_CreateObject()) &&
        add_or(answer, info, "capabilities", cJSON_CreateArray()) &&
        cJSON_AddNumberToObject(answer, "team_id", 1) &&
        cJSON_AddStringToObject(answer, "printer_uuid", camera->printer_uuid) &&
        cJSON_AddStringToObject(answer, "token", camera->token) &&
        cJSON_AddStringToObject(answer, "origin", "OTHER") &&
        cJSON_AddBoolToObject(answer, "registered", true))
        return answer;
    cJSON_Delete(answer);
    return NULL;
}

void standin_api_accept(standin_cameras_t *cameras, int64_t pace_ms,
                        const standin_request_t *request, standin_verdict_t *verdict)
{
    standin_camera_t camera;

    int err = standin_cameras_bind(cameras, request->token, request->fingerprint, &camera);
    if (err == CC_ERR_DENIED) {
        refuse(verdict, 403, "FORBIDDEN_INVALID_FINGERPRINT",
               "This token belongs to a camera with another fingerprint.");
        return;
    }
    if (err < 0) {
        refuse(verdict, 503, "SERVICE_UNAVAILABLE", "This camera cannot be remembered: %s.",
               cc_err_text(err));
        return;
    }
    if (!is_snapshot(request)) {
        verdict->answer = describe(&camera, verdict->info);
        if (!verdict->answer)
            refuse(verdict, 503, "SERVICE_UNAVAILABLE", "Out of memory.");
        return;
    }
    err = standin_cameras_note_snapshot(cameras, request->token, request->arrived_ms, pace_ms);
    if (err == CC_ERR_AGAIN) {
        verdict->retry_after_s = INTERVAL_MS / 1000;
        refuse(verdict, 429, "TOO_MANY_REQUESTS",
               "Two snapshots came at once; one each 10 s is enough.");
    }
}

char *standin_api_body(const standin_verdict_t *verdict)
{
    if (verdict->answer)
        return cJSON_PrintUnformatted(verdict->answer);
    if (verdict->status < 300) {
        char *empty = cJSON_malloc(1);
        if (empty)
            empty[0] = '\0';
        return empty;
    }

    char *text = NULL;
    cJSON *error = cJSON_CreateObject();
    if (error && cJSON_AddStringToObject(error, "code", verdict->code) &&
        cJSON_AddStringToObject(error, "message", verdict->message))
        text = cJSON_PrintUnformatted(error);
    cJSON_Delete(error);
    return text;
}

void standin_verdict_deinit(standin_verdict_t *verdict)
{
    cJSON_Delete(verdict->info);
    cJSON_Delete(verdict->answer);
    verdict->info = NULL;
    verdict->answer = NULL;
}
