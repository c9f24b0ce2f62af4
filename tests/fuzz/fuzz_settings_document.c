// Any bytes as the settings document on the disk, and as a change that the API asks for. What comes
// of it can be saved, and read again as it was.
#include <stdint.h>
#include <string.h>

#include "fake/rig.h"
#include "require.h"
#include "util/err.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static char *told(cc_rig_t *rig)
{
    cJSON *json = cc_settings_json(rig->settings, false);
    cJSON *schema = cc_settings_schema(rig->settings);
    REQUIRE(json && schema);
    char *text = cJSON_PrintUnformatted(json);
    REQUIRE(text);
    cJSON_Delete(json);
    cJSON_Delete(schema);
    for (int id = 0; id < CC_SETTING_COUNT; id++)
        cc_rig_value(rig, (cc_setting_t)id);
    return text;
}

static void change(cc_rig_t *rig, const char *text, size_t len)
{
    cJSON *json;
    const char *reason;
    if (cc_json_parse(text, len, &json, &reason) < 0)
        return;
    cc_draft_t *draft = cc_draft_new(rig->settings);
    REQUIRE(draft);
    if (cJSON_IsObject(json)) // the API takes nothing else
        cc_draft_set_json(draft, json);
    int err = cc_draft_commit(draft);
    REQUIRE(err == (draft->n_problems > 0 ? CC_ERR_RANGE : CC_OK));
    cc_draft_free(draft);
    cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static cc_rig_t rig;
    cc_rig_init(&rig);
    cc_fake_store_put(&rig.disk, "settings", (const char *)bytes, len);
    REQUIRE(cc_rig_open(&rig) == CC_OK);
    unsigned set_asides = rig.disk.set_asides;
    REQUIRE(set_asides == 0 || !cc_fake_store_text(&rig.disk, "settings"));

    change(&rig, (const char *)bytes, len);
    REQUIRE(cc_rig_set(&rig, "stream.fps", "7") == CC_OK);
    char *before = told(&rig);
    REQUIRE(cc_rig_open(&rig) == CC_OK);
    REQUIRE(rig.disk.set_asides == set_asides);
    char *after = told(&rig);
    REQUIRE(strcmp(before, after) == 0);
    cJSON_free(before);
    cJSON_free(after);
    cc_rig_deinit(&rig);
    return 0;
}
