// Changes: checked one by one, saved and applied as a whole.
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/credential.h"
#include "settings/settings_private.h"
#include "util/err.h"
#include "util/text.h"

cc_draft_t *cc_draft_new(cc_settings_t *settings)
{
    cc_draft_t *draft = calloc(1, sizeof *draft);
    if (draft)
        draft->settings = settings;
    return draft;
}

void cc_draft_free(cc_draft_t *draft)
{
    if (draft) // it may hold a secret
        cc_text_wipe(&draft->values, sizeof draft->values);
    free(draft);
}

void cc_draft_problem(cc_draft_t *draft, const char *key, const char *format, ...)
{
    if (draft->n_problems == CC_DRAFT_PROBLEMS_MAX)
        return;
    cc_problem_t *problem = &draft->problems[draft->n_problems++];
    cc_text_copy(problem->key, sizeof problem->key, key);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->detail, sizeof problem->detail, format, arguments);
    va_end(arguments);
    cc_text_mend_cut(problem->detail);
}

static void put_number(cc_draft_t *draft, cc_setting_t id, int32_t number)
{
    draft->values.number[id] = number;
    cc_bit_put(draft->changed.bits, id, true);
    cc_bit_put(draft->reset.bits, id, false);
}

static void put_reset(cc_draft_t *draft, cc_setting_t id)
{
    cc_bit_put(draft->changed.bits, id, true);
    cc_bit_put(draft->reset.bits, id, true);
}

// The row of a key that may be set from outside, else a problem and NULL.
static const cc_setting_row_t *find(cc_draft_t *draft, const char *key, cc_setting_t *id)
{
    *id = cc_setting_find(key);
    if (*id == CC_SETTING_COUNT || cc_setting_rows[*id].kind == CC_KIND_HIDDEN) {
        cc_draft_problem(draft, key, "There is no such setting.");
        return NULL;
    }
    if (cc_settings_is_absent(draft->settings, *id)) {
        cc_draft_problem(draft, key, "This camera does not have this setting.");
        return NULL;
    }
    return &cc_setting_rows[*id];
}

static cc_setting_limit_t limit_of(cc_settings_t *settings, cc_setting_t id)
{
    cc_enter(settings->config.task, settings->monitor);
    cc_setting_limit_t limit = settings->limit[id];
    cc_leave(settings->config.task, settings->monitor);
    return limit;
}

static void put_int(cc_draft_t *draft, cc_setting_t id, double number)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    cc_setting_limit_t limit = limit_of(draft->settings, id);

    bool device_knows = id == CC_SETTING_CAMERA_EXPOSURE || id == CC_SETTING_CAMERA_GAIN;
    if (draft->before_camera && !limit.known && device_knows && number >= INT32_MIN &&
        number <= INT32_MAX && number == (double)(int32_t)number) {
        put_number(
            draft, id,
            (int32_t)number); // the camera was not met yet; it will be clamped to what it has
        return;
    }
    if (!(number >= limit.min && number <= limit.max)) {
        cc_draft_problem(draft, row->key, "It must be a whole number from %ld to %ld.",
                         (long)limit.min, (long)limit.max);
        return;
    }
    int32_t whole = (int32_t)number;
    if ((double)whole != number || ((int64_t)whole - limit.min) % limit.step != 0) {
        if (limit.step == 1)
            cc_draft_problem(draft, row->key, "It must be a whole number from %ld to %ld.",
                             (long)limit.min, (long)limit.max);
        else
            cc_draft_problem(draft, row->key,
                             "It must be a number from %ld to %ld in steps of %ld.",
                             (long)limit.min, (long)limit.max, (long)limit.step);
        return;
    }
    put_number(draft, id, whole);
}

static void put_choice(cc_draft_t *draft, cc_setting_t id, const char *name)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    char all[160] = "";
    int32_t last = limit_of(draft->settings, id).max;
    for (int32_t i = 0; row->names[i] && i <= last; i++) {
        if (strcmp(row->names[i], name) == 0) {
            put_number(draft, id, i);
            return;
        }
        size_t len = strlen(all);
        snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", row->names[i]);
    }
    cc_draft_problem(draft, row->key, "It must be one of %s.", all);
}

