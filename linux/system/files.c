#include "system/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "system/err_of_errno.h"
#include "util/err.h"

// The folder's path is bounded by PATH_MAX, what stands behind it by the port.
#define FULL_MAX (PATH_MAX + CC_FILES_PATH_MAX + sizeof CC_FILES_LEFTOVER + 2)

struct cc_linux_files {
    char *dir;  // that is there
    char *root; // dir/name, which may not be there yet
};

struct cc_file {
    int fd;
};

static int last_error(void)
{
    return cc_linux_err_of_errno(errno);
}

static void full_path(const cc_linux_files_t *files, const char *path, const char *suffix,
                      char full[FULL_MAX])
{
    snprintf(full, FULL_MAX, "%s/%s%s", files->root, path, suffix);
}

static uint32_t medium(void *ctx)
{
    (void)ctx;
    return 1; // a disk that is not there says so when it is used
}

static int room(void *ctx, cc_files_room_t *out)
{
    const cc_linux_files_t *files = ctx;
    struct statvfs disk;
    if (statvfs(files->root, &disk) < 0 && statvfs(files->dir, &disk) < 0)
        return last_error();
    out->free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    out->total_bytes = (uint64_t)disk.f_blocks * disk.f_frsize;
    return CC_OK;
}

static int list(void *ctx, const char *folder,
                void (*each)(void *arg, const char *name, uint64_t len), void *arg)
{
    char full[FULL_MAX];
    full_path(ctx, folder, "", full);
    DIR *entries = opendir(full);
    if (!entries)
        return errno == ENOTDIR ? CC_ERR_NOT_FOUND : last_error();
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(entries))) {
        struct stat about;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            fstatat(dirfd(entries), entry->d_name, &about, 0) == 0)
            each(arg, entry->d_name, (uint64_t)about.st_size);
        errno = 0; // what went away meanwhile is not listed
    }
    int err = errno ? last_error() : CC_OK;
    closedir(entries);
    return err;
}

static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return last_error();
    int err = fsync(fd) ? last_error() : CC_OK;
    close(fd);
    return err;
}

// Cuts the last name off; the folder that it is in is left.
static void cut_name(char *path)
{
    *strrchr(path, '/') = '\0';
}

// Makes the folders that `full` is in, from the root on, each of them for good.
static int make_folders(const cc_linux_files_t *files, const char *full)
{
    char path[FULL_MAX];
    strcpy(path, full);
    for (char *slash = path + strlen(files->root); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool is_new = mkdir(path, 0700) == 0;
        int err = is_new || errno == EEXIST ? CC_OK : last_error();
        if (is_new) {
            char above[FULL_MAX];
            strcpy(above, path);
            cut_name(above);
            err = sync_folder(above);
        }
        if (err < 0)
            return err;
        *slash = '/';
    }
    return CC_OK;
}

static int write_all(int fd, const cc_span_t *parts, size_t n_parts)
{
    for (size_t i = 0; i < n_parts; i++) {
        for (size_t done = 0; done < parts[i].len;) {
            ssize_t n = write(fd, parts[i].bytes + done, parts[i].len - done);
            if (n < 0 && errno != EINTR)
                return last_error();
            done += n > 0 ? (size_t)n : 0;
        }
    }
    return CC_OK;
}

static int save(void *ctx, const char *path, const cc_span_t *parts, size_t n_parts)
{
    static const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    char full[FULL_MAX], temporary[FULL_MAX];
    full_path(ctx, path, "", full);
    full_path(ctx, path, CC_FILES_LEFTOVER, temporary);
    int fd = open(temporary, flags, 0600);
    if (fd < 0 && errno == ENOENT) {
        int err = make_folders(ctx, full);
        if (err < 0)
            return err;
        fd = open(temporary, flags, 0600);
    }
    if (fd < 0)
        return last_error();
    int err = write_all(fd, parts, n_parts);
    if (!err && fsync(fd))
        err = last_error();
    if (close(fd) && !err) // NFS says only here that the disk is full
        err = last_error();
    if (!err && rename(temporary, full))
        err = last_error();
    if (err) {
        unlink(temporary);
        return err;
    }
    cut_name(full);
    return sync_folder(full);
}

static int remove_one(void *ctx, const char *path)
{
    char full[FULL_MAX];
    full_path(ctx, path, "", full);
    return remove(full) ? last_error() : CC_OK;
}

static int open_file(void *ctx, const char *path, cc_file_t **out, uint64_t *len)
{
    char full[FULL_MAX];
    struct stat about;
    full_path(ctx, path, "", full);
    // Without O_NONBLOCK a pipe by that name would hold the program up.
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return last_error();
    int err = fstat(fd, &about) ? last_error() : CC_OK;
    if (!err && !S_ISREG(about.st_mode))
        err = CC_ERR_NOT_FOUND;
    cc_file_t *file = err ? NULL : malloc(sizeof *file);
    if (!file) {
        close(fd);
        return err ? err : CC_ERR_MEMORY;
    }
    file->fd = fd;
    *out = file;
    *len = (uint64_t)about.st_size;
    return CC_OK;
}

static int read_file(void *ctx, cc_file_t *file, void *out, size_t len)
{
    (void)ctx;
    size_t done = 0;
    while (done < len) {
        ssize_t n = read(file->fd, (char *)out + done, len - done);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return last_error();
        done += n > 0 ? (size_t)n : 0;
    }
    return (int)done;
}

static int seek_file(void *ctx, cc_file_t *file, uint64_t at)
{
    (void)ctx;
    return lseek(file->fd, (off_t)at, SEEK_SET) < 0 ? last_error() : CC_OK;
}

static void close_file(void *ctx, cc_file_t *file)
{
    (void)ctx;
    close(file->fd);
    free(file);
}

int cc_linux_files_open(const char *dir, const char *name, cc_linux_files_t **out)
{
    cc_linux_files_t *files = calloc(1, sizeof *files);
    size_t cap = strlen(dir) + strlen(name) + 2;
    if (!files)
        return CC_ERR_MEMORY;
    files->dir = strdup(dir);
    files->root = malloc(cap);
    if (!files->dir || !files->root || cap > PATH_MAX) {
        cc_linux_files_close(files);
        return CC_ERR_MEMORY;
    }
    snprintf(files->root, cap, "%s/%s", dir, name);
    *out = files;
    return CC_OK;
}

void cc_linux_files_close(cc_linux_files_t *files)
{
    if (!files)
        return;
    free(files->dir);
    free(files->root);
    free(files);
}

cc_files_t cc_linux_files_port(cc_linux_files_t *files)
{
    return (cc_files_t){
        .ctx = files,
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
