#include "connect/place.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "settings/check.h"
#include "util/err.h"
#include "util/text.h"

static const char https[] = "https://";

int cc_place_join(const char *base, const char *path, char *out, size_t cap)
{
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    int n = snprintf(out, cap, "%.*s%s", (int)len, base, path);
    return n >= 0 && (size_t)n < cap ? CC_OK : CC_ERR_SPACE;
}

int cc_place_host(const char *url, char *out, size_t cap)
{
    if (!cc_text_starts_nocase(url, https))
        return CC_ERR_FORMAT;
    const char *host = url + strlen(https);
    size_t len = strcspn(host, "/?#");
    const char *bracket = host[0] == '[' ? memchr(host, ']', len) : NULL;
    const char *port = bracket ? NULL : memchr(host, ':', len);
    if (bracket)
        len = (size_t)(bracket - host) + 1;
    else if (port)
        len = (size_t)(port - host);
    if (len == 0 || memchr(host, '@', len) || (host[0] == '[' && !bracket))
        return CC_ERR_FORMAT;
    if (len >= cap)
        return CC_ERR_SPACE;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(host[i] >= 'A' && host[i] <= 'Z' ? host[i] + ('a' - 'A') : host[i]);
    out[len] = '\0';
    return CC_OK;
}

static bool is_prusa(const char *host)
{
    static const char domain[] = "prusa3d.com";
    size_t len = strlen(host), domain_len = strlen(domain);
    return len >= domain_len && strcmp(host + len - domain_len, domain) == 0 &&
           (len == domain_len || host[len - domain_len - 1] == '.');
}

static bool has_blank(const char *url)
{
    for (; *url; url++)
        if ((uint8_t)*url <= 0x20 || (uint8_t)*url >= 0x7F)
            return true;
    return false;
}

int cc_place_resolve(const char *from, const char *location, char *out, size_t cap)
{
    char host[256], why[200];
    int n;
    if (!cc_text_starts_nocase(from, https))
        return CC_ERR_FORMAT;
    if (location[0] == '/' && location[1] == '/') {
        n = snprintf(out, cap, "https:%s", location);
    } else if (location[0] == '/') {
        size_t origin = strlen(https) + strcspn(from + strlen(https), "/?#");
        n = snprintf(out, cap, "%.*s%s", (int)origin, from, location);
    } else {
        n = snprintf(out, cap, "%s", location);
    }
    if (n < 0 || (size_t)n >= cap)
        return CC_ERR_FORMAT;
    out[strcspn(out, "#")] = '\0'; // a fragment is never sent
    if (cc_text_starts_nocase(out, "http://"))
        return CC_ERR_DENIED;
    // an address may have a query, which no setting has
    char *query = out + strcspn(out, "?");
    char mark = *query;
    *query = '\0';
    bool good =
        cc_check_https_url(out, why, sizeof why) && cc_place_host(out, host, sizeof host) == CC_OK;
    *query = mark;
    return good && !has_blank(out) ? CC_OK : CC_ERR_FORMAT;
}

int cc_place_follow(const char *from, const char *location, char *out, size_t cap)
{
    char url[CC_PLACE_MAX], from_host[256], to_host[256];
    int err = cc_place_resolve(from, location, url, sizeof url);
    if (err < 0)
        return err;
    if (cc_place_host(url, to_host, sizeof to_host) < 0 ||
        cc_place_host(from, from_host, sizeof from_host) < 0)
        return CC_ERR_FORMAT;
    if (strcmp(from_host, to_host) != 0 && !(is_prusa(from_host) && is_prusa(to_host)))
        return CC_ERR_DENIED;
    return cc_text_copy(out, cap, url) ? CC_OK : CC_ERR_FORMAT;
}
