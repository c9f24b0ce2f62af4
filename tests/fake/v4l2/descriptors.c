// What the library takes the place of, first part: calls on descriptors.
#include "camera.h"
#include "folders.h"
#include "ioctl.h"
#include "next.h"
#include "node.h"
#include "queue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

// What the headers declare only for fortified programs.
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder_fd, const char *path, int flags);
int __openat64_2(int folder_fd, const char *path, int flags);
ssize_t __read_chk(int fd, void *bytes, size_t len, size_t room);
int __poll_chk(struct pollfd *waits, nfds_t count, int timeout_ms, size_t room);
int __ppoll_chk(struct pollfd *waits, nfds_t count, const struct timespec *timeout,
                const sigset_t *signals, size_t room);

static int as_libc(int result)
{
    if (result >= 0)
        return result;
    errno = -result;
    return -1;
}

// The camera's answer to an open of `path`; 1 through `*ours` when it is ours to answer.
static int try_open(int folder_fd, const char *path, int flags, bool *ours)
{
    struct fake_node node = fake_node_find(fake_folder_of_fd(folder_fd), path);
    *ours = node.kind != FAKE_NODE_NONE && node.kind != FAKE_NODE_FOLDER;
    if (!*ours)
        return -1;
    if (node.kind == FAKE_NODE_TEXT)
        return (flags & O_ACCMODE) == O_RDONLY ? fake_node_open_text(&node) : as_libc(-EACCES);
    if (flags & O_DIRECTORY)
        return as_libc(-ENOTDIR);
    if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
        return as_libc(-EEXIST);
    if (node.kind == FAKE_NODE_LINK && (flags & O_NOFOLLOW))
        return as_libc(-ELOOP);
    return as_libc(fake_camera_open(flags));
}

