// What was asked of the camera: every setting's value, its range as this camera has it, and the
// document they are kept in.
//
// Reading is by id, from any thread. Writing goes through a draft: values are put in one by one,
// each checked; then the whole is committed (saved first, applied then) or nothing is.
//
//     cc_draft_t *draft = cc_draft_new(settings);
//     cc_draft_set_text(draft, "camera.quality", "10");
//     int err = cc_draft_commit(draft);         // CC_ERR_RANGE: see draft->problems
//     cc_draft_free(draft);
//
// Only values that a person chose are stored, each with its key; everything else follows the
// defaults of the camera at hand.
#pragma once

#include <cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/camera.h"
#include "port/crypto.h"
#include "port/store.h"
#include "port/task.h"
#include "settings/table.h"
#include "status/log.h"

// CC_SETTING_CONNECT_ENABLED, …: in the table's order.
typedef enum {
#define CC_ID(id, ...) CC_SETTING_##id,
    CC_SETTINGS_TABLE(CC_ID, CC_ID, CC_ID, CC_ID, CC_ID, CC_ID, CC_ID)
#undef CC_ID
    CC_SETTING_COUNT,
} cc_setting_t;

typedef enum {
    CC_KIND_BOOL,
    CC_KIND_INT,
    CC_KIND_CHOICE,
    CC_KIND_SIZE, // width << 16 | height
    CC_KIND_TEXT,
    CC_KIND_SECRET,
    CC_KIND_HIDDEN,
} cc_setting_kind_t;

// Values of the choices, as in the table.
typedef enum {
    CC_AP_OFF,
    CC_AP_SETUP,
    CC_AP_ALWAYS
} cc_ap_t;

// One row of the table.
typedef struct {
    const char *key;
    cc_setting_kind_t kind;
    int32_t min; // INT: value; TEXT: characters
    int32_t max;
    int32_t step;
    int32_t default_number;
    const char *default_text;
    const char *const *names; // CHOICE: NULL-terminated
    const char *unit;
    const char *group;
    const char *label;
    // NULL, or: what is wrong with this text, as a sentence in `why`; false when it is wrong. The
    // text is trimmed.
    bool (*check)(const char *text, char *why, size_t cap);
} cc_setting_row_t;

extern const cc_setting_row_t cc_setting_rows[CC_SETTING_COUNT];

// All texts in one block; bytes, NULs included. Twice in memory (stored, live), once more in a
// draft.
#define CC_SETTINGS_TEXT_BYTES 6144

typedef struct {
    uint8_t
        chosen[(CC_SETTING_COUNT + 7) / 8]; // bit set: a person chose it; clear: the default counts
    int32_t number[CC_SETTING_COUNT];
    char text[CC_SETTINGS_TEXT_BYTES];
} cc_settings_values_t;

#define CC_SETTINGS_LISTENERS_MAX 8

typedef struct cc_settings cc_settings_t;

typedef struct {
    const cc_task_t *task;
    const cc_store_t *store;
    const cc_crypto_t *crypto;
    cc_log_t *log;
} cc_settings_config_t;

// Reads the document. A document that cannot be read is set aside and said so; the defaults then
// count. Errors: CC_ERR_MEMORY; CC_ERR_DENIED and CC_ERR_IO when there may be settings that cannot
// be got at (not to start beats starting with a new fingerprint).
int cc_settings_open(const cc_settings_config_t *config, cc_settings_t **settings);
void cc_settings_close(cc_settings_t *settings);

// Reading. The id's kind must fit. Numbers come clamped to this camera's range.
bool cc_settings_bool(cc_settings_t *settings, cc_setting_t id);
int32_t cc_settings_int(cc_settings_t *settings, cc_setting_t id);
cc_size_t cc_settings_size(cc_settings_t *settings, cc_setting_t id);
// Copies the text (secrets and hidden ones too), cut to what fits. Returns its whole length.
size_t cc_settings_text(cc_settings_t *settings, cc_setting_t id, char *out, size_t cap);
bool cc_settings_is_empty(cc_settings_t *settings, cc_setting_t id);

// The setting of this name, or CC_SETTING_COUNT.
cc_setting_t cc_setting_find(const char *key);

