// The driver's own picture buffers, mapped, lent out, and queued again: how a picture goes from the
// camera to a socket without a copy.
//
// A buffer is queued (the driver fills it), or taken (a picture on loan), or home (neither: the
// stream stands). Taken buffers outlive everything: after close they are unmapped when they come
// back, and the rest of the set with the last of them.
//
// All calls from one thread, but for cc_v4l2_buffer_return.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "camera/stop_event.h"

typedef struct cc_v4l2_buffers cc_v4l2_buffers_t;

typedef struct cc_v4l2_buffer {
    const uint8_t *bytes;
    size_t cap;
    cc_v4l2_buffers_t *set;
    enum {
        CC_BUFFER_HOME,
        CC_BUFFER_QUEUED,
        CC_BUFFER_TAKEN,
    } state; // the set's
} cc_v4l2_buffer_t;

// What came with a buffer.
typedef struct {
    cc_v4l2_buffer_t *buffer;
    size_t len;           // bytes that the driver filled
    uint64_t stamp_ms;    // CLOCK_MONOTONIC
    bool is_end_of_frame; // stamp_ms tells when the exposure's last line was read, not its start
} cc_v4l2_taken_t;

// Asks the driver for `count` buffers in the format that is set, and maps them. The caller closes
// the set. Errors: CC_ERR_BUSY (another program streams), CC_ERR_MEMORY, CC_ERR_UNSUPPORTED (fewer
// than 3), CC_ERR_GONE.
int cc_v4l2_buffers_open(int fd, unsigned count, cc_v4l2_buffers_t **set);

// Ends the stream and frees what is not taken; NULL is fine. fd may be closed after it.
void cc_v4l2_buffers_close(cc_v4l2_buffers_t *set);

// How many buffers the driver gave.
unsigned cc_v4l2_buffers_count(const cc_v4l2_buffers_t *set);

// Queues all that are home and begins the stream. Errors: as cc_v4l2_err.
int cc_v4l2_buffers_start(cc_v4l2_buffers_t *set);

// Waits for the next picture until until_ms (monotonic), and takes its buffer. Errors:
// CC_ERR_TIMEOUT (also while every buffer is on loan), CC_ERR_STOPPED; CC_ERR_FORMAT: the driver
// says that it is broken, or it is empty, and its buffer is queued again; CC_ERR_GONE.
int cc_v4l2_buffers_take(cc_v4l2_buffers_t *set, const cc_stop_event_t *stop, uint64_t until_ms,
                         cc_v4l2_taken_t *taken);

// Gives a taken buffer back to the driver, or frees it when the set was closed. Any thread.
void cc_v4l2_buffer_return(cc_v4l2_buffer_t *buffer);
