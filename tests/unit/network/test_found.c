// The list of Wi-Fi networks that people choose from.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "network/found.h"

typedef struct {
    cc_wifi_network_t list[4];
    size_t n;
} found_t;

static void add(found_t *found, const char *ssid, int8_t rssi_dbm, bool secured)
{
    cc_wifi_network_t one = {.rssi_dbm = rssi_dbm, .secured = secured};
    snprintf(one.ssid, sizeof one.ssid, "%s", ssid);
    found->n = cc_found_add(found->list, found->n, 4, &one);
}

static void assert_list(const found_t *found, const char *expected)
{
    char text[200] = "";
    for (size_t i = 0; i < found->n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d ", found->list[i].ssid,
                 found->list[i].rssi_dbm);
    assert_string_equal(text, expected);
}

static void the_strongest_comes_first(void **state)
{
    (void)state;
    found_t found = {0};
    add(&found, "b", -60, true);
    add(&found, "a", -50, true);
    add(&found, "c", -70, true);
    assert_list(&found, "a-50 b-60 c-70 ");
}

static void a_name_stands_once_by_its_strongest_access_point(void **state)
{
    (void)state;
    found_t found = {0};
    add(&found, "home", -70, true);
    add(&found, "other", -60, true);
    add(&found, "home", -50, true);
    add(&found, "home", -80, true);
    assert_list(&found, "home-50 other-60 ");
    add(&found, "home", -40, false); // open: another one under that name
    assert_list(&found, "home-40 home-50 other-60 ");
}

static void names_that_are_hidden_cannot_be_chosen(void **state)
{
    (void)state;
    found_t found = {0};
    add(&found, "", -30, true);
    assert_int_equal(found.n, 0);
}

static void the_weakest_are_left_out_where_there_is_no_room(void **state)
{
    (void)state;
    found_t found = {0};
    add(&found, "d", -80, true);
    add(&found, "c", -70, true);
    add(&found, "b", -60, true);
    add(&found, "a", -50, true);
    add(&found, "e", -90, true);
    add(&found, "f", -55, true);
    add(&found, "c", -45, true);
    assert_list(&found, "c-45 a-50 f-55 b-60 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strongest_comes_first),
        cmocka_unit_test(a_name_stands_once_by_its_strongest_access_point),
        cmocka_unit_test(names_that_are_hidden_cannot_be_chosen),
        cmocka_unit_test(the_weakest_are_left_out_where_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
