// A login counts once: no request can be sent again by somebody who listened.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_crypto.h"
#include "fake/guard.h"
#include "util/err.h"
#include "web/nonce.h"

#define NOW 1000000u

static cc_fake_crypto_t fake;
static cc_crypto_t crypto;
static cc_nonces_t nonces;

static int set_up(void **state)
{
    (void)state;
    fake = (cc_fake_crypto_t){0};
    crypto = cc_fake_crypto_port(&fake);
    return cc_nonces_init(&nonces, &crypto);
}

static cc_nonce_verdict_t use(const char *nonce, uint32_t count, uint64_t now_ms)
{
    char nc[9];
    snprintf(nc, sizeof nc, "%08x", (unsigned)count);
    cc_guard_t guard = cc_guard_text(nonce);
    cc_nonce_verdict_t verdict =
        cc_nonce_use(&nonces, &crypto, (const char *)guard.bytes, nc, now_ms);
    cc_guard_free(&guard);
    return verdict;
}

static void a_nonce_serves_many_requests_each_once(void **state)
{
    (void)state;
    char nonce[CC_NONCE_TEXT_MAX];
    cc_nonce_make(&nonces, &crypto, NOW, nonce);
    assert_int_equal(strlen(nonce), CC_NONCE_TEXT_MAX - 1);
    for (uint32_t count = 1; count <= 300; count++) {
        assert_int_equal(use(nonce, count, NOW), CC_NONCE_GOOD);
        assert_int_equal(use(nonce, count, NOW), CC_NONCE_REPLAYED);
    }
    assert_int_equal(use(nonce, 1, NOW), CC_NONCE_REPLAYED);
    assert_int_equal(use(nonce, 0, NOW), CC_NONCE_REPLAYED);
}

