#include "queue.h"

#include "format.h"
#include "picture.h"
#include "stats.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAPPINGS_MAX = 256
};

static struct {
    const void *address; // NULL = free
    unsigned index;
    uint64_t serial;
} mappings[MAPPINGS_MAX];
static atomic_uint mapping_count;

static uint32_t in_pages(uint32_t len)
{
    uint32_t page = (uint32_t)sysconf(_SC_PAGESIZE);
    return (len + page - 1) / page * page;
}

static int64_t period_ns(void)
{
    return 1000000000 / (int64_t)fake_config()->rates_hz[fake_camera.rate];
}

// The buffer that has been in `state` longest, NULL when there is none.
static struct fake_buffer *oldest(enum fake_buffer_state state)
{
    struct fake_buffer *found = NULL;
    for (unsigned i = 0; i < fake_camera.buffer_count; i++) {
        struct fake_buffer *buffer = &fake_camera.buffers[i];
        if (buffer->state == state && (found == NULL || buffer->order < found->order))
            found = buffer;
    }
    return found;
}

unsigned fake_queue_count_locked(enum fake_buffer_state state)
{
    unsigned count = 0;
    for (unsigned i = 0; i < fake_camera.buffer_count; i++)
        count += fake_camera.buffers[i].state == state;
    return count;
}

