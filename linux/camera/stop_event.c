#include "camera/stop_event.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "system/monotonic.h"
#include "util/err.h"

int cc_stop_event_init(cc_stop_event_t *stop)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return CC_ERR_MEMORY;
    stop->fd = fd;
    return CC_OK;
}

void cc_stop_event_deinit(cc_stop_event_t *stop)
{
    close(stop->fd);
    stop->fd = -1;
}

void cc_stop_event_raise(const cc_stop_event_t *stop)
{
    (void)eventfd_write(stop->fd, 1); // it fails only when it has been raised 2^64 times
}

int cc_stop_event_wait(const cc_stop_event_t *stop, int fd, short events, uint64_t until_ms)
{
    for (;;) {
        struct pollfd fds[2] = {
            {.fd = stop->fd, .events = POLLIN},
            {.fd = fd, .events = events},
        };
        uint64_t now = cc_monotonic_ms();
        uint64_t left = until_ms > now ? until_ms - now : 0;
        int found = poll(fds, 2, left < INT_MAX ? (int)left : INT_MAX);
        if (found < 0 && errno != EINTR)
            return CC_ERR_IO;
        if (found > 0)
            return fds[0].revents ? CC_ERR_STOPPED : fds[1].revents;
        if (cc_monotonic_ms() >= until_ms)
            return CC_ERR_TIMEOUT;
    }
}
