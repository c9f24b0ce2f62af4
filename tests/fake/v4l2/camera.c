#include "camera.h"

#include "picture.h"
#include "queue.h"
#include "stats.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct fake_camera fake_camera = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .filled = PTHREAD_COND_INITIALIZER,
};

// Held while descriptors come and go, since the worker comes and goes with them and cannot be
// waited for under the camera's lock.
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct fake_handle *) descriptors[FAKE_DESCRIPTORS_MAX];
static atomic_int process;
static int idle_fd = -1;
static bool pictures_found;

void fake_camera_lock(void)
{
    pthread_mutex_lock(&fake_camera.lock);
}

void fake_camera_unlock(void)
{
    pthread_mutex_unlock(&fake_camera.lock);
}

int64_t fake_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int fake_camera_idle_fd(void)
{
    return idle_fd;
}

unsigned fake_camera_used_handles_locked(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FAKE_HANDLES_MAX; i++)
        count += fake_camera.handles[i].descriptors > 0;
    return count;
}

// Cutting the socket off with bytes unread is what poll() shows as POLLERR | POLLHUP. The shutdown
// is for copies of the descriptor in children, which would keep it alive.
static void hang_up(struct fake_handle *handle)
{
    if (handle->far_end < 0)
        return;
    shutdown(handle->far_end, SHUT_RDWR);
    close(handle->far_end);
    handle->far_end = -1;
}

// A camera that comes back has forgotten what it was set to.
static void vanish(void)
{
    fake_queue_clear_locked();
    for (unsigned i = 0; i < FAKE_HANDLES_MAX; i++) {
        struct fake_handle *handle = &fake_camera.handles[i];
        if (handle->descriptors == 0 || handle->dead)
            continue;
        handle->dead = true;
        hang_up(handle);
    }
    fake_camera.format = 0;
    fake_camera.size = 0;
    fake_camera.rate = 0;
    fake_controls_reset_locked();
}

void fake_camera_obey_locked(void)
{
    const struct fake_config *config = fake_config();
    const struct fake_script before = fake_camera.script;
    struct fake_script script;
    if (!fake_script_read(config->script_path, config->number, &script))
        return;
    fake_camera.script = script;
    if (script.bad_line > before.bad_line)
        fprintf(stderr, "fake_v4l2: %s:%u: no such command, see README.md\n", config->script_path,
                script.bad_line);
    if (before.plugged &&
        (!script.plugged || script.number != before.number || script.unplugs > before.unplugs))
        vanish();
    else if (before.stall && !script.stall && fake_camera.streaming)
        fake_queue_resume_locked();
    if (fake_camera.counts.opens > 0 && memcmp(&before, &script, sizeof script) != 0)
        fake_stats_write_locked();
}

bool fake_camera_present(unsigned *number)
{
    fake_camera_lock();
    fake_camera_obey_locked();
    bool present = fake_camera.script.plugged;
    *number = fake_camera.script.number;
    fake_camera_unlock();
    return present;
}

struct fake_handle *fake_camera_handle(int fd)
{
    if (fd < 0 || fd >= FAKE_DESCRIPTORS_MAX)
        return NULL;
    struct fake_handle *handle = atomic_load(&descriptors[fd]);
    // A child of vfork() shares this table, but its closing a descriptor closes only its own.
    return handle != NULL && getpid() == atomic_load(&process) ? handle : NULL;
}

