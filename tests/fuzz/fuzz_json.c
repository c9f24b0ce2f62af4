// Any bytes as a JSON document: read within its bounds or refused with a reason, and what was read
// reads the same when it is written and read again.
#include <stdint.h>
#include <string.h>

#include "fake/guard.h"
#include "require.h"
#include "util/err.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static size_t depth_of(const cJSON *json)
{
    size_t deepest = 0;
    for (const cJSON *child = json->child; child; child = child->next) {
        size_t depth = depth_of(child);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (cJSON_IsObject(json) || cJSON_IsArray(json));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    // cJSON itself is not instrumented: a page that cannot be touched sees what it reads
    cc_guard_t guard = cc_guard_new(bytes, len);
    cJSON *json = NULL, *again = NULL;
    const char *reason = NULL;
    int err = cc_json_parse((const char *)guard.bytes, guard.len, &json, &reason);
    cc_guard_free(&guard);
    if (err < 0) {
        REQUIRE(err == CC_ERR_FORMAT || err == CC_ERR_MEMORY);
        REQUIRE(!json && reason && *reason);
        return 0;
    }
    REQUIRE(depth_of(json) <= CC_JSON_DEPTH_MAX);
    char *text = cJSON_PrintUnformatted(json);
    REQUIRE(text);
    REQUIRE(cc_json_parse(text, strlen(text), &again, &reason) == CC_OK);
    char *text_again = cJSON_PrintUnformatted(again);
    REQUIRE(text_again && strcmp(text, text_again) == 0);
    cJSON_free(text_again);
    cJSON_free(text);
    cJSON_Delete(again);
    cJSON_Delete(json);
    return 0;
}
