// The image controls, as a UVC webcam and its driver have them: a control that an automatism has
// taken over is inactive and cannot be set, numbers are brought into range, menus are strict.
#pragma once

#include <linux/videodev2.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    FAKE_CONTROLS_MAX = 16
};

struct fake_handle;
struct fake_look;

// Chooses the controls by name; false when a name is unknown.
bool fake_controls_init(const char *names);

// The rest is called with the camera's lock held and answers as the ioctl of that name.
void fake_controls_reset_locked(void);
int fake_controls_query_locked(struct v4l2_queryctrl *query);
int fake_controls_query_ext_locked(struct v4l2_query_ext_ctrl *query);
int fake_controls_menu_locked(struct v4l2_querymenu *menu);
int fake_controls_get_locked(struct v4l2_control *control);
int fake_controls_set_locked(struct fake_handle *handle, struct v4l2_control *control);
int fake_controls_get_many_locked(struct v4l2_ext_controls *controls);
int fake_controls_try_many_locked(struct v4l2_ext_controls *controls);
int fake_controls_set_many_locked(struct fake_handle *handle, struct v4l2_ext_controls *controls);

int fake_events_subscribe_locked(struct fake_handle *handle,
                                 const struct v4l2_event_subscription *subscription);
int fake_events_unsubscribe_locked(struct fake_handle *handle,
                                   const struct v4l2_event_subscription *subscription);
// The next event, -ENOENT when there is none.
int fake_events_next_locked(struct fake_handle *handle, struct v4l2_event *event);

void fake_controls_look_locked(struct fake_look *look);

// The nth control's name as in the kernel's tools, and its value; NULL past the last.
const char *fake_controls_value_locked(unsigned n, int32_t *value);