static void put_size(cc_draft_t *draft, cc_setting_t id, const char *text)
{
    cc_settings_t *settings = draft->settings;
    char all[160] = "";
    cc_size_t size = {0, 0};
    int err = cc_size_parse(text, &size);
    cc_enter(settings->config.task, settings->monitor);
    bool offered = settings->n_sizes == 0; // not known yet: the nearest one will do
    for (size_t i = 0; i < settings->n_sizes; i++) {
        char name[CC_SIZE_TEXT_MAX];
        cc_size_text(settings->sizes[i], name);
        size_t len = strlen(all);
        snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", name);
        offered |=
            settings->sizes[i].width == size.width && settings->sizes[i].height == size.height;
    }
    cc_leave(settings->config.task, settings->monitor);
    if (err < 0 || !offered)
        cc_draft_problem(draft, cc_setting_rows[id].key, "It must be one of %s.",
                         *all ? all : "QVGA, VGA, SVGA, HD and so on, or WIDTHxHEIGHT");
    else
        put_number(draft, id, cc_size_pack(size));
}

static void put_plain_text(cc_draft_t *draft, cc_setting_t id, const char *text)
{
    memcpy(cc_values_text(&draft->values, id), text, strlen(text) + 1);
    cc_bit_put(draft->changed.bits, id, true);
    cc_bit_put(draft->reset.bits, id, !*text && !cc_setting_rows[id].min);
}

// The password itself is kept nowhere.
static void put_password(cc_draft_t *draft, const char *password)
{
    const cc_crypto_t *crypto = draft->settings->config.crypto;
    char digest[2 * CC_DIGEST_MAX + 1] = "";
    if (*password)
        cc_credential_make(crypto, CC_DIGEST_SHA256, password, digest);
    put_plain_text(draft, CC_SETTING_SYSTEM_PASSWORD_SHA256, digest);
    if (*password)
        cc_credential_make(crypto, CC_DIGEST_MD5, password, digest);
    put_plain_text(draft, CC_SETTING_SYSTEM_PASSWORD_MD5, digest);
    cc_bit_put(draft->changed.bits, CC_SETTING_SYSTEM_PASSWORD, true);
    cc_bit_put(draft->reset.bits, CC_SETTING_SYSTEM_PASSWORD, true); // nothing under its own key
}

static void put_text(cc_draft_t *draft, cc_setting_t id, const char *given)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    char why[200];
    // a pasted text often carries blanks and a newline; in a password they may be meant
    const char *text = given;
    char *trimmed = NULL;
    if (row->kind != CC_KIND_SECRET || id == CC_SETTING_CONNECT_TOKEN) {
        trimmed = malloc(strlen(given) + 1);
        if (!trimmed) {
            cc_draft_problem(draft, row->key, "There is no memory to check it.");
            return;
        }
        cc_text_trim(given, trimmed, strlen(given) + 1);
        text = trimmed;
    }
    size_t n = cc_text_characters(text);
    size_t cap = id == CC_SETTING_SYSTEM_PASSWORD ? SIZE_MAX : cc_setting_text_cap(id);

    if (!cc_text_is_utf8(text, strlen(text)))
        cc_draft_problem(draft, row->key, "It is not UTF-8 text.");
    else if (row->check && !row->check(text, why, sizeof why))
        cc_draft_problem(draft, row->key, "%s", why);
    else if (n < (size_t)row->min || n > (size_t)row->max || strlen(text) >= cap)
        cc_draft_problem(draft, row->key, "It must have %ld to %ld characters, this has %zu.",
                         (long)row->min, (long)row->max, n);
    else if (id == CC_SETTING_SYSTEM_PASSWORD)
        put_password(draft, text);
    else
        put_plain_text(draft, id, text);
    if (trimmed)
        cc_text_wipe(trimmed, strlen(trimmed));
    free(trimmed);
}

// Without a password and not open, the next one to come would choose a password: only a reset does
// that.
static void check_access(cc_draft_t *draft)
{
    bool removed = cc_setting_ids_has(&draft->changed, CC_SETTING_SYSTEM_PASSWORD_SHA256) &&
                   cc_setting_ids_has(&draft->reset, CC_SETTING_SYSTEM_PASSWORD_SHA256);
    bool opens = cc_setting_ids_has(&draft->changed, CC_SETTING_SYSTEM_OPEN)
                     ? !cc_setting_ids_has(&draft->reset, CC_SETTING_SYSTEM_OPEN) &&
                           draft->values.number[CC_SETTING_SYSTEM_OPEN]
                     : cc_settings_bool(draft->settings, CC_SETTING_SYSTEM_OPEN);
    if (removed && !opens)
        cc_draft_problem(draft, "system.password",
                         "To do without a password, set system.open to true as well.");
}

