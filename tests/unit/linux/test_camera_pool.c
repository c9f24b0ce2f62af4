// Buffers that several threads lend and return, JPEGs from a pipe, and the beat of pictures.
#define _GNU_SOURCE 1

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "camera/buffer_pool.h"
#include "camera/jpeg_pipe.h"
#include "camera/rate.h"
#include "camera/stop_event.h"
#include "system/monotonic.h"
#include "util/err.h"

#define WAIT_MS 5000

// The least that cc_jpeg_scan takes for a JPEG: start, a scan of two bytes, end. `mark` tells them
// apart.
static size_t tiny_jpeg(uint8_t *bytes, uint8_t mark)
{
    const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xDA, 0x00, 0x02, mark, mark, 0xFF, 0xD9};
    memcpy(bytes, jpeg, sizeof jpeg);
    return sizeof jpeg;
}

static void *release(void *arg)
{
    cc_buffer_release(arg);
    return NULL;
}

static void a_full_pool_waits_for_the_next_return(void **state)
{
    (void)state;
    cc_stop_event_t stop;
    cc_buffer_t *buffers[3];
    cc_buffer_t *more = NULL;
    pthread_t thread;
    assert_int_equal(cc_stop_event_init(&stop), CC_OK);
    cc_buffer_pool_t *pool = cc_buffer_pool_open(3, 1000);
    assert_non_null(pool);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(cc_buffer_pool_hold(pool, &stop, 0, &buffers[i]), CC_OK);
        assert_int_equal(buffers[i]->cap, 1000);
        memset(buffers[i]->bytes, i, buffers[i]->cap);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(buffers[i]->bytes[999], i);
    assert_int_equal(cc_buffer_pool_hold(pool, &stop, 0, &more), CC_ERR_TIMEOUT);
    assert_null(more);

    assert_int_equal(pthread_create(&thread, NULL, release, buffers[1]), 0);
    assert_int_equal(cc_buffer_pool_hold(pool, &stop, cc_monotonic_ms() + WAIT_MS, &more), CC_OK);
    assert_ptr_equal(more, buffers[1]);
    pthread_join(thread, NULL);

    cc_stop_event_raise(&stop);
    assert_int_equal(cc_buffer_pool_hold(pool, &stop, cc_monotonic_ms() + WAIT_MS, &more),
                     CC_ERR_STOPPED);
    for (int i = 0; i < 3; i++)
        cc_buffer_release(buffers[i]);
    cc_buffer_pool_close(pool);
    cc_stop_event_deinit(&stop);
}

