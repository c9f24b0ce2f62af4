#include "worker.h"

#include "camera.h"
#include "queue.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

static pthread_t thread;
static bool running;
static bool stopping; // under the camera's lock
static int wake_fd = -1;
static int watch_fd = -1; // inotify; -1 = there is no file of commands

// The file itself for what is written into it; it may be new since the last time.
static void watch_file(void)
{
    inotify_add_watch(watch_fd, fake_config()->script_path, IN_MODIFY);
}

static void watch_script(void)
{
    const char *path = fake_config()->script_path;
    if (path == NULL)
        return;
    watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch_fd < 0)
        return;
    // The folder for a file that appears or takes another's place; not for writes, since other
    // files that are written all the time may lie there.
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    if (len >= sizeof folder)
        return;
    snprintf(folder, sizeof folder, "%.*s.", (int)len, path);
    inotify_add_watch(watch_fd, folder, IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM);
    watch_file();
}

static bool drain(int fd)
{
    // Aligned for the events that inotify puts here.
    _Alignas(struct inotify_event) char bytes[4096];
    return read(fd, bytes, sizeof bytes) > 0;
}

static void *work(void *unused)
{
    (void)unused;
    struct pollfd waits[2] = {
        {.fd = wake_fd, .events = POLLIN},
        {.fd = watch_fd, .events = POLLIN},
    };
    fake_camera_lock();
    while (!stopping) {
        int64_t due_ns = fake_queue_due_ns_locked();
        int64_t wait_ns = due_ns - fake_now_ns();
        wait_ns = wait_ns > 0 ? wait_ns : 0;
        struct timespec wait = {.tv_sec = wait_ns / 1000000000, .tv_nsec = wait_ns % 1000000000};
        fake_camera_unlock();
        ppoll(waits, 2, due_ns == INT64_MAX ? NULL : &wait, NULL);
        drain(wake_fd);
        bool told = watch_fd >= 0 && drain(watch_fd);
        if (told)
            watch_file();
        fake_camera_lock();
        if (told)
            fake_camera_obey_locked();
        int64_t now_ns = fake_now_ns();
        if (!stopping && fake_queue_due_ns_locked() <= now_ns)
            fake_queue_fill_locked(now_ns);
    }
    fake_camera_unlock();
    return NULL;
}

static void close_descriptors(void)
{
    if (wake_fd >= 0)
        close(wake_fd);
    if (watch_fd >= 0)
        close(watch_fd);
    wake_fd = -1;
    watch_fd = -1;
}

bool fake_worker_start(void)
{
    if (running)
        return true;
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0)
        return false;
    watch_script();
    stopping = false;
    // The client's signals are for its own threads.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    running = pthread_create(&thread, NULL, work, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (running)
        pthread_setname_np(thread, "fake_v4l2");
    else
        close_descriptors();
    return running;
}

void fake_worker_stop(void)
{
    if (!running)
        return;
    fake_camera_lock();
    stopping = true;
    fake_camera_unlock();
    fake_worker_wake();
    pthread_join(thread, NULL);
    running = false;
    close_descriptors();
}

void fake_worker_wake(void)
{
    uint64_t one = 1;
    if (write(wake_fd, &one, sizeof one) < 0)
        perror("fake_v4l2: waking the worker");
}

void fake_worker_forget(void)
{
    running = false;
    close_descriptors();
}
