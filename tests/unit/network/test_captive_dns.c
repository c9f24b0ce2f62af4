// Every name is this camera, and no datagram is too odd to be met with an answer or silence.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/guard.h"
#include "network/captive_dns.h"

static const uint8_t address[4] = {192, 168, 71, 1};

// connectivitycheck.gstatic.com, A, IN, with EDNS behind it
static const uint8_t query_a[] = {
    0x12, 0x34, 0x01, 0x00, 0,   1,    0,   0,   0,   0,   0,   1,   17,  'c', 'o',
    'n',  'n',  'e',  'c',  't', 'i',  'v', 'i', 't', 'y', 'c', 'h', 'e', 'c', 'k',
    7,    'g',  's',  't',  'a', 't',  'i', 'c', 3,   'c', 'o', 'm', 0,   0,   1,
    0,    1,    0,    0,    41,  0x10, 0,   0,   0,   0,   0,   0,   0,
};
#define QUESTION_END (sizeof query_a - 11)

static size_t answer(const uint8_t *query, size_t len, uint8_t *out)
{
    cc_guard_t guard = cc_guard_new(query, len);
    size_t n = cc_captive_dns_answer(guard.bytes, guard.len, address, out);
    cc_guard_free(&guard);
    return n;
}

static void any_name_is_the_camera(void **state)
{
    (void)state;
    uint8_t out[CC_CAPTIVE_DNS_MAX];
    static const uint8_t record[] = {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 192, 168, 71, 1};
    assert_int_equal(answer(query_a, sizeof query_a, out), QUESTION_END + 16);
    assert_memory_equal(out, "\x12\x34\x85\x80\0\1\0\1\0\0\0\0", 12);
    assert_memory_equal(out + 12, query_a + 12, QUESTION_END - 12);
    assert_memory_equal(out + QUESTION_END, record, sizeof record);
}

static void it_can_be_answered_in_place(void **state)
{
    (void)state;
    uint8_t out[CC_CAPTIVE_DNS_MAX], both[CC_CAPTIVE_DNS_MAX];
    size_t n = answer(query_a, sizeof query_a, out);
    memcpy(both, query_a, sizeof query_a);
    assert_int_equal(cc_captive_dns_answer(both, sizeof query_a, address, both), n);
    assert_memory_equal(both, out, n);
}

static void other_kinds_of_question_have_no_answer_but_exist(void **state)
{
    (void)state;
    static const uint8_t types[] = {28 /* AAAA */, 65 /* HTTPS */, 15, 16, 12};
    for (size_t i = 0; i < sizeof types; i++) {
        uint8_t query[sizeof query_a], out[CC_CAPTIVE_DNS_MAX];
        memcpy(query, query_a, sizeof query);
        query[QUESTION_END - 3] = types[i];
        assert_int_equal(answer(query, sizeof query, out), QUESTION_END);
        assert_memory_equal(out + 2, "\x85\x80\0\1\0\0\0\0\0\0", 10); // no error, no answer
    }
}

static void answers_are_not_answered(void **state)
{
    (void)state;
    uint8_t query[sizeof query_a], out[CC_CAPTIVE_DNS_MAX];
    memcpy(query, query_a, sizeof query);
    query[2] |= 0x80;
    assert_int_equal(answer(query, sizeof query, out), 0);
}

static void what_this_server_does_not_do_is_said(void **state)
{
    (void)state;
    uint8_t query[sizeof query_a], out[CC_CAPTIVE_DNS_MAX];
    memcpy(query, query_a, sizeof query);
    query[2] = 0x28; // UPDATE
    assert_int_equal(answer(query, sizeof query, out), 12);
    assert_memory_equal(out, "\x12\x34\xA8\x04\0\0\0\0\0\0\0\0", 12);
    query[2] = 1;
    query[5] = 2; // two questions
    assert_int_equal(answer(query, sizeof query, out), 12);
    assert_int_equal(out[3] & 15, 1);
}

static void a_query_cut_anywhere_is_met_with_silence(void **state)
{
    (void)state;
    uint8_t out[CC_CAPTIVE_DNS_MAX];
    for (size_t len = 0; len < QUESTION_END; len++)
        assert_int_equal(answer(query_a, len, out), 0);
    for (size_t len = QUESTION_END; len <= sizeof query_a; len++)
        assert_int_equal(answer(query_a, len, out), QUESTION_END + 16);
}

static void names_that_are_none_are_met_with_silence(void **state)
{
    (void)state;
    uint8_t query[CC_CAPTIVE_DNS_MAX + 1] = {0, 1, 1, 0, 0, 1}, out[CC_CAPTIVE_DNS_MAX];
    query[12] = 0xC0; // a pointer to itself
    query[13] = 12;
    assert_int_equal(answer(query, 40, out), 0);
    query[12] = 0x41; // a label of a kind that never came to be
    assert_int_equal(answer(query, 400, out), 0);
    for (size_t at = 12; at < 300; at += 64)
        query[at] = 63; // longer than 255 bytes
    assert_int_equal(answer(query, 400, out), 0);
    assert_int_equal(answer(query, sizeof query, out), 0);
}

static void any_bytes_are_answered_within_bounds_or_not_at_all(void **state)
{
    (void)state;
    srand(53);
    for (int i = 0; i < 800; i++) {
        uint8_t query[CC_CAPTIVE_DNS_MAX], out[CC_CAPTIVE_DNS_MAX];
        size_t len = (size_t)rand() % (sizeof query + 1);
        for (size_t k = 0; k < len; k++)
            query[k] = (uint8_t)(rand() % 3 ? rand() % 20 : rand());
        memcpy(query, query_a, len < 12 ? len : 12);
        size_t n = answer(query, len, out);
        assert_true(n <= CC_CAPTIVE_DNS_MAX);
        if (n > 0)
            assert_true(out[2] & 0x80);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_name_is_the_camera),
        cmocka_unit_test(it_can_be_answered_in_place),
        cmocka_unit_test(other_kinds_of_question_have_no_answer_but_exist),
        cmocka_unit_test(answers_are_not_answered),
        cmocka_unit_test(what_this_server_does_not_do_is_said),
        cmocka_unit_test(a_query_cut_anywhere_is_met_with_silence),
        cmocka_unit_test(names_that_are_none_are_met_with_silence),
        cmocka_unit_test(any_bytes_are_answered_within_bounds_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
