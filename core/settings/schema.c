// The settings as others read them: values, schema, words.
#include <stdio.h>
#include <string.h>

#include "settings/settings_private.h"
#include "util/text.h"

static bool is_set_locked(cc_settings_t *settings, cc_setting_t id)
{
    if (id == CC_SETTING_SYSTEM_PASSWORD)
        id = CC_SETTING_SYSTEM_PASSWORD_SHA256;
    return *cc_settings_text_locked(settings, &settings->live, id) != '\0';
}

static bool add_value_locked(cc_settings_t *settings, cc_settings_values_t *values, cJSON *object,
                             cc_setting_t id)
{
    cJSON *value;
    if (cc_setting_rows[id].kind == CC_KIND_SECRET) {
        value = cJSON_CreateObject();
        cJSON_AddBoolToObject(value, "set", is_set_locked(settings, id));
    } else {
        value = cc_settings_value_json_locked(settings, values, id);
    }
    return cJSON_AddItemToObject(object, cc_setting_rows[id].key, value);
}

cJSON *cc_settings_json(cc_settings_t *settings, bool backup)
{
    cJSON *json = cJSON_CreateObject();
    bool complete = json != NULL;
    cc_enter(settings->config.task, settings->monitor);
    for (int i = 0; complete && i < CC_SETTING_COUNT; i++) {
        cc_setting_t id = (cc_setting_t)i;
        const cc_setting_row_t *row = &cc_setting_rows[id];
        if (row->kind == CC_KIND_HIDDEN || settings->limit[id].absent)
            continue;
        if (backup && (row->kind == CC_KIND_SECRET || !cc_bit(settings->stored.chosen, id)))
            continue;
        complete =
            add_value_locked(settings, backup ? &settings->stored : &settings->live, json, id);
    }
    cc_leave(settings->config.task, settings->monitor);
    if (complete)
        return json;
    cJSON_Delete(json);
    return NULL;
}

static const char *type_name(cc_setting_kind_t kind)
{
    switch (kind) {
    case CC_KIND_BOOL:
        return "boolean";
    case CC_KIND_INT:
        return "integer";
    case CC_KIND_CHOICE:
    case CC_KIND_SIZE:
        return "choice";
    case CC_KIND_SECRET:
        return "secret";
    default:
        return "text";
    }
}

static void add_choices_locked(cc_settings_t *settings, cJSON *entry, cc_setting_t id)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    cJSON *choices = cJSON_AddArrayToObject(entry, "choices");
    if (row->kind == CC_KIND_CHOICE)
        for (int32_t i = 0; row->names[i] && i <= settings->limit[id].max; i++)
            cJSON_AddItemToArray(choices, cc_choice_json(row->names[i]));
    for (size_t i = 0; row->kind == CC_KIND_SIZE && i < settings->n_sizes; i++) {
        char text[CC_SIZE_TEXT_MAX];
        cc_size_text(settings->sizes[i], text);
        cJSON_AddItemToArray(choices, cJSON_CreateString(text));
    }
}

cJSON *cc_settings_schema(cc_settings_t *settings)
{
    cJSON *schema = cJSON_CreateArray();
    cc_enter(settings->config.task, settings->monitor);
    for (int i = 0; schema && i < CC_SETTING_COUNT; i++) {
        cc_setting_t id = (cc_setting_t)i;
        const cc_setting_row_t *row = &cc_setting_rows[id];
        const cc_setting_limit_t *limit = &settings->limit[id];
        if (row->kind == CC_KIND_HIDDEN || limit->absent)
            continue;
        cJSON *entry = cJSON_CreateObject();
        if (!cJSON_AddItemToArray(schema, entry))
            break;
        cJSON_AddStringToObject(entry, "key", row->key);
        cJSON_AddStringToObject(entry, "type", type_name(row->kind));
        cJSON_AddStringToObject(entry, "group", row->group);
        cJSON_AddStringToObject(entry, "label", row->label);
        if (row->kind == CC_KIND_INT) {
            cJSON_AddNumberToObject(entry, "minimum", limit->min);
            cJSON_AddNumberToObject(entry, "maximum", limit->max);
            cJSON_AddNumberToObject(entry, "step", limit->step);
            if (*row->unit)
                cJSON_AddStringToObject(entry, "unit", row->unit);
        }
        if (row->kind == CC_KIND_CHOICE || row->kind == CC_KIND_SIZE)
            add_choices_locked(settings, entry, id);
        if (row->kind == CC_KIND_TEXT || row->kind == CC_KIND_SECRET) {
            cJSON_AddNumberToObject(entry, "minLength", row->min);
            cJSON_AddNumberToObject(entry, "maxLength", row->max);
        }
        if (row->kind != CC_KIND_SECRET)
            cJSON_AddItemToObject(entry, "default",
                                  cc_settings_value_json_locked(settings, NULL, id));
    }
    cc_leave(settings->config.task, settings->monitor);
    return schema;
}

void cc_settings_describe(cc_settings_t *settings, cc_setting_t id, char *out, size_t cap)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    cc_enter(settings->config.task, settings->monitor);
    if (row->kind == CC_KIND_SECRET || row->kind == CC_KIND_HIDDEN) {
        cc_text_copy(out, cap, is_set_locked(settings, id) ? "(set)" : "(not set)");
    } else if (row->kind == CC_KIND_TEXT) {
        cc_text_copy(out, cap, cc_settings_text_locked(settings, &settings->live, id));
    } else {
        int32_t number = cc_settings_number_locked(settings, &settings->live, id);
        char size[CC_SIZE_TEXT_MAX];
        switch (row->kind) {
        case CC_KIND_BOOL:
            cc_text_copy(out, cap, number ? "true" : "false");
            break;
        case CC_KIND_CHOICE:
            cc_text_copy(out, cap, row->names[number]);
            break;
        case CC_KIND_SIZE:
            cc_size_text(cc_size_unpack(number), size);
            cc_text_copy(out, cap, size);
            break;
        default:
            snprintf(out, cap, "%ld", (long)number);
        }
    }
    cc_leave(settings->config.task, settings->monitor);
}