void cc_draft_set_int(cc_draft_t *draft, cc_setting_t id, int32_t value)
{
    const cc_setting_row_t *row = find(draft, cc_setting_rows[id].key, &id);
    if (!row)
        return;
    if (row->kind == CC_KIND_SIZE)
        put_number(draft, id, value);
    else
        put_int(draft, id, value);
}

void cc_draft_set_own(cc_draft_t *draft, cc_setting_t id, const char *text)
{
    assert(strlen(text) < cc_setting_text_cap(id));
    put_plain_text(draft, id, text);
}

static void put_by_text(cc_draft_t *draft, const char *key, const char *text)
{
    cc_setting_t id;
    bool on;
    int32_t number;
    const cc_setting_row_t *row = find(draft, key, &id);
    if (!row)
        return;
    switch (row->kind) {
    case CC_KIND_BOOL:
        if (cc_text_to_bool(text, &on) < 0)
            cc_draft_problem(draft, key, "It must be true or false.");
        else
            put_number(draft, id, on);
        break;
    case CC_KIND_INT:
        put_int(draft, id, cc_text_to_int(text, &number) < 0 ? 1e99 : number);
        break;
    case CC_KIND_CHOICE:
        put_choice(draft, id, text);
        break;
    case CC_KIND_SIZE:
        put_size(draft, id, text);
        break;
    default:
        put_text(draft, id, text);
    }
}

void cc_draft_set_text(cc_draft_t *draft, const char *key, const char *text)
{
    put_by_text(draft, key, text);
    check_access(draft);
}

void cc_draft_set_json(cc_draft_t *draft, const cJSON *object)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, object)
    {
        cc_setting_t id;
        const cc_setting_row_t *row = find(draft, member->string, &id);
        if (!row)
            continue;
        if (cJSON_IsNull(member)) {
            if (id == CC_SETTING_CONNECT_FINGERPRINT)
                cc_draft_problem(draft, row->key, "The fingerprint has no default to go back to.");
            else if (id == CC_SETTING_SYSTEM_PASSWORD)
                put_password(draft, "");
            else
                put_reset(draft, id);
        } else if (row->kind == CC_KIND_BOOL) {
            if (cJSON_IsBool(member))
                put_number(draft, id, cJSON_IsTrue(member));
            else
                cc_draft_problem(draft, row->key, "It must be true or false.");
        } else if (row->kind == CC_KIND_INT) {
            put_int(draft, id, cJSON_IsNumber(member) ? member->valuedouble : 1e99);
        } else if (row->kind == CC_KIND_CHOICE && cJSON_IsNumber(member)) {
            char name[32];
            snprintf(name, sizeof name, "%g", member->valuedouble);
            put_choice(draft, id, name);
        } else if (!cJSON_IsString(member)) {
            cc_draft_problem(draft, row->key, "It must be a text.");
        } else {
            put_by_text(draft, row->key, member->valuestring);
        }
    }
    check_access(draft);
}

bool cc_reset_takes(cc_reset_t reset, cc_setting_t id)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    bool access = strncmp(row->key, "network.", 8) == 0 || id == CC_SETTING_SYSTEM_OPEN ||
                  id == CC_SETTING_SYSTEM_PASSWORD_SHA256 || id == CC_SETTING_SYSTEM_PASSWORD_MD5 ||
                  id == CC_SETTING_SYSTEM_VIEW_KEY;
    bool secret = row->kind == CC_KIND_SECRET || row->kind == CC_KIND_HIDDEN;
    if (id == CC_SETTING_CONNECT_FINGERPRINT)
        return false;
    return reset == CC_RESET_EVERYTHING || (!access && !(secret && reset == CC_RESET_VALUES));
}

void cc_draft_reset(cc_draft_t *draft, cc_reset_t reset)
{
    for (int i = 0; i < CC_SETTING_COUNT; i++)
        if (cc_reset_takes(reset, (cc_setting_t)i))
            put_reset(draft, (cc_setting_t)i);
    draft->forgets_unknown = reset == CC_RESET_EVERYTHING;
}

