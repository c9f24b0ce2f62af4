// What the library takes the place of, second part: calls on names.
#include "camera.h"
#include "folders.h"
#include "next.h"
#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// What the headers declare only for fortified programs.
char *__realpath_chk(const char *path, char *resolved, size_t room);
ssize_t __readlink_chk(const char *path, char *target, size_t size, size_t room);

// What programs built before glibc 2.33 call, and some sanitizers still.
int __xstat(int version, const char *path, struct stat *status);
int __xstat64(int version, const char *path, struct stat64 *status);
int __lxstat(int version, const char *path, struct stat *status);
int __lxstat64(int version, const char *path, struct stat64 *status);
int __fxstat(int version, int fd, struct stat *status);
int __fxstat64(int version, int fd, struct stat64 *status);
int __fxstatat(int version, int folder_fd, const char *path, struct stat *status, int flags);
int __fxstatat64(int version, int folder_fd, const char *path, struct stat64 *status, int flags);

_Static_assert(sizeof(struct stat) == sizeof(struct stat64),
               "the library is for 64-bit systems, where the two are the same");

static bool stat_path(enum fake_folder folder, const char *path, bool follow, void *status)
{
    struct fake_node node = fake_node_find(folder, path);
    if (node.kind != FAKE_NODE_NONE)
        fake_node_stat(&node, follow, status);
    return node.kind != FAKE_NODE_NONE;
}

static bool stat_fd(int fd, void *status)
{
    if (fake_camera_handle(fd) == NULL)
        return false;
    fake_camera_lock();
    struct fake_node node = {.kind = FAKE_NODE_CAMERA, .number = fake_camera.script.number};
    fake_camera_unlock();
    fake_node_stat(&node, true, status);
    return true;
}

FAKE_EXPORT int stat(const char *path, struct stat *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, true, status) ? 0 : FAKE_NEXT(stat)(path, status);
}

FAKE_EXPORT int stat64(const char *path, struct stat64 *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, true, status) ? 0 : FAKE_NEXT(stat64)(path, status);
}

FAKE_EXPORT int lstat(const char *path, struct stat *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, false, status) ? 0 : FAKE_NEXT(lstat)(path, status);
}

FAKE_EXPORT int lstat64(const char *path, struct stat64 *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, false, status) ? 0 : FAKE_NEXT(lstat64)(path, status);
}

FAKE_EXPORT int fstat(int fd, struct stat *status)
{
    return stat_fd(fd, status) ? 0 : FAKE_NEXT(fstat)(fd, status);
}

FAKE_EXPORT int fstat64(int fd, struct stat64 *status)
{
    return stat_fd(fd, status) ? 0 : FAKE_NEXT(fstat64)(fd, status);
}

static bool stat_at(int folder_fd, const char *path, int flags, void *status)
{
    if ((flags & AT_EMPTY_PATH) && path != NULL && *path == '\0')
        return stat_fd(folder_fd, status);
    return stat_path(fake_folder_of_fd(folder_fd), path, !(flags & AT_SYMLINK_NOFOLLOW), status);
}

FAKE_EXPORT int fstatat(int folder_fd, const char *path, struct stat *status, int flags)
{
    return stat_at(folder_fd, path, flags, status)
               ? 0
               : FAKE_NEXT(fstatat)(folder_fd, path, status, flags);
}

FAKE_EXPORT int fstatat64(int folder_fd, const char *path, struct stat64 *status, int flags)
{
    return stat_at(folder_fd, path, flags, status)
               ? 0
               : FAKE_NEXT(fstatat64)(folder_fd, path, status, flags);
}

FAKE_EXPORT int __xstat(int version, const char *path, struct stat *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, true, status)
               ? 0
               : FAKE_NEXT(__xstat)(version, path, status);
}

FAKE_EXPORT int __lxstat(int version, const char *path, struct stat *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, false, status)
               ? 0
               : FAKE_NEXT(__lxstat)(version, path, status);
}

FAKE_EXPORT int __fxstat(int version, int fd, struct stat *status)
{
    return stat_fd(fd, status) ? 0 : FAKE_NEXT(__fxstat)(version, fd, status);
}

FAKE_EXPORT int __fxstatat(int version, int folder_fd, const char *path, struct stat *status,
                           int flags)
{
    return stat_at(folder_fd, path, flags, status)
               ? 0
               : FAKE_NEXT(__fxstatat)(version, folder_fd, path, status, flags);
}

FAKE_EXPORT int __xstat64(int version, const char *path, struct stat64 *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, true, status)
               ? 0
               : FAKE_NEXT(__xstat64)(version, path, status);
}

FAKE_EXPORT int __lxstat64(int version, const char *path, struct stat64 *status)
{
    return stat_path(FAKE_FOLDER_NONE, path, false, status)
               ? 0
               : FAKE_NEXT(__lxstat64)(version, path, status);
}

FAKE_EXPORT int __fxstat64(int version, int fd, struct stat64 *status)
{
    return stat_fd(fd, status) ? 0 : FAKE_NEXT(__fxstat64)(version, fd, status);
}

FAKE_EXPORT int __fxstatat64(int version, int folder_fd, const char *path, struct stat64 *status,
                             int flags)
{
    return stat_at(folder_fd, path, flags, status)
               ? 0
               : FAKE_NEXT(__fxstatat64)(version, folder_fd, path, status, flags);
}

