// An IPv4 address given by hand: whether its parts fit together. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The settings' texts; "" not given.
typedef struct {
    const char *ip;
    const char *netmask;
    const char *gateway;
} cc_address_text_t;

// In host order; 0.0.0.0 not given.
typedef struct {
    uint32_t ip;
    uint32_t netmask;
    uint32_t gateway;
} cc_address_t;

// Dotted decimal to a number. Errors: CC_ERR_FORMAT.
int cc_address_read(const char *text, uint32_t *address);

// Takes them together. A netmask that is missing is 255.255.255.0; a gateway may be missing.
// CC_ERR_RANGE with a sentence for people in `why` when they cannot work: the camera then asks for
// an address (DHCP), because one that nobody can reach helps nobody.
int cc_address_check(const cc_address_text_t *text, cc_address_t *address, char *why, size_t cap);
