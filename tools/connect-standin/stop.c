#include "stop.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "util/err.h"

int standin_stop_open(standin_stop_t *stop)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    if (fd < 0)
        return CC_ERR_IO;
    stop->fd = fd;
    return CC_OK;
}

void standin_stop_close(standin_stop_t *stop)
{
    close(stop->fd);
}

void standin_stop_now(standin_stop_t *stop)
{
    eventfd_write(stop->fd, 1); // never read: it stays readable for everyone
}

// 1 when `socket` is ready for `events`, 0 when `wait_ms` have passed.
static int wait_for(const standin_stop_t *stop, int socket, short events, int wait_ms)
{
    int64_t until_ms = standin_clock_steady_ms() + wait_ms;

    for (;;) {
        struct pollfd fds[] = {
            {.fd = stop->fd, .events = POLLIN},
            {.fd = socket, .events = (short)(events | POLLRDHUP)},
        };
        int left_ms = -1;
        if (wait_ms >= 0) {
            int64_t left = until_ms - standin_clock_steady_ms();
            left_ms = left > 0 ? (int)left : 0;
        }
        int n = poll(fds, 2, left_ms);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            return 0;
        if (n < 0 || fds[0].revents)
            return CC_ERR_STOPPED;
        if (fds[1].revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL))
            return CC_ERR_GONE;
        return 1;
    }
}

int standin_stop_wait(const standin_stop_t *stop, int socket, int wait_ms)
{
    return wait_for(stop, socket, 0, wait_ms);
}

int standin_stop_wait_writable(const standin_stop_t *stop, int socket)
{
    int err = wait_for(stop, socket, POLLOUT, -1);

    return err < 0 ? err : CC_OK;
}
