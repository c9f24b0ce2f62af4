#include "ioctl.h"

#include "format.h"
#include "queue.h"
#include "stats.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

static int query_capability(struct v4l2_capability *capability)
{
    memset(capability, 0, sizeof *capability);
    snprintf((char *)capability->driver, sizeof capability->driver, "%s", fake_config()->driver);
    snprintf((char *)capability->card, sizeof capability->card, "%s", fake_config()->card);
    snprintf((char *)capability->bus_info, sizeof capability->bus_info, "usb-0000:00:14.0-1");
    capability->version = 6 << 16 | 1 << 8;
    capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_EXT_PIX_FORMAT;
    // The whole device has a second node for metadata, which is not here.
    capability->capabilities =
        capability->device_caps | V4L2_CAP_META_CAPTURE | V4L2_CAP_DEVICE_CAPS;
    return 0;
}

static int enumerate_input(struct v4l2_input *input)
{
    if (input->index != 0)
        return -EINVAL;
    memset(input, 0, sizeof *input);
    snprintf((char *)input->name, sizeof input->name, "Camera 1");
    input->type = V4L2_INPUT_TYPE_CAMERA;
    return 0;
}

static int get_selection(struct v4l2_selection *selection)
{
    if (selection->type != V4L2_BUF_TYPE_VIDEO_CAPTURE ||
        (selection->target != V4L2_SEL_TGT_CROP_DEFAULT &&
         selection->target != V4L2_SEL_TGT_CROP_BOUNDS))
        return -EINVAL;
    struct fake_size size = fake_config()->sizes[fake_camera.size];
    selection->r = (struct v4l2_rect){.width = size.width, .height = size.height};
    return 0;
}

static int get_crop_capability(struct v4l2_cropcap *crop)
{
    struct v4l2_selection selection = {.type = crop->type, .target = V4L2_SEL_TGT_CROP_BOUNDS};
    int err = get_selection(&selection);
    if (err < 0)
        return err;
    crop->bounds = selection.r;
    crop->defrect = selection.r;
    crop->pixelaspect = (struct v4l2_fract){1, 1};
    return 0;
}

static uint32_t highest_priority(void)
{
    uint32_t highest = V4L2_PRIORITY_UNSET;
    for (unsigned i = 0; i < FAKE_HANDLES_MAX; i++) {
        const struct fake_handle *handle = &fake_camera.handles[i];
        if (handle->descriptors > 0 && !handle->dead && handle->priority > highest)
            highest = handle->priority;
    }
    return highest;
}

static int set_priority(struct fake_handle *handle, uint32_t priority)
{
    if (priority != V4L2_PRIORITY_BACKGROUND && priority != V4L2_PRIORITY_INTERACTIVE &&
        priority != V4L2_PRIORITY_RECORD)
        return -EINVAL;
    handle->priority = priority;
    return 0;
}

static bool nonblocking(const struct fake_handle *handle)
{
    return (fcntl(handle->near_end, F_GETFL) & O_NONBLOCK) != 0;
}

static int next_event(struct fake_handle *handle, struct v4l2_event *event)
{
    for (;;) {
        if (handle->dead)
            return -ENODEV;
        int err = fake_events_next_locked(handle, event);
        if (err != -ENOENT || nonblocking(handle))
            return err;
        struct pollfd waits[2] = {
            {.fd = handle->event_fd, .events = POLLIN},
            {.fd = handle->near_end, .events = 0},
        };
        fake_camera_unlock();
        err = poll(waits, 2, -1) < 0 ? -errno : 0;
        fake_camera_lock();
        if (err < 0)
            return err;
    }
}

// What the script refuses, and what a client of higher priority keeps for itself.
static int check(const struct fake_handle *handle, unsigned long request)
{
    int refusal = FAKE_REFUSE_COUNT;
    bool sets = true;
    switch (request) {
    case VIDIOC_S_FMT:
        refusal = FAKE_REFUSE_S_FMT;
        break;
    case VIDIOC_S_PARM:
        refusal = FAKE_REFUSE_S_PARM;
        break;
    case VIDIOC_REQBUFS:
        refusal = FAKE_REFUSE_REQBUFS;
        break;
    case VIDIOC_STREAMON:
        refusal = FAKE_REFUSE_STREAMON;
        break;
    case VIDIOC_S_CTRL:
    case VIDIOC_S_EXT_CTRLS:
        refusal = FAKE_REFUSE_S_CTRL;
        break;
    case VIDIOC_STREAMOFF:
    case VIDIOC_S_INPUT:
    case VIDIOC_S_PRIORITY:
        break;
    default:
        sets = false;
        break;
    }
    if (request == VIDIOC_QUERYCAP)
        refusal = FAKE_REFUSE_QUERYCAP;
    else if (request == VIDIOC_QUERYBUF)
        refusal = FAKE_REFUSE_QUERYBUF;
    else if (request == VIDIOC_QBUF)
        refusal = FAKE_REFUSE_QBUF;
    else if (request == VIDIOC_DQBUF)
        refusal = FAKE_REFUSE_DQBUF;
    if (refusal < FAKE_REFUSE_COUNT && fake_camera.script.refusals[refusal] != 0)
        return -fake_camera.script.refusals[refusal];
    return sets && handle->priority < highest_priority() ? -EBUSY : 0;
}