// Writes the draft's values over `values`, and notes which of them became others; a value that
// equals the default is stored no longer.
static void merge_locked(cc_draft_t *draft, cc_settings_values_t *values, cc_setting_ids_t *others)
{
    cc_settings_t *settings = draft->settings;
    *others = (cc_setting_ids_t){0};
    for (int i = 0; i < CC_SETTING_COUNT; i++) {
        cc_setting_t id = (cc_setting_t)i;
        if (!cc_bit(draft->changed.bits, id))
            continue;
        bool was_chosen = cc_bit(values->chosen, id);
        bool chosen = !cc_bit(draft->reset.bits, id);
        bool differs = false;
        if (cc_kind_is_text(cc_setting_rows[id].kind)) {
            const char *text = cc_values_text(&draft->values, id);
            chosen = chosen && strcmp(text, cc_settings_default_text_locked(settings, id)) != 0;
            differs = chosen && strcmp(text, cc_values_text(values, id)) != 0;
            if (chosen)
                memcpy(cc_values_text(values, id), text, strlen(text) + 1);
        } else {
            int32_t number = draft->values.number[id];
            chosen = chosen && number != cc_settings_default_number_locked(settings, id);
            differs = chosen && number != values->number[id];
            values->number[id] = number;
        }
        cc_bit_put(values->chosen, id, chosen);
        cc_bit_put(others->bits, id, differs || chosen != was_chosen);
    }
    bool password = cc_bit(others->bits, CC_SETTING_SYSTEM_PASSWORD_SHA256);
    cc_bit_put(others->bits, CC_SETTING_SYSTEM_PASSWORD, password);
}

static bool is_any(const cc_setting_ids_t *ids)
{
    static const cc_setting_ids_t none;
    return memcmp(ids, &none, sizeof none) != 0;
}

static void log_changes(const cc_draft_t *draft)
{
    for (int i = 0; i < CC_SETTING_COUNT; i++) {
        cc_setting_t id = (cc_setting_t)i;
        char text[96];
        if (!cc_setting_ids_has(&draft->changed, id) || cc_setting_rows[id].kind == CC_KIND_HIDDEN)
            continue;
        cc_settings_describe(draft->settings, id, text, sizeof text);
        cc_log(draft->settings->config.log, CC_LOG_DEBUG, "settings", "%s is %s",
               cc_setting_rows[id].key, text);
    }
}

// Brings what the draft changes to disk. The disk may be slow, and readers do not wait for it: only
// other writers do.
static int save(cc_draft_t *draft)
{
    cc_settings_t *settings = draft->settings;
    const cc_task_t *task = settings->config.task;
    cc_setting_ids_t others;
    int err = CC_OK;
    cc_settings_values_t *merged = malloc(sizeof *merged);
    if (!merged)
        return CC_ERR_MEMORY;

    cc_enter(task, settings->monitor);
    *merged = settings->stored;
    merge_locked(draft, merged, &others);
    bool news = is_any(&others) || draft->forgets_unknown;
    char *text = news ? cc_document_text_locked(settings, merged, !draft->forgets_unknown) : NULL;
    cc_leave(task, settings->monitor);

    if (news)
        err = cc_document_save(settings, text);
    if (err == CC_OK) {
        cc_enter(task, settings->monitor);
        settings->stored = *merged;
        if (draft->forgets_unknown)
            cc_document_forget_unknown_locked(settings);
        cc_leave(task, settings->monitor);
    }
    cc_text_wipe(merged, sizeof *merged);
    free(merged);
    return err;
}

static int commit(cc_draft_t *draft, bool to_disk)
{
    cc_settings_t *settings = draft->settings;
    const cc_task_t *task = settings->config.task;
    if (draft->n_problems > 0)
        return CC_ERR_RANGE;

    cc_setting_ids_t others;
    cc_enter(task, settings->saving);
    int err = to_disk ? save(draft) : CC_OK;
    if (err == CC_OK) {
        cc_enter(task, settings->monitor);
        merge_locked(draft, &settings->live, &others);
        cc_leave(task, settings->monitor);
        draft->changed = others;
    }
    cc_leave(task, settings->saving);

    if (err < 0) {
        snprintf(draft->save_error, sizeof draft->save_error,
                 "The settings could not be saved: %s. Nothing was changed.", cc_err_text(err));
        cc_log(settings->config.log, CC_LOG_ERROR, "settings", "%s", draft->save_error);
        return err;
    }
    if (!is_any(&draft->changed))
        return CC_OK;
    log_changes(draft);
    for (size_t i = 0; i < settings->n_listeners; i++)
        settings->listeners[i].changed(settings->listeners[i].ctx, &draft->changed);
    return CC_OK;
}

int cc_draft_commit(cc_draft_t *draft)
{
    return commit(draft, true);
}

int cc_draft_apply(cc_draft_t *draft)
{
    return commit(draft, false);
}
