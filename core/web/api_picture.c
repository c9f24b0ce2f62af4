// Pictures and what makes them: snapshot, stream, capture, send, light.
#include <stdio.h>
#include <string.h>

#include "frame/frame.h"
#include "util/date.h"
#include "util/err.h"
#include "util/json.h"
#include "web/call.h"

enum {
    SENDS_WAITING_MAX = 2,
    AGE_DEFAULT_MS = 1000,
    AGE_MAX_MS = 60 * 60 * 1000,
    WAIT_MS = 10 * 1000,
    WAIT_FAILING_MS =
        1000, // a camera that sends rubbish gets a short chance before the last good one
    SEND_WAIT_MS =
        150 * 1000, // 10 s for Connect's pace, 10 s for the picture, 90 s for the exchange
};

static void release_frame(void *owner)
{
    cc_frame_release(owner);
}

static void reply_no_picture(cc_call_t *call, int err)
{
    cc_capture_state_t state;
    cc_capture_state(call->web->config.capture, &state);
    cc_reply_header(call, "Retry-After", "5");
    if (*state.reason)
        cc_reply_problem(call, 503, "%s", state.reason);
    else
        cc_reply_problem(call, 503, "There is no picture: %s.", cc_err_text(err));
}

// Hands the frame's bytes to the server, which releases it when they have left.
static void reply_frame(cc_call_t *call, cc_frame_t *frame, const char *content_type)
{
    cc_http_response_t *response = call->response;
    uint64_t now_ms = cc_clock_now(call->web->config.clock);
    uint64_t age_ms = now_ms > frame->begun_ms ? now_ms - frame->begun_ms : 0;
    char date[CC_DATE_TEXT_MAX];

    if (!cc_capture_may_keep(call->web->config.capture, frame, false)) {
        cc_frame_release(frame);
        cc_stream_make_room(call->web->config.stream);
        cc_reply_header(call, "Retry-After", "1");
        cc_reply_problem(call, 503, "Too many slow readers have pictures on loan. Try again.");
        return;
    }
    response->status = 200;
    response->content_type = content_type;
    memcpy(response->spans, frame->spans, frame->n_spans * sizeof frame->spans[0]);
    response->n_spans = frame->n_spans;
    response->release = release_frame;
    response->owner = frame;
    if (frame->begun_unix_ms > 0) {
        cc_date_http(frame->begun_unix_ms / 1000, date);
        cc_reply_header(call, "Last-Modified", "%s", date);
    }
    cc_reply_header(call, "X-Frame-Id", "%llu", (unsigned long long)frame->id);
    cc_reply_header(call, "Age", "%llu", (unsigned long long)(age_ms / 1000));
}

static int reply_snapshot(cc_call_t *call, const char *content_type)
{
    cc_capture_t *capture = call->web->config.capture;
    cc_capture_state_t state;
    int32_t max_age_ms = AGE_DEFAULT_MS, flash = 0;
    int has_age = cc_call_param_int(call, "max_age_ms", 0, AGE_MAX_MS, &max_age_ms);
    if (has_age < 0 || cc_call_param_int(call, "flash", 0, 1, &flash) < 0)
        return CC_OK;
    cc_capture_state(capture, &state);
    cc_capture_request_t request = {.max_age_ms = (uint32_t)max_age_ms, .flash = flash != 0};
    if (call->request->may_wait)
        request.wait_ms = state.state == CC_CAMERA_FAILING && !has_age ? WAIT_FAILING_MS : WAIT_MS;

    cc_frame_t *frame = NULL;
    int err = cc_capture_get(capture, &request, &frame);
    if (err == CC_ERR_AGAIN)
        return err;
    if (err == CC_ERR_TIMEOUT &&
        !has_age) // it is there but sends rubbish: the last good one, with its age
        frame = cc_capture_last(capture);
    if (frame)
        reply_frame(call, frame, content_type);
    else
        reply_no_picture(call, err);
    return CC_OK;
}

