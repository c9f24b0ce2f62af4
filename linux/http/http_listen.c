#include "http/http_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/err.h"

#define BACKLOG 64

static int parse_port(const char *text, uint16_t *port)
{
    size_t len = strlen(text);
    if (len == 0 || len > 5 || strspn(text, "0123456789") != len)
        return CC_ERR_ARGUMENT;
    unsigned long value = strtoul(text, NULL, 10);
    if (value > UINT16_MAX)
        return CC_ERR_ARGUMENT;
    *port = (uint16_t)value;
    return 0;
}

// getaddrinfo understands zones too: [fe80::1%eth0].
static int parse_address(const char *text, int family, cc_linux_http_listen_t *where)
{
    struct addrinfo hints = {
        .ai_family = family,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
    };
    struct addrinfo *found;
    if (getaddrinfo(text, NULL, &hints, &found))
        return CC_ERR_ARGUMENT;
    memcpy(&where->address, found->ai_addr, found->ai_addrlen);
    where->address_len = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

int cc_linux_http_listen_parse(const char *text, cc_linux_http_listen_t *where)
{
    const char *colon = strrchr(text, ':');
    char host[64];
    if (!colon || colon == text || (size_t)(colon - text) >= sizeof(host))
        return CC_ERR_ARGUMENT;
    size_t len = (size_t)(colon - text);
    memcpy(host, text, len);
    host[len] = '\0';

    cc_linux_http_listen_t parsed = {0};
    if (parse_port(colon + 1, &parsed.port))
        return CC_ERR_ARGUMENT;
    int err;
    if (strcmp(host, "*") == 0) {
        parsed.both_kinds = true;
        err = parse_address("::", AF_INET6, &parsed);
    } else if (host[0] == '[' && host[len - 1] == ']') {
        host[len - 1] = '\0';
        err = parse_address(host + 1, AF_INET6, &parsed);
    } else {
        struct in_addr dotted; // because getaddrinfo takes "1" and "0x7f.1" for addresses
        const char *address = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
        err = inet_pton(AF_INET, address, &dotted) == 1 ? parse_address(address, AF_INET, &parsed)
                                                        : CC_ERR_ARGUMENT;
    }
    if (err)
        return err;
    *where = parsed;
    return 0;
}

static int err_of_errno(int number)
{
    switch (number) {
    case EADDRINUSE:
        return CC_ERR_BUSY;
    case EACCES:
    case EPERM:
        return CC_ERR_DENIED;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case ENODEV:
        return CC_ERR_NOT_FOUND;
    default:
        return CC_ERR_IO;
    }
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

static uint16_t get_port(const struct sockaddr_storage *address)
{
    return ntohs(address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)address)->sin6_port
                                                : ((const struct sockaddr_in *)address)->sin_port);
}

static int listen_at(const struct sockaddr_storage *address, socklen_t len, bool both_kinds)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_of_errno(errno);
    int on = 1;
    int only_ipv6 = !both_kinds;
    // A restart must not wait for the connections of the last run to be forgotten.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address->ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof(only_ipv6));
    if (bind(fd, (const struct sockaddr *)address, len) || listen(fd, BACKLOG)) {
        int err = err_of_errno(errno);
        close(fd);
        return err;
    }
    return fd;
}

int cc_linux_http_listen_open(const cc_linux_http_listen_t *where, unsigned more_ports,
                              uint16_t *port)
{
    struct sockaddr_storage address = where->address;
    socklen_t len = where->address_len;
    for (unsigned i = 0;; i++) {
        set_port(&address, (uint16_t)(where->port + i));
        int fd = listen_at(&address, len, where->both_kinds);
        if (fd == CC_ERR_NOT_FOUND && where->both_kinds && address.ss_family == AF_INET6) {
            // No IPv6 here.
            struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = INADDR_ANY};
            memcpy(&address, &any, sizeof(any));
            len = sizeof(any);
            i--; // the same port once more
            continue;
        }
        if (fd == CC_ERR_BUSY && where->port != 0 && i < more_ports && where->port + i < UINT16_MAX)
            continue;
        if (fd < 0)
            return fd;
        socklen_t bound_len = sizeof(address);
        if (getsockname(fd, (struct sockaddr *)&address, &bound_len)) {
            close(fd);
            return CC_ERR_IO;
        }
        *port = get_port(&address);
        return fd;
    }
}

void cc_linux_http_listen_text(const cc_linux_http_listen_t *where, char *out, size_t cap)
{
    char host[NI_MAXHOST] = "";
    getnameinfo((const struct sockaddr *)&where->address, where->address_len, host, sizeof host,
                NULL, 0, NI_NUMERICHOST);
    snprintf(out, cap, where->address.ss_family == AF_INET6 ? "[%s]" : "%s", host);
}
