#include "faults.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "util/err.h"

typedef struct {
    const char *value;
    standin_fault_kind_t kind;
    standin_fault_detail_t detail;
} detail_name_t;

static const struct {
    const char *name;
    standin_fault_kind_t kind;
} actions[] = {
    {"ok", STANDIN_FAULT_OK},       {"status", STANDIN_FAULT_STATUS},
    {"reset", STANDIN_FAULT_RESET}, {"silence", STANDIN_FAULT_SILENCE},
    {"drip", STANDIN_FAULT_DRIP},   {"wrong-length", STANDIN_FAULT_WRONG_LENGTH},
    {"close", STANDIN_FAULT_CLOSE}, {"redirect", STANDIN_FAULT_REDIRECT},
    {"cert", STANDIN_FAULT_CERT},   {"handshake", STANDIN_FAULT_HANDSHAKE},
};

static const detail_name_t details[] = {
    {"before", STANDIN_FAULT_RESET, STANDIN_RESET_BEFORE},
    {"middle", STANDIN_FAULT_RESET, STANDIN_RESET_MIDDLE},
    {"after", STANDIN_FAULT_RESET, STANDIN_RESET_AFTER},
    {"short", STANDIN_FAULT_WRONG_LENGTH, STANDIN_LENGTH_SHORT},
    {"long", STANDIN_FAULT_WRONG_LENGTH, STANDIN_LENGTH_LONG},
    {"expired", STANDIN_FAULT_CERT, STANDIN_CERT_EXPIRED},
    {"future", STANDIN_FAULT_CERT, STANDIN_CERT_FUTURE},
    {"other-host", STANDIN_FAULT_CERT, STANDIN_CERT_OTHER_HOST},
    {"other-ca", STANDIN_FAULT_CERT, STANDIN_CERT_OTHER_CA},
    {"reset", STANDIN_FAULT_HANDSHAKE, STANDIN_HANDSHAKE_RESET},
    {"silence", STANDIN_FAULT_HANDSHAKE, STANDIN_HANDSHAKE_SILENCE},
};

static const struct {
    standin_fault_kind_t kind;
    const char *values; // the sentence's list of what is right
} detail_lists[] = {
    {STANDIN_FAULT_RESET, "reset= is before, middle or after"},
    {STANDIN_FAULT_WRONG_LENGTH, "wrong-length= is short or long"},
    {STANDIN_FAULT_CERT, "cert= is expired, future, other-host or other-ca"},
    {STANDIN_FAULT_HANDSHAKE, "handshake= is reset or silence"},
};

enum {
    COUNT_ACTIONS = sizeof actions / sizeof actions[0],
    COUNT_DETAILS = sizeof details / sizeof details[0],
    COUNT_DETAIL_LISTS = sizeof detail_lists / sizeof detail_lists[0],
};

// One step while it is read.
typedef struct {
    standin_fault_t fault;
    bool has_action;
    bool has_times;
    char *why;
    size_t why_size;
} step_t;

