// A camera of the kernel's. JPEGs are lent out as they stand in the driver's buffers; raw pictures
// are encoded, and only those that are wanted.
#include "camera/camera_source.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "camera/buffer_pool.h"
#include "camera/devices.h"
#include "camera/jpeg_encoder.h"
#include "camera/stop_event.h"
#include "camera/v4l2_buffers.h"
#include "camera/v4l2_controls.h"
#include "camera/v4l2_device.h"
#include "camera/v4l2_modes.h"
#include "system/monotonic.h"
#include "util/err.h"

#define WARMUP_FRAMES   6 // until automatic exposure and white balance have settled
#define QUALITY_DEFAULT 12
#define RAW_BUFFERS     3 // of the driver's: one is filled, one is ready, one is encoded

typedef struct {
    char *path;  // is_any: the one found last, NULL until then
    bool is_any; // whichever webcam there is
    cc_stop_event_t stop;
    int fd; // -1 while closed
    cc_v4l2_modes_t modes;
    cc_v4l2_controls_t controls;
    bool has_quality; // of ours or of the device's
    bool is_streaming;

    // What is set up from start to stop; buffers NULL: nothing is.
    cc_v4l2_mode_t mode;
    struct v4l2_fract interval; // as asked for; 0/0: the device offers no choice
    uint32_t frame_ms;          // between two pictures, as granted
    cc_v4l2_buffers_t *buffers;
    cc_buffer_pool_t *pool;     // NULL while JPEGs pass through
    cc_jpeg_encoder_t *encoder; // the same
    size_t stride;
    bool full_range;
    int32_t quality;
} camera_t;

// A picture's token: it lives in a buffer of the driver's, or in one of the pool's. The kinds are
// told apart by the token's own first bit, which no pointer to a struct has set.
static void *token_of_pool(cc_buffer_t *buffer)
{
    return (void *)((uintptr_t)buffer | 1u);
}

static void tear_down(camera_t *self)
{
    cc_v4l2_buffers_close(self->buffers);
    cc_buffer_pool_close(self->pool);
    cc_jpeg_encoder_close(self->encoder);
    self->buffers = NULL;
    self->pool = NULL;
    self->encoder = NULL;
}

static bool is_full_range(const struct v4l2_pix_format *pix)
{
    if (pix->quantization != V4L2_QUANTIZATION_DEFAULT)
        return pix->quantization == V4L2_QUANTIZATION_FULL_RANGE;
    return pix->colorspace == V4L2_COLORSPACE_JPEG; // V4L2_MAP_QUANTIZATION_DEFAULT
}

static int set_format(camera_t *self, const cc_v4l2_mode_t *mode, cc_size_t *granted)
{
    struct v4l2_format format = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .fmt.pix = {.width = mode->size.width,
                    .height = mode->size.height,
                    .pixelformat = mode->fourcc,
                    .field = V4L2_FIELD_ANY},
    };
    if (cc_v4l2_ioctl(self->fd, VIDIOC_S_FMT, &format) < 0)
        return cc_v4l2_err(errno);
    const struct v4l2_pix_format *pix = &format.fmt.pix;
    if (pix->pixelformat != mode->fourcc || !pix->width || pix->width > UINT16_MAX ||
        !pix->height || pix->height > UINT16_MAX)
        return CC_ERR_UNSUPPORTED;
    size_t pairs = ((size_t)pix->width + 1) / 2;
    size_t line = pairs * (mode->fourcc == V4L2_PIX_FMT_YUYV ? 4 : 2);
    self->stride = pix->bytesperline >= line ? pix->bytesperline : line;
    self->full_range = is_full_range(pix);
    *granted = (cc_size_t){(uint16_t)pix->width, (uint16_t)pix->height};
    return CC_OK;
}

// The rate is a wish: a device that refuses keeps its own.
static void set_interval(camera_t *self, const cc_v4l2_mode_t *mode, uint8_t fps)
{
    struct v4l2_streamparm parm = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    self->interval = (struct v4l2_fract){0};
    self->frame_ms = 1000u / (fps ? fps : 1u);
    if (cc_v4l2_interval_pick(self->fd, mode, fps, &self->interval)) {
        parm.parm.capture.timeperframe = self->interval;
        (void)cc_v4l2_ioctl(self->fd, VIDIOC_S_PARM, &parm);
    } else {
        (void)cc_v4l2_ioctl(self->fd, VIDIOC_G_PARM, &parm);
    }
    const struct v4l2_fract *granted = &parm.parm.capture.timeperframe;
    if (granted->numerator && granted->denominator)
        self->frame_ms = (uint32_t)((uint64_t)granted->numerator * 1000u / granted->denominator);
}

static int set_up_encoder(camera_t *self, cc_size_t size)
{
    self->encoder = cc_jpeg_encoder_open(size.width, size.height);
    if (!self->encoder)
        return CC_ERR_MEMORY;
    self->pool = cc_buffer_pool_open(CC_CAMERA_BUFFERS, cc_jpeg_encoder_bound(self->encoder));
    return self->pool ? CC_OK : CC_ERR_MEMORY;
}

