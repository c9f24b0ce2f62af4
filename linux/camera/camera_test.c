// The test camera: no device, a picture that moves and obeys the image settings, and a lamp.
//
// A picture is drawn and encoded when it is grabbed, in the thread that grabs. Between two grabs
// nothing runs.
#include "camera/camera_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "camera/buffer_pool.h"
#include "camera/jpeg_encoder.h"
#include "camera/rate.h"
#include "camera/stop_event.h"
#include "camera/test_look.h"
#include "camera/test_picture.h"
#include "system/monotonic.h"
#include "util/err.h"

// As the OV2640 has them: QVGA CIF VGA SVGA XGA SXGA UXGA.
static const cc_size_t sizes[] = {
    {320, 240}, {352, 288}, {640, 480}, {800, 600}, {1024, 768}, {1280, 1024}, {1600, 1200},
};
#define N_SIZES      (sizeof sizes / sizeof *sizes)
#define SIZE_DEFAULT 3 // SVGA

typedef struct {
    cc_stop_event_t stop;
    cc_camera_want_t want;
    cc_size_t size; // of what stands below, before it is rotated
    bool is_portrait;
    cc_test_picture_t *picture;
    cc_jpeg_encoder_t *encoder;
    cc_buffer_pool_t *pool;
    cc_rate_t rate;
    uint64_t frame;
    unsigned lamp_percent;
} camera_t;

static cc_size_t nearest_size(cc_size_t want)
{
    if (!want.width || !want.height)
        return sizes[SIZE_DEFAULT];
    cc_size_t nearest = sizes[0];
    for (size_t i = 1; i < N_SIZES; i++) {
        if (abs(sizes[i].width - want.width) + abs(sizes[i].height - want.height) <
            abs(nearest.width - want.width) + abs(nearest.height - want.height))
            nearest = sizes[i];
    }
    return nearest;
}

static bool same_size(cc_size_t a, cc_size_t b)
{
    return a.width == b.width && a.height == b.height;
}

static bool wants_portrait(const cc_camera_want_t *want)
{
    return want->control[CC_CONTROL_ROTATION] % 180 != 0;
}

static void free_picture(camera_t *self)
{
    cc_test_picture_close(self->picture);
    cc_jpeg_encoder_close(self->encoder);
    cc_buffer_pool_close(self->pool);
    self->picture = NULL;
    self->encoder = NULL;
    self->pool = NULL;
}

static int make_picture(camera_t *self, cc_size_t size, bool is_portrait)
{
    free_picture(self);
    self->size = size;
    self->is_portrait = is_portrait;
    self->picture = cc_test_picture_open(size);
    self->encoder = is_portrait ? cc_jpeg_encoder_open(size.height, size.width)
                                : cc_jpeg_encoder_open(size.width, size.height);
    if (!self->picture || !self->encoder)
        goto out;
    self->pool = cc_buffer_pool_open(CC_CAMERA_BUFFERS, cc_jpeg_encoder_bound(self->encoder));
    if (self->pool)
        return CC_OK;
out:
    free_picture(self);
    return CC_ERR_MEMORY;
}

static int camera_open(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    (void)ctx;
    (void)reason;
    (void)reason_cap;
    *traits = (cc_camera_traits_t){
        .model = "connectcam test camera",
        .driver = "test",
        .n_sizes = N_SIZES,
        .buffers = CC_CAMERA_BUFFERS,
    };
    memcpy(traits->sizes, sizes, sizeof sizes);
    cc_test_look_controls(traits->controls);
    return CC_OK;
}

static void camera_close(void *ctx)
{
    free_picture(ctx);
}

static int camera_start(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    cc_size_t size = nearest_size(want->size);
    bool is_portrait = wants_portrait(want);
    if (!self->picture || !same_size(size, self->size) || is_portrait != self->is_portrait) {
        int err = make_picture(self, size, is_portrait);
        if (err < 0)
            return err;
    }
    self->want = *want;
    return CC_OK;
}

static void camera_stop(void *ctx)
{
    (void)ctx;
}

static int camera_apply(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    if (self->picture && (!same_size(nearest_size(want->size), self->size) ||
                          wants_portrait(want) != self->is_portrait))
        return CC_ERR_AGAIN;
    self->want = *want;
    return CC_OK;
}

static int64_t unix_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int camera_grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    camera_t *self = ctx;
    if (!self->picture)
        return CC_ERR_GONE;
    uint64_t until_ms = cc_monotonic_ms() + timeout_ms;
    int err = cc_rate_wait(&self->rate, &self->stop, self->want.fps, timeout_ms);
    if (err < 0)
        return err;
    self->frame++;
    if (skip)
        return CC_OK;

    cc_buffer_t *buffer;
    err = cc_buffer_pool_hold(self->pool, &self->stop, until_ms, &buffer);
    if (err < 0)
        return err;
    uint64_t begun_ms = cc_monotonic_ms();
    cc_test_picture_set(self->picture, self->want.control, self->lamp_percent);
    cc_pixels_t pixels = cc_test_picture_draw(self->picture, unix_ms(), self->frame);
    size_t len;
    err = cc_jpeg_encode_rgbx(self->encoder, &pixels, self->want.control[CC_CONTROL_QUALITY],
                              buffer->bytes, buffer->cap, &len);
    if (err < 0) {
        cc_buffer_release(buffer);
        return err;
    }
    *picture =
        (cc_picture_t){.bytes = buffer->bytes, .len = len, .begun_ms = begun_ms, .token = buffer};
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

static int light_set(void *ctx, unsigned percent)
{
    camera_t *self = ctx;
    self->lamp_percent = percent < 100 ? percent : 100;
    return CC_OK;
}

static void camera_destroy(void *ctx)
{
    camera_t *self = ctx;
    free_picture(self);
    cc_stop_event_deinit(&self->stop);
    free(self);
}

int cc_camera_test_make(cc_camera_source_t *source)
{
    camera_t *self = calloc(1, sizeof *self);
    if (!self)
        return CC_ERR_MEMORY;
    int err = cc_stop_event_init(&self->stop);
    if (err < 0) {
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
        .light = {.ctx = self, .set = light_set},
        .destroy = camera_destroy,
    };
    return CC_OK;
}
