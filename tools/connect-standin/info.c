#include "info.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "util/err.h"

typedef enum {
    TEXT,
    NUMBER, // whole, 1..65535: a side of a picture
    OBJECT,
    LIST,
} type_t;

// One member of the schema; a table of them ends with a NULL name.
typedef struct member {
    const char *name;
    type_t type;
    bool required;
    int chars_max;                // of TEXT, 0 = the body's own bound
    const char *const *values;    // of TEXT, NULL = any
    const struct member *members; // of OBJECT its members, of LIST the one kind of item
} member_t;

static const char *const trigger_schemes[] = {"MANUAL",    "EACH_LAYER", "FIFTH_LAYER",
                                              "GCODE",     "TEN_SEC",    "THIRTY_SEC",
                                              "SIXTY_SEC", "TEN_MIN",    NULL};
static const char *const capabilities[] = {"trigger_scheme", "imaging", "resolution", "focus",
                                           NULL};

static const member_t resolution[] = {
    {.name = "width", .type = NUMBER, .required = true},
    {.name = "height", .type = NUMBER, .required = true},
    {0},
};
static const member_t network_info[] = {
    {.name = "lan_mac"},   {.name = "lan_ipv4"},  {.name = "lan_ipv6"},  {.name = "wifi_mac"},
    {.name = "wifi_ipv4"}, {.name = "wifi_ipv6"}, {.name = "wifi_ssid"}, {0},
};
static const member_t config[] = {
    {.name = "name", .required = true, .chars_max = 64},
    {.name = "camera_id"},
    {.name = "path"},
    {.name = "driver"},
    {.name = "trigger_scheme", .values = trigger_schemes},
    {.name = "resolution", .type = OBJECT, .members = resolution},
    {.name = "network_info", .type = OBJECT, .members = network_info},
    {.name = "firmware"},
    {.name = "manufacturer"},
    {.name = "model"},
    {0},
};
static const member_t resolution_item = {.type = OBJECT, .members = resolution};
static const member_t options[] = {
    {.name = "available_resolutions", .type = LIST, .members = &resolution_item},
    {0},
};
static const member_t capability_item = {.type = TEXT, .values = capabilities};
static const member_t request_members[] = {
    {.name = "config", .type = OBJECT, .required = true, .members = config},
    {.name = "options", .type = OBJECT, .members = options},
    {.name = "capabilities", .type = LIST, .members = &capability_item},
    {0},
};
static const member_t request = {.type = OBJECT, .members = request_members};

// Where in the document the check stands, and where its sentence goes.
typedef struct {
    char path[128];
    char *why;
    size_t why_size;
} place_t;

__attribute__((format(printf, 2, 3))) static int wrong(const place_t *place, const char *format,
                                                       ...)
{
    char sentence[256];
    va_list args;

    int len =
        snprintf(sentence, sizeof sentence, "%s ", place->path[0] ? place->path : "the document");
    va_start(args, format);
    vsnprintf(sentence + len, sizeof sentence - (size_t)len, format, args);
    va_end(args);
    standin_text_copy(place->why, place->why_size, sentence);
    return CC_ERR_FORMAT;
}

static int check_value(const member_t *member, const cJSON *value, place_t *place);

static int check_text(const member_t *member, const cJSON *value, const place_t *place)
{
    const char *text = cJSON_GetStringValue(value);

    if (!text)
        return wrong(place, "must be a text");
    if (member->chars_max && standin_text_chars(text, strlen(text)) > member->chars_max)
        return wrong(place, "has %d characters at most", member->chars_max);
    if (!member->values)
        return CC_OK;

    char list[160] = "";
    for (size_t i = 0; member->values[i]; i++) {
        if (strcmp(member->values[i], text) == 0)
            return CC_OK;
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", member->values[i]);
    }
    return wrong(place, "must be one of %s", list);
}

