#include "system/older.h"

#include <nvs.h>
#include <stdlib.h>

#include "settings/older_blob.h"
#include "util/err.h"
#include "util/text.h"

#define DONE "older"

// The blob's bytes, freed by the caller; NULL when there is none, or none that anybody wrote.
static uint8_t *read_blob(size_t *len)
{
    nvs_handle_t handle;
    uint8_t *bytes = NULL;
    if (nvs_open("eeprom", NVS_READONLY, &handle) != ESP_OK)
        return NULL;
    if (nvs_get_blob(handle, "eeprom", NULL, len) == ESP_OK && *len <= CC_OLDER_BLOB_MAX)
        bytes = malloc(*len ? *len : 1);
    if (bytes && nvs_get_blob(handle, "eeprom", bytes, len) != ESP_OK) {
        free(bytes);
        bytes = NULL;
    }
    nvs_close(handle);
    return bytes;
}

static int take(const uint8_t *bytes, size_t len, cc_settings_t *settings, cc_log_t *log)
{
    cc_draft_t *draft = cc_draft_new(settings);
    if (!draft)
        return CC_ERR_MEMORY;
    draft->before_camera = true;
    cc_older_t kind = cc_older_blob_read(bytes, len, draft);
    int err = kind == CC_OLDER_NONE ? CC_OK : cc_draft_commit(draft);
    cc_draft_free(draft);
    if (err == CC_OK && kind != CC_OLDER_NONE)
        cc_log(log, CC_LOG_INFO, "settings",
               "The settings of the %s firmware were taken over; a password is still to be chosen.",
               kind == CC_OLDER_ORIGINAL ? "original" : "older");
    return err;
}

void cc_esp32_older_take_over(const cc_store_t *store, cc_settings_t *settings, cc_log_t *log)
{
    char done[8];
    if (store->load(store->ctx, DONE, done, sizeof done) != CC_ERR_NOT_FOUND)
        return;
    size_t len = 0;
    uint8_t *bytes = read_blob(&len);
    int err = bytes ? take(bytes, len, settings, log) : CC_OK;
    if (bytes)
        cc_text_wipe(bytes, len); // it has the network's password
    free(bytes);
    // The settings first: a power cut in between only takes them over once more.
    if (err == CC_OK)
        err = store->save(store->ctx, DONE, "done", 4);
    if (err < 0)
        cc_log(log, CC_LOG_WARNING, "settings",
               "The older firmware's settings could not be taken over: %s. The next start tries "
               "again.",
               cc_err_text(err));
}
