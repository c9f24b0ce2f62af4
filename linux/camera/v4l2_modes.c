#include "camera/v4l2_modes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/v4l2_device.h"
#include "util/err.h"

// A device that never says "no more" must not hold us.
#define ENUMERATED_MAX 256

// Best first: what costs us least.
static const uint32_t usable[] = {
    V4L2_PIX_FMT_MJPEG,
    V4L2_PIX_FMT_JPEG,
    V4L2_PIX_FMT_YUYV,
    V4L2_PIX_FMT_NV12,
};
#define N_USABLE (sizeof usable / sizeof *usable)

static size_t rank(uint32_t fourcc)
{
    size_t i = 0;
    while (i < N_USABLE && usable[i] != fourcc)
        i++;
    return i;
}

static uint32_t area(cc_size_t size)
{
    return (uint32_t)size.width * size.height;
}

static bool same_size(cc_size_t a, cc_size_t b)
{
    return a.width == b.width && a.height == b.height;
}

bool cc_v4l2_is_jpeg(uint32_t fourcc)
{
    return fourcc == V4L2_PIX_FMT_MJPEG || fourcc == V4L2_PIX_FMT_JPEG;
}

void cc_v4l2_modes_add(cc_v4l2_modes_t *modes, uint32_t fourcc, cc_size_t size)
{
    if (rank(fourcc) == N_USABLE || !size.width || !size.height ||
        modes->count == CC_V4L2_MODES_MAX)
        return;
    for (size_t i = 0; i < modes->count; i++) {
        if (modes->list[i].fourcc == fourcc && same_size(modes->list[i].size, size))
            return;
    }
    modes->list[modes->count++] = (cc_v4l2_mode_t){fourcc, size};
}

static void add_checked(cc_v4l2_modes_t *modes, uint32_t fourcc, uint32_t width, uint32_t height)
{
    if (width <= UINT16_MAX && height <= UINT16_MAX)
        cc_v4l2_modes_add(modes, fourcc, (cc_size_t){(uint16_t)width, (uint16_t)height});
}

static bool steps_on(uint32_t value, uint32_t min, uint32_t max, uint32_t step)
{
    return value >= min && value <= max && (value - min) % (step ? step : 1) == 0;
}

void cc_v4l2_modes_add_stepwise(cc_v4l2_modes_t *modes, uint32_t fourcc,
                                const struct v4l2_frmsize_stepwise *bounds)
{
    static const cc_size_t common[] = {
        {160, 120},   {320, 240},   {352, 288},   {640, 480},   {800, 600},
        {1024, 768},  {1280, 720},  {1280, 960},  {1280, 1024}, {1600, 1200},
        {1920, 1080}, {2048, 1536}, {2560, 1440}, {2592, 1944}, {3840, 2160},
    };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (steps_on(common[i].width, bounds->min_width, bounds->max_width, bounds->step_width) &&
            steps_on(common[i].height, bounds->min_height, bounds->max_height, bounds->step_height))
            cc_v4l2_modes_add(modes, fourcc, common[i]);
    }
    add_checked(modes, fourcc, bounds->max_width, bounds->max_height);
}

static int read_sizes(int fd, uint32_t fourcc, cc_v4l2_modes_t *modes)
{
    for (uint32_t i = 0; i < ENUMERATED_MAX; i++) {
        struct v4l2_frmsizeenum size = {.index = i, .pixel_format = fourcc};
        if (cc_v4l2_ioctl(fd, VIDIOC_ENUM_FRAMESIZES, &size) < 0) {
            if (errno == EINVAL)
                return CC_OK;
            // Some drivers cannot list sizes: then the one that is set is the one there is.
            struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
            if (errno != ENOTTY || cc_v4l2_ioctl(fd, VIDIOC_G_FMT, &format) < 0)
                return cc_v4l2_err(errno);
            add_checked(modes, fourcc, format.fmt.pix.width, format.fmt.pix.height);
            return CC_OK;
        }
        if (size.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            cc_v4l2_modes_add_stepwise(modes, fourcc, &size.stepwise);
            return CC_OK;
        }
        add_checked(modes, fourcc, size.discrete.width, size.discrete.height);
    }
    return CC_OK;
}

static void note_unusable(cc_v4l2_modes_t *modes, uint32_t fourcc)
{
    size_t len = strlen(modes->unusable);
    char name[5];
    for (int i = 0; i < 4; i++) {
        char letter = (char)(fourcc >> 8 * i & 0x7F);
        name[i] = letter > ' ' && letter < 0x7F ? letter : '_';
    }
    name[4] = '\0';
    if (len + sizeof name < sizeof modes->unusable)
        snprintf(modes->unusable + len, sizeof modes->unusable - len, "%s%s", len ? " " : "", name);
}

