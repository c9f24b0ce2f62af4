#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"

enum {
    FILE_LEN_MAX = 1 << 20
};

static int err_of_errno(void)
{
    switch (errno) {
    case ENOENT:
        return CC_ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
        return CC_ERR_DENIED;
    case EROFS:
        return CC_ERR_READ_ONLY;
    case ENOSPC:
    case EDQUOT:
        return CC_ERR_DISK_FULL;
    case ENAMETOOLONG:
        return CC_ERR_SPACE;
    default:
        return CC_ERR_IO;
    }
}

static int join(char *to, size_t to_size, const char *folder, const char *name)
{
    int len = snprintf(to, to_size, "%s/%s", folder, name);
    return len < 0 || (size_t)len >= to_size ? CC_ERR_SPACE : CC_OK;
}

static int make_folders(const char *path)
{
    char step[PATH_MAX];

    if (strlen(path) >= sizeof step)
        return CC_ERR_SPACE;
    strcpy(step, path);
    for (char *slash = strchr(step + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(step, 0700); // what went wrong shows at the last one
        *slash = '/';
    }
    if (mkdir(step, 0700) < 0 && errno != EEXIST)
        return err_of_errno();
    return CC_OK;
}

int standin_state_open(standin_state_t *state, const char *path)
{
    char lock_path[PATH_MAX];

    int err = make_folders(path);
    if (err < 0)
        return err;
    err = join(lock_path, sizeof lock_path, path, "lock");
    if (err < 0)
        return err;
    int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_of_errno();
    state->lock_fd = fd;
    strcpy(state->path, path);
    return CC_OK;
}

void standin_state_close(standin_state_t *state)
{
    close(state->lock_fd);
}

void standin_state_lock(standin_state_t *state)
{
    while (flock(state->lock_fd, LOCK_EX) < 0 && errno == EINTR)
        continue;
}

void standin_state_unlock(standin_state_t *state)
{
    flock(state->lock_fd, LOCK_UN);
}

static int read_all(int fd, char *text, size_t len)
{
    for (size_t used = 0; used < len;) {
        ssize_t n = read(fd, text + used, len - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_of_errno();
        if (!n)
            return CC_ERR_CUT;
        used += (size_t)n;
    }
    return CC_OK;
}

int standin_state_read(const standin_state_t *state, const char *name, char **text, size_t *len)
{
    char path[PATH_MAX];
    struct stat stat_of;

    int err = join(path, sizeof path, state->path, name);
    if (err < 0)
        return err;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_of_errno();
    char *found = NULL;
    if (fstat(fd, &stat_of) < 0) {
        err = err_of_errno();
        goto out;
    }
    if (!S_ISREG(stat_of.st_mode) || stat_of.st_size > FILE_LEN_MAX) {
        err = CC_ERR_SPACE;
        goto out;
    }
    found = malloc((size_t)stat_of.st_size + 1);
    if (!found) {
        err = CC_ERR_MEMORY;
        goto out;
    }
    err = read_all(fd, found, (size_t)stat_of.st_size);
    if (err < 0)
        goto out;
    found[stat_of.st_size] = '\0';
    *text = found;
    *len = (size_t)stat_of.st_size;
    found = NULL;
out:
    free(found);
    close(fd);
    return err;
}

static int write_all(int fd, const char *text, size_t len)
{
    while (len) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_of_errno();
        text += n;
        len -= (size_t)n;
    }
    return fsync(fd) < 0 ? err_of_errno() : CC_OK;
}

// A rename is on the disk once its folder is.
static int sync_folder_of(const char *path)
{
    char folder[PATH_MAX];

    strcpy(folder, path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_of_errno();
    int err = fsync(fd) < 0 && errno != EINVAL ? err_of_errno() : CC_OK;
    close(fd);
    return err;
}

static int replace_file(const char *path, mode_t mode, const char *text, size_t len)
{
    char fresh[PATH_MAX];

    int wanted = snprintf(fresh, sizeof fresh, "%s.XXXXXX", path);
    if (wanted < 0 || (size_t)wanted >= sizeof fresh)
        return CC_ERR_SPACE;
    int fd = mkstemp(fresh); // 0600 from its first moment
    if (fd < 0)
        return err_of_errno();
    int err = write_all(fd, text, len);
    if (err == CC_OK && fchmod(fd, mode) < 0)
        err = err_of_errno();
    close(fd);
    if (err == CC_OK && rename(fresh, path) < 0)
        err = err_of_errno();
    if (err < 0) {
        unlink(fresh);
        return err;
    }
    return sync_folder_of(path);
}

int standin_state_write(const standin_state_t *state, const char *name, const char *text,
                        size_t len)
{
    char path[PATH_MAX];

    int err = join(path, sizeof path, state->path, name);
    return err < 0 ? err : replace_file(path, 0600, text, len);
}

int standin_state_publish(const char *path, const char *text, size_t len)
{
    return replace_file(path, 0644, text, len);
}
