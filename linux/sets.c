#include "sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

enum {
    FILE_MAX = 8192
}; // bytes of a value from a file: a certificate, at most

// The text of the file, on the heap; NULL when it cannot be read or is too long.
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *text = calloc(1, FILE_MAX + 1);
    size_t len = text ? fread(text, 1, FILE_MAX + 1, file) : 0;
    fclose(file);
    if (len <= FILE_MAX)
        return text;
    free(text);
    return NULL;
}

static int put(cc_draft_t *draft, const char *set, char *why, size_t cap)
{
    char key[64];
    size_t key_len = strcspn(set, "=");
    const char *value = set + key_len + 1;
    char *from_file = NULL;
    snprintf(key, sizeof key, "%.*s", (int)key_len, set);
    if (*value == '@') {
        from_file = read_file(value + 1);
        if (!from_file) {
            snprintf(why, cap, "--set %s: the file %s cannot be read", key, value + 1);
            return CC_ERR_ARGUMENT;
        }
        value = from_file;
    }
    cc_draft_set_text(draft, key, value);
    free(from_file);
    return CC_OK;
}

int cc_sets_apply(cc_settings_t *settings, const cc_options_t *options, char *why, size_t cap)
{
    int err = CC_OK;
    cc_draft_t *draft = cc_draft_new(settings);
    if (!draft)
        return CC_ERR_MEMORY;
    draft->before_camera = true;
    for (size_t i = 0; err == CC_OK && i < options->n_sets; i++)
        err = put(draft, options->sets[i], why, cap);
    if (err == CC_OK && cc_draft_apply(draft) < 0) {
        snprintf(why, cap, "--set %s: %s", draft->problems[0].key, draft->problems[0].detail);
        err = CC_ERR_ARGUMENT;
    }
    cc_draft_free(draft);
    return err;
}