// What this camera has. Called at start-up and when a camera came; any thread.
void cc_settings_set_absent(cc_settings_t *settings, cc_setting_t id, bool absent);
bool cc_settings_is_absent(cc_settings_t *settings, cc_setting_t id);
void cc_settings_set_range(cc_settings_t *settings, cc_setting_t id, int32_t min, int32_t max,
                           int32_t step, int32_t default_number);
// The one default that is the machine's own.
void cc_settings_set_default_hostname(cc_settings_t *settings, const char *hostname);
// The picture sizes to choose from, for camera.resolution; none makes it absent.
void cc_settings_set_sizes(cc_settings_t *settings, const cc_size_t *sizes, size_t n_sizes);

// Calls changed(ctx, ids) after each commit, outside the lock, in the committing thread. Before
// threads start.
typedef struct {
    uint8_t bits[(CC_SETTING_COUNT + 7) / 8];
} cc_setting_ids_t;

// All of that is told now. What was chosen and this camera lacks is said in the log.
void cc_settings_camera_is_known(cc_settings_t *settings);
// Copies those sizes; returns how many.
size_t cc_settings_sizes(cc_settings_t *settings, cc_size_t *sizes, size_t max);

bool cc_setting_ids_has(const cc_setting_ids_t *ids, cc_setting_t id);

void cc_settings_listen(cc_settings_t *settings,
                        void (*changed)(void *ctx, const cc_setting_ids_t *ids), void *ctx);

// "SVGA" or "1280x720": how a size is written. out has room for 12.
#define CC_SIZE_TEXT_MAX 12
void cc_size_text(cc_size_t size, char out[CC_SIZE_TEXT_MAX]);

// Drafts.

#define CC_DRAFT_PROBLEMS_MAX 16

typedef struct {
    char key[64];     // as it was given, cut
    char detail[200]; // a sentence: what is right
} cc_problem_t;

typedef struct {
    cc_settings_t *settings;
    cc_setting_ids_t changed; // what it names; after the commit, what became another
    cc_setting_ids_t reset;   // of those: back to the default
    cc_settings_values_t values;
    cc_problem_t problems[CC_DRAFT_PROBLEMS_MAX];
    size_t n_problems;
    bool before_camera;   // set by who makes it: ranges that only the device knows are left to it
    bool forgets_unknown; // keys of other versions go too
    char save_error[160]; // why the commit could not be saved, for people
} cc_draft_t;

// NULL when out of memory.
cc_draft_t *cc_draft_new(cc_settings_t *settings);
void cc_draft_free(cc_draft_t *draft);

// A value as text, as the console, the command line and old scripts give it. A wrong one becomes a
// problem.
void cc_draft_set_text(cc_draft_t *draft, const char *key, const char *text);
void cc_draft_set_int(cc_draft_t *draft, cc_setting_t id, int32_t value);
// For the program itself: text of the right form, which may be a hidden setting's.
void cc_draft_set_own(cc_draft_t *draft, cc_setting_t id, const char *text);
// Members of an object, as the API gives them. null means: back to the default.
void cc_draft_set_json(cc_draft_t *draft, const cJSON *object);
// Back to the defaults. The fingerprint is always kept.
typedef enum {
    CC_RESET_EVERYTHING, // as at the first start
    CC_RESET_SETTINGS,   // all but password and network: the way in stays
    CC_RESET_VALUES,     // all but these and secrets: what a backup holds
} cc_reset_t;

void cc_draft_reset(cc_draft_t *draft, cc_reset_t reset);
// Whether that reset puts this setting back.
bool cc_reset_takes(cc_reset_t reset, cc_setting_t id);
void cc_draft_problem(cc_draft_t *draft, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Saves, then applies, then tells the listeners. CC_ERR_RANGE when there are problems, the store's
// errors when it cannot be saved: then nothing changed.
int cc_draft_commit(cc_draft_t *draft);
// The same for this run only: nothing is saved (the command line's --set).
int cc_draft_apply(cc_draft_t *draft);

// The values as one flat JSON object; a secret is {"set": bool}. NULL when out of memory. `backup`:
// no secrets, and only what was chosen.
cJSON *cc_settings_json(cc_settings_t *settings, bool backup);
// The table as this camera has it, as a JSON array. NULL when out of memory.
cJSON *cc_settings_schema(cc_settings_t *settings);
// One value as text for the console; a secret reads "(set)" or "(not set)".
void cc_settings_describe(cc_settings_t *settings, cc_setting_t id, char *out, size_t cap);
