#include "names.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static size_t add(standin_certificate_name_t *names, size_t len, const char *name)
{
    if (!name[0] || len == STANDIN_CERTIFICATE_NAMES || strlen(name) >= sizeof names[0])
        return len;
    for (size_t i = 0; i < len; i++) {
        if (strcmp(names[i], name) == 0)
            return len;
    }
    strcpy(names[len], name);
    return len + 1;
}

static bool is_host_name(const char *name)
{
    for (size_t i = 0; name[i]; i++) {
        if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '.')
            return false;
    }
    return name[0] != '\0';
}

bool standin_name_is_fine(const char *name)
{
    struct in6_addr address;

    return strlen(name) < STANDIN_CERTIFICATE_NAME_SIZE &&
           (is_host_name(name) || inet_pton(AF_INET6, name, &address) == 1);
}

static size_t add_sockaddr(standin_certificate_name_t *names, size_t len,
                           const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): getifaddrs filled it
    if (address && address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    } else if (address && address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    return add(names, len, text);
}

size_t standin_names_find(const standin_listener_t *listener, const char *more,
                          standin_certificate_name_t *names)
{
    char host[STANDIN_CERTIFICATE_NAME_SIZE] = "";
    struct sockaddr_storage address;
    socklen_t address_len = sizeof address;
    struct ifaddrs *interfaces = NULL;

    size_t len = add(names, 0, "localhost");
    len = add(names, len, "127.0.0.1");
    len = add(names, len, "::1");
    if (gethostname(host, sizeof host - 1) == 0 && is_host_name(host))
        len = add(names, len, host);
    len = add(names, len, more);
    if (!listener->any_address) {
        if (getsockname(listener->fd, (struct sockaddr *)&address, &address_len) == 0)
            len = add_sockaddr(names, len, (struct sockaddr *)&address);
        return len;
    }
    if (getifaddrs(&interfaces) < 0)
        return len;
    for (const struct ifaddrs *at = interfaces; at; at = at->ifa_next)
        len = add_sockaddr(names, len, at->ifa_addr);
    freeifaddrs(interfaces);
    return len;
}