static int set_up(camera_t *self, const cc_v4l2_mode_t *mode, uint8_t fps)
{
    cc_size_t granted = mode->size;
    tear_down(self);
    int err = set_format(self, mode, &granted);
    if (err < 0)
        return err;
    set_interval(self, mode, fps);
    bool encodes = !cc_v4l2_is_jpeg(mode->fourcc);
    err = cc_v4l2_buffers_open(self->fd, encodes ? RAW_BUFFERS : CC_CAMERA_BUFFERS, &self->buffers);
    if (err == CC_OK && encodes)
        err = set_up_encoder(self, granted);
    if (err < 0) {
        tear_down(self);
        return err;
    }
    self->mode = *mode;
    return CC_OK;
}

// Whether what is set up is what is wanted.
static bool is_set_up_for(const camera_t *self, const cc_v4l2_mode_t *mode, uint8_t fps)
{
    if (memcmp(&self->mode, mode, sizeof *mode) != 0)
        return false;
    struct v4l2_fract interval = {0};
    (void)cc_v4l2_interval_pick(self->fd, mode, fps, &interval);
    return interval.numerator == self->interval.numerator &&
           interval.denominator == self->interval.denominator;
}

static void keep_quality(camera_t *self, const cc_camera_want_t *want)
{
    self->quality = self->has_quality ? want->control[CC_CONTROL_QUALITY] : QUALITY_DEFAULT;
}

// How many buffers the driver grants, in the format that it is in. It refuses when another program
// streams.
static int probe_buffers(int fd, unsigned *count)
{
    cc_v4l2_buffers_t *buffers;
    int err = cc_v4l2_buffers_open(fd, CC_CAMERA_BUFFERS, &buffers);
    if (err < 0)
        return err;
    *count = cc_v4l2_buffers_count(buffers);
    cc_v4l2_buffers_close(buffers);
    return CC_OK;
}

static int refuse_formats(const camera_t *self, char *reason, size_t reason_cap)
{
    snprintf(reason, reason_cap,
             "%s gives none of MJPEG, YUYV and NV12%s%s; for a Raspberry Pi camera use "
             "\"exec:rpicam-vid -t 0 --codec mjpeg -o -\"",
             self->path, self->modes.unusable[0] ? ", but " : "", self->modes.unusable);
    return CC_ERR_UNSUPPORTED;
}

static bool encodes_all(const cc_v4l2_modes_t *modes)
{
    for (size_t i = 0; i < modes->count; i++) {
        if (cc_v4l2_is_jpeg(modes->list[i].fourcc))
            return false;
    }
    return true;
}

static int learn(camera_t *self, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    int err = cc_v4l2_modes_read(self->fd, &self->modes);
    if (err < 0)
        return cc_v4l2_refuse(err, self->path, reason, reason_cap);
    if (self->modes.count == 0)
        return refuse_formats(self, reason, reason_cap);
    unsigned count;
    err = probe_buffers(self->fd, &count);
    if (err == CC_ERR_UNSUPPORTED) {
        snprintf(reason, reason_cap,
                 "%s: its driver cannot give the buffers we need; try exec:COMMAND", self->path);
        return err;
    }
    if (err < 0)
        return cc_v4l2_refuse(err, self->path, reason, reason_cap);

    bool encodes = encodes_all(&self->modes);
    cc_v4l2_controls_read(self->fd, &self->controls);
    cc_v4l2_controls_ranges(&self->controls, encodes, traits->controls);
    self->has_quality = traits->controls[CC_CONTROL_QUALITY].present;
    traits->n_sizes = cc_v4l2_modes_sizes(&self->modes, traits->sizes, CC_CAMERA_SIZES_MAX);
    traits->buffers = (uint8_t)(encodes ? CC_CAMERA_BUFFERS : count);
    return CC_OK;
}

// Anew at each opening: another one may be there instead.
static int find_any(camera_t *self, char *reason, size_t reason_cap)
{
    char path[sizeof((cc_device_t *)NULL)->camera];
    int err = cc_devices_find(path, sizeof path);
    if (err == CC_ERR_NOT_FOUND)
        snprintf(reason, reason_cap,
                 "there is no webcam; plug one in, or see `connectcam devices`");
    else if (err == CC_ERR_BUSY)
        snprintf(reason, reason_cap, "another program uses the webcam; stop it");
    else if (err < 0)
        cc_v4l2_refuse(err, "the webcam", reason, reason_cap);
    if (err < 0)
        return err;
    char *found = strdup(path);
    if (!found)
        return CC_ERR_MEMORY;
    free(self->path);
    self->path = found;
    return CC_OK;
}

static int camera_open(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    camera_t *self = ctx;
    assert(self->fd < 0);
    cc_camera_traits_t found = {
        .driver = "V4L2",
        .warmup_frames = WARMUP_FRAMES,
        .stops = true,
    };
    int err = self->is_any ? find_any(self, reason, reason_cap) : CC_OK;
    if (err < 0)
        return err;
    err = cc_v4l2_open(self->path, &self->fd, found.model, sizeof found.model, reason, reason_cap);
    if (err < 0)
        return err;
    err = learn(self, &found, reason, reason_cap);
    if (err < 0) {
        close(self->fd);
        self->fd = -1;
        return err;
    }
    snprintf(found.path, sizeof found.path, "%s", self->path);
    *traits = found;
    return CC_OK;
}