static void what_is_on_loan_outlives_the_pool(void **state)
{
    (void)state;
    cc_stop_event_t stop;
    cc_buffer_t *buffers[2];
    pthread_t threads[2];
    assert_int_equal(cc_stop_event_init(&stop), CC_OK);
    cc_buffer_pool_t *pool = cc_buffer_pool_open(4, 100000);
    for (int i = 0; i < 2; i++)
        assert_int_equal(cc_buffer_pool_hold(pool, &stop, 0, &buffers[i]), CC_OK);
    memset(buffers[0]->bytes, 7, buffers[0]->cap);
    cc_buffer_pool_close(pool);
    assert_int_equal(buffers[0]->bytes[99999], 7);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, release, buffers[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    cc_stop_event_deinit(&stop);
}

typedef struct {
    cc_stop_event_t stop;
    cc_buffer_pool_t *pool;
    cc_jpeg_pipe_t pipe;
    int writer;
    int reader;
} piped_t;

static void open_pipe(piped_t *p, size_t cap)
{
    int fds[2];
    assert_int_equal(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
    p->reader = fds[0];
    p->writer = fds[1];
    assert_int_equal(cc_stop_event_init(&p->stop), CC_OK);
    p->pool = cc_buffer_pool_open(5, cap);
    cc_jpeg_pipe_init(&p->pipe, p->reader, p->pool);
}

static void close_pipe(piped_t *p)
{
    cc_jpeg_pipe_deinit(&p->pipe);
    cc_buffer_pool_close(p->pool);
    cc_stop_event_deinit(&p->stop);
    close(p->reader);
    if (p->writer >= 0)
        close(p->writer);
}

static void put(const piped_t *p, const void *bytes, size_t len)
{
    assert_int_equal(write(p->writer, bytes, len), len);
}

static int next(piped_t *p, cc_piped_jpeg_t *jpeg)
{
    return cc_jpeg_pipe_next(&p->pipe, &p->stop, cc_monotonic_ms(), jpeg);
}

static void of_pictures_that_wait_the_newest_is_taken(void **state)
{
    (void)state;
    piped_t p;
    cc_piped_jpeg_t jpeg;
    uint8_t bytes[64];
    size_t len = 0;
    open_pipe(&p, 4096);
    for (uint8_t mark = 1; mark <= 4; mark++)
        len += tiny_jpeg(bytes + len, mark);
    put(&p, bytes, len - 3); // the fourth is not whole yet
    // All four came with one read: the third is the newest that is whole. Then nothing is lost.
    uint8_t last = 0;
    while (next(&p, &jpeg) == CC_OK) {
        assert_true(jpeg.bytes[6] > last);
        last = jpeg.bytes[6];
        cc_buffer_release(jpeg.buffer);
    }
    assert_int_equal(last, 3);
    put(&p, bytes + len - 3, 3);
    assert_int_equal(next(&p, &jpeg), CC_OK);
    assert_int_equal(jpeg.bytes[6], 4);
    assert_int_equal(jpeg.len, 10);
    cc_buffer_release(jpeg.buffer);
    close_pipe(&p);
}

static void a_picture_is_no_younger_than_its_first_byte(void **state)
{
    (void)state;
    piped_t p;
    cc_piped_jpeg_t jpeg;
    uint8_t bytes[16];
    size_t len = tiny_jpeg(bytes, 1);
    open_pipe(&p, 4096);
    assert_int_equal(next(&p, &jpeg), CC_ERR_TIMEOUT);
    put(&p, bytes, len);
    uint64_t written_ms = cc_monotonic_ms();
    assert_int_equal(cc_stop_event_wait(&p.stop, -1, 0, written_ms + 20), CC_ERR_TIMEOUT);
    assert_int_equal(next(&p, &jpeg), CC_OK);
    assert_true(jpeg.begun_ms <= written_ms); // it waited in the pipe for 20 ms
    cc_buffer_release(jpeg.buffer);
    close_pipe(&p);
}

static void what_is_too_large_is_dropped_and_the_next_one_comes(void **state)
{
    (void)state;
    piped_t p;
    cc_piped_jpeg_t jpeg;
    static uint8_t endless[6000] = {0xFF, 0xD8, 0xFF, 0xDA, 0x00, 0x02};
    uint8_t bytes[16];
    size_t len = tiny_jpeg(bytes, 9);
    open_pipe(&p, 4096);
    put(&p, endless, sizeof endless);
    put(&p, bytes, len);
    int err = next(&p, &jpeg);
    assert_int_equal(err, CC_ERR_FORMAT);
    assert_int_equal(next(&p, &jpeg), CC_OK);
    assert_int_equal(jpeg.bytes[6], 9);
    cc_buffer_release(jpeg.buffer);
    close(p.writer);
    p.writer = -1;
    assert_int_equal(next(&p, &jpeg), CC_ERR_GONE);
    close_pipe(&p);
}

static void pictures_keep_their_beat(void **state)
{
    (void)state;
    assert_int_equal(cc_rate_next(1000000, 1000100, 10), 1100000); // a little late: no drift
    assert_int_equal(cc_rate_next(1000000, 1099999, 10), 1100000);
    assert_int_equal(cc_rate_next(1000000, 9000000, 10), 9100000); // a pause: nothing to catch up
    assert_int_equal(cc_rate_next(0, 9000000, 0), 10000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_pool_waits_for_the_next_return),
        cmocka_unit_test(what_is_on_loan_outlives_the_pool),
        cmocka_unit_test(of_pictures_that_wait_the_newest_is_taken),
        cmocka_unit_test(a_picture_is_no_younger_than_its_first_byte),
        cmocka_unit_test(what_is_too_large_is_dropped_and_the_next_one_comes),
        cmocka_unit_test(pictures_keep_their_beat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
