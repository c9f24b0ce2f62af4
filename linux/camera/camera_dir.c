// A folder as a camera: its JPEGs in the order of their names, over and over. A round begins with a
// look at what is there now.
#include "camera/camera_source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "camera/buffer_pool.h"
#include "camera/rate.h"
#include "camera/stop_event.h"
#include "system/monotonic.h"
#include "util/err.h"

typedef struct {
    char *path;
    cc_stop_event_t stop;
    cc_buffer_pool_t *pool; // NULL while closed
    cc_rate_t rate;
    uint8_t fps;

    // This round's files, sorted.
    struct dirent **names;
    int n_names;
    int next;
    struct stat listed; // the folder when it was listed
    uint64_t listed_us; // when that was, on the wall clock, as listed's own times are
} camera_t;

static int is_jpeg_name(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    if (entry->d_name[0] == '.')
        return 0;
    return (len > 4 && strcasecmp(entry->d_name + len - 4, ".jpg") == 0) ||
           (len > 5 && strcasecmp(entry->d_name + len - 5, ".jpeg") == 0);
}

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static void free_names(camera_t *self)
{
    for (int i = 0; i < self->n_names; i++)
        free(self->names[i]);
    free(self->names);
    self->names = NULL;
    self->n_names = 0;
    self->next = 0;
}

static uint64_t wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static uint64_t changed_us(const struct stat *folder)
{
    return (uint64_t)folder->st_mtim.tv_sec * 1000000u + (uint64_t)folder->st_mtim.tv_nsec / 1000u;
}

// Whether the names are those of the folder as it is now. A folder that changed less than two
// seconds before it was listed may have changed again within the tick of its clock.
static bool is_listing_current(const camera_t *self, const struct stat *now)
{
    return self->n_names > 0 && now->st_dev == self->listed.st_dev &&
           now->st_ino == self->listed.st_ino && changed_us(now) == changed_us(&self->listed) &&
           self->listed_us > changed_us(now) + 2000000u;
}

static int list_err(int errno_value)
{
    switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return CC_ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
        return CC_ERR_DENIED;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        return CC_ERR_MEMORY;
    default:
        return CC_ERR_IO;
    }
}

// Begins a round. The names are read again only when the folder changed. CC_ERR_NOT_FOUND: there is
// no JPEG.
static int list(camera_t *self)
{
    struct stat now;
    if (stat(self->path, &now) < 0)
        return list_err(errno);
    self->next = 0;
    if (is_listing_current(self, &now))
        return CC_OK;
    free_names(self);
    self->listed = now;
    self->listed_us = wall_us();
    int count = scandir(self->path, &self->names, is_jpeg_name, by_bytes);
    if (count < 0) {
        self->names = NULL;
        return list_err(errno);
    }
    self->n_names = count;
    return count ? CC_OK : CC_ERR_NOT_FOUND;
}

static int refuse(int err, const camera_t *self, char *reason, size_t reason_cap)
{
    struct stat now;
    if (err == CC_ERR_DENIED)
        snprintf(reason, reason_cap, "%s: no permission to read this folder", self->path);
    else if (err != CC_ERR_NOT_FOUND)
        snprintf(reason, reason_cap, "%s: %s", self->path, cc_err_text(err));
    else if (stat(self->path, &now) < 0)
        snprintf(reason, reason_cap, "%s: no such folder; make it and put JPEGs there", self->path);
    else if (!S_ISDIR(now.st_mode))
        snprintf(reason, reason_cap, "%s is no folder; dir: takes a folder of JPEGs", self->path);
    else
        snprintf(reason, reason_cap, "%s: no JPEG (.jpg, .jpeg) in this folder; put some there",
                 self->path);
    return err;
}

static int camera_open(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    camera_t *self = ctx;
    int err = list(self);
    if (err < 0) {
        free_names(self);
        return refuse(err, self, reason, reason_cap);
    }
    self->pool = cc_buffer_pool_open(CC_CAMERA_BUFFERS, CC_CAMERA_JPEG_MAX);
    if (!self->pool) {
        free_names(self);
        return refuse(CC_ERR_MEMORY, self, reason, reason_cap);
    }
    *traits = (cc_camera_traits_t){
        .model = "pictures of a folder",
        .driver = "dir",
        .buffers = CC_CAMERA_BUFFERS,
    };
    snprintf(traits->path, sizeof traits->path, "%s", self->path);
    return CC_OK;
}

