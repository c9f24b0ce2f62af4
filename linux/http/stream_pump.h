// Sends endless bodies, all of them from one thread, straight from their memory to the sockets.
//
// Each stream has a non-blocking socket and a source. The thread sleeps in one epoll: an eventfd
// for wake, and each socket edge-triggered for "takes bytes again" and "the other end is gone". It
// asks a source for spans and hands them to sendmsg until the socket is full or the source has
// nothing now. TCP_NOTSENT_LOWAT keeps what the kernel queues unsent under 32 KB, so a slow viewer
// is behind by that and by what is on the wire, and his source decides late what he gets next.
//
// A socket that takes no byte for 10 s while there is something to send ends its stream.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "port/http_server.h"

typedef struct cc_linux_stream_pump cc_linux_stream_pump_t;

// What the owner of the sockets wants to hear. Both come on the pump's thread.
typedef struct {
    void *ctx;
    // The stream with this token is over: its source is closed, and the pump has let go of its
    // socket without closing it.
    void (*ended)(void *ctx, void *token);
    // Called when it was due, and once at first. Returns when it is due again, on the clock of
    // cc_monotonic_ms; UINT64_MAX: not before the pump is nudged.
    uint64_t (*tick)(void *ctx, uint64_t now_ms);
} cc_linux_stream_owner_t;

// Starts the thread. Errors: CC_ERR_MEMORY.
int cc_linux_stream_pump_open(const cc_linux_stream_owner_t *owner, cc_linux_stream_pump_t **pump);

// Begins a stream on `fd`: first the bytes of head, then the source's. head is malloc'd and the
// pump's from now on, when 0 is returned. Any thread. Errors: CC_ERR_STOPPED after stop,
// CC_ERR_MEMORY; then head, source and fd stay the caller's.
int cc_linux_stream_pump_add(cc_linux_stream_pump_t *pump, int fd, char *head, size_t head_len,
                             const cc_http_source_t *source, void *token);

// Sources may have something to send. Any thread, never blocks.
void cc_linux_stream_pump_wake(cc_linux_stream_pump_t *pump);

// tick is to be called soon. Any thread, never blocks.
void cc_linux_stream_pump_nudge(cc_linux_stream_pump_t *pump);

// Ends all streams and takes no new ones. Any thread, never blocks.
void cc_linux_stream_pump_stop(cc_linux_stream_pump_t *pump);

// After stop: waits until every stream was reported as ended and the thread is gone. The other
// calls stay allowed and do nothing.
void cc_linux_stream_pump_wait(cc_linux_stream_pump_t *pump);

// After wait. NULL is fine.
void cc_linux_stream_pump_free(cc_linux_stream_pump_t *pump);