int cc_api_snapshot(cc_call_t *call)
{
    return reply_snapshot(call, "image/jpeg");
}

int cc_legacy_saved_photo(cc_call_t *call)
{
    return reply_snapshot(call, "image/jpg");
}

int cc_api_stream(cc_call_t *call)
{
    if (call->request->method == CC_HTTP_HEAD) {
        cc_reply_static(call, 200, CC_STREAM_CONTENT_TYPE, "");
        return CC_OK;
    }
    cc_capture_state_t state;
    cc_capture_state(call->web->config.capture, &state);
    if (state.state == CC_CAMERA_GONE) {
        reply_no_picture(call, CC_ERR_GONE);
        return CC_OK;
    }
    if (cc_stream_open(call->web->config.stream, &call->response->source) < 0) {
        cc_reply_header(call, "Retry-After", "10");
        cc_reply_problem(
            call, 503,
            "All places for live viewers are taken. Close another one, or raise stream.viewers.");
        return CC_OK;
    }
    call->response->status = 200;
    call->response->content_type = CC_STREAM_CONTENT_TYPE;
    return CC_OK;
}

// Takes a new picture; 0 and *frame on loan, CC_ERR_AGAIN, or the answer is made.
static int take_new(cc_call_t *call, cc_frame_t **frame)
{
    cc_capture_request_t request = {.wait_ms = WAIT_MS};
    if (!call->request->may_wait)
        return CC_ERR_AGAIN;
    int err = cc_capture_get(call->web->config.capture, &request, frame);
    if (err < 0)
        reply_no_picture(call, err);
    return err;
}

int cc_api_capture(cc_call_t *call)
{
    cc_frame_t *frame = NULL;
    int err = take_new(call, &frame);
    if (err < 0)
        return err == CC_ERR_AGAIN ? err : CC_OK;
    cJSON *json = cJSON_CreateObject();
    cc_json_add_unsigned(json, "id", frame->id);
    cJSON_AddNumberToObject(json, "width", frame->width);
    cJSON_AddNumberToObject(json, "height", frame->height);
    cc_json_add_unsigned(json, "bytes", frame->len);
    cc_frame_release(frame);
    cc_reply_json(call, 200, json);
    return CC_OK;
}

int cc_legacy_capture(cc_call_t *call)
{
    cc_frame_t *frame = NULL;
    int err = take_new(call, &frame);
    if (err < 0)
        return err == CC_ERR_AGAIN ? err : CC_OK;
    cc_frame_release(frame);
    cc_reply_static(call, 200, "text/plain", "Take Photo");
    return CC_OK;
}

static void reply_cannot_send(cc_call_t *call)
{
    cc_connect_status_t status;
    cc_connect_status(call->web->config.connect, &status);
    cc_reply_problem(call, 409, "%s", status.sentence);
}

int cc_api_send(cc_call_t *call)
{
    cc_connect_attempt_t attempt;
    if (!call->request->may_wait)
        return CC_ERR_AGAIN;
    // They may wait long, and must leave workers to those who want a picture.
    if (atomic_fetch_add(&call->web->sends_waiting, 1) >= SENDS_WAITING_MAX) {
        atomic_fetch_sub(&call->web->sends_waiting, 1);
        cc_reply_header(call, "Retry-After", "10");
        cc_reply_problem(call, 503,
                         "A picture is being sent already. Its result is in the status.");
        return CC_OK;
    }
    int err = cc_connect_send(call->web->config.connect, SEND_WAIT_MS, &attempt);
    atomic_fetch_sub(&call->web->sends_waiting, 1);
    if (err == CC_ERR_UNSUPPORTED) {
        reply_cannot_send(call);
    } else if (err < 0) {
        cc_reply_problem(call, 504, "There is no result yet: %s.", cc_err_text(err));
    } else {
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "result", cc_result_name(attempt.result));
        cJSON_AddBoolToObject(json, "sent", attempt.result == CC_RESULT_SENT);
        cJSON_AddNumberToObject(json, "http_status", attempt.status);
        cJSON_AddStringToObject(json, "sentence", attempt.sentence);
        cJSON_AddNumberToObject(json, "took_ms", attempt.took_ms);
        cJSON_AddNumberToObject(json, "bytes", attempt.bytes);
        if (attempt.result == CC_RESULT_SENT)
            cc_reply_json(call, 200, json);
        else
            cc_reply_problem_with(call, 502, json, attempt.sentence);
    }
    return CC_OK;
}

