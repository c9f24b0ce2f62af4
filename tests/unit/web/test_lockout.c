// Guessing passwords gets slow, for the one who guesses only.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "web/lockout.h"

#define NOW    100000000u
#define MINUTE 60000u

static cc_lockout_t lockout;

static int set_up(void **state)
{
    (void)state;
    lockout = (cc_lockout_t){0};
    return 0;
}

static void fail_times(const char *address, int n, uint64_t now_ms)
{
    for (int i = 0; i < n; i++)
        cc_lockout_failed(&lockout, address, now_ms);
}

static void the_tenth_wrong_password_locks_out_for_a_minute(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        cc_lockout_failed(&lockout, "192.168.1.5", NOW);
        assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", NOW), 0);
    }
    cc_lockout_failed(&lockout, "192.168.1.5", NOW);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", NOW), MINUTE);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", NOW + MINUTE - 1), 1);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", NOW + MINUTE), 0);
}

static void each_further_lockout_is_twice_as_long_up_to_an_hour(void **state)
{
    (void)state;
    static const uint64_t minutes[] = {1, 2, 4, 8, 16, 32, 60};
    uint64_t now_ms = NOW;
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        fail_times("192.168.1.5", 9, now_ms);
        assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", now_ms), 0);
        fail_times("192.168.1.5", 1, now_ms);
        uint64_t wait_ms = cc_lockout_wait_ms(&lockout, "192.168.1.5", now_ms);
        assert_int_equal(wait_ms, minutes[i] * MINUTE);
        now_ms += wait_ms;
    }
}

static void an_hour_of_being_locked_out_is_not_an_hour_of_good_behaviour(void **state)
{
    (void)state;
    uint64_t now_ms = NOW;
    for (int i = 0; i < 9; i++) {
        fail_times("192.168.1.5", 10, now_ms);
        now_ms += cc_lockout_wait_ms(&lockout, "192.168.1.5", now_ms) + 1000;
    }
    fail_times("192.168.1.5", 10, now_ms);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", now_ms), CC_LOCKOUT_LAST_MS);
}

static void other_addresses_are_not_locked_out(void **state)
{
    (void)state;
    fail_times("192.168.1.5", 10, NOW);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.50", NOW), 0);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.6", NOW), 0);
    fail_times("192.168.1.6", 9, NOW);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.6", NOW), 0);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "", NOW), 0);
}

static void neighbours_in_an_ipv6_network_are_one(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        char address[46];
        snprintf(address, sizeof address, "2001:db8:1:2:%x:%x::%x", i + 1, i * 77 + 1, i + 1);
        cc_lockout_failed(&lockout, address, NOW);
    }
    assert_int_equal(cc_lockout_wait_ms(&lockout, "2001:db8:1:2:aaaa:bbbb:cccc:dddd", NOW), MINUTE);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "2001:db8:1:2::7", NOW), MINUTE);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "2001:db8:1:3:aaaa:bbbb:cccc:dddd", NOW), 0);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "2001:db8:1:3::7", NOW), 0);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "::1", NOW), 0);
}

static void an_ipv4_address_inside_ipv6_is_the_same_one(void **state)
{
    (void)state;
    fail_times("::ffff:192.168.1.5", 5, NOW);
    fail_times("192.168.1.5", 5, NOW);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "::FFFF:192.168.1.5", NOW), MINUTE);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "::ffff:192.168.1.6", NOW), 0);
}

static void a_right_password_forgives(void **state)
{
    (void)state;
    fail_times("192.168.1.5", 9, NOW);
    cc_lockout_succeeded(&lockout, "192.168.1.5");
    fail_times("192.168.1.5", 9, NOW);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", NOW), 0);
    cc_lockout_succeeded(&lockout, "192.168.1.99"); // of nobody known
    fail_times("192.168.1.5", 1, NOW);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", NOW), MINUTE);
}

static void an_hour_without_a_failure_is_forgiven_too(void **state)
{
    (void)state;
    fail_times("192.168.1.5", 9, NOW);
    fail_times("192.168.1.5", 1, NOW + CC_LOCKOUT_FORGET_MS + 1);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.5", NOW + CC_LOCKOUT_FORGET_MS + 1),
                     0);
    fail_times("192.168.1.6", 9, NOW);
    fail_times("192.168.1.6", 1, NOW + CC_LOCKOUT_FORGET_MS - 1);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "192.168.1.6", NOW + CC_LOCKOUT_FORGET_MS - 1),
                     MINUTE);
}

static void many_addresses_make_the_oldest_one_forgotten_not_the_newest(void **state)
{
    (void)state;
    fail_times("10.0.0.1", 9, NOW);
    for (unsigned i = 0; i < CC_LOCKOUT_ADDRESSES - 1; i++) {
        char address[20];
        snprintf(address, sizeof address, "10.0.1.%u", i);
        fail_times(address, 10, NOW + 1 + i);
    }
    fail_times("10.0.2.1", 10, NOW + 1000); // there is no room left: 10.0.0.1 makes some
    assert_true(cc_lockout_wait_ms(&lockout, "10.0.2.1", NOW + 1000) > 0);
    for (unsigned i = 0; i < CC_LOCKOUT_ADDRESSES - 1; i++) {
        char address[20];
        snprintf(address, sizeof address, "10.0.1.%u", i);
        assert_true(cc_lockout_wait_ms(&lockout, address, NOW + 1000) > 0);
    }
    fail_times("10.0.0.1", 1, NOW + 1000);
    assert_int_equal(cc_lockout_wait_ms(&lockout, "10.0.0.1", NOW + 1000), 0);
}

static void a_text_that_is_no_address_breaks_nothing(void **state)
{
    (void)state;
    static const char *const odd[] = {":", "::", ":::::::::", "a:b:c:d:e:f",
                                      "0123456789012345678901234567890123456789012345678901234567"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        fail_times(odd[i], 10, NOW);
        assert_int_equal(cc_lockout_wait_ms(&lockout, odd[i], NOW) > 0, 1);
        cc_lockout_succeeded(&lockout, odd[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_tenth_wrong_password_locks_out_for_a_minute),
        TEST(each_further_lockout_is_twice_as_long_up_to_an_hour),
        TEST(an_hour_of_being_locked_out_is_not_an_hour_of_good_behaviour),
        TEST(other_addresses_are_not_locked_out),
        TEST(neighbours_in_an_ipv6_network_are_one),
        TEST(an_ipv4_address_inside_ipv6_is_the_same_one),
        TEST(a_right_password_forgives),
        TEST(an_hour_without_a_failure_is_forgiven_too),
        TEST(many_addresses_make_the_oldest_one_forgotten_not_the_newest),
        TEST(a_text_that_is_no_address_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
