#include "fake/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

void cc_rig_init(cc_rig_t *rig)
{
    *rig = (cc_rig_t){.fake_clock = {.now_ms = 1000, .unix_ms = 1795000000000}};
    rig->tasks.clock = &rig->fake_clock;
    rig->clock = cc_fake_clock_port(&rig->fake_clock);
    rig->crypto = cc_fake_crypto_port(&rig->fake_crypto);
    rig->store = cc_fake_store_port(&rig->disk);
    rig->task = cc_fake_task_port(&rig->tasks);
    if (cc_log_init(&rig->log, &rig->task, &rig->clock, NULL, NULL) < 0)
        abort();
    cc_log_set_level(&rig->log, CC_LOG_DEBUG);
}

void cc_rig_deinit(cc_rig_t *rig)
{
    cc_settings_close(rig->settings);
    cc_log_deinit(&rig->log);
    cc_fake_store_clear(&rig->disk);
    if (rig->tasks.monitors != 0) {
        fprintf(stderr, "rig: %u monitors were not freed\n", rig->tasks.monitors);
        abort();
    }
}

int cc_rig_open(cc_rig_t *rig)
{
    cc_settings_config_t config = {&rig->task, &rig->store, &rig->crypto, &rig->log};
    cc_settings_close(rig->settings);
    rig->settings = NULL;
    return cc_settings_open(&config, &rig->settings);
}

int cc_rig_set(cc_rig_t *rig, const char *key, const char *text)
{
    cc_draft_t *draft = cc_draft_new(rig->settings);
    if (!draft)
        abort();
    cc_draft_set_text(draft, key, text);
    int err = cc_draft_commit(draft);
    cc_draft_free(draft);
    return err;
}

int cc_rig_set_json(cc_rig_t *rig, const char *object)
{
    cJSON *json = cJSON_Parse(object);
    cc_draft_t *draft = cc_draft_new(rig->settings);
    if (!json || !draft)
        abort();
    cc_draft_set_json(draft, json);
    int err = cc_draft_commit(draft);
    cc_draft_free(draft);
    cJSON_Delete(json);
    return err;
}

const char *cc_rig_value(cc_rig_t *rig, cc_setting_t id)
{
    static char text[300];
    cc_settings_describe(rig->settings, id, text, sizeof text);
    return text;
}

bool cc_rig_said(cc_rig_t *rig, const char *words)
{
    uint64_t next;
    size_t len = cc_log_copy(&rig->log, 0, rig->log_text, CC_LOG_RING_BYTES, &next);
    rig->log_text[len] = '\0';
    return strstr(rig->log_text, words) != NULL;
}
