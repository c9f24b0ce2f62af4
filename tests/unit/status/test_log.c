// The log: whole lines, bounded memory, and nobody from outside can forge one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_clock.h"
#include "fake/fake_task.h"
#include "status/log.h"
#include "util/err.h"

typedef struct {
    unsigned lines;
    char last[CC_LOG_LINE_MAX + 1];
} sink_t;

static cc_fake_clock_t fake_clock;
static cc_fake_task_t tasks;
static cc_log_t log_ring;
static sink_t sink;
static char text[CC_LOG_RING_BYTES + 1];
static uint64_t position;

static void take_line(void *ctx, cc_log_level_t level, const char *line, size_t len)
{
    sink_t *taken = ctx;
    (void)level;
    assert_in_range(len, 1, CC_LOG_LINE_MAX);
    assert_int_equal(line[len - 1], '\n');
    memcpy(taken->last, line, len);
    taken->last[len] = '\0';
    taken->lines++;
}

static int set_up(void **state)
{
    (void)state;
    fake_clock = (cc_fake_clock_t){.now_ms = 61234, .unix_ms = 784111777000};
    tasks = (cc_fake_task_t){.clock = &fake_clock};
    sink = (sink_t){0};
    position = 0;
    cc_task_t task = cc_fake_task_port(&tasks);
    cc_clock_t clock = cc_fake_clock_port(&fake_clock);
    return cc_log_init(&log_ring, &task, &clock, take_line, &sink);
}

static int tear_down(void **state)
{
    (void)state;
    cc_log_deinit(&log_ring);
    return (int)tasks.monitors;
}

// What is new since the last call, as a text.
static const char *news(void)
{
    size_t len = cc_log_copy(&log_ring, position, text, CC_LOG_RING_BYTES, &position);
    text[len] = '\0';
    return text;
}

static void a_line_has_its_time_level_and_module(void **state)
{
    (void)state;
    cc_log(&log_ring, CC_LOG_WARNING, "connect", "status %d", 503);
    assert_string_equal(news(), "1994-11-06T08:49:37Z WARN  connect: status 503\n");
    assert_string_equal(sink.last, text);
    fake_clock.unix_ms = 0; // before the wall clock is known
    cc_log(&log_ring, CC_LOG_ERROR, "camera", "gone");
    assert_string_equal(news(), "        61.234 ERROR camera: gone\n");
}

static void lines_above_the_level_are_dropped(void **state)
{
    (void)state;
    cc_log(&log_ring, CC_LOG_DEBUG, "web", "detail");
    assert_string_equal(news(), "");
    cc_log_set_level(&log_ring, CC_LOG_DEBUG);
    cc_log(&log_ring, CC_LOG_DEBUG, "web", "detail");
    cc_log_set_level(&log_ring, CC_LOG_ERROR);
    cc_log(&log_ring, CC_LOG_WARNING, "web", "warning");
    cc_log(&log_ring, CC_LOG_ERROR, "web", "error");
    assert_int_equal(sink.lines, 2);
    assert_non_null(strstr(news(), "DEBUG web: detail\n"));
    assert_non_null(strstr(text, "ERROR web: error\n"));
}

static void nothing_from_outside_can_forge_a_line(void **state)
{
    (void)state;
    cc_log(&log_ring, CC_LOG_INFO, "web", "%s", "a\n1994-11-06T08:49:37Z ERROR web: b\r\x1B[2J\t");
    const char *line = news();
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    assert_null(strpbrk(line, "\r\t\x1B"));
}

static void an_endless_line_is_cut_and_still_ends(void **state)
{
    (void)state;
    char endless[2000];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    cc_log(&log_ring, CC_LOG_INFO, "web", "%s", endless);
    assert_true(strlen(news()) <= CC_LOG_LINE_MAX);
    assert_int_equal(text[strlen(text) - 1], '\n');
    cc_log(&log_ring, CC_LOG_INFO, "web", "next");
    assert_string_equal(news(), "1994-11-06T08:49:37Z INFO  web: next\n");
}

