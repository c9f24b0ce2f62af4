// The log: one line an event, kept in a ring for the page, and handed on to the platform (stderr,
// serial).
//
// Never log a secret: no token, password, digest or request header goes in here.
//
//     cc_log(log, CC_LOG_WARNING, "connect", "%s", sentence);
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "port/clock.h"
#include "port/task.h"

typedef enum {
    CC_LOG_ERROR,
    CC_LOG_WARNING,
    CC_LOG_INFO,
    CC_LOG_DEBUG,
} cc_log_level_t;

#define CC_LOG_LINE_MAX   320   // bytes of one line, with its newline; longer ones are cut
#define CC_LOG_RING_BYTES 16384 // what is kept: about 200 lines

typedef struct cc_log {
    cc_task_t task;
    cc_clock_t clock;
    cc_monitor_t *monitor;
    // Gets each line that passes the level, newline included; called inside the log's lock.
    void (*sink)(void *ctx, cc_log_level_t level, const char *line, size_t len);
    void *sink_ctx;
    cc_log_level_t level;
    uint64_t written; // bytes ever written; the ring holds the last of them
    char ring[CC_LOG_RING_BYTES];
} cc_log_t;

// Errors: CC_ERR_MEMORY. sink may be NULL.
int cc_log_init(cc_log_t *log, const cc_task_t *task, const cc_clock_t *clock,
                void (*sink)(void *ctx, cc_log_level_t level, const char *line, size_t len),
                void *sink_ctx);
void cc_log_deinit(cc_log_t *log);

// Lines above `level` are dropped from now on. CC_LOG_INFO at first.
void cc_log_set_level(cc_log_t *log, cc_log_level_t level);

// Any thread. `module` is the folder's name. A line break inside becomes a blank, so that nothing
// from outside can forge a line.
void cc_log(cc_log_t *log, cc_log_level_t level, const char *module, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Copies whole lines, oldest first, that were written behind position `since` (0: all there are),
// as many as fit. Returns the bytes copied; *next is the position to ask from the next time.
size_t cc_log_copy(cc_log_t *log, uint64_t since, char *out, size_t cap, uint64_t *next);