static struct statx_timestamp as_statx_time(struct timespec time)
{
    return (struct statx_timestamp){.tv_sec = time.tv_sec, .tv_nsec = (uint32_t)time.tv_nsec};
}

FAKE_EXPORT int statx(int folder_fd, const char *path, int flags, unsigned mask,
                      struct statx *status)
{
    struct stat plain;
    if (!stat_at(folder_fd, path, flags, &plain))
        return FAKE_NEXT(statx)(folder_fd, path, flags, mask, status);
    memset(status, 0, sizeof *status);
    status->stx_mask = STATX_BASIC_STATS;
    status->stx_mode = (uint16_t)plain.st_mode;
    status->stx_nlink = (uint32_t)plain.st_nlink;
    status->stx_ino = plain.st_ino;
    status->stx_size = (uint64_t)plain.st_size;
    status->stx_blksize = (uint32_t)plain.st_blksize;
    status->stx_rdev_major = major(plain.st_rdev);
    status->stx_rdev_minor = minor(plain.st_rdev);
    status->stx_dev_major = major(plain.st_dev);
    status->stx_dev_minor = minor(plain.st_dev);
    status->stx_atime = as_statx_time(plain.st_atim);
    status->stx_mtime = as_statx_time(plain.st_mtim);
    status->stx_ctime = as_statx_time(plain.st_ctim);
    return 0;
}

// Whoever asks may read and write the camera, but not run it.
static bool may(enum fake_folder folder, const char *path, int mode, int *result)
{
    struct fake_node node = fake_node_find(folder, path);
    if (node.kind == FAKE_NODE_NONE)
        return false;
    int refused = node.kind == FAKE_NODE_FOLDER ? W_OK : X_OK;
    if (node.kind == FAKE_NODE_TEXT)
        refused = W_OK | X_OK;
    *result = mode & refused ? -1 : 0;
    if (*result < 0)
        errno = EACCES;
    return true;
}

FAKE_EXPORT int access(const char *path, int mode)
{
    int result;
    return may(FAKE_FOLDER_NONE, path, mode, &result) ? result : FAKE_NEXT(access)(path, mode);
}

FAKE_EXPORT int eaccess(const char *path, int mode)
{
    int result;
    return may(FAKE_FOLDER_NONE, path, mode, &result) ? result : FAKE_NEXT(eaccess)(path, mode);
}

FAKE_EXPORT int euidaccess(const char *path, int mode)
{
    int result;
    return may(FAKE_FOLDER_NONE, path, mode, &result) ? result : FAKE_NEXT(euidaccess)(path, mode);
}

FAKE_EXPORT int faccessat(int folder_fd, const char *path, int mode, int flags)
{
    int result;
    return may(fake_folder_of_fd(folder_fd), path, mode, &result)
               ? result
               : FAKE_NEXT(faccessat)(folder_fd, path, mode, flags);
}

static bool read_link(enum fake_folder folder, const char *path, char *target, size_t size,
                      ssize_t *result)
{
    struct fake_node node = fake_node_find(folder, path);
    if (node.kind == FAKE_NODE_NONE)
        return false;
    if (node.kind != FAKE_NODE_LINK) {
        errno = EINVAL;
        *result = -1;
        return true;
    }
    char text[32];
    int len = snprintf(text, sizeof text, "../../video%u", node.number);
    size_t copied = (size_t)len < size ? (size_t)len : size;
    memcpy(target, text, copied);
    *result = (ssize_t)copied;
    return true;
}

FAKE_EXPORT ssize_t readlink(const char *path, char *target, size_t size)
{
    ssize_t result;
    return read_link(FAKE_FOLDER_NONE, path, target, size, &result)
               ? result
               : FAKE_NEXT(readlink)(path, target, size);
}

FAKE_EXPORT ssize_t __readlink_chk(const char *path, char *target, size_t size, size_t room)
{
    ssize_t result;
    return read_link(FAKE_FOLDER_NONE, path, target, size, &result)
               ? result
               : FAKE_NEXT(__readlink_chk)(path, target, size, room);
}

FAKE_EXPORT ssize_t readlinkat(int folder_fd, const char *path, char *target, size_t size)
{
    ssize_t result;
    return read_link(fake_folder_of_fd(folder_fd), path, target, size, &result)
               ? result
               : FAKE_NEXT(readlinkat)(folder_fd, path, target, size);
}

static bool resolve(const char *path, char *resolved, char **result)
{
    struct fake_node node = fake_node_find(FAKE_FOLDER_NONE, path);
    if (node.kind != FAKE_NODE_CAMERA && node.kind != FAKE_NODE_LINK)
        return false;
    *result = resolved != NULL ? resolved : malloc(PATH_MAX);
    if (*result != NULL)
        snprintf(*result, 32, "/dev/video%u", node.number);
    return true;
}

FAKE_EXPORT char *realpath(const char *path, char *resolved)
{
    char *result;
    return resolve(path, resolved, &result) ? result : FAKE_NEXT(realpath)(path, resolved);
}

FAKE_EXPORT char *__realpath_chk(const char *path, char *resolved, size_t room)
{
    char *result;
    return resolve(path, resolved, &result) ? result
                                            : FAKE_NEXT(__realpath_chk)(path, resolved, room);
}

FAKE_EXPORT char *canonicalize_file_name(const char *path)
{
    char *result;
    return resolve(path, NULL, &result) ? result : FAKE_NEXT(canonicalize_file_name)(path);
}
