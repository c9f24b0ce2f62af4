#include "system/files.h"

#include <esp_heap_caps.h>
#include <esp_vfs_fat.h>
#include <ff.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/card.h"
#include "util/err.h"

enum {
    // The card's driver moves many sectors at once from and to internal memory only, and pictures
    // are not there.
    CHUNK = 4096,
    SECTOR = 512,
    PATH_MAX_LEN = 96,
};

#define DRIVE "0:" // the card's is the only FAT that is mounted

struct cc_file {
    FIL fil;
};

static const char *root; // of all paths

static int err_of(FRESULT result)
{
    switch (result) {
    case FR_OK:
        return CC_OK;
    case FR_NO_FILE:
    case FR_NO_PATH:
        return CC_ERR_NOT_FOUND;
    case FR_DENIED:
    case FR_EXIST:
        return CC_ERR_DENIED;
    case FR_WRITE_PROTECTED:
        return CC_ERR_READ_ONLY;
    case FR_NOT_ENOUGH_CORE:
        return CC_ERR_MEMORY;
    default:
        return CC_ERR_IO;
    }
}

static const char *hold(void)
{
    return cc_esp32_card_hold();
}

// Lets the card go; what did not work has it looked after. Returns err.
static int release(int err)
{
    cc_esp32_card_release(err != CC_ERR_IO);
    return err;
}

static void full_path(const char *path, char full[PATH_MAX_LEN])
{
    snprintf(full, PATH_MAX_LEN, DRIVE "/%s%s%s", root, *path ? "/" : "", path);
}

static uint32_t medium(void *ctx)
{
    (void)ctx;
    cc_esp32_card_info_t info;
    cc_esp32_card_info(&info);
    return info.mount;
}

static int room(void *ctx, cc_files_room_t *out)
{
    (void)ctx;
    uint64_t total_bytes, free_bytes;
    const char *card = hold();
    if (!card)
        return CC_ERR_GONE;
    if (esp_vfs_fat_info(card, &total_bytes, &free_bytes) != ESP_OK)
        return release(CC_ERR_IO);
    *out = (cc_files_room_t){free_bytes, total_bytes};
    return release(CC_OK);
}

static int list(void *ctx, const char *folder,
                void (*each)(void *arg, const char *name, uint64_t len), void *arg)
{
    (void)ctx;
    FF_DIR entries;
    char full[PATH_MAX_LEN];
    full_path(folder, full);
    if (!hold())
        return CC_ERR_GONE;
    FILINFO *entry = malloc(sizeof *entry); // with a long name: too large for small stacks
    FRESULT result = entry ? f_opendir(&entries, full) : FR_NOT_ENOUGH_CORE;
    if (result == FR_OK) {
        while ((result = f_readdir(&entries, entry)) == FR_OK && *entry->fname)
            each(arg, entry->fname, entry->fsize);
        f_closedir(&entries);
    }
    free(entry);
    return release(err_of(result));
}

