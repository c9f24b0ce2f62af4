#include "camera/v4l2_buffers.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "camera/v4l2_device.h"
#include "system/monotonic.h"
#include "util/err.h"

#define COUNT_MAX 32
#define COUNT_MIN 3 // the contract's: one is filled, one is served, one is taken next

struct cc_v4l2_buffers {
    pthread_mutex_t lock; // guards all below but `count`
    int fd;               // -1 once closed
    bool is_streaming;
    int queued_fd; // an eventfd, written when a buffer is queued and none was
    unsigned count;
    unsigned queued;
    unsigned taken;
    cc_v4l2_buffer_t buffers[COUNT_MAX];
};

static struct v4l2_buffer describe(const cc_v4l2_buffers_t *set, const cc_v4l2_buffer_t *buffer)
{
    return (struct v4l2_buffer){
        .index = (uint32_t)(buffer - set->buffers),
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .memory = V4L2_MEMORY_MMAP,
    };
}

static int request(int fd, unsigned count, unsigned *granted)
{
    struct v4l2_requestbuffers buffers = {
        .count = count,
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .memory = V4L2_MEMORY_MMAP,
    };
    if (cc_v4l2_ioctl(fd, VIDIOC_REQBUFS, &buffers) < 0)
        return cc_v4l2_err(errno);
    *granted = buffers.count;
    return CC_OK;
}

// Makes the driver forget its buffers, so that another format may be set and another program may
// stream. Those still mapped become orphans (Linux 5.0): theirs is the memory, no longer the place.
static void unrequest(int fd)
{
    unsigned none;
    (void)request(fd, 0, &none); // it is gone, or too old a kernel: nothing better is left to do
}

static void unmap(cc_v4l2_buffer_t *buffer)
{
    if (buffer->bytes)
        munmap((void *)(uintptr_t)buffer->bytes, buffer->cap);
    buffer->bytes = NULL;
}

static void set_free(cc_v4l2_buffers_t *set)
{
    close(set->queued_fd);
    pthread_mutex_destroy(&set->lock);
    free(set);
}

static int map(cc_v4l2_buffers_t *set, cc_v4l2_buffer_t *buffer)
{
    struct v4l2_buffer about = describe(set, buffer);
    if (cc_v4l2_ioctl(set->fd, VIDIOC_QUERYBUF, &about) < 0)
        return cc_v4l2_err(errno);
    // PROT_READ: a picture's bytes never change, and the kernel sees to it.
    void *bytes = mmap(NULL, about.length, PROT_READ, MAP_SHARED, set->fd, (off_t)about.m.offset);
    if (bytes == MAP_FAILED)
        return errno == ENODEV ? CC_ERR_GONE : CC_ERR_MEMORY;
    buffer->bytes = bytes;
    buffer->cap = about.length;
    return CC_OK;
}

int cc_v4l2_buffers_open(int fd, unsigned count, cc_v4l2_buffers_t **set)
{
    cc_v4l2_buffers_t *made = calloc(1, sizeof *made);
    if (!made)
        return CC_ERR_MEMORY;
    made->fd = fd;
    pthread_mutex_init(&made->lock, NULL);
    made->queued_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int err = made->queued_fd < 0 ? CC_ERR_MEMORY : request(fd, count, &made->count);
    if (err < 0)
        goto no_buffers;
    if (made->count > COUNT_MAX)
        made->count = COUNT_MAX;
    if (made->count < COUNT_MIN) {
        err = CC_ERR_UNSUPPORTED;
        goto no_maps;
    }
    for (unsigned i = 0; i < made->count; i++) {
        made->buffers[i].set = made;
        err = map(made, &made->buffers[i]);
        if (err < 0)
            goto no_maps;
    }
    *set = made;
    return CC_OK;

no_maps:
    for (unsigned i = 0; i < made->count; i++)
        unmap(&made->buffers[i]);
    unrequest(fd);
no_buffers:
    if (made->queued_fd >= 0)
        close(made->queued_fd);
    pthread_mutex_destroy(&made->lock);
    free(made);
    return err;
}

unsigned cc_v4l2_buffers_count(const cc_v4l2_buffers_t *set)
{
    return set->count;
}

static int queue_locked(cc_v4l2_buffers_t *set, cc_v4l2_buffer_t *buffer)
{
    struct v4l2_buffer about = describe(set, buffer);
    buffer->state = CC_BUFFER_HOME;
    if (cc_v4l2_ioctl(set->fd, VIDIOC_QBUF, &about) < 0)
        return cc_v4l2_err(errno);
    buffer->state = CC_BUFFER_QUEUED;
    if (set->queued++ == 0)
        (void)eventfd_write(set->queued_fd, 1);
    return CC_OK;
}

static void stop_locked(cc_v4l2_buffers_t *set)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    (void)cc_v4l2_ioctl(set->fd, VIDIOC_STREAMOFF, &type); // it fails when the camera is gone
    set->is_streaming = false;
    set->queued = 0;
    for (unsigned i = 0; i < set->count; i++) {
        if (set->buffers[i].state == CC_BUFFER_QUEUED)
            set->buffers[i].state = CC_BUFFER_HOME;
    }
}

