#include "console/secret.h"

#include <string.h>

#include "settings/settings.h"

static size_t skip_blanks(const char *line, size_t at, size_t len)
{
    while (at < len && (line[at] == ' ' || line[at] == '\t'))
        at++;
    return at;
}

static size_t skip_word(const char *line, size_t at, size_t len)
{
    while (at < len && line[at] != ' ' && line[at] != '\t')
        at++;
    return at;
}

static bool is(const char *word, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(word, name, len) == 0;
}

static bool is_secret_key(const char *key, size_t len)
{
    for (int i = 0; i < CC_SETTING_COUNT; i++)
        if (is(key, len, cc_setting_rows[i].key))
            return cc_setting_rows[i].kind == CC_KIND_SECRET;
    return false;
}

// The older firmware's: "setwifipass:SECRET;".
static int older_secret_at(const char *line, size_t start, size_t len)
{
    static const char *const names[] = {"setwifipass:", "setauthtoken:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (len - start >= n && memcmp(line + start, names[i], n) == 0)
            return (int)(start + n);
    }
    return -1;
}

int cc_console_secret_at(const char *line, size_t len)
{
    size_t command = skip_blanks(line, 0, len);
    int older = older_secret_at(line, command, len);
    if (older >= 0)
        return older;
    size_t command_end = skip_word(line, command, len);
    size_t first = skip_blanks(line, command_end, len);
    size_t first_end = skip_word(line, first, len);
    size_t rest = skip_blanks(line, first_end, len);
    if (is(line + command, command_end - command, "token"))
        return first > command_end ? (int)first : -1;
    if (rest == first_end) // the second word goes on
        return -1;
    if (is(line + command, command_end - command, "wifi"))
        return (int)rest;
    if (is(line + command, command_end - command, "set") &&
        is_secret_key(line + first, first_end - first))
        return (int)rest;
    return -1;
}
