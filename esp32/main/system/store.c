#include "system/store.h"

#include <nvs.h>
#include <nvs_flash.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

#define NAMESPACE "connectcam"
#define KEPT_MAX  5

static nvs_handle_t handle;

static int err_of_esp(esp_err_t err)
{
    switch (err) {
    case ESP_OK:
        return CC_OK;
    case ESP_ERR_NVS_NOT_FOUND:
        return CC_ERR_NOT_FOUND;
    case ESP_ERR_NVS_INVALID_LENGTH:
        return CC_ERR_SPACE;
    case ESP_ERR_NVS_NOT_ENOUGH_SPACE:
    case ESP_ERR_NVS_PAGE_FULL:
    case ESP_ERR_NVS_VALUE_TOO_LONG:
        return CC_ERR_DISK_FULL;
    case ESP_ERR_NVS_READ_ONLY:
        return CC_ERR_READ_ONLY;
    case ESP_ERR_NVS_KEY_TOO_LONG:
    case ESP_ERR_NVS_INVALID_NAME:
        return CC_ERR_ARGUMENT;
    case ESP_ERR_NO_MEM:
        return CC_ERR_MEMORY;
    default:
        return CC_ERR_IO;
    }
}

static int load(void *ctx, const char *name, char *buf, size_t cap)
{
    (void)ctx;
    size_t len = cap;
    esp_err_t err = nvs_get_blob(handle, name, buf, &len);
    return err ? err_of_esp(err) : (int)len;
}

static int save(void *ctx, const char *name, const char *text, size_t len)
{
    (void)ctx;
    esp_err_t err = nvs_set_blob(handle, name, text, len);
    return err_of_esp(err ? err : nvs_commit(handle));
}

// The first name under which nothing is kept yet.
static int find_free_name(const char *name, char *aside, size_t cap)
{
    for (int i = 1; i <= KEPT_MAX; i++) {
        size_t len;
        snprintf(aside, cap, "%s.bad-%d", name, i);
        esp_err_t err = nvs_get_blob(handle, aside, NULL, &len);
        if (err)
            return err == ESP_ERR_NVS_NOT_FOUND ? CC_OK : err_of_esp(err);
    }
    return CC_ERR_DISK_FULL;
}

// NVS cannot rename, so it is copied and then erased: a power cut in between leaves both.
static int set_aside(void *ctx, const char *name, char *kept, size_t kept_cap)
{
    (void)ctx;
    char aside[NVS_KEY_NAME_MAX_SIZE];
    int err = find_free_name(name, aside, sizeof aside);
    if (err < 0)
        return err;
    size_t len;
    err = err_of_esp(nvs_get_blob(handle, name, NULL, &len));
    if (err < 0)
        return err;
    char *text = malloc(len ? len : 1);
    if (!text)
        return CC_ERR_MEMORY;
    err = err_of_esp(nvs_get_blob(handle, name, text, &len));
    if (err == CC_OK)
        err = save(NULL, aside, text, len);
    if (err == CC_OK)
        err = err_of_esp(nvs_erase_key(handle, name));
    if (err == CC_OK)
        err = err_of_esp(nvs_commit(handle));
    if (err == CC_OK)
        snprintf(kept, kept_cap, "%s", aside);
    free(text);
    return err;
}

int cc_esp32_store_open(bool *erased)
{
    bool anew = false;
    esp_err_t err = nvs_flash_init();
    if (err == ESP_ERR_NVS_NO_FREE_PAGES || err == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        anew = true;
        err = nvs_flash_erase();
        if (!err)
            err = nvs_flash_init();
    }
    if (!err)
        err = nvs_open(NAMESPACE, NVS_READWRITE, &handle);
    if (err)
        return err_of_esp(err);
    *erased = anew;
    return CC_OK;
}

cc_store_t cc_esp32_store_port(void)
{
    return (cc_store_t){.load = load, .save = save, .set_aside = set_aside};
}
