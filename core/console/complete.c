#include "console/complete.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

typedef struct {
    const char *head; // what stands before the word
    size_t head_len;
    const char *word; // what it begins with
    void (*add)(void *ctx, const char *whole);
    void *ctx;
} try_t;

static void offer(const try_t *attempt, const char *candidate, const char *tail)
{
    char whole[200];
    if (!cc_text_starts_nocase(candidate, attempt->word))
        return;
    int n = snprintf(whole, sizeof whole, "%.*s%s%s", (int)attempt->head_len, attempt->head,
                     candidate, tail);
    if (n > 0 && (size_t)n < sizeof whole)
        attempt->add(attempt->ctx, whole);
}

static void offer_settings(cc_settings_t *settings, const try_t *attempt, const char *tail)
{
    for (int i = 0; i < CC_SETTING_COUNT; i++)
        if (cc_setting_rows[i].kind != CC_KIND_HIDDEN &&
            !cc_settings_is_absent(settings, (cc_setting_t)i))
            offer(attempt, cc_setting_rows[i].key, tail);
}

static void offer_sizes(cc_settings_t *settings, const try_t *attempt)
{
    cc_size_t sizes[CC_CAMERA_SIZES_MAX];
    size_t n = cc_settings_sizes(settings, sizes, CC_CAMERA_SIZES_MAX);
    for (size_t i = 0; i < n; i++) {
        char name[CC_SIZE_TEXT_MAX];
        cc_size_text(sizes[i], name);
        offer(attempt, name, "");
    }
}

static void offer_values(cc_settings_t *settings, const try_t *attempt, const char *key)
{
    cc_setting_t id = cc_setting_find(key);
    if (id == CC_SETTING_COUNT || cc_settings_is_absent(settings, id))
        return;
    const cc_setting_row_t *row = &cc_setting_rows[id];
    if (row->kind == CC_KIND_BOOL) {
        offer(attempt, "true", "");
        offer(attempt, "false", "");
    } else if (row->kind == CC_KIND_CHOICE) {
        for (size_t i = 0; row->names[i]; i++)
            offer(attempt, row->names[i], "");
    } else if (row->kind == CC_KIND_SIZE) {
        offer_sizes(settings, attempt);
    }
}

void cc_console_complete(cc_settings_t *settings, const char *line,
                         void (*add)(void *ctx, const char *whole), void *ctx)
{
    const char *blank = strchr(line, ' ');
    try_t attempt = {.head = line, .word = line, .add = add, .ctx = ctx};
    if (!blank) {
        for (size_t i = 0; cc_console_command(i); i++)
            offer(&attempt, cc_console_command(i), " ");
        return;
    }
    bool sets = strncmp(line, "set ", 4) == 0;
    attempt.word = blank + 1;
    attempt.head_len = (size_t)(attempt.word - line);
    const char *second = strchr(attempt.word, ' ');
    if (!second && (sets || strncmp(line, "get ", 4) == 0)) {
        offer_settings(settings, &attempt, sets ? " " : "");
    } else if (!second && strncmp(line, "light ", 6) == 0) {
        offer(&attempt, "on", "");
        offer(&attempt, "off", "");
    } else if (second && sets) {
        char key[64];
        size_t key_len = (size_t)(second - attempt.word);
        if (key_len >= sizeof key)
            return;
        memcpy(key, attempt.word, key_len);
        key[key_len] = '\0';
        attempt.word = second + 1;
        attempt.head_len = (size_t)(attempt.word - line);
        offer_values(settings, &attempt, key);
    }
}