static int make_socket(struct fake_handle *handle, int flags)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    handle->near_end = fcntl(ends[0], F_DUPFD_CLOEXEC, 0);
    handle->far_end = ends[1];
    int small = 1;
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    char byte = 0;
    while (send(ends[0], &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
        continue;
    if (handle->near_end < 0 || ends[0] >= FAKE_DESCRIPTORS_MAX ||
        fcntl(ends[0], F_SETFD, flags & O_CLOEXEC ? FD_CLOEXEC : 0) < 0 ||
        fcntl(ends[0], F_SETFL, flags & O_NONBLOCK) < 0) {
        close(ends[0]);
        close(ends[1]);
        if (handle->near_end >= 0)
            close(handle->near_end);
        return -EMFILE;
    }
    return ends[0];
}

static int check_open_locked(void)
{
    if (!pictures_found && fake_config()->pictures_path != NULL) {
        struct fake_size sizes[FAKE_SIZES_MAX];
        unsigned count = fake_pictures_find(fake_config()->pictures_path, sizes);
        if (count > 0)
            fake_config_set_sizes(sizes, count);
        else
            fprintf(stderr, "fake_v4l2: %s has no JPEG of even width and height\n",
                    fake_config()->pictures_path);
    }
    pictures_found = true;
    fake_camera_obey_locked();
    if (!fake_camera.script.plugged)
        return -ENOENT;
    return -fake_camera.script.refusals[FAKE_REFUSE_OPEN];
}

static int open_locked(int flags)
{
    int err = check_open_locked();
    if (err < 0)
        return err;
    unsigned i = 0;
    while (i < FAKE_HANDLES_MAX && fake_camera.handles[i].descriptors > 0)
        i++;
    if (i == FAKE_HANDLES_MAX)
        return -EMFILE;
    struct fake_handle *handle = &fake_camera.handles[i];
    memset(handle, 0, sizeof *handle);
    handle->event_fd = -1;
    handle->priority = V4L2_PRIORITY_DEFAULT;
    int fd = make_socket(handle, flags);
    if (fd < 0)
        return fd;
    if (idle_fd < 0)
        idle_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    handle->descriptors = 1;
    atomic_store(&process, getpid());
    atomic_store(&descriptors[fd], handle);
    fake_camera.counts.opens++;
    fake_stats_write_locked();
    return fd;
}

// With `opening` held: ends what only an open camera needs.
static void rest_when_unused(void)
{
    fake_camera_lock();
    unsigned used = fake_camera_used_handles_locked();
    fake_camera_unlock();
    // The pictures stay: a client that opens the camera for each snapshot is not to pay for them.
    if (used == 0)
        fake_worker_stop();
}

int fake_camera_open(int flags)
{
    pthread_mutex_lock(&opening);
    fake_camera_lock();
    int fd = check_open_locked();
    fake_camera_unlock();
    if (fd == 0) {
        // Watching before reading, so that no command falls between the two.
        fd = fake_worker_start() ? 0 : -ENOMEM;
        if (fd == 0) {
            fake_camera_lock();
            fd = open_locked(flags);
            fake_camera_unlock();
        }
        if (fd < 0)
            rest_when_unused();
    }
    pthread_mutex_unlock(&opening);
    return fd;
}

void fake_camera_attach(int fd, struct fake_handle *handle)
{
    if (fd < 0 || fd >= FAKE_DESCRIPTORS_MAX)
        return;
    pthread_mutex_lock(&opening);
    fake_camera_lock();
    handle->descriptors++;
    atomic_store(&descriptors[fd], handle);
    fake_camera_unlock();
    pthread_mutex_unlock(&opening);
}

static void release_locked(struct fake_handle *handle)
{
    if (fake_camera.owner == handle)
        fake_queue_clear_locked();
    handle->dead = true;
    hang_up(handle);
    close(handle->near_end);
    if (handle->event_fd >= 0)
        close(handle->event_fd);
    fake_stats_write_locked();
}

void fake_camera_detach(int fd)
{
    pthread_mutex_lock(&opening);
    fake_camera_lock();
    struct fake_handle *handle = atomic_exchange(&descriptors[fd], NULL);
    if (handle != NULL && --handle->descriptors == 0)
        release_locked(handle);
    fake_camera_unlock();
    rest_when_unused();
    pthread_mutex_unlock(&opening);
}

static void before_fork(void)
{
    pthread_mutex_lock(&opening);
    fake_camera_lock();
}

static void after_fork(void)
{
    fake_camera_unlock();
    pthread_mutex_unlock(&opening);
}

// The child has neither the worker nor the camera: it may open one of its own.
static void after_fork_in_child(void)
{
    fake_worker_forget();
    fake_pictures_close();
    for (unsigned i = 0; i < FAKE_DESCRIPTORS_MAX; i++)
        atomic_store(&descriptors[i], NULL);
    memset(fake_camera.handles, 0, sizeof fake_camera.handles);
    memset(&fake_camera.counts, 0, sizeof fake_camera.counts);
    fake_camera.owner = NULL;
    fake_camera.buffer_count = 0;
    fake_camera.streaming = false;
    fake_camera.filling = false;
    idle_fd = -1;
    pthread_mutex_init(&opening, NULL);
    pthread_mutex_init(&fake_camera.lock, NULL);
    pthread_cond_init(&fake_camera.filled, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
}