static void requests_that_overtake_each_other_within_64_are_good(void **state)
{
    (void)state;
    char nonce[CC_NONCE_TEXT_MAX];
    cc_nonce_make(&nonces, &crypto, NOW, nonce);
    assert_int_equal(use(nonce, 100, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(nonce, 37, NOW), CC_NONCE_GOOD);     // 63 behind
    assert_int_equal(use(nonce, 36, NOW), CC_NONCE_REPLAYED); // too far behind to be known
    assert_int_equal(use(nonce, 37, NOW), CC_NONCE_REPLAYED);
    assert_int_equal(use(nonce, 99, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(nonce, 99, NOW), CC_NONCE_REPLAYED);
    assert_int_equal(use(nonce, 163, NOW), CC_NONCE_GOOD); // 100 is 63 behind now
    assert_int_equal(use(nonce, 100, NOW), CC_NONCE_REPLAYED);
    assert_int_equal(use(nonce, 101, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(nonce, 227, NOW), CC_NONCE_GOOD); // a leap of exactly 64
    assert_int_equal(use(nonce, 163, NOW), CC_NONCE_REPLAYED);
    assert_int_equal(use(nonce, 164, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(nonce, UINT32_MAX, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(nonce, UINT32_MAX, NOW), CC_NONCE_REPLAYED);
    assert_int_equal(use(nonce, UINT32_MAX - 1, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(nonce, 228, NOW), CC_NONCE_REPLAYED);
}

static void an_old_nonce_is_stale_not_wrong(void **state)
{
    (void)state;
    char nonce[CC_NONCE_TEXT_MAX];
    cc_nonce_make(&nonces, &crypto, NOW, nonce);
    assert_int_equal(use(nonce, 1, NOW + CC_NONCE_LIFE_MS), CC_NONCE_GOOD);
    assert_int_equal(use(nonce, 2, NOW + CC_NONCE_LIFE_MS + 1), CC_NONCE_STALE);
    assert_int_equal(use(nonce, 3, NOW - 1), CC_NONCE_STALE); // made in the future
}

static void a_nonce_that_was_not_made_here_is_forged(void **state)
{
    (void)state;
    char nonce[CC_NONCE_TEXT_MAX], changed[CC_NONCE_TEXT_MAX];
    cc_nonce_make(&nonces, &crypto, NOW, nonce);
    for (size_t i = 0; i < strlen(nonce); i++) {
        strcpy(changed, nonce);
        changed[i] = changed[i] == '0' ? '1' : '0';
        assert_int_equal(use(changed, 1, NOW), CC_NONCE_FORGED);
    }
    for (size_t len = 0; len < strlen(nonce); len++) {
        strcpy(changed, nonce);
        changed[len] = '\0';
        assert_int_equal(use(changed, 1, NOW), CC_NONCE_FORGED);
    }
    assert_int_equal(use("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", 1, NOW), CC_NONCE_FORGED);
    assert_int_equal(cc_nonce_use(&nonces, &crypto, nonce, "0000000g", NOW), CC_NONCE_FORGED);
    assert_int_equal(cc_nonce_use(&nonces, &crypto, nonce, "", NOW), CC_NONCE_FORGED);
    assert_int_equal(cc_nonce_use(&nonces, &crypto, nonce, "-0000001", NOW), CC_NONCE_FORGED);
    assert_int_equal(use(nonce, 1, NOW), CC_NONCE_GOOD);
}

static void a_nonce_of_the_run_before_is_forged(void **state)
{
    (void)state;
    char nonce[CC_NONCE_TEXT_MAX];
    cc_nonce_make(&nonces, &crypto, NOW, nonce);
    assert_int_equal(cc_nonces_init(&nonces, &crypto), CC_OK);
    assert_int_equal(use(nonce, 1, NOW), CC_NONCE_FORGED);
}

static void two_nonces_of_one_millisecond_differ(void **state)
{
    (void)state;
    char one[CC_NONCE_TEXT_MAX], other[CC_NONCE_TEXT_MAX];
    cc_nonce_make(&nonces, &crypto, NOW, one);
    cc_nonce_make(&nonces, &crypto, NOW, other);
    assert_string_not_equal(one, other);
    assert_int_equal(use(one, 1, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(other, 1, NOW), CC_NONCE_GOOD);
    assert_int_equal(use(one, 1, NOW), CC_NONCE_REPLAYED);
}

static void with_more_clients_than_are_remembered_nothing_is_taken_twice(void **state)
{
    (void)state;
    enum {
        CLIENTS = 3 * CC_NONCES_REMEMBERED
    };
    static char made[CLIENTS][CC_NONCE_TEXT_MAX];
    for (uint32_t i = 0; i < CLIENTS; i++)
        cc_nonce_make(&nonces, &crypto, NOW + i / 2, made[i]); // two in each millisecond
    for (uint32_t i = 0; i < CLIENTS; i++)
        assert_int_equal(use(made[i], 1, NOW + CLIENTS), CC_NONCE_GOOD);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        cc_nonce_verdict_t verdict = use(made[i], 1, NOW + CLIENTS);
        if (verdict != CC_NONCE_REPLAYED && verdict != CC_NONCE_STALE)
            fail_msg("nonce %u is taken twice", (unsigned)i);
    }
    // the newest client goes on, the oldest is asked for a new login
    assert_int_equal(use(made[CLIENTS - 1], 2, NOW + CLIENTS), CC_NONCE_GOOD);
    assert_int_equal(use(made[0], 2, NOW + CLIENTS), CC_NONCE_STALE);
}

static void nonces_that_nobody_uses_cost_nothing(void **state)
{
    (void)state;
    char first[CC_NONCE_TEXT_MAX], nonce[CC_NONCE_TEXT_MAX];
    cc_nonce_make(&nonces, &crypto, NOW, first);
    assert_int_equal(use(first, 1, NOW), CC_NONCE_GOOD);
    for (int i = 0; i < 10000; i++)
        cc_nonce_make(&nonces, &crypto, NOW + 1, nonce);
    assert_int_equal(use(first, 2, NOW + 1), CC_NONCE_GOOD);
}

static void without_randomness_there_is_no_login(void **state)
{
    (void)state;
    fake.fails = true;
    assert_int_equal(cc_nonces_init(&nonces, &crypto), CC_ERR_IO);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_nonce_serves_many_requests_each_once),
        TEST(requests_that_overtake_each_other_within_64_are_good),
        TEST(an_old_nonce_is_stale_not_wrong),
        TEST(a_nonce_that_was_not_made_here_is_forged),
        TEST(a_nonce_of_the_run_before_is_forged),
        TEST(two_nonces_of_one_millisecond_differ),
        TEST(with_more_clients_than_are_remembered_nothing_is_taken_twice),
        TEST(nonces_that_nobody_uses_cost_nothing),
        TEST(without_randomness_there_is_no_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
