#include "util/json.h"

#include <string.h>

#include "util/err.h"
#include "util/text.h"

// Whether a number that begins at `at` is one as in 012, which cJSON takes for 12.
static bool has_leading_zero(const char *text, size_t len, size_t at)
{
    bool begins = at == 0 || !strchr("0123456789.eE+", text[at - 1]);
    return text[at] == '0' && begins && at + 1 < len && text[at + 1] >= '0' && text[at + 1] <= '9';
}

// Looks at the text before cJSON does: cJSON recurses as deep as the text says, and ends a text at
// \u0000.
static const char *outline_problem(const char *text, size_t len)
{
    size_t depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (in_text) {
            if (c == '\\') {
                if (len - i > 5 && memcmp(text + i, "\\u0000", 6) == 0)
                    return "it has a NUL character in a text";
                i++;
            } else if (c == '"') {
                in_text = false;
            } else if ((uint8_t)c < 0x20) {
                return "it has a control character in a text";
            }
        } else if (c == '"') {
            in_text = true;
        } else if (has_leading_zero(text, len, i)) {
            return "it has a number with a leading zero";
        } else if (c == '{' || c == '[') {
            if (++depth > CC_JSON_DEPTH_MAX)
                return "it is nested too deep";
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return NULL;
}

static const char *members_problem(const cJSON *json)
{
    size_t n = 0;
    for (const cJSON *child = json->child; child; child = child->next) {
        if (cJSON_IsObject(json)) {
            if (++n > CC_JSON_MEMBERS_MAX)
                return "it has too many members";
            for (const cJSON *other = json->child; other != child; other = other->next)
                if (strcmp(other->string, child->string) == 0)
                    return "it names a member twice";
        }
        const char *problem = members_problem(child);
        if (problem)
            return problem;
    }
    return NULL;
}

int cc_json_parse(const char *text, size_t len, cJSON **json, const char **reason)
{
    if (!cc_text_is_utf8(text, len)) {
        *reason = "it is not UTF-8 text";
        return CC_ERR_FORMAT;
    }
    const char *problem = outline_problem(text, len);
    if (problem) {
        *reason = problem;
        return CC_ERR_FORMAT;
    }
    const char *end = NULL;
    cJSON *parsed = cJSON_ParseWithLengthOpts(text, len, &end, 0);
    if (!parsed) {
        *reason = "it is not JSON, or it is cut off";
        return CC_ERR_FORMAT;
    }
    while (end < text + len && strchr(" \t\r\n", *end))
        end++;
    if (end < text + len)
        problem = "something stands behind its end";
    if (!problem)
        problem = members_problem(parsed);
    if (problem) {
        cJSON_Delete(parsed);
        *reason = problem;
        return CC_ERR_FORMAT;
    }
    *json = parsed;
    return CC_OK;
}

void cc_json_add_unsigned(cJSON *object, const char *name, unsigned long long value)
{
    cJSON_AddNumberToObject(object, name, (double)value);
}
