// Where the token may go when a server sends the camera on.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "connect/place.h"
#include "util/err.h"

#define CONNECT "https://connect.prusa3d.com/c/snapshot"
#define WEBCAM  "https://webcam.connect.prusa3d.com/c/snapshot"
#define OWN     "https://connect.example.org:8443/c/snapshot"

static void assert_follows(const char *from, const char *location, const char *to)
{
    char out[CC_PLACE_MAX] = "";
    if (cc_place_follow(from, location, out, sizeof out) != CC_OK)
        fail_msg("from %s it does not follow '%s'", from, location);
    assert_string_equal(out, to);
}

static void assert_stays(const char *from, const char *location)
{
    char out[CC_PLACE_MAX] = "untouched";
    int err = cc_place_follow(from, location, out, sizeof out);
    if (err != CC_ERR_DENIED && err != CC_ERR_FORMAT)
        fail_msg("from %s it follows '%s' to %s", from, location, out);
    assert_string_equal(out, "untouched");
}

static void a_redirect_between_hosts_of_prusa_is_followed(void **state)
{
    (void)state;
    static const char service[] = "https://camera-service.prusa3d.com/c/snapshot";
    assert_follows(WEBCAM, service, service);
    assert_follows(service, CONNECT, CONNECT);
    assert_follows(CONNECT, "https://prusa3d.com/c/snapshot", "https://prusa3d.com/c/snapshot");
    assert_follows(CONNECT, "https://a.b.c.prusa3d.com", "https://a.b.c.prusa3d.com");
    assert_follows(CONNECT, "HTTPS://Camera.PRUSA3D.com/x", "HTTPS://Camera.PRUSA3D.com/x");
    assert_follows("https://PRUSA3D.COM/x", "https://a.prusa3d.com/", "https://a.prusa3d.com/");
}

static void a_redirect_on_the_same_host_is_followed(void **state)
{
    (void)state;
    assert_follows(OWN, "https://connect.example.org:9443/v2",
                   "https://connect.example.org:9443/v2");
    assert_follows(OWN, "https://Connect.Example.ORG/v2", "https://Connect.Example.ORG/v2");
    assert_follows(OWN, "/v2/snapshot", "https://connect.example.org:8443/v2/snapshot");
    assert_follows(OWN, "/", "https://connect.example.org:8443/");
    assert_follows("https://connect.example.org", "/v2", "https://connect.example.org/v2");
    assert_follows(OWN, "//connect.example.org/v2", "https://connect.example.org/v2");
    assert_follows("https://[fe80::1]:8443/c/info", "https://[FE80::1]/x", "https://[FE80::1]/x");
    assert_follows("https://192.168.1.5:8443/c/info", "/x", "https://192.168.1.5:8443/x");
}

static void the_token_never_goes_to_another_host(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {
        "https://example.com/c/snapshot",
        "https://connect.prusa3d.com.example.com/c/snapshot",
        "https://evilprusa3d.com/c/snapshot",
        "https://prusa3d.com.evil/",
        "https://prusa3d.org/",
        "https://connect.prusa3d.com@example.com/",
        "https://connect.prusa3d.com:443@example.com/",
        "https://example.com\\.prusa3d.com/",
        "https://example.com%2f.prusa3d.com/",
        "https://example.com/.prusa3d.com",
        "https://example.com?.prusa3d.com",
        "https://example.com#.prusa3d.com",
        "https://example.com:80.prusa3d.com/",
        "https://exa mple.prusa3d.com/",
        "https://.prusa3d.com/",
        "https://[::1].prusa3d.com/",
        "//example.com/c/snapshot",
        "///example.com/c/snapshot",
    };
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        assert_stays(CONNECT, elsewhere[i]);
        assert_stays(OWN, elsewhere[i]);
    }
    // not from prusa to elsewhere, and not from elsewhere to prusa
    assert_stays(CONNECT, "https://connect.example.org/c/snapshot");
    assert_stays(OWN, CONNECT);
    assert_stays(OWN, "https://other.example.org/c/snapshot");
    assert_stays("https://[fe80::1]/", "https://[fe80::2]/");
    assert_stays("https://[fe80::1]/", "https://192.168.1.5/");
}

