// Who may ask: this camera's own names, and no other site's pages.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "web/guard.h"

#define NAME "prusa-esp32cam"

static void the_cameras_own_names_and_addresses_are_ours(void **state)
{
    (void)state;
    static const char *const ours[] = {
        "192.168.1.20",   "192.168.1.20:8080", "127.0.0.1:80",    "[::1]",
        "[fe80::1]:8080", "localhost",         "LOCALHOST:8080",  NAME,
        NAME ":80",       "Prusa-ESP32cam",    NAME ".local",     NAME ".LOCAL:8080",
        NAME ".local.",   NAME ".lan",         NAME ".home.arpa", NAME ".fritz.box:80",
    };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (!cc_guard_host_is_ours(ours[i], NAME))
            fail_msg("%s is not ours", ours[i]);
        assert_false(cc_guard_host_is_foreign(ours[i], NAME));
    }
}

static void a_name_from_outside_that_leads_here_is_foreign(void **state)
{
    (void)state;
    static const char *const foreign[] = {
        "example.com",
        "example.com:80",
        NAME ".example.com",
        NAME ".local.example.com",
        NAME "x.local",
        "x" NAME ".local",
        "192.168.1.20.example.com",
        "192.168.1.20x",
        "1.2.3.4.5",
        "256.1.1.1",
        "localhost.example.com",
        "localhost.localdomain.example.com",
        "example.com#" NAME ".local",
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        if (cc_guard_host_is_ours(foreign[i], NAME))
            fail_msg("%s is ours", foreign[i]);
        if (!cc_guard_host_is_foreign(foreign[i], NAME))
            fail_msg("%s is not foreign", foreign[i]);
    }
}

static void a_host_that_is_missing_broken_or_endless_is_not_ours(void **state)
{
    (void)state;
    char endless[600];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_false(cc_guard_host_is_ours(NULL, NAME));
    assert_false(cc_guard_host_is_ours("", NAME));
    assert_false(cc_guard_host_is_ours(":80", NAME));
    assert_false(cc_guard_host_is_ours(".", NAME));
    assert_false(cc_guard_host_is_ours("[::1", NAME));
    assert_false(cc_guard_host_is_ours(endless, NAME));
    assert_false(cc_guard_host_is_ours(".local", ""));
    assert_false(cc_guard_host_is_foreign(NULL, NAME));
}

static void a_page_of_another_site_is_told_by_the_browser(void **state)
{
    (void)state;
    assert_true(cc_guard_is_cross_site("cross-site", NULL, "192.168.1.20", NULL));
    assert_true(cc_guard_is_cross_site("same-site", NULL, "192.168.1.20", NULL));
    assert_true(cc_guard_is_cross_site("Cross-Site", "http://192.168.1.20", "192.168.1.20", NULL));
    assert_true(cc_guard_is_cross_site("", NULL, "192.168.1.20", NULL));
    assert_false(
        cc_guard_is_cross_site("same-origin", "http://192.168.1.20", "192.168.1.20", NULL));
    assert_false(cc_guard_is_cross_site("none", NULL, "192.168.1.20", NULL));
    assert_false(cc_guard_is_cross_site(NULL, NULL, NULL, NULL)); // curl says nothing
    assert_false(cc_guard_is_cross_site(NULL, NULL, "192.168.1.20", "curl/8.5.0"));
    // over plain HTTP an image on any page is asked for like this
    assert_true(
        cc_guard_is_cross_site(NULL, NULL, "192.168.1.20", "Mozilla/5.0 (X11; Linux x86_64)"));
}

static void behind_a_proxy_the_browsers_own_word_counts(void **state)
{
    (void)state;
    assert_false(
        cc_guard_is_cross_site("same-origin", "https://cams.example.com", "10.0.0.7", NULL));
    assert_true(cc_guard_is_cross_site("cross-site", "http://10.0.0.7", "10.0.0.7", NULL));
}

static void an_origin_counts_where_the_browser_tells_only_that(void **state)
{
    (void)state;
    assert_false(
        cc_guard_is_cross_site(NULL, "http://192.168.1.20:8080", "192.168.1.20:8080", NULL));
    assert_false(cc_guard_is_cross_site(NULL, "HTTP://Cam.local", "cam.local", NULL));
    assert_false(cc_guard_is_cross_site(NULL, "https://cam.local", "cam.local", NULL));
    assert_true(cc_guard_is_cross_site(NULL, "null", "192.168.1.20", NULL));
    assert_true(cc_guard_is_cross_site(NULL, "http://192.168.1.20", "192.168.1.20:8080", NULL));
    assert_true(cc_guard_is_cross_site(NULL, "http://192.168.1.20:8080", "192.168.1.20", NULL));
    assert_true(
        cc_guard_is_cross_site(NULL, "http://192.168.1.20.example.com", "192.168.1.20", NULL));
    assert_true(
        cc_guard_is_cross_site(NULL, "http://example.com/192.168.1.20", "192.168.1.20", NULL));
    assert_true(cc_guard_is_cross_site(NULL, "file://192.168.1.20", "192.168.1.20", NULL));
    assert_true(cc_guard_is_cross_site(NULL, "", "192.168.1.20", NULL));
    assert_true(cc_guard_is_cross_site(NULL, "http://192.168.1.20", NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cameras_own_names_and_addresses_are_ours),
        cmocka_unit_test(a_name_from_outside_that_leads_here_is_foreign),
        cmocka_unit_test(a_host_that_is_missing_broken_or_endless_is_not_ours),
        cmocka_unit_test(a_page_of_another_site_is_told_by_the_browser),
        cmocka_unit_test(behind_a_proxy_the_browsers_own_word_counts),
        cmocka_unit_test(an_origin_counts_where_the_browser_tells_only_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
