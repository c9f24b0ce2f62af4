// VIDIOC_…: which of them a UVC device knows, and who answers.
#pragma once

struct fake_handle;

// Takes the lock. 0, or a negative errno.
int fake_ioctl(struct fake_handle *handle, unsigned long request, void *argument);
