// Addresses: what a redirect may lead to. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CC_PLACE_MAX 512 // bytes of an address, with NUL

// Puts base and path together without a double slash. CC_ERR_SPACE.
int cc_place_join(const char *base, const char *path, char *out, size_t cap);

// The host in an https address, lower case and without port; CC_ERR_FORMAT.
int cc_place_host(const char *url, char *out, size_t cap);

// Where a redirect from `from` leads, or `from` itself as location: https, without a fragment.
// CC_ERR_DENIED when it is http, CC_ERR_FORMAT when it is no address; `out` is of no use then.
int cc_place_resolve(const char *from, const char *location, char *out, size_t cap);

// The same, when the token may go there: https, and the same host or from
// one host of prusa3d.com to another. CC_ERR_DENIED when it must not, CC_ERR_FORMAT when it is no
// address.
int cc_place_follow(const char *from, const char *location, char *out, size_t cap);
