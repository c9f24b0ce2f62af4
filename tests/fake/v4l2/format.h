// Formats, sizes and rates: what can be had, and what was agreed. Called with the camera's lock
// held; each answers as the ioctl of that name.
#pragma once

#include <linux/videodev2.h>
#include <stdint.h>

int fake_format_enum_locked(struct v4l2_fmtdesc *description);
int fake_format_enum_sizes_locked(struct v4l2_frmsizeenum *size);
int fake_format_enum_intervals_locked(struct v4l2_frmivalenum *interval);
int fake_format_get_locked(struct v4l2_format *format);
int fake_format_try_locked(struct v4l2_format *format);
int fake_format_set_locked(struct v4l2_format *format);
int fake_format_get_rate_locked(struct v4l2_streamparm *parameters);
int fake_format_set_rate_locked(struct v4l2_streamparm *parameters);

// Bytes of the largest frame in the agreed format.
uint32_t fake_format_frame_bytes_locked(void);