static void camera_close(void *ctx)
{
    camera_t *self = ctx;
    if (self->fd < 0)
        return;
    tear_down(self);
    close(self->fd);
    self->fd = -1;
    self->is_streaming = false;
}

static int camera_start(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    assert(self->fd >= 0 && !self->is_streaming);
    const cc_v4l2_mode_t *mode = cc_v4l2_modes_pick(&self->modes, want->size);
    int err = set_up(self, mode, want->fps);
    if (err < 0)
        return err;
    // A control that is refused spoils no picture.
    if (cc_v4l2_controls_write(self->fd, &self->controls, want->control) == CC_ERR_GONE)
        return CC_ERR_GONE;
    keep_quality(self, want);
    err = cc_v4l2_buffers_start(self->buffers);
    self->is_streaming = err == CC_OK;
    return err;
}

static void camera_stop(void *ctx)
{
    camera_t *self = ctx;
    // An idle camera keeps no buffers but those on loan: eight of 720p are 15 MB.
    tear_down(self);
    self->is_streaming = false;
}

static int camera_apply(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    assert(self->fd >= 0);
    if (self->is_streaming &&
        !is_set_up_for(self, cc_v4l2_modes_pick(&self->modes, want->size), want->fps))
        return CC_ERR_AGAIN;
    keep_quality(self, want);
    return cc_v4l2_controls_write(self->fd, &self->controls, want->control);
}

static uint64_t begun_ms(const camera_t *self, const cc_v4l2_taken_t *taken)
{
    if (!taken->is_end_of_frame || taken->stamp_ms < self->frame_ms)
        return taken->stamp_ms;
    return taken->stamp_ms - self->frame_ms;
}

static int encode(camera_t *self, const cc_v4l2_taken_t *taken, cc_buffer_t *into, size_t *len)
{
    cc_pixels_t pixels = {
        .bytes = taken->buffer->bytes,
        .len = taken->len,
        .stride = self->stride,
        .full_range = self->full_range,
    };
    int err = self->mode.fourcc == V4L2_PIX_FMT_NV12
                  ? cc_jpeg_encode_nv12(self->encoder, &pixels, self->quality, into->bytes,
                                        into->cap, len)
                  : cc_jpeg_encode_yuyv(self->encoder, &pixels, self->quality, into->bytes,
                                        into->cap, len);
    return err < 0 ? CC_ERR_FORMAT : CC_OK; // the device gave too few lines: a broken picture
}

static int grab_encoded(camera_t *self, uint64_t until_ms, cc_picture_t *picture)
{
    cc_buffer_t *into;
    int err = cc_buffer_pool_hold(self->pool, &self->stop, until_ms, &into);
    if (err < 0)
        return err;
    cc_v4l2_taken_t taken;
    size_t len;
    err = cc_v4l2_buffers_take(self->buffers, &self->stop, until_ms, &taken);
    if (err == CC_OK) {
        err = encode(self, &taken, into, &len);
        cc_v4l2_buffer_return(taken.buffer);
    }
    if (err < 0) {
        cc_buffer_release(into);
        return err;
    }
    *picture = (cc_picture_t){
        .bytes = into->bytes,
        .len = len,
        .begun_ms = begun_ms(self, &taken),
        .token = token_of_pool(into),
    };
    return CC_OK;
}

static int camera_grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    camera_t *self = ctx;
    if (!self->is_streaming)
        return CC_ERR_GONE;
    uint64_t until_ms = cc_monotonic_ms() + timeout_ms;
    if (!skip && self->pool)
        return grab_encoded(self, until_ms, picture);

    cc_v4l2_taken_t taken;
    int err = cc_v4l2_buffers_take(self->buffers, &self->stop, until_ms, &taken);
    if (err < 0)
        return err;
    if (skip) {
        cc_v4l2_buffer_return(taken.buffer);
        return CC_OK;
    }
    *picture = (cc_picture_t){
        .bytes = taken.buffer->bytes,
        .len = taken.len,
        .begun_ms = begun_ms(self, &taken),
        .token = taken.buffer,
    };
    return CC_OK;
}

static void camera_give_back(void *ctx, void *token)
{
    (void)ctx;
    uintptr_t place = (uintptr_t)token;
    if (place & 1u)
        cc_buffer_release((cc_buffer_t *)(place - 1u));
    else
        cc_v4l2_buffer_return(token);
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

int cc_camera_v4l2_make(const char *path, cc_camera_source_t *source)
{
    camera_t *self = calloc(1, sizeof *self);
    if (!self)
        return CC_ERR_MEMORY;
    self->fd = -1;
    self->is_any = !path;
    self->path = path ? strdup(path) : NULL;
    int err = path && !self->path ? CC_ERR_MEMORY : cc_stop_event_init(&self->stop);
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
