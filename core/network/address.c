#include "network/address.h"

#include <stdio.h>

#include "util/err.h"

int cc_address_read(const char *text, uint32_t *address)
{
    uint32_t read = 0;
    for (int part = 0; part < 4; part++) {
        unsigned value = 0, digits = 0;
        for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
            value = value * 10 + (unsigned)(*text - '0');
        if (digits == 0 || value > 255 || *text != (part < 3 ? '.' : '\0'))
            return CC_ERR_FORMAT;
        text++;
        read = read << 8 | value;
    }
    *address = read;
    return CC_OK;
}

static bool is_netmask(uint32_t mask)
{
    uint32_t host = ~mask;
    return host >= 1 && mask != 0 && (host & (host + 1)) == 0;
}

static int wrong(char *why, size_t cap, const char *sentence)
{
    snprintf(why, cap, "%s", sentence);
    return CC_ERR_RANGE;
}

static bool is_missing(const char *text)
{
    return !*text;
}

int cc_address_check(const cc_address_text_t *text, cc_address_t *address, char *why, size_t cap)
{
    cc_address_t read = {.netmask = 0xFFFFFF00u};
    if (is_missing(text->ip))
        return wrong(why, cap, "No address is given: enter one, or let the network give one.");
    if (cc_address_read(text->ip, &read.ip) < 0 || read.ip >> 24 == 0 || read.ip >> 24 == 127 ||
        read.ip >> 28 >= 0xE)
        return wrong(why, cap, "The address is none that a camera can have.");
    if (!is_missing(text->netmask) &&
        (cc_address_read(text->netmask, &read.netmask) < 0 || !is_netmask(read.netmask)))
        return wrong(why, cap, "The netmask is none: 255.255.255.0 is the usual one.");
    uint32_t host = read.ip & ~read.netmask;
    if (read.netmask <= 0xFFFFFFFCu && (host == 0 || host == ~read.netmask))
        return wrong(why, cap, "The address is the network's own, or the one for everybody in it.");
    if (!is_missing(text->gateway)) {
        if (cc_address_read(text->gateway, &read.gateway) < 0)
            return wrong(why, cap, "The gateway's address is none.");
        if (read.gateway && (read.gateway & read.netmask) != (read.ip & read.netmask))
            return wrong(why, cap, "The gateway is not in the network of the address.");
    }
    *address = read;
    return CC_OK;
}
