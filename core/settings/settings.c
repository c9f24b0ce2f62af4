#include "settings/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "settings/check.h"
#include "settings/settings_private.h"
#include "util/err.h"
#include "util/text.h"

static const char *const cc_names_wb_mode[] = {"auto", "sunny", "cloudy", "office", "home", NULL};
static const char *const cc_names_gain_ceiling[] = {"2x",  "4x",  "8x",   "16x",
                                                    "32x", "64x", "128x", NULL};
static const char *const cc_names_effect[] = {"none",  "negative", "grayscale", "red",
                                              "green", "blue",     "sepia",     NULL};
static const char *const cc_names_xclk[] = {"8", "10", "16", "20", NULL};
static const char *const cc_names_ap[] = {"off", "setup", "always", NULL};
static const char *const cc_names_log_level[] = {"error", "warning", "info", "debug", NULL};

#define ROW_BOOL(id, key_, default_, group_, label_)                                               \
    [CC_SETTING_##id] = {.key = key_,                                                              \
                         .kind = CC_KIND_BOOL,                                                     \
                         .max = 1,                                                                 \
                         .step = 1,                                                                \
                         .default_number = default_,                                               \
                         .group = group_,                                                          \
                         .label = label_},
#define ROW_INT(id, key_, min_, max_, step_, default_, unit_, group_, label_)                      \
    [CC_SETTING_##id] = {.key = key_,                                                              \
                         .kind = CC_KIND_INT,                                                      \
                         .min = min_,                                                              \
                         .max = max_,                                                              \
                         .step = step_,                                                            \
                         .default_number = default_,                                               \
                         .unit = unit_,                                                            \
                         .group = group_,                                                          \
                         .label = label_},
#define ROW_CHOICE(id, key_, names_, default_, group_, label_)                                     \
    [CC_SETTING_##id] = {.key = key_,                                                              \
                         .kind = CC_KIND_CHOICE,                                                   \
                         .max = sizeof names_ / sizeof names_[0] - 2,                              \
                         .step = 1,                                                                \
                         .default_number = default_,                                               \
                         .names = names_,                                                          \
                         .group = group_,                                                          \
                         .label = label_},
#define ROW_SIZE(id, key_, width, height, group_, label_)                                          \
    [CC_SETTING_##id] = {.key = key_,                                                              \
                         .kind = CC_KIND_SIZE,                                                     \
                         .max = INT32_MAX,                                                         \
                         .step = 1,                                                                \
                         .default_number = (width) << 16 | (height),                               \
                         .group = group_,                                                          \
                         .label = label_},
#define ROW_TEXT(id, key_, min_, max_, default_, check_, group_, label_)                           \
    [CC_SETTING_##id] = {.key = key_,                                                              \
                         .kind = CC_KIND_TEXT,                                                     \
                         .min = min_,                                                              \
                         .max = max_,                                                              \
                         .default_text = default_,                                                 \
                         .check = check_,                                                          \
                         .group = group_,                                                          \
                         .label = label_},
#define ROW_SECRET(id, key_, max_, check_, group_, label_)                                         \
    [CC_SETTING_##id] = {.key = key_,                                                              \
                         .kind = CC_KIND_SECRET,                                                   \
                         .max = max_,                                                              \
                         .default_text = "",                                                       \
                         .check = check_,                                                          \
                         .group = group_,                                                          \
                         .label = label_},
