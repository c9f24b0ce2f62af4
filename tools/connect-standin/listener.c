#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "text.h"
#include "util/err.h"

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} address_t;

static socklen_t fill_address(const standin_endpoint_t *endpoint, uint16_t port, address_t *address)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, endpoint->address, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(port);
        return sizeof address->v4;
    }
    if (inet_pton(AF_INET6, endpoint->address, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        return sizeof address->v6;
    }
    return 0;
}

int standin_endpoint_parse(const char *text, standin_endpoint_t *endpoint)
{
    standin_endpoint_t found;
    address_t address;
    int64_t port;

    const char *colon = strrchr(text, ':');
    if (!colon || standin_text_number(colon + 1, 0, 65535, &port) < 0)
        return CC_ERR_FORMAT;
    size_t len = (size_t)(colon - text);
    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    } else if (memchr(text, ':', len)) {
        return CC_ERR_FORMAT;
    }
    if (len >= sizeof found.address)
        return CC_ERR_FORMAT;
    memcpy(found.address, text, len);
    found.address[len] = '\0';
    if (strcmp(found.address, "localhost") == 0)
        strcpy(found.address, "127.0.0.1");
    found.port = (uint16_t)port;
    if (!fill_address(&found, found.port, &address))
        return CC_ERR_FORMAT;
    *endpoint = found;
    return CC_OK;
}

static int err_of_errno(void)
{
    switch (errno) {
    case EADDRINUSE:
        return CC_ERR_BUSY;
    case EACCES:
        return CC_ERR_DENIED;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return CC_ERR_NETWORK;
    default:
        return CC_ERR_IO;
    }
}

// The socket, or why not.
static int listen_on(const standin_endpoint_t *endpoint, uint16_t port)
{
    address_t address;
    socklen_t len = fill_address(endpoint, port, &address);
    int on = 1;

    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_of_errno();
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &address.any, len) < 0 || listen(fd, 128) < 0) {
        int err = err_of_errno();
        close(fd);
        return err;
    }
    return fd;
}

static void describe(int fd, standin_listener_t *listener)
{
    address_t address;
    socklen_t len = sizeof address;
    char text[INET6_ADDRSTRLEN] = "";

    memset(&address, 0, sizeof address);
    getsockname(fd, &address.any, &len);
    listener->fd = fd;
    listener->ipv6 = address.any.sa_family == AF_INET6;
    if (listener->ipv6) {
        inet_ntop(AF_INET6, &address.v6.sin6_addr, text, sizeof text);
        listener->port = ntohs(address.v6.sin6_port);
        listener->any_address = IN6_IS_ADDR_UNSPECIFIED(&address.v6.sin6_addr);
        snprintf(listener->text, sizeof listener->text, "[%s]:%u", text, (unsigned)listener->port);
    } else {
        inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof text);
        listener->port = ntohs(address.v4.sin_port);
        listener->any_address = address.v4.sin_addr.s_addr == htonl(INADDR_ANY);
        snprintf(listener->text, sizeof listener->text, "%s:%u", text, (unsigned)listener->port);
    }
}

int standin_listener_open(const standin_endpoint_t *endpoint, standin_listener_t *listener)
{
    int fd = CC_ERR_BUSY;

    for (int i = 0; i < STANDIN_PORTS_TRIED && endpoint->port + i <= 65535; i++) {
        fd = listen_on(endpoint, (uint16_t)(endpoint->port + i));
        if (fd != CC_ERR_BUSY)
            break;
    }
    if (fd < 0)
        return fd;
    describe(fd, listener);
    return CC_OK;
}
