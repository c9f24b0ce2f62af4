#include "fake/fake_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

struct cc_file {
    cc_fake_files_t *disk;
    char path[CC_FILES_PATH_MAX];
    uint64_t at;
};

static void *must(void *memory)
{
    if (!memory) {
        fprintf(stderr, "fake_files: out of memory\n");
        abort();
    }
    return memory;
}

void cc_fake_files_init(cc_fake_files_t *disk, uint64_t total_bytes)
{
    *disk = (cc_fake_files_t){.medium = 1, .total_bytes = total_bytes};
}

void cc_fake_files_deinit(cc_fake_files_t *disk)
{
    for (size_t i = 0; i < disk->n_entries; i++)
        free(disk->entries[i].bytes);
    free(disk->entries);
    *disk = (cc_fake_files_t){0};
}

static cc_fake_file_t *find(const cc_fake_files_t *disk, const char *path)
{
    for (size_t i = 0; i < disk->n_entries; i++)
        if (strcmp(disk->entries[i].path, path) == 0)
            return &disk->entries[i];
    return NULL;
}

const cc_fake_file_t *cc_fake_files_at(const cc_fake_files_t *disk, const char *path)
{
    return find(disk, path);
}

bool cc_fake_files_has(const cc_fake_files_t *disk, const char *begin)
{
    for (size_t i = 0; i < disk->n_entries; i++)
        if (strncmp(disk->entries[i].path, begin, strlen(begin)) == 0)
            return true;
    return false;
}

uint64_t cc_fake_files_used(const cc_fake_files_t *disk)
{
    uint64_t used = 0;
    for (size_t i = 0; i < disk->n_entries; i++)
        used += disk->entries[i].len;
    return used;
}

static cc_fake_file_t *add(cc_fake_files_t *disk, const char *path)
{
    cc_fake_file_t *found = find(disk, path);
    if (found)
        return found;
    disk->entries = must(realloc(disk->entries, (disk->n_entries + 1) * sizeof *disk->entries));
    found = &disk->entries[disk->n_entries++];
    *found = (cc_fake_file_t){0};
    snprintf(found->path, sizeof found->path, "%s", path);
    return found;
}

static void add_folders(cc_fake_files_t *disk, const char *path)
{
    char folder[CC_FILES_PATH_MAX];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        add(disk, folder)->is_folder = true;
    }
}

static void put(cc_fake_files_t *disk, const char *path, const cc_span_t *parts, size_t n_parts,
                size_t len)
{
    add_folders(disk, path);
    cc_fake_file_t *file = add(disk, path);
    free(file->bytes);
    file->bytes = must(malloc(len + 1));
    file->len = 0;
    for (size_t i = 0; i < n_parts; i++) {
        size_t n = parts[i].len < len - file->len ? parts[i].len : len - file->len;
        memcpy(file->bytes + file->len, parts[i].bytes, n);
        file->len += n;
    }
}

void cc_fake_files_put(cc_fake_files_t *disk, const char *path, const void *bytes, size_t len)
{
    const cc_span_t part = {bytes, len};
    put(disk, path, &part, 1, len);
}

bool cc_fake_files_take(cc_fake_files_t *disk, const char *path)
{
    cc_fake_file_t *file = find(disk, path);
    if (!file)
        return false;
    free(file->bytes);
    *file = disk->entries[--disk->n_entries];
    return true;
}

void cc_fake_files_cut(cc_fake_files_t *disk, unsigned nth, cc_cut_t cut)
{
    disk->cut_in = nth;
    disk->cut = cut;
}

void cc_fake_files_power_on(cc_fake_files_t *disk)
{
    disk->is_off = false;
    disk->cut_in = 0;
    disk->medium++;
}

// What every call begins with.
static int begin(cc_fake_files_t *disk)
{
    disk->calls++;
    if (disk->is_off)
        return CC_ERR_IO;
    if (disk->medium == 0)
        return CC_ERR_GONE;
    if (disk->fail_in == 0 || --disk->fail_in > 0)
        return CC_OK;
    disk->fail_in = disk->fails_for_good;
    return disk->fail_err;
}

// Whether the power goes in this change.
static bool is_cut_now(cc_fake_files_t *disk)
{
    disk->changes++;
    if (disk->cut_in == 0 || --disk->cut_in > 0)
        return false;
    disk->is_off = true;
    return true;
}

static uint32_t medium(void *ctx)
{
    const cc_fake_files_t *disk = ctx;
    return disk->medium;
}

