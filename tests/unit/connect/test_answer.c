// What an answer of Connect means, and the sentence that people read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "connect/answer.h"
#include "fake/guard.h"
#include "util/text.h"

static cc_http_answer_t answered(int status, const char *body)
{
    cc_http_answer_t answer = {.status = status, .body_len = strlen(body)};
    memcpy(answer.body, body, answer.body_len + 1);
    return answer;
}

static void assert_says(const cc_http_answer_t *answer, const char *words)
{
    char text[400];
    cc_answer_sentence(cc_answer_result(answer), answer, "connect.prusa3d.com", text, sizeof text);
    if (!strstr(text, words))
        fail_msg("'%s' lacks '%s'", text, words);
    assert_int_equal(text[strlen(text) - 1] == '.' || text[strlen(text) - 1] == '?', 1);
    assert_false(cc_text_has_control(text));
}

static void each_status_means_what_the_api_says(void **state)
{
    (void)state;
    static const struct {
        int first;
        int last;
        cc_result_t result;
    } statuses[] = {
        {200, 299, CC_RESULT_SENT},      {301, 302, CC_RESULT_REDIRECT},
        {307, 308, CC_RESULT_REDIRECT},  {400, 400, CC_RESULT_REFUSED},
        {401, 401, CC_RESULT_DENIED},    {403, 403, CC_RESULT_DENIED},
        {404, 404, CC_RESULT_NOT_FOUND}, {409, 409, CC_RESULT_CONFLICT},
        {413, 413, CC_RESULT_TOO_LARGE}, {429, 429, CC_RESULT_TOO_OFTEN},
        {500, 599, CC_RESULT_OUTAGE},    {300, 300, CC_RESULT_REFUSED},
        {303, 306, CC_RESULT_REFUSED},   {402, 402, CC_RESULT_REFUSED},
        {418, 418, CC_RESULT_REFUSED},
    };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        for (int status = statuses[i].first; status <= statuses[i].last; status++) {
            cc_http_answer_t answer = answered(status, "");
            assert_int_equal(cc_answer_result(&answer), statuses[i].result);
        }
    }
}

static void without_an_answer_the_step_that_failed_counts(void **state)
{
    (void)state;
    static const struct {
        cc_step_t step;
        cc_result_t result;
        const char *words;
    } steps[] = {
        {CC_STEP_DNS, CC_RESULT_DNS, "The name connect.prusa3d.com was not found"},
        {CC_STEP_CONNECT, CC_RESULT_CONNECT, "connect.prusa3d.com did not take the connection"},
        {CC_STEP_TLS, CC_RESULT_TLS, "No safe connection to connect.prusa3d.com"},
        {CC_STEP_SEND, CC_RESULT_SEND, "did not get through to connect.prusa3d.com"},
        {CC_STEP_ANSWER, CC_RESULT_ANSWER, "connect.prusa3d.com took the picture"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        cc_http_answer_t answer = {.failed_at = steps[i].step};
        assert_int_equal(cc_answer_result(&answer), steps[i].result);
        assert_says(&answer, steps[i].words);
        answer.timed_out = true;
        assert_says(&answer, " in time");
        if (steps[i].step != CC_STEP_DNS) {
            strcpy(answer.reason, "certificate has expired");
            assert_says(&answer, ": certificate has expired.");
        }
    }
}

static void each_sentence_says_what_to_do(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *words;
    } sentences[] = {
        {204, "arrived"},
        {400, "make a new camera in Connect"},
        {401, "The token is not accepted"},
        {403, "The token is not accepted"},
        {404, "Is the printer on?"},
        {409, "make a new camera in Connect"},
        {413, "Choose a smaller picture size"},
        {429, "another camera"},
        {503, "a problem of its own (503)"},
        {301, "token were not sent there"},
    };
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        cc_http_answer_t answer = answered(sentences[i].status, "");
        assert_says(&answer, sentences[i].words);
    }
}

static void another_cameras_token_is_told_apart_from_a_wrong_one(void **state)
{
    (void)state;
    cc_http_answer_t answer =
        answered(403, "{\"code\":\"FORBIDDEN_INVALID_FINGERPRINT\",\"message\":\"no\"}");
    assert_says(&answer, "belongs to another camera");
}

static void the_servers_own_words_are_passed_on_clean_and_cut(void **state)
{
    (void)state;
    cc_http_answer_t answer = answered(400, "{\"message\":\"Bad \\u001b[31m\\nimage\\u007f\"}");
    assert_says(&answer, "(400): Bad  [31m image . ");
    answer = answered(400, "{\"message\":{\"a\":1}}");
    assert_says(&answer, "(400). ");
    answer = answered(400, "<html>\x01");
    assert_says(&answer, "(400). ");

    char body[1200] = "{\"message\":\"";
    for (int i = 0; i < 500; i++)
        strcat(body, "\xC3\xBC");
    strcat(body, "\"}");
    char text[400];
    answer = answered(400, body);
    cc_answer_sentence(CC_RESULT_REFUSED, &answer, "host", text, sizeof text);
    assert_true(cc_text_is_utf8(text, strlen(text)));
    assert_non_null(strstr(text, "make a new camera"));
}

static void a_sentence_stays_within_its_room(void **state)
{
    (void)state;
    cc_http_answer_t answer = {.failed_at = CC_STEP_TLS, .reason = "a long reason"};
    for (int result = 0; result <= CC_RESULT_NO_PICTURE; result++) {
        for (size_t cap = 1; cap < 30; cap++) {
            cc_guard_t room = cc_guard_new("12345678901234567890123456789012", cap);
            cc_answer_sentence((cc_result_t)result, &answer, "host", (char *)room.bytes, cap);
            assert_true(strlen((char *)room.bytes) < cap);
            cc_guard_free(&room);
        }
        assert_string_not_equal(cc_result_name((cc_result_t)result), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_means_what_the_api_says),
        cmocka_unit_test(without_an_answer_the_step_that_failed_counts),
        cmocka_unit_test(each_sentence_says_what_to_do),
        cmocka_unit_test(another_cameras_token_is_told_apart_from_a_wrong_one),
        cmocka_unit_test(the_servers_own_words_are_passed_on_clean_and_cut),
        cmocka_unit_test(a_sentence_stays_within_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
