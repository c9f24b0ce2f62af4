// Any bytes as an older firmware's settings. Whatever is taken over can be saved, and is right by
// our own rules: read again, it is the same.
#include <stdint.h>
#include <string.h>

#include "fake/rig.h"
#include "require.h"
#include "settings/older_blob.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static char *told(cc_rig_t *rig)
{
    cJSON *json = cc_settings_json(rig->settings, false);
    REQUIRE(json);
    char *text = cJSON_PrintUnformatted(json);
    REQUIRE(text);
    cJSON_Delete(json);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static cc_rig_t rig;
    cc_rig_init(&rig);
    REQUIRE(cc_rig_open(&rig) == CC_OK);
    cc_draft_t *draft = cc_draft_new(rig.settings);
    REQUIRE(draft);
    char *untouched = told(&rig);
    cc_older_t kind = cc_older_blob_read(bytes, len, draft);
    REQUIRE(draft->n_problems == 0);
    REQUIRE(cc_draft_commit(draft) == CC_OK);
    cc_draft_free(draft);

    char *before = told(&rig);
    REQUIRE(kind != CC_OLDER_NONE || strcmp(untouched, before) == 0);
    REQUIRE(cc_rig_open(&rig) == CC_OK);
    // longer than any text that is taken over, and logged
    REQUIRE(!cc_rig_said(&rig, "has a value that this version does not know"));
    char *after = told(&rig);
    REQUIRE(strcmp(before, after) == 0);
    cJSON_free(untouched);
    cJSON_free(before);
    cJSON_free(after);
    cc_rig_deinit(&rig);
    return 0;
}