int cc_v4l2_buffers_start(cc_v4l2_buffers_t *set)
{
    int err = CC_OK;
    pthread_mutex_lock(&set->lock);
    for (unsigned i = 0; i < set->count && err == CC_OK; i++) {
        if (set->buffers[i].state == CC_BUFFER_HOME)
            err = queue_locked(set, &set->buffers[i]);
    }
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (err == CC_OK && cc_v4l2_ioctl(set->fd, VIDIOC_STREAMON, &type) < 0)
        err = cc_v4l2_err(errno);
    set->is_streaming = err == CC_OK;
    if (err < 0)
        stop_locked(set);
    pthread_mutex_unlock(&set->lock);
    return err;
}

void cc_v4l2_buffers_close(cc_v4l2_buffers_t *set)
{
    if (!set)
        return;
    pthread_mutex_lock(&set->lock);
    if (set->is_streaming)
        stop_locked(set);
    for (unsigned i = 0; i < set->count; i++) {
        if (set->buffers[i].state == CC_BUFFER_HOME)
            unmap(&set->buffers[i]);
    }
    unrequest(set->fd);
    set->fd = -1;
    bool is_last = set->taken == 0;
    pthread_mutex_unlock(&set->lock);
    if (is_last)
        set_free(set);
}

// Waits until the device has something to say, or, while every buffer is on loan, until one is
// queued again: a device with none to fill answers poll with an error at once.
static int wait_for_picture(cc_v4l2_buffers_t *set, const cc_stop_event_t *stop, uint64_t until_ms)
{
    for (;;) {
        pthread_mutex_lock(&set->lock);
        bool any = set->queued > 0;
        bool none_to_come = !any && set->taken == 0;
        pthread_mutex_unlock(&set->lock);
        if (any)
            break;
        if (none_to_come) // the driver took none of them back
            return CC_ERR_GONE;
        int err = cc_stop_event_wait(stop, set->queued_fd, POLLIN, until_ms);
        if (err < 0)
            return err;
        eventfd_t ignored;
        (void)eventfd_read(set->queued_fd, &ignored);
    }
    int found = cc_stop_event_wait(stop, set->fd, POLLIN, until_ms);
    if (found < 0)
        return found;
    return found & POLLIN ? CC_OK : CC_ERR_GONE;
}

static uint64_t stamp_ms(const struct v4l2_buffer *about)
{
    // Drivers without a monotonic stamp (before Linux 3.9) leave only the moment it was taken.
    if ((about->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
        return cc_monotonic_ms();
    return (uint64_t)about->timestamp.tv_sec * 1000u + (uint64_t)about->timestamp.tv_usec / 1000u;
}

static bool is_stamped_at_end(const struct v4l2_buffer *about)
{
    return (about->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC ||
           (about->flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) != V4L2_BUF_FLAG_TSTAMP_SRC_SOE;
}

static int dequeue_locked(cc_v4l2_buffers_t *set, cc_v4l2_taken_t *taken)
{
    struct v4l2_buffer about = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .memory = V4L2_MEMORY_MMAP,
    };
    if (cc_v4l2_ioctl(set->fd, VIDIOC_DQBUF, &about) < 0)
        return errno == EAGAIN ? CC_ERR_AGAIN : cc_v4l2_err(errno);
    if (about.index >= set->count)
        return CC_ERR_IO;
    cc_v4l2_buffer_t *buffer = &set->buffers[about.index];
    set->queued--;
    if (about.flags & V4L2_BUF_FLAG_ERROR || about.bytesused == 0 ||
        about.bytesused > buffer->cap) {
        int err = queue_locked(set, buffer);
        return err < 0 ? err : CC_ERR_FORMAT;
    }
    buffer->state = CC_BUFFER_TAKEN;
    set->taken++;
    *taken = (cc_v4l2_taken_t){
        .buffer = buffer,
        .len = about.bytesused,
        .stamp_ms = stamp_ms(&about),
        .is_end_of_frame = is_stamped_at_end(&about),
    };
    return CC_OK;
}

int cc_v4l2_buffers_take(cc_v4l2_buffers_t *set, const cc_stop_event_t *stop, uint64_t until_ms,
                         cc_v4l2_taken_t *taken)
{
    for (;;) {
        int err = wait_for_picture(set, stop, until_ms);
        if (err < 0)
            return err;
        pthread_mutex_lock(&set->lock);
        err = dequeue_locked(set, taken);
        pthread_mutex_unlock(&set->lock);
        if (err != CC_ERR_AGAIN)
            return err;
        if (cc_monotonic_ms() >= until_ms)
            return CC_ERR_TIMEOUT;
    }
}

void cc_v4l2_buffer_return(cc_v4l2_buffer_t *buffer)
{
    cc_v4l2_buffers_t *set = buffer->set;
    pthread_mutex_lock(&set->lock);
    assert(buffer->state == CC_BUFFER_TAKEN);
    buffer->state = CC_BUFFER_HOME;
    set->taken--;
    if (set->fd < 0)
        unmap(buffer);
    else if (set->is_streaming)
        (void)queue_locked(set, buffer); // a camera that is gone says so at the next take
    bool is_last = set->fd < 0 && set->taken == 0;
    pthread_mutex_unlock(&set->lock);
    if (is_last)
        set_free(set);
}
