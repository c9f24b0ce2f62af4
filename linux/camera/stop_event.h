// The end of the program, as something that every wait also waits for: an eventfd that is written
// once and never read.
//
//     int err = cc_stop_event_wait(&stop, fd, POLLIN, cc_monotonic_ms() + 500);
//     if (err < 0)
//         return err; // CC_ERR_STOPPED, CC_ERR_TIMEOUT
#pragma once

#include <stdint.h>

typedef struct {
    int fd; // readable from the moment it is raised
} cc_stop_event_t;

// Errors: CC_ERR_MEMORY (no more file descriptors).
int cc_stop_event_init(cc_stop_event_t *stop);
void cc_stop_event_deinit(cc_stop_event_t *stop);

// For good. Any thread, and signal handlers.
void cc_stop_event_raise(const cc_stop_event_t *stop);

// Waits until `fd` shows one of `events` or an error, until_ms (monotonic) passed, or stop was
// raised. fd -1: only time passes. Returns what poll found on fd (positive), CC_ERR_TIMEOUT,
// CC_ERR_STOPPED or CC_ERR_IO. A deadline in the past looks once and does not wait.
int cc_stop_event_wait(const cc_stop_event_t *stop, int fd, short events, uint64_t until_ms);
