// Any Location from any server, as two lines: the token never goes where it must not.
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "connect/place.h"
#include "require.h"
#include "settings/check.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool is_prusa(const char *host)
{
    return strcmp(host, "prusa3d.com") == 0 || ends_with(host, ".prusa3d.com");
}

static void follow(const char *from, const char *location)
{
    char url[CC_PLACE_MAX], from_host[256], to_host[256];
    int err = cc_place_follow(from, location, url, sizeof url);
    REQUIRE(err == CC_OK || err == CC_ERR_DENIED || err == CC_ERR_FORMAT);
    if (err != CC_OK)
        return;
    REQUIRE(strncmp(url, "https://", 8) == 0 || (url[0] | 32) == 'h');
    REQUIRE(cc_place_host(from, from_host, sizeof from_host) == CC_OK);
    REQUIRE(cc_place_host(url, to_host, sizeof to_host) == CC_OK);
    REQUIRE(strcmp(from_host, to_host) == 0 || (is_prusa(from_host) && is_prusa(to_host)));
    REQUIRE(!strpbrk(url, "@ \r\n\t\\\"") || strchr(url + 8, '/') < strpbrk(url, "@ \r\n\t\\\""));
    REQUIRE(!strpbrk(url, " \r\n\t"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *from = malloc(len + 2);
    char why[200], joined[CC_PLACE_MAX];
    REQUIRE(from);
    memcpy(from, bytes, len);
    from[len] = '\0';
    char *location = from + strcspn(from, "\n");
    if (*location)
        *location++ = '\0';

    // only an address that passed the setting's check is ever asked
    if (cc_check_https_url(from, why, sizeof why) && strlen(from) <= 200)
        follow(from, location);
    follow("https://connect.prusa3d.com/c/snapshot", location);
    follow("https://[fe80::1]:8443/c/snapshot", location);
    int err = cc_place_join(from, "/c/info", joined, sizeof joined);
    REQUIRE(err == CC_ERR_SPACE || (err == CC_OK && ends_with(joined, "/c/info")));
    free(from);
    return 0;
}
