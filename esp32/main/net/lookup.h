// A name's address, with a time limit and a way out. The C library's getaddrinfo has neither: it
// comes back when the last name server was asked for the last time.
//
// One lookup at a time; the connect thread's.
#pragma once

#include <lwip/ip_addr.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    CC_LOOKUP_ANY,  // IPv4, or IPv6 where there is none
    CC_LOOKUP_IPV6, // for a second try
} cc_lookup_kind_t;

// An address as text is its own. until_ms: on cc_clock's monotonic clock. Errors: CC_ERR_NOT_FOUND,
// CC_ERR_TIMEOUT, CC_ERR_STOPPED (`stop` became true), CC_ERR_MEMORY.
int cc_esp32_lookup(const char *name, cc_lookup_kind_t kind, uint64_t until_ms,
                    const atomic_bool *stop, ip_addr_t *address);