int cc_v4l2_modes_read(int fd, cc_v4l2_modes_t *modes)
{
    cc_v4l2_modes_t found = {0};
    for (uint32_t i = 0; i < ENUMERATED_MAX; i++) {
        struct v4l2_fmtdesc format = {.index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
        if (cc_v4l2_ioctl(fd, VIDIOC_ENUM_FMT, &format) < 0) {
            if (errno == EINVAL)
                break;
            return cc_v4l2_err(errno);
        }
        if (rank(format.pixelformat) == N_USABLE) {
            note_unusable(&found, format.pixelformat);
            continue;
        }
        int err = read_sizes(fd, format.pixelformat, &found);
        if (err < 0)
            return err;
    }
    *modes = found;
    return CC_OK;
}

static int compare_areas(const void *left, const void *right)
{
    const cc_size_t *a = left;
    const cc_size_t *b = right;
    if (area(*a) != area(*b))
        return area(*a) < area(*b) ? -1 : 1;
    return a->width - b->width;
}

size_t cc_v4l2_modes_sizes(const cc_v4l2_modes_t *modes, cc_size_t *sizes, size_t cap)
{
    cc_size_t all[CC_V4L2_MODES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < modes->count; i++) {
        size_t known = 0;
        while (known < count && !same_size(all[known], modes->list[i].size))
            known++;
        if (known == count)
            all[count++] = modes->list[i].size;
    }
    qsort(all, count, sizeof *all, compare_areas);
    size_t n = count < cap ? count : cap;
    memcpy(sizes, all + (count - n), n * sizeof *sizes);
    return n;
}

static int distance(cc_size_t a, cc_size_t b)
{
    return abs(a.width - b.width) + abs(a.height - b.height);
}

const cc_v4l2_mode_t *cc_v4l2_modes_pick(const cc_v4l2_modes_t *modes, cc_size_t want)
{
    if (!want.width || !want.height)
        want = (cc_size_t){800, 600};
    const cc_v4l2_mode_t *best = NULL;
    for (size_t i = 0; i < modes->count; i++) {
        const cc_v4l2_mode_t *mode = &modes->list[i];
        if (!best || distance(mode->size, want) < distance(best->size, want) ||
            (same_size(mode->size, best->size) && rank(mode->fourcc) < rank(best->fourcc)))
            best = mode;
    }
    return best;
}

bool cc_v4l2_interval_is_better(struct v4l2_fract a, struct v4l2_fract b, uint8_t fps)
{
    if (!a.numerator || !a.denominator)
        return false;
    if (!b.numerator || !b.denominator)
        return true;
    // rate = denominator / numerator
    bool a_suffices = a.denominator >= (uint64_t)fps * a.numerator;
    bool b_suffices = b.denominator >= (uint64_t)fps * b.numerator;
    if (a_suffices != b_suffices)
        return a_suffices;
    uint64_t left = (uint64_t)a.denominator * b.numerator;
    uint64_t right = (uint64_t)b.denominator * a.numerator;
    return a_suffices ? left < right : left > right;
}

// One of fps, within what a device says it can do.
static struct v4l2_fract interval_within(const struct v4l2_frmival_stepwise *bounds, uint8_t fps)
{
    struct v4l2_fract wanted = {1, fps};
    bool too_fast = (uint64_t)bounds->min.numerator * fps > bounds->min.denominator;
    bool too_slow = (uint64_t)bounds->max.numerator * fps < bounds->max.denominator;
    return too_fast ? bounds->min : too_slow ? bounds->max : wanted;
}

bool cc_v4l2_interval_pick(int fd, const cc_v4l2_mode_t *mode, uint8_t fps,
                           struct v4l2_fract *interval)
{
    struct v4l2_fract best = {0};
    fps = fps ? fps : 1;
    for (uint32_t i = 0; i < ENUMERATED_MAX; i++) {
        struct v4l2_frmivalenum offered = {
            .index = i,
            .pixel_format = mode->fourcc,
            .width = mode->size.width,
            .height = mode->size.height,
        };
        if (cc_v4l2_ioctl(fd, VIDIOC_ENUM_FRAMEINTERVALS, &offered) < 0)
            break;
        if (offered.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
            best = interval_within(&offered.stepwise, fps);
            break;
        }
        if (cc_v4l2_interval_is_better(offered.discrete, best, fps))
            best = offered.discrete;
    }
    if (!best.numerator || !best.denominator)
        return false;
    *interval = best;
    return true;
}
