// JPEGs one after another from a pipe, read straight into the buffers in which they are lent out.
//
// When a picture is whole, the bytes behind it that the last read brought along move to the next
// buffer; nothing else is copied. Nothing is read between two calls: a writer that is faster waits.
// What it wrote meanwhile is older than now, and begun_ms says so.
//
// One thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "camera/buffer_pool.h"
#include "camera/stop_event.h"
#include "frame/jpeg.h"

// Bytes at this place of the stream and behind it were written at this time or later.
typedef struct {
    uint64_t at;
    uint64_t ms; // monotonic
} cc_pipe_mark_t;

typedef struct {
    int fd;
    cc_buffer_pool_t *pool;
    cc_buffer_t *filling; // NULL: none yet
    size_t len;           // bytes in it
    cc_jpeg_scan_t scan;
    uint64_t total; // bytes read so far
    cc_pipe_mark_t known;
    cc_pipe_mark_t next;
    uint64_t begun_ms; // of the picture that is being filled
    bool has_begun;
} cc_jpeg_pipe_t;

typedef struct {
    cc_buffer_t *buffer; // the reader's: it releases it
    const uint8_t *bytes;
    size_t len;
    uint64_t begun_ms; // the latest moment known before its first byte was written
} cc_piped_jpeg_t;

// Starts on fd, which does not block and stays the caller's. The pool must have two buffers more
// than are lent out.
void cc_jpeg_pipe_init(cc_jpeg_pipe_t *pipe, int fd, cc_buffer_pool_t *pool);
void cc_jpeg_pipe_deinit(cc_jpeg_pipe_t *pipe);

// Waits for a whole picture until until_ms (monotonic). Of several that stand in the pipe already,
// the last one is taken. Errors: CC_ERR_TIMEOUT, CC_ERR_STOPPED; CC_ERR_GONE: the other end closed;
// CC_ERR_FORMAT: a picture that is too large was dropped; CC_ERR_IO.
int cc_jpeg_pipe_next(cc_jpeg_pipe_t *pipe, const cc_stop_event_t *stop, uint64_t until_ms,
                      cc_piped_jpeg_t *jpeg);
