// A new firmware, taken piece by piece by cameras that are updated through their page.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "update/install.h"
#include "util/err.h"
#include "util/text.h"
#include "web/call.h"

typedef struct {
    cc_web_t *web;
    cc_install_t install;
    char peer[48];
} upload_t;

typedef struct {
    const cc_system_t *system;
    char text[32 + CC_IMAGE_VERSION_MAX];
} goodbye_t;

static const char is_updating[] = "Another update is under way. Try again when it is over.";

// The restart comes when the answer has left.
static void restart_now(void *owner)
{
    goodbye_t *goodbye = owner;
    goodbye->system->restart(goodbye->system->ctx);
    free(goodbye);
}

static void reply_installed(cc_call_t *call, const upload_t *upload)
{
    const cc_web_config_t *config = &call->web->config;
    const char *version = upload->install.image.version;
    cc_log(config->log, CC_LOG_WARNING, "update", "Firmware %s came from %s, and starts now.",
           version, upload->peer);
    goodbye_t *goodbye = malloc(sizeof *goodbye);
    if (!goodbye) { // the new one is what starts next all the same
        cc_reply_json(call, 503, NULL);
        config->system->restart(config->system->ctx);
        return;
    }
    goodbye->system = config->system;
    // a version has no blanks, quotes or controls: the image was refused otherwise
    snprintf(goodbye->text, sizeof goodbye->text, "{\"version\":\"%s\"}", version);
    cc_reply_static(call, 200, "application/json", goodbye->text);
    call->response->release = restart_now;
    call->response->owner = goodbye;
}

static void reply_refused(cc_call_t *call, const upload_t *upload)
{
    const cc_install_t *install = &upload->install;
    int err = install->err;
    cc_log(call->web->config.log, CC_LOG_WARNING, "update", "A firmware from %s was refused: %s",
           upload->peer, install->why);
    if (err == CC_ERR_FORMAT || err == CC_ERR_CUT)
        cc_reply_problem(call, 422, "%s", install->why);
    else
        cc_reply_problem(call, err == CC_ERR_BUSY ? 409 : 503, "%s", install->why);
}

static int take(void *ctx, const uint8_t *bytes, size_t len)
{
    upload_t *upload = ctx;
    return cc_install_take(&upload->install, bytes, len);
}

static void end(void *ctx, bool whole, cc_http_response_t *response)
{
    upload_t *upload = ctx;
    cc_web_t *web = upload->web;
    cc_call_t call = {.web = web, .response = response};
    if (!whole && upload->install.err == CC_OK) {
        cc_install_abort(&upload->install);
        upload->install.err = CC_ERR_CUT;
        snprintf(upload->install.why, sizeof upload->install.why,
                 "The connection broke off. What runs goes on running.");
    }
    if (cc_install_end(&upload->install) == CC_OK)
        reply_installed(&call, upload);
    else
        reply_refused(&call, upload);
    free(upload);
    atomic_flag_clear(&web->is_updating);
    cc_web_finish(&call);
}

void cc_api_firmware_upload(cc_call_t *call, cc_http_sink_t *sink)
{
    cc_web_t *web = call->web;
    if (!sink || !web->config.update) {
        cc_api_firmware(call);
        return;
    }
    if (atomic_flag_test_and_set(&web->is_updating)) {
        cc_reply_problem(call, 409, "%s", is_updating);
        return;
    }
    upload_t *upload = calloc(1, sizeof *upload);
    if (!upload) {
        atomic_flag_clear(&web->is_updating);
        cc_reply_json(call, 503, NULL);
        return;
    }
    upload->web = web;
    cc_text_copy(upload->peer, sizeof upload->peer, call->request->peer);
    if (cc_install_begin(&upload->install, web->config.update, call->request->body_len) < 0) {
        reply_refused(call, upload);
        free(upload);
        atomic_flag_clear(&web->is_updating);
        return;
    }
    *sink = (cc_http_sink_t){upload, take, end};
}

static void fetch_ended(void *ctx)
{
    cc_web_t *web = ctx;
    atomic_flag_clear(&web->is_updating);
}

static void fetch(cc_call_t *call, const char *url)
{
    cc_web_t *web = call->web;
    if (atomic_flag_test_and_set(&web->is_updating)) {
        cc_reply_problem(call, 409, "%s", is_updating);
        return;
    }
    int err = cc_fetch_start(web->config.fetch, url, fetch_ended, web);
    if (err == CC_OK) {
        cc_reply_static(call, 202, "application/json", "{\"fetching\":true}");
        return;
    }
    atomic_flag_clear(&web->is_updating);
    if (err == CC_ERR_FORMAT)
        cc_reply_problem(call, 422, "url must be an address that begins with https://.");
    else
        cc_reply_json(call, 503, NULL);
}

int cc_api_firmware(cc_call_t *call)
{
    const cc_web_config_t *config = &call->web->config;
    if (!config->update) {
        cc_reply_problem(call, 404, "%s", config->system->update_hint);
        return CC_OK;
    }
    if (!config->fetch || !cc_call_is_json(call)) {
        cc_reply_problem(call, 422, "The body must be the image of a firmware, and it is empty.");
        return CC_OK;
    }
    cJSON *json = cc_call_json(call);
    if (json) {
        const char *url = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "url"));
        fetch(call, url ? url : "");
        cJSON_Delete(json);
    }
    return CC_OK;
}
