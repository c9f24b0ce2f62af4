// Shared by the files of this folder only.
#pragma once

#include "settings/settings.h"

typedef struct {
    bool known; // false: a camera's, and no camera was met yet
    bool absent;
    int32_t min;
    int32_t max;
    int32_t step;
    int32_t default_number;
} cc_setting_limit_t;

struct cc_settings {
    cc_settings_config_t config;
    cc_monitor_t *saving;        // one writer at a time; taken before `monitor`
    cc_monitor_t *monitor;       // guards all below
    cc_settings_values_t stored; // what the document says
    cc_settings_values_t live;   // what counts: the same, but for this run's overrides
    cc_setting_limit_t limit[CC_SETTING_COUNT];
    char default_hostname[64];
    cc_size_t sizes[CC_CAMERA_SIZES_MAX];
    size_t n_sizes;
    cJSON *unknown; // members of the document that this version does not know: kept
    struct {
        void (*changed)(void *ctx, const cc_setting_ids_t *ids);
        void *ctx;
    } listeners[CC_SETTINGS_LISTENERS_MAX];
    size_t n_listeners;
};

static inline bool cc_bit(const uint8_t *bits, cc_setting_t id)
{
    return bits[id / 8] >> (id % 8) & 1;
}

static inline void cc_bit_put(uint8_t *bits, cc_setting_t id, bool on)
{
    uint8_t mask = (uint8_t)(1u << (id % 8));
    bits[id / 8] = (uint8_t)(on ? bits[id / 8] | mask : bits[id / 8] & ~mask);
}

static inline bool cc_kind_is_text(cc_setting_kind_t kind)
{
    return kind == CC_KIND_TEXT || kind == CC_KIND_SECRET || kind == CC_KIND_HIDDEN;
}

// Where a text setting's value stands, and its room in bytes with NUL.
char *cc_values_text(cc_settings_values_t *values, cc_setting_t id);
size_t cc_setting_text_cap(cc_setting_t id);

// What counts when nothing was chosen, and the chosen value within this camera's range. Inside the
// lock.
int32_t cc_settings_default_number_locked(const cc_settings_t *settings, cc_setting_t id);
const char *cc_settings_default_text_locked(const cc_settings_t *settings, cc_setting_t id);
int32_t cc_settings_number_locked(cc_settings_t *settings, const cc_settings_values_t *values,
                                  cc_setting_t id);
const char *cc_settings_text_locked(cc_settings_t *settings, cc_settings_values_t *values,
                                    cc_setting_t id);

static inline int32_t cc_size_pack(cc_size_t size)
{
    return (int32_t)((uint32_t)size.width << 16 | size.height);
}

static inline cc_size_t cc_size_unpack(int32_t packed)
{
    return (cc_size_t){(uint16_t)((uint32_t)packed >> 16), (uint16_t)packed};
}

// "SVGA" or "800x600". Errors: CC_ERR_FORMAT.
int cc_size_parse(const char *text, cc_size_t *size);

// The value (values NULL: the default) as JSON; NULL when out of memory. Not for secrets.
cJSON *cc_settings_value_json_locked(cc_settings_t *settings, cc_settings_values_t *values,
                                     cc_setting_t id);

// The document. load fills stored and unknown. Errors: the store's.
int cc_document_load(cc_settings_t *settings);
// `values` as the document's text, NULL when out of memory; save frees it. Errors: CC_ERR_MEMORY
// (NULL), CC_ERR_SPACE, the store's.
char *cc_document_text_locked(cc_settings_t *settings, cc_settings_values_t *values,
                              bool with_unknown);
int cc_document_save(cc_settings_t *settings, char *text);
void cc_document_forget_unknown_locked(cc_settings_t *settings);

// A choice's name as JSON: a number where it reads as one (camera.xclk_mhz), else a text.
cJSON *cc_choice_json(const char *name);
