// Who may ask: questions about where a request comes from. Pure.
#pragma once

#include <stdbool.h>

// Whether Host names this camera: an address, localhost, its name, or its name in a home network's
// domain
// (.local, .lan …). A name from outside that resolves to this camera (DNS rebinding) is none of
// these.
bool cc_guard_host_is_ours(const char *host, const char *hostname);

// Whether Host can be a name from outside: it has a dot and is not ours.
bool cc_guard_host_is_foreign(const char *host, const char *hostname);

// Whether a browser says that another site's page made this request. NULL: the header is absent.
bool cc_guard_is_cross_site(const char *sec_fetch_site, const char *origin, const char *host,
                            const char *user_agent);
