// One request on its way through core/web, and the words to answer it with. Private to this folder.
#pragma once

#include <cJSON.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/guard.h"
#include "web/login.h"
#include "web/web.h"

#define CC_PATH_MAX 256 // bytes of a path, with NUL; longer ones exist nowhere here

struct cc_web {
    cc_web_config_t config;
    cc_login_t *login;
    uint64_t started_ms;
    atomic_uint sends_waiting; // requests that wait for Connect
    atomic_flag is_updating;   // a firmware is on its way in
};

typedef struct {
    cc_web_t *web;
    const cc_http_request_t *request;
    cc_http_response_t *response;
    char path[CC_PATH_MAX]; // decoded
    const char *query;      // as sent, without "?"; "" none
    bool has_view_key;
} cc_call_t;

const char *cc_call_header(const cc_call_t *call, const char *name);

// The value of a query parameter, decoded: 1 found ("" when it has no "="), 0 absent, CC_ERR_FORMAT
// broken.
int cc_call_param(const cc_call_t *call, const char *name, char *out, size_t cap);
// A whole number: 1 found, 0 absent; CC_ERR_RANGE when it is none or not from min to max: then a
// problem that says so is the answer.
int cc_call_param_int(cc_call_t *call, const char *name, int32_t min, int32_t max, int32_t *value);
// Whether the body is said to be JSON.
bool cc_call_is_json(const cc_call_t *call);
// The body as a JSON object, freed by cJSON_Delete; NULL when it is none: then a problem is the
// answer.
cJSON *cc_call_json(cc_call_t *call);

void cc_reply_header(cc_call_t *call, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// text is static.
void cc_reply_static(cc_call_t *call, int status, const char *content_type, const char *text);
// Takes the JSON over; NULL (out of memory) becomes a problem.
void cc_reply_json(cc_call_t *call, int status, cJSON *json);
// Takes text from malloc over.
void cc_reply_text(cc_call_t *call, int status, const char *content_type, char *text, size_t len);
// RFC 9457: `detail` is a sentence for people that says what is right.
void cc_reply_problem(cc_call_t *call, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// The same with members of its own; takes them over.
void cc_reply_problem_with(cc_call_t *call, int status, cJSON *members, const char *detail);
// 422 with each field's sentence, or why the settings could not be saved.
void cc_reply_draft_problem(cc_call_t *call, const cc_draft_t *draft, int err);
// Handlers: fill the response and return 0, or CC_ERR_AGAIN to be called again where waiting is
// allowed.
typedef int (*cc_call_handler_t)(cc_call_t *call);

int cc_api_snapshot(cc_call_t *call);
int cc_api_stream(cc_call_t *call);
int cc_api_capture(cc_call_t *call);
int cc_api_send(cc_call_t *call);
int cc_api_light(cc_call_t *call);
int cc_api_status(cc_call_t *call);
int cc_api_settings(cc_call_t *call);
int cc_api_settings_patch(cc_call_t *call);
int cc_api_settings_reset(cc_call_t *call);
int cc_api_schema(cc_call_t *call);
int cc_api_backup(cc_call_t *call);
int cc_api_restore(cc_call_t *call);
int cc_api_wifi_networks(cc_call_t *call);
int cc_api_reboot(cc_call_t *call);
int cc_api_firmware(cc_call_t *call);
// Its body is to come: fills *sink, or makes the answer. sink NULL: there can be no body.
void cc_api_firmware_upload(cc_call_t *call, cc_http_sink_t *sink);
int cc_api_core_dump(cc_call_t *call);
int cc_api_core_dump_forget(cc_call_t *call);
int cc_api_log(cc_call_t *call);
int cc_api_metrics(cc_call_t *call);
int cc_api_health(cc_call_t *call);

int cc_legacy_saved_photo(cc_call_t *call);
int cc_legacy_capture(cc_call_t *call);
int cc_legacy_send(cc_call_t *call);
int cc_legacy_led(cc_call_t *call);
int cc_legacy_light(cc_call_t *call);
int cc_legacy_flash(cc_call_t *call);
int cc_legacy_flash_toggle(cc_call_t *call);
int cc_legacy_reboot(cc_call_t *call);
int cc_legacy_reset(cc_call_t *call);
int cc_legacy_set_one(cc_call_t *call);
int cc_legacy_action_page(cc_call_t *call);
int cc_legacy_set_int(cc_call_t *call);
int cc_legacy_set_bool(cc_call_t *call);
int cc_legacy_json(cc_call_t *call);

int cc_api_timelapse(cc_call_t *call);
int cc_api_timelapse_day(cc_call_t *call);
int cc_api_timelapse_delete(cc_call_t *call);
int cc_api_timelapse_film(cc_call_t *call);
int cc_api_timelapse_picture(cc_call_t *call);

// Whether a guest of the camera's own network looked for the internet; then the answer leads to the
// page.
bool cc_captive_redirects(cc_call_t *call);

// CC_ERR_NOT_FOUND when the page has no file of this path.
int cc_page_asset(cc_call_t *call);
bool cc_page_has(const char *path);

// What every answer has: the headers that are the same for all, and its count.
void cc_web_finish(cc_call_t *call);