static void camera_close(void *ctx)
{
    camera_t *self = ctx;
    cc_buffer_pool_close(self->pool);
    self->pool = NULL;
    free_names(self);
}

static int camera_start(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    self->fps = want->fps;
    return CC_OK;
}

static void camera_stop(void *ctx)
{
    (void)ctx;
}

static int camera_apply(void *ctx, const cc_camera_want_t *want)
{
    return camera_start(ctx, want);
}

// The whole file in the buffer. CC_ERR_FORMAT: no plain file, or too large for a picture.
static int read_file(int fd, cc_buffer_t *buffer, size_t *len)
{
    struct stat about;
    if (fstat(fd, &about) < 0)
        return CC_ERR_IO;
    if (!S_ISREG(about.st_mode) || about.st_size <= 0 || (uint64_t)about.st_size > buffer->cap)
        return CC_ERR_FORMAT;
    size_t got = 0;
    while (got < buffer->cap) {
        ssize_t n = read(fd, buffer->bytes + got, buffer->cap - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return CC_ERR_IO;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    *len = got;
    return CC_OK;
}

// A file that went away since the round began is a broken picture, no broken camera.
static int read_next(camera_t *self, cc_buffer_t *buffer, size_t *len)
{
    char path[PATH_MAX];
    int path_len =
        snprintf(path, sizeof path, "%s/%s", self->path, self->names[self->next]->d_name);
    self->next++;
    if (path_len < 0 || (size_t)path_len >= sizeof path)
        return CC_ERR_FORMAT;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return CC_ERR_FORMAT;
    int err = read_file(fd, buffer, len);
    close(fd);
    return err < 0 ? CC_ERR_FORMAT : CC_OK;
}

static int camera_grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    camera_t *self = ctx;
    uint64_t until_ms = cc_monotonic_ms() + timeout_ms;
    cc_buffer_t *buffer = NULL;
    int err = CC_OK;
    if (!skip)
        err = cc_buffer_pool_hold(self->pool, &self->stop, until_ms, &buffer);
    if (err < 0)
        return err;

    uint64_t now_ms = cc_monotonic_ms();
    err = cc_rate_wait(&self->rate, &self->stop, self->fps,
                       until_ms > now_ms ? (uint32_t)(until_ms - now_ms) : 0);
    if (err < 0)
        goto out;
    uint64_t begun_ms = cc_monotonic_ms();
    if (self->next >= self->n_names) {
        err = list(self);
        if (err < 0) {
            err = CC_ERR_GONE; // open says what is wrong with the folder
            goto out;
        }
    }
    if (skip) {
        self->next++;
        return CC_OK;
    }
    size_t len;
    err = read_next(self, buffer, &len);
    if (err < 0)
        goto out;
    *picture =
        (cc_picture_t){.bytes = buffer->bytes, .len = len, .begun_ms = begun_ms, .token = buffer};
    return CC_OK;
out:
    cc_buffer_release(buffer);
    return err;
}

static void camera_give_back(void *ctx, void *token)
{
    (void)ctx;
    cc_buffer_release(token);
}

static void camera_interrupt(void *ctx)
{
    camera_t *self = ctx;
    cc_stop_event_raise(&self->stop);
}

static void camera_destroy(void *ctx)
{
    camera_t *self = ctx;
    camera_close(self);
    cc_stop_event_deinit(&self->stop);
    free(self->path);
    free(self);
}

int cc_camera_dir_make(const char *path, cc_camera_source_t *source)
{
    camera_t *self = calloc(1, sizeof *self);
    if (!self)
        return CC_ERR_MEMORY;
    self->path = strdup(path);
    int err = self->path ? cc_stop_event_init(&self->stop) : CC_ERR_MEMORY;
    if (err < 0) {
        free(self->path);
        free(self);
        return err;
    }
    *source = (cc_camera_source_t){
        .port = {.ctx = self,
                 .open = camera_open,
                 .close = camera_close,
                 .start = camera_start,
                 .stop = camera_stop,
                 .apply = camera_apply,
                 .grab = camera_grab,
                 .give_back = camera_give_back,
                 .interrupt = camera_interrupt},
        .destroy = camera_destroy,
    };
    return CC_OK;
}