// Makes the owner's descriptor readable exactly while a frame waits.
static void show_ready(void)
{
    struct fake_handle *owner = fake_camera.owner;
    if (owner == NULL || owner->dead)
        return;
    bool ready = oldest(FAKE_BUFFER_DONE) != NULL;
    char byte = 1;
    if (ready && !owner->ready)
        owner->ready = send(owner->far_end, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
    else if (!ready && owner->ready)
        owner->ready = recv(owner->near_end, &byte, 1, MSG_DONTWAIT) != 1;
}

static void show_idle(bool idle)
{
    uint64_t count = 1;
    ssize_t done = idle ? write(fake_camera_idle_fd(), &count, sizeof count)
                        : read(fake_camera_idle_fd(), &count, sizeof count);
    // Cannot fail: it is read only after it was written, and written only after it was read.
    (void)done;
}

static void stop(void)
{
    bool was_streaming = fake_camera.streaming;
    fake_camera.streaming = false;
    while (fake_camera.filling)
        pthread_cond_wait(&fake_camera.filled, &fake_camera.lock);
    for (unsigned i = 0; i < fake_camera.buffer_count; i++)
        fake_camera.buffers[i].state = FAKE_BUFFER_CLIENT;
    show_ready();
    if (was_streaming)
        show_idle(true);
}

static void drop_buffers(void)
{
    for (unsigned i = 0; i < fake_camera.buffer_count; i++)
        close(fake_camera.buffers[i].memory_fd);
    fake_camera.buffer_count = 0;
    fake_camera.owner = NULL;
}

void fake_queue_clear_locked(void)
{
    stop();
    drop_buffers();
}

static bool owned_by_other(const struct fake_handle *handle)
{
    return fake_camera.owner != NULL && fake_camera.owner != handle;
}

static bool make_buffer(struct fake_buffer *buffer)
{
    memset(buffer, 0, sizeof *buffer);
    buffer->length = fake_format_frame_bytes_locked();
    buffer->serial = ++fake_camera.serial;
    buffer->memory_fd = memfd_create("fake_v4l2 buffer", MFD_CLOEXEC);
    if (buffer->memory_fd < 0)
        return false;
    if (ftruncate(buffer->memory_fd, in_pages(buffer->length)) == 0)
        return true;
    close(buffer->memory_fd);
    return false;
}

int fake_queue_request_locked(struct fake_handle *handle, struct v4l2_requestbuffers *request)
{
    if (owned_by_other(handle))
        return -EBUSY;
    if (request->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || request->memory != V4L2_MEMORY_MMAP)
        return -EINVAL;
    if (fake_camera.streaming)
        return -EBUSY;
    drop_buffers();
    request->capabilities = V4L2_BUF_CAP_SUPPORTS_MMAP | V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS;
    if (request->count == 0)
        return 0;
    if (request->count > FAKE_BUFFERS_MAX)
        request->count = FAKE_BUFFERS_MAX;
    while (fake_camera.buffer_count < request->count &&
           make_buffer(&fake_camera.buffers[fake_camera.buffer_count]))
        fake_camera.buffer_count++;
    if (fake_camera.buffer_count == 0)
        return -ENOMEM;
    request->count = fake_camera.buffer_count;
    fake_camera.owner = handle;
    return 0;
}

static void describe(unsigned index, struct v4l2_buffer *out)
{
    const struct fake_buffer *buffer = &fake_camera.buffers[index];
    memset(out, 0, sizeof *out);
    out->index = index;
    out->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    out->memory = V4L2_MEMORY_MMAP;
    out->field = V4L2_FIELD_NONE;
    out->length = buffer->length;
    out->m.offset = index * in_pages(buffer->length);
    out->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | V4L2_BUF_FLAG_TSTAMP_SRC_SOE;
    if (buffer->mappings > 0)
        out->flags |= V4L2_BUF_FLAG_MAPPED;
    if (buffer->state == FAKE_BUFFER_QUEUED || buffer->state == FAKE_BUFFER_FILLING)
        out->flags |= V4L2_BUF_FLAG_QUEUED;
    if (buffer->state == FAKE_BUFFER_DONE)
        out->flags |= buffer->failed ? V4L2_BUF_FLAG_ERROR : V4L2_BUF_FLAG_DONE;
    out->bytesused = buffer->bytes_used;
    out->sequence = buffer->sequence;
    out->timestamp.tv_sec = buffer->taken_ns / 1000000000;
    out->timestamp.tv_usec = buffer->taken_ns / 1000 % 1000000;
}

int fake_queue_query_locked(struct fake_handle *handle, struct v4l2_buffer *buffer)
{
    if (owned_by_other(handle))
        return -EBUSY;
    if (buffer->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || buffer->index >= fake_camera.buffer_count)
        return -EINVAL;
    describe(buffer->index, buffer);
    return 0;
}

void fake_queue_resume_locked(void)
{
    int64_t since_ns = fake_now_ns() - fake_camera.start_ns;
    fake_camera.start_ns += since_ns - (int64_t)fake_camera.next_sequence * period_ns();
}

// Frames that came while no buffer was there are lost. One that began less than half a frame ago
// can still be had: a camera sends nothing at first, so a client with one buffer keeps up.
static void skip_lost_frames(void)
{
    int64_t since_ns = fake_now_ns() - fake_camera.start_ns;
    int64_t sequence = (since_ns + period_ns() / 2) / period_ns();
    if (sequence <= fake_camera.next_sequence || fake_camera.script.stall)
        return;
    fake_camera.counts.dropped += (unsigned long)(sequence - fake_camera.next_sequence);
    fake_camera.next_sequence = (uint32_t)sequence;
}

int fake_queue_put_locked(struct fake_handle *handle, struct v4l2_buffer *buffer)
{
    if (owned_by_other(handle))
        return -EBUSY;
    if (buffer->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || buffer->memory != V4L2_MEMORY_MMAP ||
        buffer->index >= fake_camera.buffer_count)
        return -EINVAL;
    struct fake_buffer *queued = &fake_camera.buffers[buffer->index];
    if (queued->state != FAKE_BUFFER_CLIENT)
        return -EINVAL;
    bool had_none = oldest(FAKE_BUFFER_QUEUED) == NULL && !fake_camera.filling;
    queued->state = FAKE_BUFFER_QUEUED;
    queued->order = ++fake_camera.order;
    queued->bytes_used = 0;
    queued->failed = false;
    if (fake_camera.streaming && had_none) {
        skip_lost_frames();
        fake_worker_wake();
    }
    describe(buffer->index, buffer);
    return 0;
}

// Waits, without the lock, for a frame, the end of streaming, an unplug or a signal.
static int wait_for_frame(const struct fake_handle *handle)
{
    struct pollfd waits[2] = {
        {.fd = handle->near_end, .events = POLLIN},
        {.fd = fake_camera_idle_fd(), .events = POLLIN},
    };
    fake_camera_unlock();
    int err = poll(waits, 2, -1) < 0 ? -errno : 0;
    fake_camera_lock();
    return err;
}

int fake_queue_take_locked(struct fake_handle *handle, struct v4l2_buffer *buffer, bool nonblocking)
{
    if (owned_by_other(handle))
        return -EBUSY;
    if (buffer->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return -EINVAL;
    struct fake_buffer *done;
    for (;;) {
        if (handle->dead)
            return -ENODEV;
        if (!fake_camera.streaming || owned_by_other(handle))
            return -EINVAL;
        done = oldest(FAKE_BUFFER_DONE);
        if (done != NULL)
            break;
        int err = nonblocking ? -EAGAIN : wait_for_frame(handle);
        if (err < 0)
            return err;
    }
    done->state = FAKE_BUFFER_CLIENT;
    show_ready();
    describe((unsigned)(done - fake_camera.buffers), buffer);
    if (done->failed)
        buffer->flags |= V4L2_BUF_FLAG_ERROR;
    return 0;
}

int fake_queue_export_locked(struct fake_handle *handle, struct v4l2_exportbuffer *request)
{
    if (owned_by_other(handle))
        return -EBUSY;
    if (request->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || request->plane != 0 ||
        request->index >= fake_camera.buffer_count ||
        (request->flags & ~(uint32_t)(O_CLOEXEC | O_ACCMODE)) != 0)
        return -EINVAL;
    bool closes = (request->flags & O_CLOEXEC) != 0;
    int fd =
        fcntl(fake_camera.buffers[request->index].memory_fd, closes ? F_DUPFD_CLOEXEC : F_DUPFD, 0);
    if (fd < 0)
        return -errno;
    request->fd = fd;
    return 0;
}

int fake_queue_start_locked(struct fake_handle *handle, uint32_t type)
{
    if (owned_by_other(handle))
        return -EBUSY;
    if (type != V4L2_BUF_TYPE_VIDEO_CAPTURE || fake_camera.buffer_count == 0)
        return -EINVAL;
    if (fake_camera.streaming)
        return 0;
    fake_camera.streaming = true;
    fake_camera.start_ns = fake_now_ns();
    fake_camera.next_sequence = 0;
    fake_camera.counts.streamons++;
    show_idle(false);
    fake_worker_wake();
    return 0;
}

int fake_queue_stop_locked(struct fake_handle *handle, uint32_t type)
{
    if (owned_by_other(handle))
        return -EBUSY;
    if (type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return -EINVAL;
    stop();
    return 0;
}

int64_t fake_queue_due_ns_locked(void)
{
    if (!fake_camera.streaming || fake_camera.script.stall || oldest(FAKE_BUFFER_QUEUED) == NULL)
        return INT64_MAX;
    return fake_camera.start_ns + ((int64_t)fake_camera.next_sequence + 1) * period_ns();
}

static void ask_for_picture(struct fake_picture *picture)
{
    const struct fake_config *config = fake_config();
    const struct fake_script *script = &fake_camera.script;
    memset(picture, 0, sizeof *picture);
    picture->format = config->formats[fake_camera.format];
    picture->size = config->sizes[fake_camera.size];
    if (script->wrong_size && config->size_count > 1)
        picture->size = config->sizes[(fake_camera.size + 1) % config->size_count];
    else if (script->wrong_size)
        picture->size =
            (struct fake_size){picture->size.width / 4 * 2, picture->size.height / 4 * 2};
    picture->sequence = fake_camera.next_sequence;
    fake_controls_look_locked(&picture->look);
    picture->no_tables = script->no_tables;
    picture->padding = script->padding;
    picture->keep_percent = script->keep_percent;
    picture->garbage = script->corrupt;
}

void fake_queue_fill_locked(int64_t now_ns)
{
    // A worker that comes late has lost frames, as a bus that is too slow has.
    int64_t latest = (now_ns - fake_camera.start_ns) / period_ns() - 1;
    if (latest > fake_camera.next_sequence) {
        fake_camera.counts.dropped += (unsigned long)(latest - fake_camera.next_sequence);
        fake_camera.next_sequence = (uint32_t)latest;
    }
    struct fake_buffer *buffer = oldest(FAKE_BUFFER_QUEUED);
    struct fake_picture picture;
    ask_for_picture(&picture);
    bool empty = fake_camera.script.empty;
    int memory_fd = buffer->memory_fd;
    uint32_t len_max = buffer->length;
    buffer->state = FAKE_BUFFER_FILLING;
    fake_camera.filling = true;
    fake_camera_unlock();

    size_t len = empty ? 0 : fake_picture_write(&picture, memory_fd, len_max);

    fake_camera_lock();
    fake_camera.filling = false;
    pthread_cond_broadcast(&fake_camera.filled);
    // Whoever stops the stream waits for the line above and takes the buffer himself.
    if (!fake_camera.streaming)
        return;
    buffer->state = FAKE_BUFFER_DONE;
    buffer->order = ++fake_camera.order;
    buffer->bytes_used = (uint32_t)len;
    buffer->sequence = picture.sequence;
    buffer->failed = picture.garbage || (len == 0 && !empty && picture.keep_percent > 0);
    buffer->taken_ns = fake_camera.start_ns + (int64_t)picture.sequence * period_ns();
    fake_camera.next_sequence = picture.sequence + 1;
    fake_camera.counts.delivered++;
    fake_camera.counts.failed += buffer->failed;
    show_ready();
    fake_stats_write_locked();
}

void *fake_queue_map(struct fake_handle *handle, void *address, size_t len, int protection,
                     int flags, off_t offset)
{
    fake_camera_lock();
    int err = handle->dead ? -ENODEV : -fake_camera.script.refusals[FAKE_REFUSE_MMAP];
    unsigned index = 0;
    unsigned slot = 0;
    if (err == 0) {
        while (index < fake_camera.buffer_count &&
               (off_t)index * in_pages(fake_camera.buffers[index].length) != offset)
            index++;
        while (slot < MAPPINGS_MAX && mappings[slot].address != NULL)
            slot++;
        bool shared = (flags & MAP_TYPE) == MAP_SHARED || (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;
        if (!shared || !(protection & PROT_READ) || index == fake_camera.buffer_count ||
            len > in_pages(fake_camera.buffers[index].length))
            err = -EINVAL;
        else if (slot == MAPPINGS_MAX)
            err = -ENOMEM;
    }
    void *mapped = MAP_FAILED;
    if (err == 0) {
        mapped = mmap(address, len, protection, flags, fake_camera.buffers[index].memory_fd, 0);
        err = mapped == MAP_FAILED ? -errno : 0;
    }
    if (err == 0) {
        mappings[slot].address = mapped;
        mappings[slot].index = index;
        mappings[slot].serial = fake_camera.buffers[index].serial;
        fake_camera.buffers[index].mappings++;
        atomic_fetch_add(&mapping_count, 1);
        fake_stats_write_locked();
    }
    fake_camera_unlock();
    if (err < 0)
        errno = -err;
    return mapped;
}

void fake_queue_unmap(const void *address)
{
    if (address == NULL || atomic_load(&mapping_count) == 0)
        return;
    fake_camera_lock();
    for (unsigned i = 0; i < MAPPINGS_MAX; i++) {
        if (mappings[i].address != address)
            continue;
        struct fake_buffer *buffer = &fake_camera.buffers[mappings[i].index];
        if (mappings[i].index < fake_camera.buffer_count && buffer->serial == mappings[i].serial)
            buffer->mappings--;
        mappings[i].address = NULL;
        atomic_fetch_sub(&mapping_count, 1);
        fake_stats_write_locked();
        break;
    }
    fake_camera_unlock();
}

unsigned fake_queue_mappings(void)
{
    return atomic_load(&mapping_count);
}
