// The document that settings are kept in: one flat JSON object, key by key.
#include <stdlib.h>
#include <string.h>

#include "settings/settings_private.h"
#include "util/err.h"
#include "util/json.h"
#include "util/text.h"

#define DOCUMENT "settings"
#define DOCUMENT_MAX                                                                               \
    (32u * 1024u) // bytes: ours needs 7 KB at the most, the rest is for later versions' keys

cJSON *cc_choice_json(const char *name)
{
    int32_t number;
    return cc_text_to_int(name, &number) == CC_OK ? cJSON_CreateNumber(number)
                                                  : cJSON_CreateString(name);
}

// Takes one member over; false when this version cannot make sense of it.
static bool take_member(cc_settings_t *settings, const cJSON *member)
{
    cc_setting_t id = cc_setting_find(member->string);
    if (id == CC_SETTING_COUNT)
        return false;
    const cc_setting_row_t *row = &cc_setting_rows[id];
    cc_settings_values_t *values = &settings->stored;
    if (cc_kind_is_text(row->kind)) {
        char why[200];
        if (!cJSON_IsString(member) || strlen(member->valuestring) >= cc_setting_text_cap(id) ||
            cc_text_characters(member->valuestring) > (size_t)row->max ||
            (row->check && !row->check(member->valuestring, why, sizeof why)))
            return false;
        memcpy(cc_values_text(values, id), member->valuestring, strlen(member->valuestring) + 1);
    } else if (row->kind == CC_KIND_BOOL) {
        if (!cJSON_IsBool(member))
            return false;
        values->number[id] = cJSON_IsTrue(member);
    } else if (row->kind == CC_KIND_INT) {
        // the range is the camera's business, and it may be another camera next time
        double number = cJSON_IsNumber(member) ? member->valuedouble : 0.5;
        if (!(number >= INT32_MIN && number <= INT32_MAX) || number != (double)(int32_t)number)
            return false;
        values->number[id] = (int32_t)number;
    } else if (row->kind == CC_KIND_SIZE) {
        cc_size_t size;
        if (!cJSON_IsString(member) || cc_size_parse(member->valuestring, &size) < 0)
            return false;
        values->number[id] = cc_size_pack(size);
    } else {
        int32_t choice = 0;
        while (row->names[choice]) {
            cJSON *name = cc_choice_json(row->names[choice]);
            bool same = cJSON_Compare(name, member, 1);
            cJSON_Delete(name);
            if (same)
                break;
            choice++;
        }
        if (!row->names[choice])
            return false;
        values->number[id] = choice;
    }
    cc_bit_put(values->chosen, id, true);
    return true;
}

static int set_aside(cc_settings_t *settings, const char *problem)
{
    const cc_store_t *store = settings->config.store;
    char kept[64] = "";
    int err = store->set_aside(store->ctx, DOCUMENT, kept, sizeof kept);
    if (err < 0)
        return err;
    cc_log(settings->config.log, CC_LOG_ERROR, "settings",
           "The settings could not be read (%s). They are kept as %s; the defaults count now.",
           problem, kept);
    return CC_OK;
}

int cc_document_load(cc_settings_t *settings)
{
    const cc_store_t *store = settings->config.store;
    settings->unknown = cJSON_CreateObject();
    char *text = malloc(DOCUMENT_MAX);
    if (!settings->unknown || !text) {
        free(text);
        return CC_ERR_MEMORY;
    }

    cJSON *json = NULL;
    const char *problem = "it is too large";
    int err = store->load(store->ctx, DOCUMENT, text, DOCUMENT_MAX);
    if (err == CC_ERR_NOT_FOUND) {
        err = CC_OK;
        goto out;
    }
    if (err >= 0)
        err = cc_json_parse(text, (size_t)err, &json, &problem);
    if (err == CC_OK && !cJSON_IsObject(json)) {
        problem = "it is not an object";
        err = CC_ERR_FORMAT;
    }
    if (err == CC_ERR_FORMAT || err == CC_ERR_SPACE)
        err = set_aside(settings, problem);
    if (err < 0 || !json || !cJSON_IsObject(json))
        goto out;

    for (cJSON *member = json->child, *next; member; member = next) {
        next = member->next;
        if (take_member(settings, member))
            continue;
        if (cc_setting_find(member->string) != CC_SETTING_COUNT)
            cc_log(settings->config.log, CC_LOG_WARNING, "settings",
                   "%s has a value that this version does not know; its default counts.",
                   member->string);
        cJSON_AddItemToObject(settings->unknown, member->string,
                              cJSON_DetachItemViaPointer(json, member));
    }
out:
    cJSON_Delete(json);
    free(text);
    return err;
}

cJSON *cc_settings_value_json_locked(cc_settings_t *settings, cc_settings_values_t *values,
                                     cc_setting_t id)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    if (cc_kind_is_text(row->kind))
        return cJSON_CreateString(cc_settings_text_locked(settings, values, id));
    int32_t number = cc_settings_number_locked(settings, values, id);
    switch (row->kind) {
    case CC_KIND_BOOL:
        return cJSON_CreateBool(number != 0);
    case CC_KIND_CHOICE:
        return cc_choice_json(row->names[number]);
    case CC_KIND_SIZE: {
        char text[CC_SIZE_TEXT_MAX];
        cc_size_text(cc_size_unpack(number), text);
        return cJSON_CreateString(text);
    }
    default:
        return cJSON_CreateNumber(number);
    }
}

char *cc_document_text_locked(cc_settings_t *settings, cc_settings_values_t *values,
                              bool with_unknown)
{
    char *text = NULL;
    cJSON *json = cJSON_CreateObject();
    if (!json)
        return NULL;

    for (int i = 0; i < CC_SETTING_COUNT; i++) {
        cc_setting_t id = (cc_setting_t)i;
        if (!cc_bit(values->chosen, id))
            continue;
        // as it was chosen, not as the camera at hand would clamp it
        cJSON *value;
        if (cc_setting_rows[id].kind == CC_KIND_INT) {
            value = cJSON_CreateNumber(values->number[id]);
        } else if (cc_setting_rows[id].kind == CC_KIND_SIZE) {
            char size[CC_SIZE_TEXT_MAX];
            cc_size_text(cc_size_unpack(values->number[id]), size);
            value = cJSON_CreateString(size);
        } else {
            value = cc_settings_value_json_locked(settings, values, id);
        }
        if (!cJSON_AddItemToObject(json, cc_setting_rows[id].key, value)) {
            cJSON_Delete(value);
            goto out;
        }
    }
    const cJSON *member;
    cJSON_ArrayForEach(member, settings->unknown)
    {
        if (!with_unknown || cJSON_GetObjectItemCaseSensitive(json, member->string))
            continue;
        if (!cJSON_AddItemToObject(json, member->string, cJSON_Duplicate(member, 1)))
            goto out;
    }
    text = cJSON_Print(json);
out:
    cJSON_Delete(json);
    return text;
}

int cc_document_save(cc_settings_t *settings, char *text)
{
    const cc_store_t *store = settings->config.store;
    if (!text)
        return CC_ERR_MEMORY;
    size_t len = strlen(text);
    int err = CC_ERR_SPACE; // larger, it could not be read any more
    if (len < DOCUMENT_MAX)
        err = store->save(store->ctx, DOCUMENT, text, len);
    cc_text_wipe(text, len);
    cJSON_free(text);
    return err;
}

void cc_document_forget_unknown_locked(cc_settings_t *settings)
{
    while (settings->unknown->child)
        cJSON_Delete(cJSON_DetachItemViaPointer(settings->unknown, settings->unknown->child));
}
