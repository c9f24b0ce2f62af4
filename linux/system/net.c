#include "system/net.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <linux/wireless.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "network/ssid.h"

#define ROUTE_UP     0x0001u // RTF_UP of net/route.h, which cannot stand beside wireless.h
#define ROUTE_REJECT 0x0200u // RTF_REJECT

// The interface of the IPv4 default route with the smallest metric.
static bool route_ipv4(char *name)
{
    FILE *file = fopen("/proc/net/route", "re");
    if (!file)
        return false;
    char line[256];
    unsigned best = UINT32_MAX;
    bool found = false;
    while (fgets(line, sizeof(line), file)) {
        char interface[IFNAMSIZ];
        unsigned destination, flags, metric, mask;
        if (sscanf(line, "%15s %x %*x %x %*d %*d %u %x", interface, &destination, &flags, &metric,
                   &mask) != 5)
            continue; // the heading
        if (destination != 0 || mask != 0 || !(flags & ROUTE_UP) || (flags & ROUTE_REJECT))
            continue;
        if (found && metric >= best)
            continue;
        best = metric;
        found = true;
        strcpy(name, interface);
    }
    fclose(file);
    return found;
}

// The same for IPv6, for networks that have nothing else.
static bool route_ipv6(char *name)
{
    FILE *file = fopen("/proc/net/ipv6_route", "re");
    if (!file)
        return false;
    char line[256];
    unsigned best = UINT32_MAX;
    bool found = false;
    while (fgets(line, sizeof(line), file)) {
        char destination[33];
        char interface[IFNAMSIZ];
        unsigned prefix, metric, flags;
        if (sscanf(line, "%32s %x %*s %*x %*s %x %*x %*x %x %15s", destination, &prefix, &metric,
                   &flags, interface) != 5)
            continue;
        if (prefix != 0 || !(flags & ROUTE_UP) || (flags & ROUTE_REJECT) ||
            strcmp(interface, "lo") == 0)
            continue;
        if (found && metric >= best)
            continue;
        best = metric;
        found = true;
        strcpy(name, interface);
    }
    fclose(file);
    return found;
}

static bool first_up(const struct ifaddrs *addresses, char *name)
{
    for (const struct ifaddrs *at = addresses; at; at = at->ifa_next) {
        if (!(at->ifa_flags & IFF_RUNNING) || (at->ifa_flags & IFF_LOOPBACK))
            continue;
        if (!at->ifa_addr || at->ifa_addr->sa_family == AF_PACKET)
            continue;
        snprintf(name, IFNAMSIZ, "%s", at->ifa_name);
        return true;
    }
    return false;
}

static void mac_text(const uint8_t *mac, char *text)
{
    snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
}

static void read_address(const struct sockaddr *address, cc_net_info_t *info)
{
    if (address->sa_family == AF_PACKET) {
        const struct sockaddr_ll *link = (const void *)address;
        if (link->sll_halen == 6)
            mac_text(link->sll_addr, info->mac);
    } else if (address->sa_family == AF_INET && !info->ipv4[0]) {
        const struct sockaddr_in *ipv4 = (const void *)address;
        inet_ntop(AF_INET, &ipv4->sin_addr, info->ipv4, sizeof(info->ipv4));
    } else if (address->sa_family == AF_INET6) {
        const struct in6_addr *ipv6 =
            &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        bool global = (ipv6->s6_addr[0] & 0xe0) == 0x20; // 2000::/3, RFC 4291
        bool local = (ipv6->s6_addr[0] & 0xfe) == 0xfc;  // fc00::/7, RFC 4193
        if (global || (local && !info->ipv6[0]))
            inet_ntop(AF_INET6, ipv6, info->ipv6, sizeof(info->ipv6));
    }
}

static bool has_radio(const char *name)
{
    char path[64];
    snprintf(path, sizeof(path), "/sys/class/net/%s/wireless", name);
    if (access(path, F_OK) == 0)
        return true;
    snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211", name);
    return access(path, F_OK) == 0;
}

static int8_t signal_dbm(const char *name)
{
    FILE *file = fopen("/proc/net/wireless", "re");
    if (!file)
        return 0;
    char line[256];
    int8_t dbm = 0;
    while (fgets(line, sizeof(line), file)) {
        char interface[IFNAMSIZ];
        float level;
        if (sscanf(line, " %15[^:]: %*x %*f %f", interface, &level) != 2 ||
            strcmp(interface, name) != 0)
            continue;
        // Drivers that give a byte without a sign say 256 + dBm.
        if (level > 63.0f)
            level -= 256.0f;
        if (level < 0.0f && level >= -127.0f)
            dbm = (int8_t)level;
        break;
    }
    fclose(file);
    return dbm;
}

static void read_wifi(const char *name, cc_net_info_t *info)
{
    info->rssi_dbm = signal_dbm(name);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    uint8_t essid[IW_ESSID_MAX_SIZE + 1] = {0};
    struct iwreq request = {0};
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    request.u.essid.pointer = essid;
    request.u.essid.length = IW_ESSID_MAX_SIZE;
    if (ioctl(fd, SIOCGIWESSID, &request) == 0 && request.u.essid.length <= IW_ESSID_MAX_SIZE) {
        size_t len = request.u.essid.length;
        // Some old drivers count the NUL that they add.
        if (len > 0 && essid[len - 1] == 0)
            len--;
        cc_ssid_text(essid, len, info->ssid);
    }
    memset(&request.u, 0, sizeof(request.u));
    static const uint8_t none[6];
    if (ioctl(fd, SIOCGIWAP, &request) == 0 && memcmp(request.u.ap_addr.sa_data, none, 6) != 0)
        mac_text((const uint8_t *)request.u.ap_addr.sa_data, info->bssid);
    close(fd);
}

static void info_now(void *ctx, cc_net_info_t *info)
{
    (void)ctx;
    memset(info, 0, sizeof(*info));
    char host[256] = "";
    gethostname(host, sizeof(host) - 1u);
    host[strcspn(host, ".")] = '\0';
    snprintf(info->hostname, sizeof(info->hostname), "%.63s", host);

    struct ifaddrs *addresses;
    if (getifaddrs(&addresses))
        return;
    char name[IFNAMSIZ] = "";
    if (!route_ipv4(name) && !route_ipv6(name) && !first_up(addresses, name)) {
        freeifaddrs(addresses);
        return;
    }
    for (const struct ifaddrs *at = addresses; at; at = at->ifa_next)
        if (at->ifa_addr && strcmp(at->ifa_name, name) == 0)
            read_address(at->ifa_addr, info);
    freeifaddrs(addresses);
    info->up = info->ipv4[0] || info->ipv6[0];
    info->wifi = has_radio(name);
    if (info->wifi)
        read_wifi(name, info);
}

cc_net_t cc_linux_net_port(void)
{
    return (cc_net_t){.info = info_now};
}
