// Settings by the API: read, change, reset, keep and restore.
#include <string.h>

#include "util/err.h"
#include "web/call.h"

int cc_api_settings(cc_call_t *call)
{
    cc_reply_json(call, 200, cc_settings_json(call->web->config.settings, false));
    return CC_OK;
}

int cc_api_schema(cc_call_t *call)
{
    cc_reply_json(call, 200, cc_settings_schema(call->web->config.settings));
    return CC_OK;
}

// Commits, and answers with the settings as they are then.
static void commit_and_reply(cc_call_t *call, cc_draft_t *draft)
{
    int err = cc_draft_commit(draft);
    if (err < 0)
        cc_reply_draft_problem(call, draft, err);
    else
        cc_api_settings(call);
}

// Before set-up is finished, the way in is all that can be changed, and what does not finish it is
// refused: its answer would show the settings to everybody.
static bool finishes_setup(const cJSON *body)
{
    bool finishes = false;
    const cJSON *member;
    cJSON_ArrayForEach(member, body)
    {
        if (strcmp(member->string, "system.password") == 0)
            finishes |= cJSON_IsString(member) && *member->valuestring;
        else if (strcmp(member->string, "system.open") == 0)
            finishes |= cJSON_IsTrue(member);
        else
            return false;
    }
    return finishes;
}

int cc_api_settings_patch(cc_call_t *call)
{
    cJSON *body = cc_call_json(call);
    if (!body)
        return CC_OK;
    cc_draft_t *draft = cc_draft_new(call->web->config.settings);
    if (!draft) {
        cc_reply_json(call, 503, NULL);
    } else if (cc_web_needs_setup(call->web) && !finishes_setup(body)) {
        cc_reply_problem(
            call, 403,
            "Set-up comes first: choose system.password, or set system.open to true, and "
            "nothing else.");
    } else {
        cc_draft_set_json(draft, body);
        commit_and_reply(call, draft);
    }
    cc_draft_free(draft);
    cJSON_Delete(body);
    return CC_OK;
}

// {"everything": true} goes back to the state of the first start, but for the fingerprint.
int cc_api_settings_reset(cc_call_t *call)
{
    bool everything = false;
    if (call->request->body_len > 0) {
        cJSON *body = cc_call_json(call);
        if (!body)
            return CC_OK;
        const cJSON *member = body->child;
        bool good = !member || (!member->next && strcmp(member->string, "everything") == 0 &&
                                cJSON_IsBool(member));
        everything = cJSON_IsTrue(member);
        cJSON_Delete(body);
        if (!good) {
            cc_reply_problem(call, 422,
                             "The body must be empty or {\"everything\": true or false}.");
            return CC_OK;
        }
    }
    cc_draft_t *draft = cc_draft_new(call->web->config.settings);
    if (!draft) {
        cc_reply_json(call, 503, NULL);
        return CC_OK;
    }
    cc_draft_reset(draft, everything ? CC_RESET_EVERYTHING : CC_RESET_SETTINGS);
    commit_and_reply(call, draft);
    cc_draft_free(draft);
    return CC_OK;
}

int cc_api_backup(cc_call_t *call)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "connectcam", call->web->config.version);
    cJSON *settings = cc_settings_json(call->web->config.settings, true);
    if (!cJSON_AddItemToObject(json, "settings", settings))
        cJSON_Delete(settings);
    cc_reply_header(call, "Content-Disposition",
                    "attachment; filename=\"connectcam-settings.json\"");
    cc_reply_json(call, 200, json);
    return CC_OK;
}

// Takes out what this camera does not have, and notes it: a backup may come from another kind. Its
// fingerprint comes only when asked for: two cameras with one would be one to Connect. Network and
// access stay as they are, whatever the backup says: the way to the camera must not be lost by it.
static void skip_foreign(cc_settings_t *settings, cJSON *values, bool identity, cJSON *skipped)
{
    for (cJSON *member = values->child, *next; member; member = next) {
        next = member->next;
        cc_setting_t id = cc_setting_find(member->string);
        bool ours = id != CC_SETTING_COUNT && !cc_settings_is_absent(settings, id);
        bool fingerprint = id == CC_SETTING_CONNECT_FINGERPRINT;
        if (ours && (fingerprint ? identity : cc_reset_takes(CC_RESET_VALUES, id)))
            continue;
        if (!ours || fingerprint)
            cJSON_AddItemToArray(skipped, cJSON_CreateString(member->string));
        cJSON_Delete(cJSON_DetachItemViaPointer(values, member));
    }
}

// Everything that a backup holds is as it was then: what it does not name had its default.
int cc_api_restore(cc_call_t *call)
{
    cc_settings_t *settings = call->web->config.settings;
    cJSON *body = cc_call_json(call);
    if (!body)
        return CC_OK;
    cJSON *values = cJSON_GetObjectItemCaseSensitive(body, "settings");
    bool identity = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "identity"));
    cc_draft_t *draft = cc_draft_new(settings);
    cJSON *skipped = cJSON_CreateArray();
    if (!draft || !skipped) {
        cc_reply_json(call, 503, NULL);
    } else if (!cJSON_IsObject(values)) {
        cc_reply_problem(call, 422, "The body must be a backup: {\"settings\": {…}}.");
    } else {
        skip_foreign(settings, values, identity, skipped);
        cc_draft_reset(draft, CC_RESET_VALUES);
        cc_draft_set_json(draft, values);
        int err = cc_draft_commit(draft);
        if (err < 0) {
            cc_reply_draft_problem(call, draft, err);
        } else {
            cJSON *json = cJSON_CreateObject();
            cJSON_AddItemToObject(json, "settings", cc_settings_json(settings, false));
            cJSON_AddItemToObject(json, "skipped", skipped);
            skipped = NULL;
            cc_reply_json(call, 200, json);
        }
    }
    cJSON_Delete(skipped);
    cc_draft_free(draft);
    cJSON_Delete(body);
    return CC_OK;
}
