#include "web/guard.h"

#include <ctype.h>
#include <string.h>

#include "settings/check.h"
#include "util/text.h"

enum {
    HOST_MAX = 256
};

// The host without port and trailing dot; false when it is too long or empty.
static bool bare_host(const char *host, char out[HOST_MAX])
{
    size_t len = strlen(host);
    const char *colon = strrchr(host, ':');
    if (host[0] == '[') {
        const char *bracket = strchr(host, ']');
        if (!bracket)
            return false;
        len = (size_t)(bracket - host) + 1;
    } else if (colon) {
        len = (size_t)(colon - host);
    }
    if (len > 0 && host[len - 1] == '.')
        len--;
    if (len == 0 || len >= HOST_MAX)
        return false;
    memcpy(out, host, len);
    out[len] = '\0';
    return true;
}

static bool is_address(const char *host)
{
    char why[200];
    if (host[0] == '[')
        return true;
    return isdigit((unsigned char)host[0]) && cc_check_ipv4(host, why, sizeof why);
}

static bool is_home_domain(const char *domain)
{
    // ".home.arpa" is RFC 8375's; the others are what routers give out. None of them is a public
    // one.
    static const char *const domains[] = {
        ".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain", ".fritz.box",
    };
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++)
        if (cc_text_equal_nocase(domain, domains[i]))
            return true;
    return false;
}

bool cc_guard_host_is_ours(const char *host, const char *hostname)
{
    char bare[HOST_MAX];
    if (!host || !bare_host(host, bare))
        return false;
    if (is_address(bare) || cc_text_equal_nocase(bare, "localhost"))
        return true;
    if (!*hostname || !cc_text_starts_nocase(bare, hostname))
        return false;
    const char *domain = bare + strlen(hostname);
    return !*domain || is_home_domain(domain);
}

bool cc_guard_host_is_foreign(const char *host, const char *hostname)
{
    return host && strchr(host, '.') && !cc_guard_host_is_ours(host, hostname);
}

bool cc_guard_is_cross_site(const char *sec_fetch_site, const char *origin, const char *host,
                            const char *user_agent)
{
    // The browser's own word, which it gives over TLS and on this machine. It holds behind a proxy
    // too, where Origin has the proxy's name and Host ours.
    if (sec_fetch_site)
        return !cc_text_equal_nocase(sec_fetch_site, "same-origin") &&
               !cc_text_equal_nocase(sec_fetch_site, "none");
    // Over plain HTTP browsers say neither for a GET, so an image on any page could switch the
    // light, or change the token, by an older firmware's path. What a browser cannot prove to be
    // ours is not. Scripts go by other names.
    if (!origin)
        return user_agent && cc_text_starts_nocase(user_agent, "Mozilla/");
    const char *authority = NULL;
    if (cc_text_starts_nocase(origin, "http://"))
        authority = origin + strlen("http://");
    else if (cc_text_starts_nocase(origin, "https://"))
        authority = origin + strlen("https://");
    return !authority || !host || !cc_text_equal_nocase(authority, host);
}
