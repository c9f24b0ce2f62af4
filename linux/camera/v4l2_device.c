#include "camera/v4l2_device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "util/err.h"

int cc_v4l2_ioctl(int fd, unsigned long request, void *argument)
{
    int result;
    do {
        result = ioctl(fd, request, argument);
    } while (result < 0 && errno == EINTR);
    return result;
}

int cc_v4l2_err(int errno_value)
{
    switch (errno_value) {
    case ENODEV:
    case ENXIO:
    case EIO:
    case EPIPE:
        return CC_ERR_GONE;
    case EBUSY:
        return CC_ERR_BUSY;
    case EACCES:
    case EPERM:
        return CC_ERR_DENIED;
    case ENOMEM:
        return CC_ERR_MEMORY;
    case EINVAL:
    case ENOTTY:
        return CC_ERR_UNSUPPORTED;
    default:
        return CC_ERR_IO;
    }
}

static int open_err(int errno_value)
{
    switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:
        return CC_ERR_NOT_FOUND;
    case EISDIR:
        return CC_ERR_UNSUPPORTED;
    case EMFILE:
    case ENFILE:
        return CC_ERR_MEMORY;
    case EIO: // a camera that is just coming or going
        return CC_ERR_IO;
    default:
        return cc_v4l2_err(errno_value);
    }
}

int cc_v4l2_refuse(int err, const char *path, char *reason, size_t reason_cap)
{
    switch (err) {
    case CC_ERR_NOT_FOUND:
    case CC_ERR_GONE:
        snprintf(reason, reason_cap, "%s: no such camera; plug it in or see `connectcam devices`",
                 path);
        break;
    case CC_ERR_DENIED:
        snprintf(reason, reason_cap,
                 "%s: no permission; add the user that runs this program to the group `video`",
                 path);
        break;
    case CC_ERR_BUSY:
        snprintf(reason, reason_cap, "another program uses %s; stop it (`fuser %s` names it)", path,
                 path);
        break;
    case CC_ERR_UNSUPPORTED:
        snprintf(reason, reason_cap, "%s is no camera; see `connectcam devices`", path);
        break;
    default:
        snprintf(reason, reason_cap, "%s: the camera does not answer: %s", path, cc_err_text(err));
        break;
    }
    return err;
}

// The length of the UTF-8 letter at text, 0 when there is none within len bytes (RFC 3629).
static size_t letter_len(const uint8_t *text, size_t len)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t least;
    } forms[] = {
        {0x80, 0x00, 0x20}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (size_t extra = 0; extra < 4; extra++) {
        if ((text[0] & forms[extra].mask) != forms[extra].lead)
            continue;
        if (extra >= len)
            return 0;
        uint32_t letter = text[0] & (uint8_t)~forms[extra].mask;
        for (size_t i = 1; i <= extra; i++) {
            if ((text[i] & 0xC0) != 0x80)
                return 0;
            letter = letter << 6 | (text[i] & 0x3F);
        }
        bool is_surrogate = letter >= 0xD800 && letter <= 0xDFFF;
        bool is_control = letter == 0x7F || (letter >= 0x80 && letter < 0xA0);
        if (letter < forms[extra].least || letter > 0x10FFFF || is_surrogate || is_control)
            return 0;
        return extra + 1;
    }
    return 0;
}

void cc_v4l2_copy_text(char *to, size_t cap, const char *from, size_t from_cap)
{
    size_t from_len = strnlen(from, from_cap);
    size_t len = 0;
    for (size_t at = 0; at < from_len;) {
        size_t letter = letter_len((const uint8_t *)from + at, from_len - at);
        if (len + (letter ? letter : 1) >= cap)
            break;
        if (letter) {
            memcpy(to + len, from + at, letter);
            len += letter;
            at += letter;
        } else {
            to[len++] = '?';
            at++;
        }
    }
    to[len] = '\0';
}

static int refuse_kind(uint32_t caps, const char *path, char *reason, size_t reason_cap)
{
    if (caps & V4L2_CAP_VIDEO_CAPTURE_MPLANE)
        snprintf(reason, reason_cap,
                 "%s gives pictures in several planes, which is not supported; try another node of "
                 "`connectcam devices`, or exec:COMMAND",
                 path);
    else if (caps & V4L2_CAP_META_CAPTURE)
        snprintf(reason, reason_cap,
                 "%s gives metadata, no pictures; use the camera's other node, see `connectcam "
                 "devices`",
                 path);
    else if (caps & (V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4L2_CAP_VIDEO_M2M |
                     V4L2_CAP_VIDEO_M2M_MPLANE))
        snprintf(reason, reason_cap,
                 "%s takes pictures and gives none of its own; see `connectcam devices`", path);
    else if (caps & V4L2_CAP_VIDEO_CAPTURE)
        snprintf(reason, reason_cap,
                 "%s cannot stream into memory; try another node of `connectcam devices`", path);
    else
        snprintf(reason, reason_cap, "%s is no camera; see `connectcam devices`", path);
    return CC_ERR_UNSUPPORTED;
}

int cc_v4l2_open(const char *path, int *fd, char *model, size_t model_cap, char *reason,
                 size_t reason_cap)
{
    int opened = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (opened < 0)
        return cc_v4l2_refuse(open_err(errno), path, reason, reason_cap);

    struct v4l2_capability about = {0};
    if (cc_v4l2_ioctl(opened, VIDIOC_QUERYCAP, &about) < 0) {
        int err = open_err(errno);
        close(opened);
        return cc_v4l2_refuse(err, path, reason, reason_cap);
    }
    uint32_t caps =
        about.capabilities & V4L2_CAP_DEVICE_CAPS ? about.device_caps : about.capabilities;
    if (!(caps & V4L2_CAP_VIDEO_CAPTURE) || !(caps & V4L2_CAP_STREAMING)) {
        close(opened);
        return refuse_kind(caps, path, reason, reason_cap);
    }
    cc_v4l2_copy_text(model, model_cap, (const char *)about.card, sizeof about.card);
    *fd = opened;
    return CC_OK;
}
