#include "cameras.h"

#include <cjson/cJSON.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

static const char file_name[] = "cameras.json";

static standin_camera_t *find_locked(standin_cameras_t *cameras, const char *token)
{
    for (int i = 0; i < cameras->len; i++) {
        if (strcmp(cameras->list[i].token, token) == 0)
            return &cameras->list[i];
    }
    return NULL;
}

static int copy_text(const cJSON *object, const char *name, char *to, size_t len_min,
                     size_t len_max)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    if (!text || strlen(text) < len_min || strlen(text) > len_max)
        return CC_ERR_FORMAT;
    strcpy(to, text);
    return CC_OK;
}

static int read_camera(const cJSON *object, standin_camera_t *camera)
{
    if (copy_text(object, "token", camera->token, STANDIN_TOKEN_LEN, STANDIN_TOKEN_LEN) < 0 ||
        copy_text(object, "fingerprint", camera->fingerprint, STANDIN_FINGERPRINT_MIN,
                  STANDIN_FINGERPRINT_MAX) < 0 ||
        copy_text(object, "printer_uuid", camera->printer_uuid, STANDIN_UUID_LEN,
                  STANDIN_UUID_LEN) < 0)
        return CC_ERR_FORMAT;
    camera->snapshot_ms = -1;
    return CC_OK;
}

// Adds the cameras of the file that are not known yet: another stand-in may share the folder.
static int load_locked(standin_cameras_t *cameras)
{
    char *text;
    size_t len;

    int err = standin_state_read(cameras->state, file_name, &text, &len);
    if (err == CC_ERR_NOT_FOUND)
        return CC_OK;
    if (err < 0)
        return err;
    cJSON *list = cJSON_ParseWithLength(text, len);
    free(text);
    if (!cJSON_IsArray(list)) {
        cJSON_Delete(list);
        return CC_ERR_FORMAT;
    }
    const cJSON *object;
    cJSON_ArrayForEach(object, list)
    {
        standin_camera_t camera;
        err = read_camera(object, &camera);
        if (err < 0)
            break;
        if (cameras->len == STANDIN_CAMERAS_MAX || find_locked(cameras, camera.token))
            continue;
        camera.id = cameras->len + 1;
        cameras->list[cameras->len++] = camera;
    }
    cJSON_Delete(list);
    return err;
}

static int save_locked(standin_cameras_t *cameras)
{
    cJSON *list = cJSON_CreateArray();
    char *text = NULL;
    int err = CC_ERR_MEMORY;

    for (int i = 0; i < cameras->len; i++) {
        const standin_camera_t *camera = &cameras->list[i];
        cJSON *object = cJSON_CreateObject();
        if (!object || !cJSON_AddItemToArray(list, object)) {
            cJSON_Delete(object);
            goto out;
        }
        if (!cJSON_AddStringToObject(object, "token", camera->token) ||
            !cJSON_AddStringToObject(object, "fingerprint", camera->fingerprint) ||
            !cJSON_AddStringToObject(object, "printer_uuid", camera->printer_uuid))
            goto out;
    }
    text = cJSON_Print(list);
    if (text)
        err = standin_state_write(cameras->state, file_name, text, strlen(text));
out:
    cJSON_free(text);
    cJSON_Delete(list);
    return err;
}

// A random UUID (RFC 9562, section 5.4).
static int make_uuid(char *text)
{
    unsigned char bytes[16];

    if (gnutls_rnd(GNUTLS_RND_NONCE, bytes, sizeof bytes) < 0)
        return CC_ERR_IO;
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *text++ = '-';
        snprintf(text, 3, "%02x", (unsigned)bytes[i]);
        text += 2;
    }
    return CC_OK;
}

static int add_locked(standin_cameras_t *cameras, const char *token, const char *fingerprint)
{
    if (cameras->len == STANDIN_CAMERAS_MAX)
        return CC_ERR_SPACE;
    standin_camera_t *camera = &cameras->list[cameras->len];
    int err = make_uuid(camera->printer_uuid);
    if (err < 0)
        return err;
    strcpy(camera->token, token);
    strcpy(camera->fingerprint, fingerprint);
    camera->id = ++cameras->len;
    camera->snapshot_ms = -1;
    err = save_locked(cameras);
    if (err < 0)
        cameras->len--;
    return err;
}

int standin_cameras_open(standin_cameras_t *cameras, standin_state_t *state)
{
    cameras->state = state;
    cameras->len = 0;
    int err = load_locked(cameras);
    if (err < 0)
        return err;
    pthread_mutex_init(&cameras->lock, NULL);
    return CC_OK;
}

void standin_cameras_close(standin_cameras_t *cameras)
{
    pthread_mutex_destroy(&cameras->lock);
}

int standin_cameras_find(standin_cameras_t *cameras, const char *token, standin_camera_t *camera)
{
    pthread_mutex_lock(&cameras->lock);
    const standin_camera_t *found = find_locked(cameras, token);
    if (found)
        *camera = *found;
    pthread_mutex_unlock(&cameras->lock);
    return found ? CC_OK : CC_ERR_NOT_FOUND;
}

int standin_cameras_bind(standin_cameras_t *cameras, const char *token, const char *fingerprint,
                         standin_camera_t *camera)
{
    int err = CC_OK;

    pthread_mutex_lock(&cameras->lock);
    if (!find_locked(cameras, token)) {
        standin_state_lock(cameras->state);
        err = load_locked(cameras);
        if (err == CC_OK && !find_locked(cameras, token))
            err = add_locked(cameras, token, fingerprint);
        standin_state_unlock(cameras->state);
    }
    if (err == CC_OK) {
        const standin_camera_t *found = find_locked(cameras, token);
        if (strcmp(found->fingerprint, fingerprint) == 0)
            *camera = *found;
        else
            err = CC_ERR_DENIED;
    }
    pthread_mutex_unlock(&cameras->lock);
    return err;
}

int standin_cameras_note_snapshot(standin_cameras_t *cameras, const char *token, int64_t now_ms,
                                  int64_t pace_ms)
{
    int err = CC_OK;

    pthread_mutex_lock(&cameras->lock);
    standin_camera_t *camera = find_locked(cameras, token);
    if (!camera)
        err = CC_ERR_NOT_FOUND;
    else if (camera->snapshot_ms >= 0 && now_ms - camera->snapshot_ms < pace_ms)
        err = CC_ERR_AGAIN;
    else
        camera->snapshot_ms = now_ms;
    pthread_mutex_unlock(&cameras->lock);
    return err;
}