__attribute__((format(printf, 2, 3))) static int wrong(step_t *step, const char *format, ...)
{
    char sentence[STANDIN_WHY_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    standin_text_copy(step->why, step->why_size, sentence);
    return CC_ERR_FORMAT;
}

static bool is_tls(const standin_fault_t *fault)
{
    return fault->kind == STANDIN_FAULT_CERT || fault->kind == STANDIN_FAULT_HANDSHAKE;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

// A body is percent-encoded where it holds a comma, or ends like `x3`.
static int read_body(step_t *step, const char *value)
{
    size_t used = 0;

    if (!*value)
        return wrong(step, "body= needs a text; leave it out for the usual body");
    for (size_t at = 0; value[at]; at++) {
        char c = value[at];
        if (c == '%') {
            int high = hex_digit(value[at + 1]);
            int low = high < 0 ? -1 : hex_digit(value[at + 2]);
            if (low < 0 || (high == 0 && low == 0))
                return wrong(step,
                             "body= has a %% that no two digits follow; a percent sign is %%25");
            c = (char)(high << 4 | low);
            at += 2;
        }
        if (used + 1 >= sizeof step->fault.text)
            return wrong(step, "body= is %d bytes at most", STANDIN_FAULT_TEXT - 1);
        step->fault.text[used++] = c;
    }
    step->fault.text[used] = '\0';
    return CC_OK;
}

static int read_redirect(step_t *step, const char *value)
{
    static const char *const right =
        "redirect= is CODE:URL, where CODE is 301, 302, 303, 307 or 308 and "
        "URL begins with https://, http:// or /";
    int64_t code;
    char number[4];

    if (strlen(value) < 5 || value[3] != ':')
        return wrong(step, "%s", right);
    memcpy(number, value, 3);
    number[3] = '\0';
    if (standin_text_number(number, 301, 308, &code) < 0 || (code > 303 && code < 307))
        return wrong(step, "%s", right);
    const char *url = value + 4;
    if (url[0] != '/' && strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
        return wrong(step, "%s", right);
    for (size_t i = 0; url[i]; i++) {
        if (url[i] <= 0x20 || url[i] >= 0x7F)
            return wrong(step, "the URL of redirect= is printable ASCII without spaces");
    }
    if (strlen(url) >= sizeof step->fault.text)
        return wrong(step, "the URL of redirect= is %d bytes at most", STANDIN_FAULT_TEXT - 1);
    step->fault.status = (int)code;
    strcpy(step->fault.text, url);
    return CC_OK;
}

static int read_detail(step_t *step, const char *value)
{
    for (size_t i = 0; i < COUNT_DETAILS; i++) {
        if (details[i].kind == step->fault.kind && strcmp(details[i].value, value) == 0) {
            step->fault.detail = details[i].detail;
            return CC_OK;
        }
    }
    for (size_t i = 0; i < COUNT_DETAIL_LISTS; i++) {
        if (detail_lists[i].kind == step->fault.kind)
            return wrong(step, "%s", detail_lists[i].values);
    }
    return CC_ERR_FORMAT;
}

// The value of an action; NULL when none was given.
static int read_action(step_t *step, standin_fault_kind_t kind, const char *name, const char *value)
{
    int64_t number;

    if (step->has_action)
        return wrong(step, "a step is one action; '%s' is the next step, behind a comma", name);
    step->has_action = true;
    step->fault.kind = kind;
    switch (kind) {
    case STANDIN_FAULT_OK:
    case STANDIN_FAULT_DRIP:
    case STANDIN_FAULT_CLOSE:
        return value ? wrong(step, "%s has no value", name) : CC_OK;
    case STANDIN_FAULT_STATUS:
        if (!value || standin_text_number(value, 200, 599, &number) < 0)
            return wrong(step, "status= is a number from 200 to 599");
        step->fault.status = (int)number;
        return CC_OK;
    case STANDIN_FAULT_SILENCE:
        if (!value || standin_text_number(value, 1, STANDIN_SILENCE_S_MAX, &number) < 0)
            return wrong(step, "silence= is seconds from 1 to %d", STANDIN_SILENCE_S_MAX);
        step->fault.seconds = (int)number;
        return CC_OK;
    case STANDIN_FAULT_REDIRECT:
        return read_redirect(step, value ? value : "");
    case STANDIN_FAULT_RESET:
    case STANDIN_FAULT_WRONG_LENGTH:
    case STANDIN_FAULT_CERT:
    case STANDIN_FAULT_HANDSHAKE:
        return read_detail(step, value ? value : "");
    }
    return CC_ERR_FORMAT;
}

static int read_times(step_t *step, const char *word)
{
    int64_t number = 0;

    if (step->has_times)
        return wrong(step, "a step has one of xN and forever");
    step->has_times = true;
    if (strcmp(word, "forever") != 0 && standin_text_number(word + 1, 1, 1000000, &number) < 0)
        return wrong(step, "xN is x1 to x1000000");
    step->fault.times = (uint32_t)number;
    return CC_OK;
}

static bool is_times(const char *word)
{
    return strcmp(word, "forever") == 0 || (word[0] == 'x' && isdigit((unsigned char)word[1]));
}

// One `name` or `name=value` between colons.
static int read_word(step_t *step, const char *name, const char *value)
{
    int64_t number;

    if (!value && is_times(name))
        return read_times(step, name);
    for (size_t i = 0; i < COUNT_ACTIONS; i++) {
        if (strcmp(name, actions[i].name) == 0)
            return read_action(step, actions[i].kind, name, value);
    }
    if (strcmp(name, "path") == 0) {
        if (!value || (strcmp(value, "/c/info") != 0 && strcmp(value, "/c/snapshot") != 0))
            return wrong(step, "path= is /c/info or /c/snapshot");
        strcpy(step->fault.path, value);
        return CC_OK;
    }
    if (strcmp(name, "retry-after") == 0) {
        if (!value || standin_text_number(value, 0, 86400, &number) < 0)
            return wrong(step, "retry-after= is seconds from 0 to 86400");
        if (step->fault.kind != STANDIN_FAULT_STATUS)
            return wrong(step, "retry-after= stands behind status=");
        step->fault.seconds = (int)number;
        return CC_OK;
    }
    if (strcmp(name, "body") == 0) {
        if (step->fault.kind != STANDIN_FAULT_STATUS)
            return wrong(step, "body= stands behind status=");
        return read_body(step, value ? value : "");
    }
    return wrong(step,
                 "'%.40s' is no action; there are ok, status=, reset=, silence=, drip, "
                 "wrong-length=, close, redirect=, cert=, handshake=",
                 name);
}

// Cuts the step's last word off when it is xN or forever, since a body or a URL before it would
// take it.
static int cut_times(step_t *step, char *text)
{
    char *space = strpbrk(text, " \t");

    while (space) {
        char *word = space + strspn(space, " \t");
        char *next = strpbrk(word, " \t");
        if (!next) {
            if (!is_times(word))
                return CC_OK;
            *space = '\0';
            return read_times(step, word);
        }
        space = next;
    }
    return CC_OK;
}

static int read_step(step_t *step, char *text)
{
    int err = cut_times(step, text);
    if (err < 0)
        return err;

    for (char *word = text; word;) {
        // these two take the rest of the step: colons belong to them
        bool takes_rest = strncmp(word, "body=", 5) == 0 || strncmp(word, "redirect=", 9) == 0;
        char *colon = takes_rest ? NULL : strchr(word, ':');
        if (colon)
            *colon = '\0';
        char *value = strchr(word, '=');
        if (value)
            *value++ = '\0';
        err = read_word(step, word, value);
        if (err < 0)
            return err;
        word = colon ? colon + 1 : NULL;
    }
    if (!step->has_action)
        return wrong(step, "a step needs an action, e.g. status=503");
    if (is_tls(&step->fault) && step->fault.path[0])
        return wrong(step,
                     "cert= and handshake= have no path=, they come before any path is known");
    if (step->fault.kind == STANDIN_FAULT_STATUS && step->fault.text[0] &&
        (step->fault.status == 204 || step->fault.status == 304))
        return wrong(step, "status=%d never has a body", step->fault.status);
    return CC_OK;
}

static char *trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len && strchr(" \t\r\n", text[len - 1]))
        text[--len] = '\0';
    return text;
}

int standin_script_parse(const char *spec, standin_script_t *script, char *why, size_t why_size)
{
    char copy[STANDIN_SCRIPT_TEXT];
    standin_script_t found = {0};
    step_t step = {.why = why, .why_size = why_size};

    if (strlen(spec) >= sizeof copy)
        return wrong(&step, "a script is %d bytes at most", STANDIN_SCRIPT_TEXT - 1);
    strcpy(copy, spec);
    char *text = trim(copy);
    if (!*text || strcmp(text, "none") == 0) {
        script->len = 0;
        return CC_OK;
    }

    for (bool ended = false; text;) {
        char *comma = strchr(text, ',');
        if (comma)
            *comma = '\0';
        if (found.len == STANDIN_SCRIPT_STEPS)
            return wrong(&step, "a script has %d steps at most", STANDIN_SCRIPT_STEPS);
        if (ended)
            return wrong(&step, "nothing comes behind a step that is forever");
        step = (step_t){.fault = {.times = 1, .seconds = -1}, .why = why, .why_size = why_size};
        int err = read_step(&step, trim(text));
        if (err < 0)
            return err;
        ended = !step.fault.times && !step.fault.path[0];
        found.steps[found.len++] = step.fault;
        text = comma ? comma + 1 : NULL;
    }
    script->len = found.len;
    memcpy(script->steps, found.steps, found.len * sizeof found.steps[0]);
    return CC_OK;
}

static void take(standin_script_t *script, size_t at, standin_fault_t *fault)
{
    *fault = script->steps[at];
    if (!script->steps[at].times || --script->steps[at].times)
        return;
    script->len--;
    memmove(&script->steps[at], &script->steps[at + 1],
            (script->len - at) * sizeof script->steps[0]);
}

void standin_script_take_request(standin_script_t *script, const char *path, standin_fault_t *fault)
{
    *fault = (standin_fault_t){.kind = STANDIN_FAULT_OK};
    for (size_t i = 0; i < script->len && !is_tls(&script->steps[i]); i++) {
        const char *wanted = script->steps[i].path;
        if (!wanted[0] || strcmp(wanted, path) == 0) {
            take(script, i, fault);
            return;
        }
    }
}

void standin_script_take_connection(standin_script_t *script, standin_fault_t *fault)
{
    *fault = (standin_fault_t){.kind = STANDIN_FAULT_OK};
    if (standin_script_wants_connection(script))
        take(script, 0, fault);
}

bool standin_script_wants_connection(const standin_script_t *script)
{
    return script->len && is_tls(&script->steps[0]);
}

static const char *action_name(standin_fault_kind_t kind)
{
    for (size_t i = 0; i < COUNT_ACTIONS; i++) {
        if (actions[i].kind == kind)
            return actions[i].name;
    }
    return "";
}

static const char *detail_name(standin_fault_detail_t detail)
{
    for (size_t i = 0; i < COUNT_DETAILS; i++) {
        if (details[i].detail == detail)
            return details[i].value;
    }
    return "";
}

void standin_fault_format(const standin_fault_t *fault, char *text, size_t text_size)
{
    const char *name = action_name(fault->kind);
    char written[STANDIN_FAULT_TEXT + 64];
    int len = 0;

    switch (fault->kind) {
    case STANDIN_FAULT_OK:
    case STANDIN_FAULT_DRIP:
    case STANDIN_FAULT_CLOSE:
        snprintf(written, sizeof written, "%s", name);
        break;
    case STANDIN_FAULT_STATUS:
        len = snprintf(written, sizeof written, "%s=%d", name, fault->status);
        if (fault->seconds >= 0)
            len += snprintf(written + len, sizeof written - (size_t)len, ":retry-after=%d",
                            fault->seconds);
        if (fault->text[0])
            snprintf(written + len, sizeof written - (size_t)len, ":body=%s", fault->text);
        break;
    case STANDIN_FAULT_SILENCE:
        snprintf(written, sizeof written, "%s=%d", name, fault->seconds);
        break;
    case STANDIN_FAULT_REDIRECT:
        snprintf(written, sizeof written, "%s=%d:%s", name, fault->status, fault->text);
        break;
    case STANDIN_FAULT_RESET:
    case STANDIN_FAULT_WRONG_LENGTH:
    case STANDIN_FAULT_CERT:
    case STANDIN_FAULT_HANDSHAKE:
        snprintf(written, sizeof written, "%s=%s", name, detail_name(fault->detail));
        break;
    }
    standin_text_copy(text, text_size, written);
}

static bool add_step(cJSON *list, const standin_fault_t *fault)
{
    char text[STANDIN_FAULT_TEXT + 64];
    cJSON *step = cJSON_CreateObject();

    if (!step || !cJSON_AddItemToArray(list, step)) {
        cJSON_Delete(step);
        return false;
    }
    standin_fault_format(fault, text, sizeof text);
    if (!cJSON_AddStringToObject(step, "step", text))
        return false;
    if (fault->path[0] && !cJSON_AddStringToObject(step, "path", fault->path))
        return false;
    return fault->times ? cJSON_AddNumberToObject(step, "times", fault->times) != NULL
                        : cJSON_AddStringToObject(step, "times", "forever") != NULL;
}

cJSON *standin_script_json(const standin_script_t *script)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; list && i < script->len; i++) {
        if (!add_step(list, &script->steps[i])) {
            cJSON_Delete(list);
            return NULL;
        }
    }
    return list;
}