// The originals answered at once and sent afterwards.
int cc_legacy_send(cc_call_t *call)
{
    cc_connect_attempt_t attempt;
    if (cc_connect_send(call->web->config.connect, 0, &attempt) == CC_ERR_UNSUPPORTED)
        reply_cannot_send(call);
    else
        cc_reply_static(call, 200, "text/plain", "Send Photo");
    return CC_OK;
}

static void reply_no_light(cc_call_t *call)
{
    cc_reply_problem(call, 404, "This camera has no light.");
}

static void switch_light(cc_call_t *call, bool on, const char *reply)
{
    if (cc_capture_set_light(call->web->config.capture, on) < 0)
        reply_no_light(call);
    else
        cc_reply_static(call, 200, "text/plain", reply);
}

int cc_api_light(cc_call_t *call)
{
    cc_web_t *web = call->web;
    cJSON *body = cc_call_json(call);
    if (!body)
        return CC_OK;
    const cJSON *on = cJSON_GetObjectItemCaseSensitive(body, "on");
    const cJSON *level = cJSON_GetObjectItemCaseSensitive(body, "level");
    bool switches = on != NULL;
    bool turns_on = cJSON_IsTrue(on);
    bool good = (!on || cJSON_IsBool(on)) && (!level || cJSON_IsNumber(level)) && (on || level) &&
                cJSON_GetArraySize(body) == (on != NULL) + (level != NULL);
    int err = CC_OK;
    cc_draft_t *draft = cc_draft_new(web->config.settings);
    if (draft && good && level) {
        cJSON *setting = cJSON_CreateObject();
        cJSON_AddNumberToObject(setting, "light.level", level->valuedouble);
        cc_draft_set_json(draft, setting);
        cJSON_Delete(setting);
    }
    cJSON_Delete(body);

    cc_capture_state_t state;
    cc_capture_state(web->config.capture, &state);
    if (!draft) {
        cc_reply_json(call, 503, NULL);
    } else if (!state.has_light) {
        reply_no_light(call);
    } else if (!good) {
        cc_reply_problem(call, 422,
                         "The body must be {\"on\": true or false, \"level\": 1 to 100}.");
    } else if ((err = cc_draft_commit(draft)) < 0) {
        cc_reply_draft_problem(call, draft, err);
    } else {
        if (switches)
            cc_capture_set_light(web->config.capture, turns_on);
        cJSON *json = cJSON_CreateObject();
        cJSON_AddBoolToObject(json, "on", cc_capture_light(web->config.capture));
        cJSON_AddNumberToObject(json, "level",
                                cc_settings_int(web->config.settings, CC_SETTING_LIGHT_LEVEL));
        cc_reply_json(call, 200, json);
    }
    cc_draft_free(draft);
    return CC_OK;
}

int cc_legacy_led(cc_call_t *call)
{
    switch_light(call, !cc_capture_light(call->web->config.capture), "Change LED status");
    return CC_OK;
}

int cc_legacy_light(cc_call_t *call)
{
    char value[8];
    if (cc_call_param(call, "on", value, sizeof value) == 1)
        switch_light(call, true, "Light on");
    else if (cc_call_param(call, "off", value, sizeof value) == 1)
        switch_light(call, false, "Light off");
    else
        cc_reply_problem(call, 422, "It takes /light?on or /light?off.");
    return CC_OK;
}