static void write_lines(int first, int last)
{
    for (int i = first; i <= last; i++)
        cc_log(&log_ring, CC_LOG_INFO, "web", "line %d of some length %*s", i, i % 40, "");
}

// Whole lines with the numbers that follow each other, up to `last`. Returns the first number.
static int assert_lines(const char *lines, int last)
{
    int first = 0, before = 0;
    for (const char *line = lines; *line;) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        int number = 0;
        if (sscanf(line, "1994-11-06T08:49:37Z INFO  web: line %d of some length", &number) != 1)
            fail_msg("'%.*s' is no whole line", (int)(end - line), line);
        assert_true(before == 0 || number == before + 1);
        first = first ? first : number;
        before = number;
        line = end + 1;
    }
    assert_int_equal(before, last);
    return first;
}

static void the_newest_lines_are_kept_whole(void **state)
{
    (void)state;
    for (int round = 1; round <= 20; round++) {
        write_lines(100 * (round - 1) + 1, 100 * round);
        position = 0;
        int first = assert_lines(news(), 100 * round);
        assert_true(100 * round - first + 1 >= (round == 1 ? 100 : 150));
        assert_true(strlen(text) <= CC_LOG_RING_BYTES);
    }
}

static void a_reader_gets_each_line_once(void **state)
{
    (void)state;
    int seen = 0;
    for (int round = 0; round < 200; round++) {
        int n = 1 + round * 7 % 13;
        write_lines(seen + 1, seen + n);
        assert_int_equal(assert_lines(news(), seen + n), seen + 1);
        seen += n;
        assert_string_equal(news(), "");
    }
}

static void a_reader_with_little_room_gets_whole_lines_one_after_another(void **state)
{
    (void)state;
    char small[200];
    int number = 0;
    write_lines(1, 50);
    for (size_t len;
         (len = cc_log_copy(&log_ring, position, small, sizeof small - 1, &position));) {
        small[len] = '\0';
        const char *last = small;
        for (const char *line = small; *line; line = strchr(line, '\n') + 1)
            last = line;
        int read = 0;
        assert_int_equal(sscanf(last, "%*s %*s web: line %d", &read), 1);
        assert_int_equal(assert_lines(small, read), number + 1);
        number = read;
    }
    assert_int_equal(number, 50);
}

static void a_reader_who_was_away_too_long_goes_on_with_whole_lines(void **state)
{
    (void)state;
    write_lines(1, 10);
    news();
    write_lines(11, 2000);
    assert_lines(news(), 2000);
}

static void a_reader_of_the_run_before_gets_what_there_is(void **state)
{
    (void)state;
    write_lines(1, 10);
    position = 1000000;
    assert_int_equal(assert_lines(news(), 10), 1);
    write_lines(11, 2000); // the ring has come round
    position = 1000000000;
    assert_lines(news(), 2000);
}

static void no_memory_for_a_lock_is_an_error(void **state)
{
    (void)state;
    static cc_log_t other;
    cc_task_t task = cc_fake_task_port(&tasks);
    cc_clock_t clock = cc_fake_clock_port(&fake_clock);
    tasks.fail_monitor_in = 1;
    assert_int_equal(cc_log_init(&other, &task, &clock, NULL, NULL), CC_ERR_MEMORY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_has_its_time_level_and_module),
        TEST(lines_above_the_level_are_dropped),
        TEST(nothing_from_outside_can_forge_a_line),
        TEST(an_endless_line_is_cut_and_still_ends),
        TEST(the_newest_lines_are_kept_whole),
        TEST(a_reader_gets_each_line_once),
        TEST(a_reader_with_little_room_gets_whole_lines_one_after_another),
        TEST(a_reader_who_was_away_too_long_goes_on_with_whole_lines),
        TEST(a_reader_of_the_run_before_gets_what_there_is),
        TEST(no_memory_for_a_lock_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
