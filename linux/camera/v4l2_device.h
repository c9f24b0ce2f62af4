// The kernel's video interface (linux/videodev2.h), its errors told in ours.
#pragma once

#include <stddef.h>

// ioctl that is not stopped by a signal. Returns 0 or -1 with errno, as ioctl does.
int cc_v4l2_ioctl(int fd, unsigned long request, void *argument);

// What errno means of a device that was there a moment ago.
int cc_v4l2_err(int errno_value);

// Opens the device that pictures come from. Errors: CC_ERR_NOT_FOUND, CC_ERR_DENIED, CC_ERR_BUSY,
// CC_ERR_UNSUPPORTED, CC_ERR_IO; `reason` gets a sentence. model gets its name as UTF-8. The caller
// closes *fd, which does not block.
int cc_v4l2_open(const char *path, int *fd, char *model, size_t model_cap, char *reason,
                 size_t reason_cap);

// Writes the sentence for `err` about the device at `path`, and returns err.
int cc_v4l2_refuse(int err, const char *path, char *reason, size_t reason_cap);

// Copies what a device says of itself: control characters and what is no UTF-8 become '?', and it
// is cut between two letters.
void cc_v4l2_copy_text(char *to, size_t cap, const char *from, size_t from_cap);