static int check_number(const cJSON *value, const place_t *place)
{
    double number = value->valuedouble;

    if (!cJSON_IsNumber(value) || !(number >= 1 && number <= 65535) || number != floor(number))
        return wrong(place, "must be a whole number from 1 to 65535");
    return CC_OK;
}

// Steps into a member for the time of its check.
static int check_at(const member_t *member, const cJSON *value, place_t *place, const char *step)
{
    size_t len = strlen(place->path);

    snprintf(place->path + len, sizeof place->path - len, "%s%s", len && step[0] != '[' ? "." : "",
             step);
    int err = check_value(member, value, place);
    if (err == CC_OK)
        place->path[len] = '\0';
    return err;
}

static int check_object(const member_t *members, const cJSON *object, place_t *place)
{
    const cJSON *value;

    if (!cJSON_IsObject(object))
        return wrong(place, "must be an object");
    cJSON_ArrayForEach(value, object)
    {
        const member_t *member = members;
        while (member->name && strcmp(member->name, value->string) != 0)
            member++;
        if (!member->name) {
            char name[64];
            standin_text_copy(name, sizeof name, value->string);
            return wrong(place, "has a member '%s' that the API does not know", name);
        }
        if (cJSON_GetObjectItemCaseSensitive(object, value->string) != value)
            return wrong(place, "has the member '%s' twice", member->name);
        int err = check_at(member, value, place, member->name);
        if (err < 0)
            return err;
    }
    for (const member_t *member = members; member->name; member++) {
        if (member->required && !cJSON_GetObjectItemCaseSensitive(object, member->name))
            return wrong(place, "lacks the member '%s'", member->name);
    }
    return CC_OK;
}

static int check_list(const member_t *item, const cJSON *list, place_t *place)
{
    const cJSON *value;
    unsigned at = 0;

    if (!cJSON_IsArray(list))
        return wrong(place, "must be a list");
    cJSON_ArrayForEach(value, list)
    {
        char step[16];
        snprintf(step, sizeof step, "[%u]", at++);
        int err = check_at(item, value, place, step);
        if (err < 0)
            return err;
    }
    return CC_OK;
}

static int check_value(const member_t *member, const cJSON *value, place_t *place)
{
    if (cJSON_IsNull(value))
        return wrong(place, "is null, and null values are never sent");
    switch (member->type) {
    case TEXT:
        return check_text(member, value, place);
    case NUMBER:
        return check_number(value, place);
    case OBJECT:
        return check_object(member->members, value, place);
    case LIST:
        return check_list(member->members, value, place);
    }
    return CC_ERR_FORMAT;
}

// cJSON keeps texts as C strings and would cut one at an escaped NUL.
static bool has_escaped_nul(const char *body, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++) {
        if (body[i] != '\\')
            continue;
        if (len - i >= 6 && memcmp(body + i, "\\u0000", 6) == 0)
            return true;
        i++; // what is escaped begins no escape
    }
    return false;
}

int standin_info_read(const char *body, size_t len, cJSON **info, char *why, size_t why_size)
{
    place_t place = {.why = why, .why_size = why_size};
    const char *end = NULL;

    if (!len)
        return wrong(&place, "is empty; a JSON object was expected");
    if (standin_text_chars(body, len) < 0)
        return wrong(&place, "is not UTF-8");
    if (memchr(body, '\0', len) || has_escaped_nul(body, len))
        return wrong(&place, "holds a NUL character");
    cJSON *found = cJSON_ParseWithLengthOpts(body, len, &end, false);
    if (!found)
        return wrong(&place, "is not JSON (it stops making sense at byte %u)",
                     end ? (unsigned)(end - body) : 0u);
    while (end < body + len && strchr(" \t\r\n", *end))
        end++;
    if (end != body + len) {
        cJSON_Delete(found);
        return wrong(&place, "goes on behind its end");
    }
    int err = check_value(&request, found, &place);
    if (err < 0) {
        cJSON_Delete(found);
        return err;
    }
    *info = found;
    return CC_OK;
}
