// Buffers and streaming. Called with the camera's lock held unless said otherwise; each answers as
// the ioctl of that name.
//
// A buffer's memory is a file without a name: the client maps it, the worker writes into it, and it
// lives as long as the longest of the two needs it, as the kernel's does.
#pragma once

#include "camera.h"

int fake_queue_request_locked(struct fake_handle *handle, struct v4l2_requestbuffers *request);
int fake_queue_query_locked(struct fake_handle *handle, struct v4l2_buffer *buffer);
int fake_queue_put_locked(struct fake_handle *handle, struct v4l2_buffer *buffer);
// Waits for a frame unless `nonblocking`, and lets go of the lock while it does.
int fake_queue_take_locked(struct fake_handle *handle, struct v4l2_buffer *buffer,
                           bool nonblocking);
int fake_queue_export_locked(struct fake_handle *handle, struct v4l2_exportbuffer *request);
int fake_queue_start_locked(struct fake_handle *handle, uint32_t type);
int fake_queue_stop_locked(struct fake_handle *handle, uint32_t type);

// Ends streaming and lets go of all buffers, whoever owns them. Waits for the worker's frame.
void fake_queue_clear_locked(void);

// When the worker has to make a frame: the time of CLOCK_MONOTONIC, INT64_MAX = nothing to do.
int64_t fake_queue_due_ns_locked(void);
// The worker's turn: fills the oldest queued buffer. Lets go of the lock meanwhile.
void fake_queue_fill_locked(int64_t now_ns);
// After a stall frames go on where they stopped.
void fake_queue_resume_locked(void);

unsigned fake_queue_count_locked(enum fake_buffer_state state);

// mmap(2) on a descriptor of ours; takes the lock. MAP_FAILED and errno on error.
void *fake_queue_map(struct fake_handle *handle, void *address, size_t len, int protection,
                     int flags, off_t offset);
// Forgets a mapping that munmap(2) is about to end. Takes the lock only when there are mappings.
void fake_queue_unmap(const void *address);
unsigned fake_queue_mappings(void);
