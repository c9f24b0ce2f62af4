#include "system/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/err_of_errno.h"
#include "util/err.h"

#define NAME_MAX_LEN 64u
#define FILE_SUFFIX  ".json"
#define TEMP_INFIX   ".json.tmp-"
#define RANDOM_LEN   6u   // what mkostemp puts in the place of its X
#define KEPT_MAX     9999 // documents set aside; one more means that something goes wrong in a loop

struct cc_linux_store {
    int folder;
    int lock; // -1: the folder's own descriptor holds the lock
    char path[PATH_MAX];
};

static bool name_fits(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len <= NAME_MAX_LEN &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

static int load(void *ctx, const char *name, char *buf, size_t cap)
{
    cc_linux_store_t *store = ctx;
    if (!name_fits(name))
        return CC_ERR_ARGUMENT;
    char file[NAME_MAX_LEN + sizeof(FILE_SUFFIX)];
    snprintf(file, sizeof(file), "%s" FILE_SUFFIX, name);
    // Without O_NONBLOCK a pipe by that name would hold the program up.
    int fd = openat(store->folder, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return cc_linux_err_of_errno(errno);
    int result = CC_ERR_IO;
    struct stat about;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode))
        goto out;
    result = CC_ERR_SPACE;
    if (about.st_size > INT_MAX || (size_t)about.st_size > cap)
        goto out;
    size_t len = 0;
    while (len < (size_t)about.st_size) {
        ssize_t n = read(fd, buf + len, (size_t)about.st_size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            result = cc_linux_err_of_errno(errno);
            goto out;
        }
        if (n == 0)
            break;
        len += (size_t)n;
    }
    result = (int)len;
out:
    close(fd);
    return result;
}

static int write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cc_linux_err_of_errno(errno);
        text += n;
        len -= (size_t)n;
    }
    return 0;
}

static int save(void *ctx, const char *name, const char *text, size_t len)
{
    cc_linux_store_t *store = ctx;
    if (!name_fits(name))
        return CC_ERR_ARGUMENT;
    char temp[PATH_MAX + NAME_MAX_LEN + sizeof(TEMP_INFIX) + RANDOM_LEN + 1u];
    snprintf(temp, sizeof(temp), "%s/%s" TEMP_INFIX "XXXXXX", store->path, name);
    // mkostemp makes it 0600.
    int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return cc_linux_err_of_errno(errno);
    int err = write_all(fd, text, len);
    if (!err && fsync(fd))
        err = cc_linux_err_of_errno(errno);
    // NFS says only here that the disk is full.
    if (close(fd) && !err)
        err = cc_linux_err_of_errno(errno);
    if (!err) {
        char file[NAME_MAX_LEN + sizeof(FILE_SUFFIX)];
        snprintf(file, sizeof(file), "%s" FILE_SUFFIX, name);
        if (renameat(AT_FDCWD, temp, store->folder, file))
            err = cc_linux_err_of_errno(errno);
    }
    if (err) {
        unlink(temp);
        return err;
    }
    // The new text is in its place; a failure now says that it may not outlive a power cut.
    return fsync(store->folder) ? cc_linux_err_of_errno(errno) : 0;
}

// Renames without replacing. Returns 0 or -1 with errno EEXIST when `to` is taken.
static int rename_to_free(int folder, const char *from, const char *to)
{
    if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
        return 0;
    // File systems without that flag (some network and FUSE ones) say EINVAL.
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (linkat(folder, from, folder, to, 0))
        return -1;
    return unlinkat(folder, from, 0);
}

static int set_aside(void *ctx, const char *name, char *kept, size_t kept_cap)
{
    cc_linux_store_t *store = ctx;
    if (!name_fits(name))
        return CC_ERR_ARGUMENT;
    char file[NAME_MAX_LEN + sizeof(FILE_SUFFIX)];
    snprintf(file, sizeof(file), "%s" FILE_SUFFIX, name);
    for (int i = 1; i <= KEPT_MAX; i++) {
        char aside[NAME_MAX_LEN + 16u];
        snprintf(aside, sizeof(aside), "%s.bad-%d", name, i);
        if (rename_to_free(store->folder, file, aside)) {
            if (errno == EEXIST)
                continue;
            return cc_linux_err_of_errno(errno);
        }
        snprintf(kept, kept_cap, "%s", aside);
        return fsync(store->folder) ? cc_linux_err_of_errno(errno) : 0;
    }
    return CC_ERR_SPACE;
}

static bool is_leftover(const char *file)
{
    const char *infix = strstr(file, TEMP_INFIX);
    return infix && strlen(infix) == strlen(TEMP_INFIX) + RANDOM_LEN;
}

// Under the lock: a temporary file that is there now belongs to nobody that lives.
static void remove_leftovers(int folder)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    if (!entries) {
        if (copy >= 0)
            close(copy);
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(entries)))
        if (is_leftover(entry->d_name))
            unlinkat(folder, entry->d_name, 0);
    closedir(entries);
}

static int make_folders(const char *dir)
{
    char path[PATH_MAX];
    size_t len = strlen(dir);
    if (len == 0 || len >= sizeof(path))
        return CC_ERR_ARGUMENT;
    memcpy(path, dir, len + 1u);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        char was = path[i];
        path[i] = '\0';
        int failed = mkdir(path, 0700) ? errno : 0;
        path[i] = was;
        if (failed == 0 || failed == EEXIST || was == '/')
            continue; // a parent that exists may answer anything; the last one tells
        return cc_linux_err_of_errno(failed);
    }
    return 0;
}

static int take_lock(cc_linux_store_t *store)
{
    store->lock = openat(store->folder, "lock", O_RDONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    int fd = store->lock < 0 ? store->folder : store->lock;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return errno == EWOULDBLOCK ? CC_ERR_BUSY : cc_linux_err_of_errno(errno);
}

int cc_linux_store_open(const char *dir, cc_linux_store_t **store)
{
    cc_linux_store_t *opened = calloc(1, sizeof(*opened));
    if (!opened)
        return CC_ERR_MEMORY;
    opened->folder = -1;
    opened->lock = -1;
    int err = make_folders(dir);
    // A read-only disk refuses mkdir even where the folder exists; open tells which it is.
    opened->folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened->folder < 0) {
        err = err < 0 ? err : cc_linux_err_of_errno(errno);
        goto out;
    }
    // Temporary files are made by path, so it must survive a chdir.
    err = realpath(dir, opened->path) ? take_lock(opened) : cc_linux_err_of_errno(errno);
    if (err)
        goto out;
    remove_leftovers(opened->folder);
    *store = opened;
    return 0;
out:
    cc_linux_store_close(opened);
    return err;
}

void cc_linux_store_close(cc_linux_store_t *store)
{
    if (!store)
        return;
    if (store->lock >= 0)
        close(store->lock);
    if (store->folder >= 0)
        close(store->folder);
    free(store);
}

cc_store_t cc_linux_store_port(cc_linux_store_t *store)
{
    return (cc_store_t){.ctx = store, .load = load, .save = save, .set_aside = set_aside};
}
