#include "format.h"

#include "camera.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned find_format(uint32_t format)
{
    const struct fake_config *config = fake_config();
    unsigned i = 0;
    while (i < config->format_count && config->formats[i] != format)
        i++;
    return i;
}

static uint32_t frame_bytes(uint32_t format, struct fake_size size)
{
    uint32_t pixels = size.width * size.height;
    // A JPEG's buffer is as large as the camera cares to claim; two bytes a pixel is usual.
    return format == V4L2_PIX_FMT_NV12 ? pixels * 3 / 2 : pixels * 2;
}

static void describe(struct v4l2_pix_format *pixels, unsigned format_index, unsigned size_index)
{
    const struct fake_config *config = fake_config();
    uint32_t format = config->formats[format_index];
    struct fake_size size = config->sizes[size_index];
    memset(pixels, 0, sizeof *pixels);
    pixels->width = size.width;
    pixels->height = size.height;
    pixels->pixelformat = format;
    pixels->field = V4L2_FIELD_NONE;
    if (format == V4L2_PIX_FMT_YUYV)
        pixels->bytesperline = size.width * 2;
    else if (format == V4L2_PIX_FMT_NV12)
        pixels->bytesperline = size.width;
    pixels->sizeimage = frame_bytes(format, size);
    pixels->colorspace = V4L2_COLORSPACE_SRGB;
    pixels->priv = V4L2_PIX_FMT_PRIV_MAGIC;
}

// The size that shares most with the one asked for, as the UVC driver chooses.
static unsigned nearest_size(uint32_t width, uint32_t height)
{
    const struct fake_config *config = fake_config();
    unsigned best = 0;
    uint64_t best_distance = UINT64_MAX;
    for (unsigned i = 0; i < config->size_count; i++) {
        uint64_t own_width = config->sizes[i].width;
        uint64_t own_height = config->sizes[i].height;
        uint64_t shared =
            (own_width < width ? own_width : width) * (own_height < height ? own_height : height);
        uint64_t distance = own_width * own_height + (uint64_t)width * height - 2 * shared;
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}

int fake_format_enum_locked(struct v4l2_fmtdesc *description)
{
    const struct fake_config *config = fake_config();
    uint32_t index = description->index;
    if (description->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || index >= config->format_count)
        return -EINVAL;
    memset(description, 0, sizeof *description);
    description->index = index;
    description->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    description->pixelformat = config->formats[index];
    const char *name = "Y/UV 4:2:0";
    if (config->formats[index] == V4L2_PIX_FMT_MJPEG) {
        name = "Motion-JPEG";
        description->flags = V4L2_FMT_FLAG_COMPRESSED;
    } else if (config->formats[index] == V4L2_PIX_FMT_YUYV) {
        name = "YUYV 4:2:2";
    }
    snprintf((char *)description->description, sizeof description->description, "%s", name);
    return 0;
}

int fake_format_enum_sizes_locked(struct v4l2_frmsizeenum *size)
{
    const struct fake_config *config = fake_config();
    if (find_format(size->pixel_format) == config->format_count ||
        size->index >= config->size_count)
        return -EINVAL;
    size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    size->discrete.width = config->sizes[size->index].width;
    size->discrete.height = config->sizes[size->index].height;
    return 0;
}

int fake_format_enum_intervals_locked(struct v4l2_frmivalenum *interval)
{
    const struct fake_config *config = fake_config();
    unsigned i = 0;
    while (i < config->size_count && (config->sizes[i].width != interval->width ||
                                      config->sizes[i].height != interval->height))
        i++;
    if (find_format(interval->pixel_format) == config->format_count || i == config->size_count ||
        interval->index >= config->rate_count)
        return -EINVAL;
    interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    interval->discrete.numerator = 1;
    interval->discrete.denominator = config->rates_hz[interval->index];
    return 0;
}

int fake_format_get_locked(struct v4l2_format *format)
{
    if (format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return -EINVAL;
    describe(&format->fmt.pix, fake_camera.format, fake_camera.size);
    return 0;
}

static int choose(struct v4l2_format *format, unsigned *format_index, unsigned *size_index)
{
    if (format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return -EINVAL;
    *format_index = find_format(format->fmt.pix.pixelformat);
    if (*format_index == fake_config()->format_count)
        *format_index = 0;
    *size_index = nearest_size(format->fmt.pix.width, format->fmt.pix.height);
    describe(&format->fmt.pix, *format_index, *size_index);
    return 0;
}

int fake_format_try_locked(struct v4l2_format *format)
{
    unsigned format_index;
    unsigned size_index;
    return choose(format, &format_index, &size_index);
}

int fake_format_set_locked(struct v4l2_format *format)
{
    unsigned format_index;
    unsigned size_index;
    if (format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE && fake_camera.buffer_count > 0)
        return -EBUSY;
    int err = choose(format, &format_index, &size_index);
    if (err < 0)
        return err;
    fake_camera.format = format_index;
    fake_camera.size = size_index;
    fake_camera.rate = 0;
    return 0;
}

int fake_format_get_rate_locked(struct v4l2_streamparm *parameters)
{
    if (parameters->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return -EINVAL;
    memset(&parameters->parm, 0, sizeof parameters->parm);
    parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    parameters->parm.capture.timeperframe.numerator = 1;
    parameters->parm.capture.timeperframe.denominator = fake_config()->rates_hz[fake_camera.rate];
    return 0;
}

int fake_format_set_rate_locked(struct v4l2_streamparm *parameters)
{
    const struct fake_config *config = fake_config();
    if (parameters->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return -EINVAL;
    if (fake_camera.streaming)
        return -EBUSY;
    const struct v4l2_fract *asked = &parameters->parm.capture.timeperframe;
    int64_t interval_ns = asked->denominator == 0
                              ? INT64_MAX / 2
                              : (int64_t)asked->numerator * 1000000000 / asked->denominator;
    int64_t best_distance = INT64_MAX;
    for (unsigned i = 0; i < config->rate_count; i++) {
        int64_t distance = llabs(1000000000 / (int64_t)config->rates_hz[i] - interval_ns);
        if (distance < best_distance) {
            fake_camera.rate = i;
            best_distance = distance;
        }
    }
    return fake_format_get_rate_locked(parameters);
}

uint32_t fake_format_frame_bytes_locked(void)
{
    const struct fake_config *config = fake_config();
    return frame_bytes(config->formats[fake_camera.format], config->sizes[fake_camera.size]);
}