static void the_token_never_goes_without_encryption(void **state)
{
    (void)state;
    char out[CC_PLACE_MAX];
    assert_int_equal(
        cc_place_follow(CONNECT, "http://connect.prusa3d.com/c/snapshot", out, sizeof out),
        CC_ERR_DENIED);
    assert_int_equal(cc_place_follow(OWN, "HTTP://connect.example.org/", out, sizeof out),
                     CC_ERR_DENIED);
    static const char *const schemes[] = {"ftp://connect.prusa3d.com/", "file:///etc/passwd",
                                          "javascript:alert(1)", "ws://connect.prusa3d.com/"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        assert_stays(CONNECT, schemes[i]);
}

static void a_location_that_is_no_address_is_refused(void **state)
{
    (void)state;
    char longer[600] = "https://connect.prusa3d.com/";
    memset(longer + strlen(longer), 'a', 500);
    static const char *const wrong[] = {"",
                                        " ",
                                        "c/snapshot",
                                        "https://",
                                        "https:///x",
                                        "https://connect.prusa3d.com:0/",
                                        "https://connect.prusa3d.com:99999/",
                                        "https://connect.prusa3d.com/a b",
                                        "https://connect.prusa3d.com/\r\nToken: x",
                                        "https://connect.prusa3d.com/\xFF"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_stays(CONNECT, wrong[i]);
    assert_stays(CONNECT, longer);
    longer[0] = '/';
    memset(longer, 'a', 500);
    longer[0] = '/';
    assert_stays(CONNECT, longer);
    char small[16] = "untouched";
    assert_int_equal(cc_place_follow(OWN, "/v2/snapshot", small, sizeof small), CC_ERR_FORMAT);
}

static void a_path_is_put_behind_a_server_with_one_slash(void **state)
{
    (void)state;
    char out[40];
    assert_int_equal(cc_place_join("https://host", "/c/info", out, sizeof out), CC_OK);
    assert_string_equal(out, "https://host/c/info");
    assert_int_equal(cc_place_join("https://host/prefix//", "/c/info", out, sizeof out), CC_OK);
    assert_string_equal(out, "https://host/prefix/c/info");
    assert_int_equal(cc_place_join("https://host", "/c/info", out, 19), CC_ERR_SPACE);
    assert_int_equal(cc_place_join("https://host", "/c/info", out, 20), CC_OK);
}

static void the_host_is_told_in_lower_case_and_without_port(void **state)
{
    (void)state;
    char out[32] = "untouched";
    assert_int_equal(cc_place_host("https://Connect.Prusa3D.com:443/x", out, sizeof out), CC_OK);
    assert_string_equal(out, "connect.prusa3d.com");
    assert_int_equal(cc_place_host("https://[FE80::1]:443", out, sizeof out), CC_OK);
    assert_string_equal(out, "[fe80::1]");
    static const char *const wrong[] = {"http://host", "https://", "https://a@b", "https://[::1",
                                        ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(cc_place_host(wrong[i], out, sizeof out), CC_ERR_FORMAT);
    assert_int_equal(cc_place_host("https://host", out, 4), CC_ERR_SPACE);
    assert_string_equal(out, "[fe80::1]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_redirect_between_hosts_of_prusa_is_followed),
        cmocka_unit_test(a_redirect_on_the_same_host_is_followed),
        cmocka_unit_test(the_token_never_goes_to_another_host),
        cmocka_unit_test(the_token_never_goes_without_encryption),
        cmocka_unit_test(a_location_that_is_no_address_is_refused),
        cmocka_unit_test(a_path_is_put_behind_a_server_with_one_slash),
        cmocka_unit_test(the_host_is_told_in_lower_case_and_without_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
