// A command as a camera: JPEGs, one after another, on its standard output. It runs from start to
// stop.
#include "camera/camera_source.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/buffer_pool.h"
#include "camera/child.h"
#include "camera/jpeg_pipe.h"
#include "camera/stop_event.h"
#include "system/monotonic.h"
#include "util/err.h"

typedef struct {
    char *command;
    cc_stop_event_t stop;
    cc_buffer_pool_t *pool; // NULL while closed
    cc_child_t child;       // pid 0: it does not run
    cc_jpeg_pipe_t pipe;
    bool has_ended; // by itself; open tells how, once
    int status;     // wait status, when has_ended
} camera_t;

static int refuse_end(camera_t *self, char *reason, size_t reason_cap)
{
    char words[96];
    cc_child_describe(self->status, words, sizeof words);
    snprintf(reason, reason_cap,
             "the camera's command stopped giving pictures: %s; run it in a terminal to see why",
             words);
    self->has_ended = false;
    return CC_ERR_GONE;
}

static int camera_open(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    camera_t *self = ctx;
    if (self->has_ended)
        return refuse_end(self, reason, reason_cap);
    // One more for the picture that arrives, one for the one behind it.
    self->pool = cc_buffer_pool_open(CC_CAMERA_BUFFERS + 2, CC_CAMERA_JPEG_MAX);
    if (!self->pool) {
        snprintf(reason, reason_cap, "%s", cc_err_text(CC_ERR_MEMORY));
        return CC_ERR_MEMORY;
    }
    // The command itself stays ours: it may hold a password.
    *traits = (cc_camera_traits_t){
        .model = "pictures of a command",
        .driver = "exec",
        .buffers = CC_CAMERA_BUFFERS,
        .stops = true,
    };
    return CC_OK;
}

static void camera_stop(void *ctx)
{
    camera_t *self = ctx;
    if (!self->child.pid)
        return;
    cc_jpeg_pipe_deinit(&self->pipe);
    (void)cc_child_end(&self->child);
}

static void camera_close(void *ctx)
{
    camera_t *self = ctx;
    camera_stop(self);
    cc_buffer_pool_close(self->pool);
    self->pool = NULL;
}

static int camera_start(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    (void)want;
    assert(self->pool && !self->child.pid);
    int err = cc_child_start(self->command, &self->child);
    if (err < 0)
        return err;
    cc_jpeg_pipe_init(&self->pipe, self->child.output_fd, self->pool);
    return CC_OK;
}

static int camera_apply(void *ctx, const cc_camera_want_t *want)
{
    (void)ctx;
    (void)want;
    return CC_OK;
}

static int camera_grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    camera_t *self = ctx;
    if (!self->child.pid)
        return CC_ERR_GONE;
    cc_piped_jpeg_t jpeg;
    int err = cc_jpeg_pipe_next(&self->pipe, &self->stop, cc_monotonic_ms() + timeout_ms, &jpeg);
    if (err == CC_ERR_GONE) {
        cc_jpeg_pipe_deinit(&self->pipe);
        self->status = cc_child_reap(&self->child);
        self->has_ended = true;
    }
    if (err < 0)
        return err;
    if (skip) {
        cc_buffer_release(jpeg.buffer);
        return CC_OK;
    }
    *picture = (cc_picture_t){
        .bytes = jpeg.bytes, .len = jpeg.len, .begun_ms = jpeg.begun_ms, .token = jpeg.buffer};
    return CC_OK;
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
    free(self->command);
    free(self);
}

int cc_camera_exec_make(const char *command, cc_camera_source_t *source)
{
    camera_t *self = calloc(1, sizeof *self);
    if (!self)
        return CC_ERR_MEMORY;
    self->command = strdup(command);
    int err = self->command ? cc_stop_event_init(&self->stop) : CC_ERR_MEMORY;
    if (err < 0) {
        free(self->command);
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