#define ROW_HIDDEN(id, key_, max_)                                                                 \
    [CC_SETTING_##id] = {.key = key_, .kind = CC_KIND_HIDDEN, .max = max_, .default_text = ""},

const cc_setting_row_t cc_setting_rows[CC_SETTING_COUNT] = {
    CC_SETTINGS_TABLE(ROW_BOOL, ROW_INT, ROW_CHOICE, ROW_SIZE, ROW_TEXT, ROW_SECRET, ROW_HIDDEN)};

// The one text that people write in their own language; all others are ASCII by their check, or
// bounded in bytes.
static bool is_free_text(cc_setting_t id)
{
    return cc_setting_rows[id].check == cc_check_line;
}

size_t cc_setting_text_cap(cc_setting_t id)
{
    const cc_setting_row_t *row = &cc_setting_rows[id];
    if (!cc_kind_is_text(row->kind))
        return 0;
    if (id == CC_SETTING_SYSTEM_PASSWORD) // only its digests are kept
        return 1;
    return (size_t)row->max * (is_free_text(id) ? 4 : 1) + 1;
}

char *cc_values_text(cc_settings_values_t *values, cc_setting_t id)
{
    size_t at = 0;
    for (int before = 0; before < (int)id; before++)
        at += cc_setting_text_cap((cc_setting_t)before);
    assert(at + cc_setting_text_cap(id) <= CC_SETTINGS_TEXT_BYTES);
    return values->text + at;
}

cc_setting_t cc_setting_find(const char *key)
{
    int id = 0;
    while (id < CC_SETTING_COUNT && strcmp(cc_setting_rows[id].key, key) != 0)
        id++;
    return (cc_setting_t)id;
}

static uint32_t area(cc_size_t size)
{
    return (uint32_t)size.width * size.height;
}

// The offered size whose area is nearest: a default that the camera lacks becomes what is most like
// it.
static cc_size_t nearest_size_locked(const cc_settings_t *settings, cc_size_t wanted)
{
    cc_size_t best = wanted;
    uint32_t best_distance = UINT32_MAX;
    for (size_t i = 0; i < settings->n_sizes; i++) {
        cc_size_t size = settings->sizes[i];
        uint32_t distance =
            area(size) > area(wanted) ? area(size) - area(wanted) : area(wanted) - area(size);
        if (distance < best_distance) {
            best = size;
            best_distance = distance;
        }
    }
    return best;
}

int32_t cc_settings_default_number_locked(const cc_settings_t *settings, cc_setting_t id)
{
    int32_t number = settings->limit[id].default_number;
    if (cc_setting_rows[id].kind == CC_KIND_SIZE)
        return cc_size_pack(nearest_size_locked(settings, cc_size_unpack(number)));
    return number;
}

const char *cc_settings_default_text_locked(const cc_settings_t *settings, cc_setting_t id)
{
    if (id == CC_SETTING_NETWORK_HOSTNAME)
        return settings->default_hostname;
    return cc_setting_rows[id].default_text;
}

int32_t cc_settings_number_locked(cc_settings_t *settings, const cc_settings_values_t *values,
                                  cc_setting_t id)
{
    const cc_setting_limit_t *limit = &settings->limit[id];
    if (!values || !cc_bit(values->chosen, id))
        return cc_settings_default_number_locked(settings, id);
    int32_t number = values->number[id];
    if (cc_setting_rows[id].kind == CC_KIND_SIZE)
        return cc_size_pack(nearest_size_locked(settings, cc_size_unpack(number)));
    if (number < limit->min)
        return limit->min;
    if (number > limit->max)
        return limit->max;
    return number - (number - limit->min) % limit->step;
}

const char *cc_settings_text_locked(cc_settings_t *settings, cc_settings_values_t *values,
                                    cc_setting_t id)
{
    return values && cc_bit(values->chosen, id) ? cc_values_text(values, id)
                                                : cc_settings_default_text_locked(settings, id);
}

static void enter(cc_settings_t *settings)
{
    cc_enter(settings->config.task, settings->monitor);
}

static void leave(cc_settings_t *settings)
{
    cc_leave(settings->config.task, settings->monitor);
}

int cc_settings_open(const cc_settings_config_t *config, cc_settings_t **out)
{
    cc_settings_t *settings = calloc(1, sizeof *settings);
    if (!settings)
        return CC_ERR_MEMORY;
    settings->config = *config;
    for (int id = 0; id < CC_SETTING_COUNT; id++) {
        const cc_setting_row_t *row = &cc_setting_rows[id];
        settings->limit[id] = (cc_setting_limit_t){
            .known = strcmp(row->group ? row->group : "", "camera") != 0,
            .min = row->min,
            .max = row->max,
            .step = row->step,
            .default_number = row->default_number,
        };
    }
    cc_text_copy(settings->default_hostname, sizeof settings->default_hostname,
                 cc_setting_rows[CC_SETTING_NETWORK_HOSTNAME].default_text);

    int err = CC_ERR_MEMORY;
    settings->saving = config->task->monitor_new(config->task->ctx);
    settings->monitor = config->task->monitor_new(config->task->ctx);
    if (settings->monitor && settings->saving)
        err = cc_document_load(settings);
    if (err < 0) {
        cc_settings_close(settings);
        return err;
    }
    settings->live = settings->stored;
    *out = settings;
    return CC_OK;
}

void cc_settings_close(cc_settings_t *settings)
{
    if (!settings)
        return;
    cJSON_Delete(settings->unknown);
    if (settings->monitor)
        settings->config.task->monitor_free(settings->config.task->ctx, settings->monitor);
    if (settings->saving)
        settings->config.task->monitor_free(settings->config.task->ctx, settings->saving);
    free(settings);
}

bool cc_settings_bool(cc_settings_t *settings, cc_setting_t id)
{
    return cc_settings_int(settings, id) != 0;
}

int32_t cc_settings_int(cc_settings_t *settings, cc_setting_t id)
{
    assert(!cc_kind_is_text(cc_setting_rows[id].kind));
    enter(settings);
    int32_t number = cc_settings_number_locked(settings, &settings->live, id);
    leave(settings);
    return number;
}

cc_size_t cc_settings_size(cc_settings_t *settings, cc_setting_t id)
{
    assert(cc_setting_rows[id].kind == CC_KIND_SIZE);
    return cc_size_unpack(cc_settings_int(settings, id));
}

size_t cc_settings_text(cc_settings_t *settings, cc_setting_t id, char *out, size_t cap)
{
    assert(cc_kind_is_text(cc_setting_rows[id].kind));
    enter(settings);
    const char *text = cc_settings_text_locked(settings, &settings->live, id);
    cc_text_copy(out, cap, text);
    size_t len = strlen(text);
    leave(settings);
    return len;
}

bool cc_settings_is_empty(cc_settings_t *settings, cc_setting_t id)
{
    char first[5];
    return cc_settings_text(settings, id, first, sizeof first) == 0;
}

void cc_settings_set_absent(cc_settings_t *settings, cc_setting_t id, bool absent)
{
    enter(settings);
    settings->limit[id].absent = absent;
    leave(settings);
}

bool cc_settings_is_absent(cc_settings_t *settings, cc_setting_t id)
{
    enter(settings);
    bool absent = settings->limit[id].absent;
    leave(settings);
    return absent;
}

void cc_settings_set_range(cc_settings_t *settings, cc_setting_t id, int32_t min, int32_t max,
                           int32_t step, int32_t default_number)
{
    enter(settings);
    settings->limit[id] =
        (cc_setting_limit_t){true, false, min, max, step ? step : 1, default_number};
    leave(settings);
}

void cc_settings_set_default_hostname(cc_settings_t *settings, const char *hostname)
{
    enter(settings);
    cc_text_copy(settings->default_hostname, sizeof settings->default_hostname, hostname);
    leave(settings);
}

void cc_settings_set_sizes(cc_settings_t *settings, const cc_size_t *sizes, size_t n_sizes)
{
    assert(n_sizes <= CC_CAMERA_SIZES_MAX);
    enter(settings);
    if (n_sizes > 0)
        memcpy(settings->sizes, sizes, n_sizes * sizeof *sizes);
    settings->n_sizes = n_sizes;
    settings->limit[CC_SETTING_CAMERA_RESOLUTION].absent = n_sizes == 0;
    leave(settings);
}

void cc_settings_camera_is_known(cc_settings_t *settings)
{
    for (int i = 0; i < CC_SETTING_COUNT; i++) {
        cc_setting_t id = (cc_setting_t)i;
        enter(settings);
        bool lacking = settings->limit[id].absent && cc_bit(settings->live.chosen, id) &&
                       !settings->limit[id].known;
        settings->limit[id].known = true;
        leave(settings);
        if (lacking)
            cc_log(settings->config.log, CC_LOG_WARNING, "settings",
                   "%s is set, but this camera does not have it.", cc_setting_rows[id].key);
    }
}

size_t cc_settings_sizes(cc_settings_t *settings, cc_size_t *sizes, size_t max)
{
    enter(settings);
    size_t n = settings->n_sizes < max ? settings->n_sizes : max;
    memcpy(sizes, settings->sizes, n * sizeof *sizes);
    leave(settings);
    return n;
}

bool cc_setting_ids_has(const cc_setting_ids_t *ids, cc_setting_t id)
{
    return cc_bit(ids->bits, id);
}

void cc_settings_listen(cc_settings_t *settings,
                        void (*changed)(void *ctx, const cc_setting_ids_t *ids), void *ctx)
{
    assert(settings->n_listeners < CC_SETTINGS_LISTENERS_MAX);
    settings->listeners[settings->n_listeners].changed = changed;
    settings->listeners[settings->n_listeners].ctx = ctx;
    settings->n_listeners++;
}