static int answer(struct fake_handle *handle, unsigned long request, void *argument)
{
    switch (request) {
    case VIDIOC_QUERYCAP:
        return query_capability(argument);
    case VIDIOC_ENUM_FMT:
        return fake_format_enum_locked(argument);
    case VIDIOC_ENUM_FRAMESIZES:
        return fake_format_enum_sizes_locked(argument);
    case VIDIOC_ENUM_FRAMEINTERVALS:
        return fake_format_enum_intervals_locked(argument);
    case VIDIOC_G_FMT:
        return fake_format_get_locked(argument);
    case VIDIOC_TRY_FMT:
        return fake_format_try_locked(argument);
    case VIDIOC_S_FMT:
        return fake_format_set_locked(argument);
    case VIDIOC_G_PARM:
        return fake_format_get_rate_locked(argument);
    case VIDIOC_S_PARM:
        return fake_format_set_rate_locked(argument);
    case VIDIOC_REQBUFS:
        return fake_queue_request_locked(handle, argument);
    case VIDIOC_QUERYBUF:
        return fake_queue_query_locked(handle, argument);
    case VIDIOC_QBUF:
        return fake_queue_put_locked(handle, argument);
    case VIDIOC_DQBUF:
        return fake_queue_take_locked(handle, argument, nonblocking(handle));
    case VIDIOC_EXPBUF:
        return fake_queue_export_locked(handle, argument);
    case VIDIOC_STREAMON:
        return fake_queue_start_locked(handle, *(const uint32_t *)argument);
    case VIDIOC_STREAMOFF:
        return fake_queue_stop_locked(handle, *(const uint32_t *)argument);
    case VIDIOC_QUERYCTRL:
        return fake_controls_query_locked(argument);
    case VIDIOC_QUERY_EXT_CTRL:
        return fake_controls_query_ext_locked(argument);
    case VIDIOC_QUERYMENU:
        return fake_controls_menu_locked(argument);
    case VIDIOC_G_CTRL:
        return fake_controls_get_locked(argument);
    case VIDIOC_S_CTRL:
        return fake_controls_set_locked(handle, argument);
    case VIDIOC_G_EXT_CTRLS:
        return fake_controls_get_many_locked(argument);
    case VIDIOC_TRY_EXT_CTRLS:
        return fake_controls_try_many_locked(argument);
    case VIDIOC_S_EXT_CTRLS:
        return fake_controls_set_many_locked(handle, argument);
    case VIDIOC_SUBSCRIBE_EVENT:
        return fake_events_subscribe_locked(handle, argument);
    case VIDIOC_UNSUBSCRIBE_EVENT:
        return fake_events_unsubscribe_locked(handle, argument);
    case VIDIOC_DQEVENT:
        return next_event(handle, argument);
    case VIDIOC_ENUMINPUT:
        return enumerate_input(argument);
    case VIDIOC_G_INPUT:
        *(int *)argument = 0;
        return 0;
    case VIDIOC_S_INPUT:
        return *(const int *)argument == 0 ? 0 : -EINVAL;
    case VIDIOC_G_PRIORITY:
        *(uint32_t *)argument = highest_priority();
        return 0;
    case VIDIOC_S_PRIORITY:
        return set_priority(handle, *(const uint32_t *)argument);
    case VIDIOC_G_SELECTION:
        return get_selection(argument);
    case VIDIOC_G_CROP:
        // The driver tells bounds, but has no crop of its own to tell.
        return -EINVAL;
    case VIDIOC_CROPCAP:
        return get_crop_capability(argument);
    default:
        return -ENOTTY;
    }
}

// The calls that change what the counters say.
static bool counted(unsigned long request)
{
    switch (request) {
    case VIDIOC_REQBUFS:
    case VIDIOC_QBUF:
    case VIDIOC_DQBUF:
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
    case VIDIOC_S_CTRL:
    case VIDIOC_S_EXT_CTRLS:
        return true;
    default:
        return false;
    }
}

int fake_ioctl(struct fake_handle *handle, unsigned long request, void *argument)
{
    // The kernel looks at 32 bits; callers with an int may have extended its sign.
    request = (unsigned int)request;
    if (argument == NULL && _IOC_TYPE(request) == 'V')
        return -EFAULT;
    fake_camera_lock();
    int err = handle->dead ? -ENODEV : check(handle, request);
    if (err == 0)
        err = answer(handle, request, argument);
    if (err == 0 && counted(request))
        fake_stats_write_locked();
    fake_camera_unlock();
    return err;
}
