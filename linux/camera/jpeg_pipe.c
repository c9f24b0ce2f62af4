#include "camera/jpeg_pipe.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "system/monotonic.h"
#include "util/err.h"

// A pipe holds 64 KB; a larger read would only bring more of the next picture along.
#define READ_MAX ((size_t)65536)

void cc_jpeg_pipe_init(cc_jpeg_pipe_t *pipe, int fd, cc_buffer_pool_t *pool)
{
    uint64_t now_ms = cc_monotonic_ms();
    *pipe = (cc_jpeg_pipe_t){.fd = fd, .pool = pool, .known = {0, now_ms}, .next = {0, now_ms}};
}

void cc_jpeg_pipe_deinit(cc_jpeg_pipe_t *pipe)
{
    cc_buffer_release(pipe->filling);
    *pipe = (cc_jpeg_pipe_t){.fd = -1};
}

static size_t count_waiting(int fd)
{
    int waiting = 0;
    return ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0 ? (size_t)waiting : 0;
}

// What is written from now on lies behind what waits now.
static void mark(cc_jpeg_pipe_t *pipe)
{
    if (pipe->total < pipe->next.at)
        return;
    pipe->known = pipe->next;
    uint64_t now_ms = cc_monotonic_ms(); // before the count: bytes in between count as older
    pipe->next = (cc_pipe_mark_t){pipe->total + count_waiting(pipe->fd), now_ms};
}

// Notes when the picture began whose first byte has come into the buffer.
static void note_begin(cc_jpeg_pipe_t *pipe)
{
    if (pipe->has_begun || !pipe->scan.in_picture)
        return;
    uint64_t at = pipe->total - pipe->len + pipe->scan.start;
    pipe->begun_ms = at >= pipe->next.at ? pipe->next.ms : pipe->known.ms;
    pipe->has_begun = true;
}

static void begin_again(cc_jpeg_pipe_t *pipe)
{
    pipe->scan = (cc_jpeg_scan_t){0};
    pipe->has_begun = false;
}

// Keeps what lies behind `from` only.
static void drop_front(cc_jpeg_pipe_t *pipe, size_t from)
{
    pipe->len -= from;
    memmove(pipe->filling->bytes, pipe->filling->bytes + from, pipe->len);
    begin_again(pipe);
}

// Looks at what is in the buffer. Returns 1 when a picture is whole and *jpeg has its buffer, 0
// when more bytes are needed, CC_ERR_FORMAT when a picture was dropped.
static int look(cc_jpeg_pipe_t *pipe, cc_buffer_t *spare, cc_piped_jpeg_t *jpeg)
{
    cc_buffer_t *buffer = pipe->filling;
    int whole = cc_jpeg_scan(&pipe->scan, buffer->bytes, pipe->len);
    note_begin(pipe);
    if (!whole) {
        if (!pipe->scan.in_picture && pipe->scan.at > 0)
            drop_front(pipe, pipe->scan.at);
        if (pipe->len < buffer->cap)
            return 0;
        pipe->len = 0;
        begin_again(pipe);
        return CC_ERR_FORMAT;
    }
    *jpeg = (cc_piped_jpeg_t){
        .buffer = buffer,
        .bytes = buffer->bytes + pipe->scan.start,
        .len = pipe->scan.end - pipe->scan.start,
        .begun_ms = pipe->begun_ms,
    };
    pipe->len -= pipe->scan.end;
    memcpy(spare->bytes, buffer->bytes + pipe->scan.end, pipe->len);
    pipe->filling = spare;
    begin_again(pipe);
    return 1;
}

// Reads what is there. Returns how many bytes came; CC_ERR_AGAIN: none yet.
static int fill(cc_jpeg_pipe_t *pipe)
{
    size_t room = pipe->filling->cap - pipe->len;
    ssize_t n;
    mark(pipe);
    do {
        n = read(pipe->fd, pipe->filling->bytes + pipe->len, room < READ_MAX ? room : READ_MAX);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? CC_ERR_AGAIN : CC_ERR_IO;
    if (n == 0)
        return CC_ERR_GONE;
    pipe->len += (size_t)n;
    pipe->total += (uint64_t)n;
    return (int)n;
}

// Goes on until a picture is whole. `spare` is where the next one will begin. What stood in the
// pipe up to waiting_end is read in any case; for more it waits until until_ms, if it may.
static int read_picture(cc_jpeg_pipe_t *pipe, const cc_stop_event_t *stop, uint64_t waiting_end,
                        bool may_wait, uint64_t until_ms, cc_buffer_t *spare, cc_piped_jpeg_t *jpeg)
{
    bool is_late = false;
    for (;;) {
        int found = look(pipe, spare, jpeg);
        if (found)
            return found < 0 ? found : CC_OK;
        if (pipe->total >= waiting_end) {
            if (!may_wait)
                return CC_ERR_AGAIN;
            if (is_late) // a writer that never pauses must not hold us
                return CC_ERR_TIMEOUT;
            int ready = cc_stop_event_wait(stop, pipe->fd, POLLIN, until_ms);
            if (ready < 0)
                return ready;
            is_late = cc_monotonic_ms() >= until_ms;
        }
        int got = fill(pipe);
        if (got < 0 && got != CC_ERR_AGAIN)
            return got;
    }
}

int cc_jpeg_pipe_next(cc_jpeg_pipe_t *pipe, const cc_stop_event_t *stop, uint64_t until_ms,
                      cc_piped_jpeg_t *jpeg)
{
    cc_buffer_t *spare = NULL;
    int err = CC_OK;
    if (!pipe->filling)
        err = cc_buffer_pool_hold(pipe->pool, stop, until_ms, &pipe->filling);
    if (err == CC_OK)
        err = cc_buffer_pool_hold(pipe->pool, stop, until_ms, &spare);
    if (err < 0 || !spare)
        return err;

    uint64_t waiting_end = pipe->total + count_waiting(pipe->fd);
    cc_piped_jpeg_t newest;
    err = read_picture(pipe, stop, waiting_end, true, until_ms, spare, &newest);
    if (err < 0) {
        cc_buffer_release(spare);
        return err;
    }
    // A newer one may stand in what waited when we came.
    for (;;) {
        cc_piped_jpeg_t newer;
        if (cc_buffer_pool_hold(pipe->pool, stop, 0, &spare) < 0)
            break;
        if (read_picture(pipe, stop, waiting_end, false, 0, spare, &newer) < 0) {
            cc_buffer_release(spare);
            break; // none; an error of the pipe comes again with the next call
        }
        cc_buffer_release(newest.buffer);
        newest = newer;
    }
    *jpeg = newest;
    return CC_OK;
}