static uint64_t free_bytes(const cc_fake_files_t *disk)
{
    uint64_t used = cc_fake_files_used(disk) + disk->others;
    return used < disk->total_bytes ? disk->total_bytes - used : 0;
}

static int room(void *ctx, cc_files_room_t *out)
{
    cc_fake_files_t *disk = ctx;
    int err = begin(disk);
    if (err == CC_OK)
        *out = (cc_files_room_t){free_bytes(disk), disk->total_bytes};
    return err;
}

static int list(void *ctx, const char *folder,
                void (*each)(void *arg, const char *name, uint64_t len), void *arg)
{
    cc_fake_files_t *disk = ctx;
    int err = begin(disk);
    if (err < 0)
        return err;
    const cc_fake_file_t *found = find(disk, folder);
    if (*folder && (!found || !found->is_folder))
        return CC_ERR_NOT_FOUND;
    size_t n = *folder ? strlen(folder) + 1 : 0;
    for (size_t i = disk->n_entries; i-- > 0;) { // not in the order in which they came
        const cc_fake_file_t *file = &disk->entries[i];
        bool is_inside =
            n == 0 || (strncmp(file->path, folder, n - 1) == 0 && file->path[n - 1] == '/');
        if (is_inside && !strchr(file->path + n, '/'))
            each(arg, file->path + n, file->len);
    }
    return CC_OK;
}

static int save(void *ctx, const char *path, const cc_span_t *parts, size_t n_parts)
{
    cc_fake_files_t *disk = ctx;
    char other[CC_FILES_PATH_MAX + sizeof CC_FILES_LEFTOVER];
    size_t len = 0;
    int err = begin(disk);
    if (err < 0)
        return err;
    for (size_t i = 0; i < n_parts; i++)
        len += parts[i].len;
    if (len > free_bytes(disk))
        return CC_ERR_DISK_FULL;
    if (!is_cut_now(disk)) {
        put(disk, path, parts, n_parts, len);
        return CC_OK;
    }
    snprintf(other, sizeof other, "%s" CC_FILES_LEFTOVER, path);
    if (disk->cut == CC_CUT_EMPTY)
        put(disk, path, parts, n_parts, 0);
    else if (disk->cut == CC_CUT_TORN)
        put(disk, other, parts, n_parts, len / 2);
    else if (disk->cut == CC_CUT_AFTER)
        put(disk, path, parts, n_parts, len);
    return CC_ERR_IO;
}

static int remove_one(void *ctx, const char *path)
{
    cc_fake_files_t *disk = ctx;
    char inside[CC_FILES_PATH_MAX + 1];
    int err = begin(disk);
    if (err < 0)
        return err;
    snprintf(inside, sizeof inside, "%s/", path);
    if (!find(disk, path))
        return CC_ERR_NOT_FOUND;
    if (cc_fake_files_has(disk, inside))
        return CC_ERR_DENIED;
    bool is_cut = is_cut_now(disk);
    if (!is_cut || disk->cut == CC_CUT_AFTER)
        cc_fake_files_take(disk, path);
    return is_cut ? CC_ERR_IO : CC_OK;
}

static int open_file(void *ctx, const char *path, cc_file_t **out, uint64_t *len)
{
    cc_fake_files_t *disk = ctx;
    int err = begin(disk);
    if (err < 0)
        return err;
    const cc_fake_file_t *found = find(disk, path);
    if (!found || found->is_folder)
        return CC_ERR_NOT_FOUND;
    cc_file_t *file = must(calloc(1, sizeof *file));
    file->disk = disk;
    snprintf(file->path, sizeof file->path, "%s", path);
    disk->opened++;
    *out = file;
    *len = found->len;
    return CC_OK;
}

static int read_file(void *ctx, cc_file_t *file, void *out, size_t len)
{
    cc_fake_files_t *disk = ctx;
    int err = begin(disk);
    const cc_fake_file_t *found = find(disk, file->path);
    if (err < 0 || !found)
        return err < 0 ? err : CC_ERR_IO;
    size_t left = file->at < found->len ? found->len - (size_t)file->at : 0;
    if (len > left)
        len = left;
    memcpy(out, found->bytes + file->at, len);
    file->at += len;
    return (int)len;
}

static int seek_file(void *ctx, cc_file_t *file, uint64_t at)
{
    int err = begin(ctx);
    if (err == CC_OK)
        file->at = at;
    return err;
}

static void close_file(void *ctx, cc_file_t *file)
{
    cc_fake_files_t *disk = ctx;
    disk->opened--;
    free(file);
}

cc_files_t cc_fake_files_port(cc_fake_files_t *disk)
{
    return (cc_files_t){
        .ctx = disk,
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
