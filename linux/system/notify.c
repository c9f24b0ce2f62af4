#include "system/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// One datagram to the socket that systemd names: sd_notify(3), "Standalone Implementations".
static void tell(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    if (len < 2 || len >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, len);
    if (path[0] == '@') // the abstract name space
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t address_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                  address_len);
    close(fd);
}

void cc_linux_notify_ready(void)
{
    tell("READY=1");
}

void cc_linux_notify_status(const char *text)
{
    char state[256];
    snprintf(state, sizeof state, "STATUS=%s", text);
    tell(state);
}

void cc_linux_notify_stopping(void)
{
    tell("STOPPING=1");
}

uint32_t cc_linux_notify_watchdog_ms(void)
{
    const char *limit_us = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID"); // whom it watches, when it says so
    if (!limit_us || (pid && strtol(pid, NULL, 10) != (long)getpid()))
        return 0;
    unsigned long long limit_ms = strtoull(limit_us, NULL, 10) / 1000;
    return limit_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)limit_ms;
}

void cc_linux_notify_alive(void)
{
    tell("WATCHDOG=1");
}
