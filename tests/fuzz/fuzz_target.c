// Any text as the path and the query of a request: decoded within the room there is, or refused.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "require.h"
#include "util/err.h"
#include "util/text.h"
#include "web/call.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void decode(const char *text, size_t len, bool plus, size_t cap)
{
    char *out = malloc(cap ? cap : 1);
    REQUIRE(out);
    int n = cc_text_url_decode(text, len, plus, out, cap);
    REQUIRE(n >= 0 || n == CC_ERR_FORMAT || n == CC_ERR_SPACE);
    if (n >= 0) {
        REQUIRE((size_t)n < cap && (size_t)n <= len && out[n] == '\0');
        REQUIRE(memchr(text, '\0', len) || strlen(out) == (size_t)n);
    }
    if (cap > len)
        REQUIRE(n != CC_ERR_SPACE);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *target = malloc(len + 1);
    REQUIRE(target);
    memcpy(target, bytes, len);
    target[len] = '\0';

    for (size_t cap = 0; cap < 4; cap++)
        decode(target, len, cap & 1, cap);
    decode(target, len, true, len + 1);
    decode(target, len, false, len + 1);

    const char *question = strchr(target, '?');
    cc_call_t call = {.query = question ? question + 1 : ""};
    char value[16];
    int found = cc_call_param(&call, "name", value, sizeof value);
    REQUIRE(found == 0 || found == 1 || found == CC_ERR_FORMAT);
    if (found == 1)
        REQUIRE(strlen(value) < sizeof value);
    if (found != 0)
        REQUIRE(strstr(call.query, "name"));
    free(target);
    return 0;
}