// Makes the folders that `full` is in.
static FRESULT make_folders(char *full)
{
    for (char *slash = strchr(full + strlen(DRIVE "/"), '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        FRESULT result = f_mkdir(full);
        *slash = '/';
        if (result != FR_OK && result != FR_EXIST)
            return result;
    }
    return FR_OK;
}

static int write_some(FIL *fil, const void *bytes, UINT len)
{
    UINT written = 0;
    int err = err_of(f_write(fil, bytes, len, &written));
    return err == CC_OK && written < len ? CC_ERR_DISK_FULL : err;
}

static int write_parts(FIL *fil, const cc_span_t *parts, size_t n_parts)
{
    uint8_t *chunk = heap_caps_malloc(CHUNK, MALLOC_CAP_DMA);
    size_t in_chunk = 0;
    int err = chunk ? CC_OK : CC_ERR_MEMORY;
    for (size_t i = 0; i < n_parts; i++) {
        for (size_t done = 0; err == CC_OK && done < parts[i].len;) {
            size_t n = parts[i].len - done;
            if (n > CHUNK - in_chunk)
                n = CHUNK - in_chunk;
            memcpy(chunk + in_chunk, parts[i].bytes + done, n);
            done += n;
            in_chunk += n;
            if (in_chunk < CHUNK)
                continue;
            err = write_some(fil, chunk, CHUNK);
            in_chunk = 0;
        }
    }
    if (err == CC_OK && in_chunk > 0)
        err = write_some(fil, chunk, in_chunk);
    heap_caps_free(chunk);
    return err;
}

static int save_held(const char *path, const cc_span_t *parts, size_t n_parts)
{
    char full[PATH_MAX_LEN];
    full_path(path, full);
    FIL *fil = malloc(sizeof *fil);
    if (!fil)
        return CC_ERR_MEMORY;
    FRESULT result = f_open(fil, full, FA_WRITE | FA_CREATE_ALWAYS);
    if (result == FR_NO_PATH) {
        result = make_folders(full);
        if (result == FR_OK)
            result = f_open(fil, full, FA_WRITE | FA_CREATE_ALWAYS);
    }
    int err = err_of(result);
    if (err == CC_OK) {
        err = write_parts(fil, parts, n_parts);
        if (err < 0 && f_lseek(fil, 0) == FR_OK) // closed, it would be a file that is cut off
            f_truncate(fil);
        int closed = err_of(f_close(fil));
        if (err == CC_OK)
            err = closed;
        if (err < 0)
            f_unlink(full);
    }
    free(fil);
    return err;
}

static int save(void *ctx, const char *path, const cc_span_t *parts, size_t n_parts)
{
    (void)ctx;
    return hold() ? release(save_held(path, parts, n_parts)) : CC_ERR_GONE;
}

static int remove_one(void *ctx, const char *path)
{
    (void)ctx;
    char full[PATH_MAX_LEN];
    full_path(path, full);
    return hold() ? release(err_of(f_unlink(full))) : CC_ERR_GONE;
}

static int open_file(void *ctx, const char *path, cc_file_t **out, uint64_t *len)
{
    (void)ctx;
    char full[PATH_MAX_LEN];
    full_path(path, full);
    if (!hold())
        return CC_ERR_GONE;
    cc_file_t *file = malloc(sizeof *file);
    int err = file ? err_of(f_open(&file->fil, full, FA_READ)) : CC_ERR_MEMORY;
    if (err < 0) {
        free(file);
        return release(err);
    }
    *out = file;
    *len = f_size(&file->fil);
    return CC_OK; // and the card stays held
}

static int read_file(void *ctx, cc_file_t *file, void *out, size_t len)
{
    (void)ctx;
    uint8_t *chunk = heap_caps_malloc(CHUNK, MALLOC_CAP_DMA);
    size_t done = 0;
    int err = chunk ? CC_OK : CC_ERR_MEMORY;
    while (err == CC_OK && done < len) {
        UINT n = 0;
        size_t wanted = CHUNK - f_tell(&file->fil) % SECTOR; // then it goes on at a sector's begin
        if (wanted > len - done)
            wanted = len - done;
        err = err_of(f_read(&file->fil, chunk, wanted, &n));
        memcpy((uint8_t *)out + done, chunk, n);
        done += n;
        if (n < wanted)
            break;
    }
    heap_caps_free(chunk);
    return err < 0 ? err : (int)done;
}

static int seek_file(void *ctx, cc_file_t *file, uint64_t at)
{
    (void)ctx;
    return err_of(f_lseek(&file->fil, (FSIZE_t)at));
}

static void close_file(void *ctx, cc_file_t *file)
{
    (void)ctx;
    release(err_of(f_close(&file->fil)));
    free(file);
}

cc_files_t cc_esp32_files_port(const char *folder)
{
    root = folder;
    return (cc_files_t){
        .medium = medium,
        .room = room,
        .list = list,
        .save = save,
        .remove = remove_one,
        .open = open_file,
        .read = read_file,
        .seek = seek_file,
        .close = close_file,
    };
}
