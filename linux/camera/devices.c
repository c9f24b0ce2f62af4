#include "camera/devices.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "camera/v4l2_device.h"
#include "util/err.h"

static int compare_numbers(const void *left, const void *right)
{
    unsigned a = *(const unsigned *)left;
    unsigned b = *(const unsigned *)right;
    return (a > b) - (a < b);
}

size_t cc_devices_list(unsigned *numbers, size_t cap)
{
    size_t n = 0;
    DIR *dev = opendir("/dev");
    if (!dev)
        return 0;
    for (const struct dirent *entry; n < cap && (entry = readdir(dev));) {
        int end = 0;
        if (sscanf(entry->d_name, "video%3u%n", &numbers[n], &end) == 1 && !entry->d_name[end])
            n++;
    }
    closedir(dev);
    qsort(numbers, n, sizeof *numbers, compare_numbers);
    return n;
}

// Whether neither a shell nor systemd reads anything into it. udev's names nearly always are such.
static bool is_plain(const char *name)
{
    return !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "-_.:+@,")];
}

// The first by alphabet of the links in `folder` that lead to the node. Returns whether there is
// one; `path` is untouched otherwise.
static bool find_link(const char *folder, const char *node, char *path, size_t cap)
{
    char first[NAME_MAX + 1] = "", candidate[PATH_MAX], target[PATH_MAX];
    DIR *links = opendir(folder);
    if (!links)
        return false;
    for (const struct dirent *entry; (entry = readdir(links));) {
        const char *name = entry->d_name;
        snprintf(candidate, sizeof candidate, "%s/%s", folder, name);
        if (is_plain(name) && (!*first || strcmp(name, first) < 0) && realpath(candidate, target) &&
            strcmp(target, node) == 0)
            snprintf(first, sizeof first, "%s", name);
    }
    closedir(links);
    if (*first)
        snprintf(path, cap, "%s/%s", folder, first);
    return *first;
}

cc_device_kind_t cc_device_kind(const char *driver, uint32_t caps, size_t n_modes)
{
    if (!(caps & V4L2_CAP_VIDEO_CAPTURE) || !(caps & V4L2_CAP_STREAMING) ||
        strcmp(driver, "bcm2835-isp") == 0) // it gives back pictures that it was given
        return CC_DEVICE_NO_CAMERA;
    // A node of a media controller lists what it could carry, whatever the sensor gives.
    bool has_modes = n_modes > 0 && !(caps & V4L2_CAP_IO_MC);
    if (has_modes)
        return CC_DEVICE_CAMERA;
    bool is_pi = strcmp(driver, "unicam") == 0 || strcmp(driver, "rp1-cfe") == 0;
    return is_pi ? CC_DEVICE_FOR_RPICAM : CC_DEVICE_FOREIGN;
}

// To give back no buffers is refused only when they are another program's.
static bool is_busy(int fd)
{
    struct v4l2_requestbuffers none = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .memory = V4L2_MEMORY_MMAP,
    };
    return cc_v4l2_ioctl(fd, VIDIOC_REQBUFS, &none) < 0 && cc_v4l2_err(errno) == CC_ERR_BUSY;
}

// A name that stays, where there is one.
static void name_camera(cc_device_t *device)
{
    if (!find_link("/dev/v4l/by-id", device->node, device->camera, sizeof device->camera) &&
        !find_link("/dev/v4l/by-path", device->node, device->camera, sizeof device->camera))
        snprintf(device->camera, sizeof device->camera, "%s", device->node);
}

static void look_at_open(int fd, cc_device_t *device)
{
    struct v4l2_capability about = {0};
    if (cc_v4l2_ioctl(fd, VIDIOC_QUERYCAP, &about) < 0 ||
        cc_v4l2_modes_read(fd, &device->modes) < 0) {
        device->kind = CC_DEVICE_NO_ANSWER;
        return;
    }
    uint32_t caps =
        about.capabilities & V4L2_CAP_DEVICE_CAPS ? about.device_caps : about.capabilities;
    cc_v4l2_copy_text(device->driver, sizeof device->driver, (const char *)about.driver,
                      sizeof about.driver);
    device->kind = cc_device_kind(device->driver, caps, device->modes.count);
    device->is_busy = is_busy(fd);
    if (device->kind == CC_DEVICE_CAMERA)
        name_camera(device);
}

void cc_device_look(unsigned number, cc_device_t *device)
{
    char reason[256];
    int fd;
    *device = (cc_device_t){0};
    snprintf(device->node, sizeof device->node, "/dev/video%u", number);
    switch (cc_v4l2_open(device->node, &fd, device->model, sizeof device->model, reason,
                         sizeof reason)) {
    case CC_OK:
        look_at_open(fd, device);
        close(fd);
        break;
    case CC_ERR_UNSUPPORTED:
    case CC_ERR_NOT_FOUND:
        device->kind = CC_DEVICE_NO_CAMERA;
        break;
    case CC_ERR_DENIED:
        device->kind = CC_DEVICE_DENIED;
        break;
    default:
        device->kind = CC_DEVICE_NO_ANSWER;
        break;
    }
}

int cc_devices_find(char *path, size_t cap)
{
    unsigned numbers[CC_DEVICES_MAX];
    size_t n = cc_devices_list(numbers, CC_DEVICES_MAX);
    int err = CC_ERR_NOT_FOUND;
    for (size_t i = 0; i < n; i++) {
        cc_device_t device;
        cc_device_look(numbers[i], &device);
        if (device.kind == CC_DEVICE_CAMERA && !device.is_busy) {
            snprintf(path, cap, "%s", device.camera);
            return CC_OK;
        }
        if (device.kind == CC_DEVICE_CAMERA)
            err = CC_ERR_BUSY;
        else if (device.kind == CC_DEVICE_DENIED && err == CC_ERR_NOT_FOUND)
            err = CC_ERR_DENIED;
    }
    return err;
}

bool cc_rpicam_read(const char *line, cc_rpicam_t *camera)
{
    cc_rpicam_t read = {0};
    unsigned width, height;
    if (sscanf(line, "%u : %31s [%5ux%5u", &read.number, read.model, &width, &height) != 4 ||
        width > UINT16_MAX || height > UINT16_MAX || strstr(line, "/usb"))
        return false;
    read.size = (cc_size_t){(uint16_t)width, (uint16_t)height};
    *camera = read;
    return true;
}