static bool takes_mode(int flags)
{
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

// The mode is there only when the flags say so.
#define READ_MODE(flags, mode)                                                                     \
    mode_t mode = 0;                                                                               \
    if (takes_mode(flags)) {                                                                       \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode = va_arg(rest, mode_t);                                                               \
        va_end(rest);                                                                              \
    }

FAKE_EXPORT int open(const char *path, int flags, ...)
{
    READ_MODE(flags, mode)
    bool ours;
    int fd = try_open(AT_FDCWD, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(open)(path, flags, mode);
}

FAKE_EXPORT int open64(const char *path, int flags, ...)
{
    READ_MODE(flags, mode)
    bool ours;
    int fd = try_open(AT_FDCWD, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(open64)(path, flags, mode);
}

FAKE_EXPORT int openat(int folder_fd, const char *path, int flags, ...)
{
    READ_MODE(flags, mode)
    bool ours;
    int fd = try_open(folder_fd, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(openat)(folder_fd, path, flags, mode);
}

FAKE_EXPORT int openat64(int folder_fd, const char *path, int flags, ...)
{
    READ_MODE(flags, mode)
    bool ours;
    int fd = try_open(folder_fd, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(openat64)(folder_fd, path, flags, mode);
}

FAKE_EXPORT int __open_2(const char *path, int flags)
{
    bool ours;
    int fd = try_open(AT_FDCWD, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(__open_2)(path, flags);
}

FAKE_EXPORT int __open64_2(const char *path, int flags)
{
    bool ours;
    int fd = try_open(AT_FDCWD, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(__open64_2)(path, flags);
}

FAKE_EXPORT int __openat_2(int folder_fd, const char *path, int flags)
{
    bool ours;
    int fd = try_open(folder_fd, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(__openat_2)(folder_fd, path, flags);
}

FAKE_EXPORT int __openat64_2(int folder_fd, const char *path, int flags)
{
    bool ours;
    int fd = try_open(folder_fd, path, flags, &ours);
    return ours ? fd : FAKE_NEXT(__openat64_2)(folder_fd, path, flags);
}

// A FILE on one of the texts; the C library's fopen() opens by its own inner names.
static FILE *try_fopen(const char *path)
{
    struct fake_node node = fake_node_find(FAKE_FOLDER_NONE, path);
    int fd = node.kind == FAKE_NODE_TEXT ? fake_node_open_text(&node) : -1;
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (file == NULL && fd >= 0)
        close(fd);
    return file;
}

FAKE_EXPORT FILE *fopen(const char *path, const char *mode)
{
    FILE *file = try_fopen(path);
    return file != NULL ? file : FAKE_NEXT(fopen)(path, mode);
}

FAKE_EXPORT FILE *fopen64(const char *path, const char *mode)
{
    FILE *file = try_fopen(path);
    return file != NULL ? file : FAKE_NEXT(fopen64)(path, mode);
}

FAKE_EXPORT int close(int fd)
{
    if (fake_camera_handle(fd) != NULL)
        fake_camera_detach(fd);
    return FAKE_NEXT(close)(fd);
}

static void detach_range(unsigned first, unsigned last)
{
    for (unsigned fd = first; fd <= last && fd < FAKE_DESCRIPTORS_MAX; fd++)
        if (fake_camera_handle((int)fd) != NULL)
            fake_camera_detach((int)fd);
}

FAKE_EXPORT int close_range(unsigned first, unsigned last, int flags)
{
    if (((unsigned)flags & CLOSE_RANGE_CLOEXEC) == 0)
        detach_range(first, last);
    return FAKE_NEXT(close_range)(first, last, flags);
}

FAKE_EXPORT void closefrom(int first)
{
    detach_range(first > 0 ? (unsigned)first : 0, INT_MAX);
    FAKE_NEXT(closefrom)(first);
}

FAKE_EXPORT int dup(int fd)
{
    struct fake_handle *handle = fake_camera_handle(fd);
    int copy = FAKE_NEXT(dup)(fd);
    if (handle != NULL)
        fake_camera_attach(copy, handle);
    return copy;
}

// What the new number stood for is closed by the copying.
static void attach_over(int fd, int copy)
{
    struct fake_handle *handle = fake_camera_handle(fd);
    if (copy < 0 || fd == copy)
        return;
    if (handle != NULL)
        fake_camera_attach(copy, handle);
}

FAKE_EXPORT int dup2(int fd, int copy)
{
    if (fd != copy && fake_camera_handle(copy) != NULL && fcntl(fd, F_GETFD) >= 0)
        fake_camera_detach(copy);
    int result = FAKE_NEXT(dup2)(fd, copy);
    attach_over(fd, result);
    return result;
}

FAKE_EXPORT int dup3(int fd, int copy, int flags)
{
    if (fd != copy && fake_camera_handle(copy) != NULL && fcntl(fd, F_GETFD) >= 0)
        fake_camera_detach(copy);
    int result = FAKE_NEXT(dup3)(fd, copy, flags);
    attach_over(fd, result);
    return result;
}

static void attach_copy(int fd, int command, int copy)
{
    struct fake_handle *handle = fake_camera_handle(fd);
    if (handle != NULL && copy >= 0 && (command == F_DUPFD || command == F_DUPFD_CLOEXEC))
        fake_camera_attach(copy, handle);
}

// The argument is passed on as a word: whether it is a number, a pointer or not there at all, the
// C library knows from the command.
FAKE_EXPORT int fcntl(int fd, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    int result = FAKE_NEXT(fcntl)(fd, command, argument);
    attach_copy(fd, command, result);
    return result;
}

FAKE_EXPORT int fcntl64(int fd, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    int result = FAKE_NEXT(fcntl64)(fd, command, argument);
    attach_copy(fd, command, result);
    return result;
}

FAKE_EXPORT int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    struct fake_handle *handle = fake_camera_handle(fd);
    if (handle == NULL)
        return FAKE_NEXT(ioctl)(fd, request, argument);
    return as_libc(fake_ioctl(handle, request, argument));
}

// The driver has no read(): it streams or does nothing.
static ssize_t refuse_read(const struct fake_handle *handle)
{
    fake_camera_lock();
    errno = handle->dead ? ENODEV : EINVAL;
    fake_camera_unlock();
    return -1;
}

FAKE_EXPORT ssize_t read(int fd, void *bytes, size_t len)
{
    const struct fake_handle *handle = fake_camera_handle(fd);
    return handle != NULL ? refuse_read(handle) : FAKE_NEXT(read)(fd, bytes, len);
}

FAKE_EXPORT ssize_t __read_chk(int fd, void *bytes, size_t len, size_t room)
{
    const struct fake_handle *handle = fake_camera_handle(fd);
    return handle != NULL ? refuse_read(handle) : FAKE_NEXT(__read_chk)(fd, bytes, len, room);
}

FAKE_EXPORT ssize_t write(int fd, const void *bytes, size_t len)
{
    const struct fake_handle *handle = fake_camera_handle(fd);
    return handle != NULL ? refuse_read(handle) : FAKE_NEXT(write)(fd, bytes, len);
}

FAKE_EXPORT void *mmap(void *address, size_t len, int protection, int flags, int fd, off_t offset)
{
    struct fake_handle *handle = flags & MAP_ANONYMOUS ? NULL : fake_camera_handle(fd);
    if (handle == NULL)
        return FAKE_NEXT(mmap)(address, len, protection, flags, fd, offset);
    return fake_queue_map(handle, address, len, protection, flags, offset);
}

FAKE_EXPORT void *mmap64(void *address, size_t len, int protection, int flags, int fd,
                         off64_t offset)
{
    struct fake_handle *handle = flags & MAP_ANONYMOUS ? NULL : fake_camera_handle(fd);
    if (handle == NULL)
        return FAKE_NEXT(mmap64)(address, len, protection, flags, fd, offset);
    return fake_queue_map(handle, address, len, protection, flags, offset);
}

FAKE_EXPORT int munmap(void *address, size_t len)
{
    fake_queue_unmap(address);
    return FAKE_NEXT(munmap)(address, len);
}

// Two things a socket cannot show by itself are waited for beside it: that the camera does not
// stream, which is an error, and that an event is pending, which is urgent.
static nfds_t add_waits(const struct pollfd *asked, nfds_t count, struct pollfd *waits)
{
    nfds_t total = count;
    memcpy(waits, asked, count * sizeof waits[0]);
    fake_camera_lock();
    for (nfds_t i = 0; i < count; i++) {
        const struct fake_handle *handle = fake_camera_handle(asked[i].fd);
        if (handle == NULL)
            continue;
        bool alive = !handle->dead;
        bool frames = (asked[i].events & (POLLIN | POLLRDNORM)) != 0;
        bool events = (asked[i].events & POLLPRI) != 0;
        waits[total++] = (struct pollfd){
            .fd = alive && frames ? fake_camera_idle_fd() : -1,
            .events = POLLIN,
        };
        waits[total++] = (struct pollfd){
            .fd = alive && events ? handle->event_fd : -1,
            .events = POLLIN,
        };
    }
    fake_camera_unlock();
    return total;
}

static int read_waits(struct pollfd *asked, nfds_t count, const struct pollfd *waits)
{
    int ready = 0;
    const struct pollfd *added = waits + count;
    for (nfds_t i = 0; i < count; i++) {
        short found = waits[i].revents;
        if (fake_camera_handle(asked[i].fd) != NULL) {
            if (found & POLLHUP)
                found = POLLERR | POLLHUP;
            else if (added[0].revents & POLLIN)
                found = POLLERR;
            if (added[1].revents & POLLIN)
                found |= POLLPRI;
            added += 2;
        }
        asked[i].revents = found;
        ready += found != 0;
    }
    return ready;
}

static int poll_ours(struct pollfd *asked, nfds_t count, const struct timespec *timeout,
                     const sigset_t *signals)
{
    enum {
        FEW = 64
    };
    struct pollfd few[3 * FEW];
    struct pollfd *waits = count <= FEW ? few : malloc(3 * count * sizeof *waits);
    if (waits == NULL)
        return as_libc(-ENOMEM);
    nfds_t total = add_waits(asked, count, waits);
    int result = FAKE_NEXT(ppoll)(waits, total, timeout, signals);
    int err = errno;
    if (result >= 0)
        result = read_waits(asked, count, waits);
    if (waits != few)
        free(waits);
    errno = err;
    return result;
}

static bool has_ours(const struct pollfd *waits, nfds_t count)
{
    for (nfds_t i = 0; i < count; i++)
        if (fake_camera_handle(waits[i].fd) != NULL)
            return true;
    return false;
}

static int poll_ours_ms(struct pollfd *waits, nfds_t count, int timeout_ms)
{
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    return poll_ours(waits, count, timeout_ms < 0 ? NULL : &timeout, NULL);
}

FAKE_EXPORT int poll(struct pollfd *waits, nfds_t count, int timeout_ms)
{
    if (!has_ours(waits, count))
        return FAKE_NEXT(poll)(waits, count, timeout_ms);
    return poll_ours_ms(waits, count, timeout_ms);
}

FAKE_EXPORT int __poll_chk(struct pollfd *waits, nfds_t count, int timeout_ms, size_t room)
{
    if (!has_ours(waits, count))
        return FAKE_NEXT(__poll_chk)(waits, count, timeout_ms, room);
    return poll_ours_ms(waits, count, timeout_ms);
}

FAKE_EXPORT int ppoll(struct pollfd *waits, nfds_t count, const struct timespec *timeout,
                      const sigset_t *signals)
{
    if (!has_ours(waits, count))
        return FAKE_NEXT(ppoll)(waits, count, timeout, signals);
    return poll_ours(waits, count, timeout, signals);
}

FAKE_EXPORT int __ppoll_chk(struct pollfd *waits, nfds_t count, const struct timespec *timeout,
                            const sigset_t *signals, size_t room)
{
    if (!has_ours(waits, count))
        return FAKE_NEXT(__ppoll_chk)(waits, count, timeout, signals, room);
    return poll_ours(waits, count, timeout, signals);
}

static short asked_events(int fd, const fd_set *reads, const fd_set *writes, const fd_set *urgents)
{
    return (short)((reads != NULL && FD_ISSET(fd, reads) ? POLLIN : 0) |
                   (writes != NULL && FD_ISSET(fd, writes) ? POLLOUT : 0) |
                   (urgents != NULL && FD_ISSET(fd, urgents) ? POLLPRI : 0));
}

static bool selects_ours(int count, const fd_set *reads, const fd_set *writes,
                         const fd_set *urgents)
{
    for (int fd = 0; fd < count && fd < FD_SETSIZE; fd++)
        if (fake_camera_handle(fd) != NULL && asked_events(fd, reads, writes, urgents) != 0)
            return true;
    return false;
}

// select() by way of poll(), with the kernel's own translation of one into the other.
static int select_ours(int count, fd_set *reads, fd_set *writes, fd_set *urgents,
                       const struct timespec *timeout, const sigset_t *signals)
{
    struct pollfd waits[FD_SETSIZE];
    nfds_t used = 0;
    for (int fd = 0; fd < count && fd < FD_SETSIZE; fd++) {
        short events = asked_events(fd, reads, writes, urgents);
        if (events != 0)
            waits[used++] = (struct pollfd){.fd = fd, .events = events};
    }
    int result = poll_ours(waits, used, timeout, signals);
    if (result < 0)
        return -1;
    for (nfds_t i = 0; i < used; i++)
        if (waits[i].revents & POLLNVAL)
            return as_libc(-EBADF);
    int ready = 0;
    for (nfds_t i = 0; i < used; i++) {
        const struct {
            fd_set *set;
            short asked;
            short found;
        } sets[3] = {
            {reads, POLLIN, POLLIN | POLLHUP | POLLERR},
            {writes, POLLOUT, POLLOUT | POLLERR},
            {urgents, POLLPRI, POLLPRI},
        };
        for (unsigned j = 0; j < 3; j++) {
            if (!(waits[i].events & sets[j].asked))
                continue;
            if (waits[i].revents & sets[j].found)
                ready++;
            else
                FD_CLR(waits[i].fd, sets[j].set);
        }
    }
    return ready;
}

FAKE_EXPORT int select(int count, fd_set *reads, fd_set *writes, fd_set *urgents,
                       struct timeval *timeout)
{
    if (!selects_ours(count, reads, writes, urgents))
        return FAKE_NEXT(select)(count, reads, writes, urgents, timeout);
    if (timeout == NULL)
        return select_ours(count, reads, writes, urgents, NULL, NULL);
    struct timespec wait = {timeout->tv_sec, timeout->tv_usec * 1000};
    int64_t end_ns = fake_now_ns() + wait.tv_sec * 1000000000 + wait.tv_nsec;
    int result = select_ours(count, reads, writes, urgents, &wait, NULL);
    // Linux leaves what is left of the time.
    int64_t left_us = (end_ns - fake_now_ns()) / 1000;
    left_us = left_us > 0 ? left_us : 0;
    *timeout = (struct timeval){left_us / 1000000, left_us % 1000000};
    return result;
}

FAKE_EXPORT int pselect(int count, fd_set *reads, fd_set *writes, fd_set *urgents,
                        const struct timespec *timeout, const sigset_t *signals)
{
    if (!selects_ours(count, reads, writes, urgents))
        return FAKE_NEXT(pselect)(count, reads, writes, urgents, timeout, signals);
    return select_ours(count, reads, writes, urgents, timeout, signals);
}
