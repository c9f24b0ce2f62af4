#include "controls.h"

#include "camera.h"
#include "picture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct control {
    uint32_t id;
    const char *slug; // as v4l2-ctl makes it of the name
    const char *name;
    uint32_t type;
    int32_t minimum;
    int32_t maximum;
    int32_t step;
    int32_t usual;
    bool extra;              // only when asked for: UVC cameras lack it
    uint32_t master;         // the automatism that takes it over, 0 = none
    int32_t master_manual;   // the master's value that gives it free
    const char *const *menu; // NULL entries cannot be chosen
};

static const char *const exposure_menu[] = {NULL, "Manual Mode", NULL, "Aperture Priority Mode"};
static const char *const line_menu[] = {"Disabled", "50 Hz", "60 Hz"};

// In the order of their ids, which is the order that the kernel lists them in.
static const struct control known[FAKE_CONTROLS_MAX] = {
    {.id = V4L2_CID_USER_CLASS,
     .slug = "",
     .name = "User Controls",
     .type = V4L2_CTRL_TYPE_CTRL_CLASS},
    {.id = V4L2_CID_BRIGHTNESS,
     .slug = "brightness",
     .name = "Brightness",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = -64,
     .maximum = 64,
     .step = 1,
     .usual = 0},
    {.id = V4L2_CID_CONTRAST,
     .slug = "contrast",
     .name = "Contrast",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = 0,
     .maximum = 64,
     .step = 1,
     .usual = 32},
    {.id = V4L2_CID_SATURATION,
     .slug = "saturation",
     .name = "Saturation",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = 0,
     .maximum = 128,
     .step = 1,
     .usual = 64},
    {.id = V4L2_CID_AUTO_WHITE_BALANCE,
     .slug = "white_balance_automatic",
     .name = "White Balance, Automatic",
     .type = V4L2_CTRL_TYPE_BOOLEAN,
     .maximum = 1,
     .step = 1,
     .usual = 1},
    {.id = V4L2_CID_GAIN,
     .slug = "gain",
     .name = "Gain",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = 0,
     .maximum = 100,
     .step = 1,
     .usual = 0},
    {.id = V4L2_CID_HFLIP,
     .slug = "horizontal_flip",
     .name = "Horizontal Flip",
     .type = V4L2_CTRL_TYPE_BOOLEAN,
     .maximum = 1,
     .step = 1,
     .extra = true},
    {.id = V4L2_CID_VFLIP,
     .slug = "vertical_flip",
     .name = "Vertical Flip",
     .type = V4L2_CTRL_TYPE_BOOLEAN,
     .maximum = 1,
     .step = 1,
     .extra = true},
    {.id = V4L2_CID_POWER_LINE_FREQUENCY,
     .slug = "power_line_frequency",
     .name = "Power Line Frequency",
     .type = V4L2_CTRL_TYPE_MENU,
     .maximum = 2,
     .usual = 1,
     .menu = line_menu},
    {.id = V4L2_CID_WHITE_BALANCE_TEMPERATURE,
     .slug = "white_balance_temperature",
     .name = "White Balance Temperature",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = 2800,
     .maximum = 6500,
     .step = 1,
     .usual = 4600,
     .master = V4L2_CID_AUTO_WHITE_BALANCE,
     .master_manual = 0},
    {.id = V4L2_CID_SHARPNESS,
     .slug = "sharpness",
     .name = "Sharpness",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = 0,
     .maximum = 6,
     .step = 1,
     .usual = 3},
    {.id = V4L2_CID_BACKLIGHT_COMPENSATION,
     .slug = "backlight_compensation",
     .name = "Backlight Compensation",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = 0,
     .maximum = 2,
     .step = 1,
     .usual = 1},
    {.id = V4L2_CID_CAMERA_CLASS,
     .slug = "",
     .name = "Camera Controls",
     .type = V4L2_CTRL_TYPE_CTRL_CLASS},
    {.id = V4L2_CID_EXPOSURE_AUTO,
     .slug = "auto_exposure",
     .name = "Auto Exposure",
     .type = V4L2_CTRL_TYPE_MENU,
     .maximum = 3,
     .usual = V4L2_EXPOSURE_APERTURE_PRIORITY,
     .menu = exposure_menu},
    {.id = V4L2_CID_EXPOSURE_ABSOLUTE,
     .slug = "exposure_time_absolute",
     .name = "Exposure Time, Absolute",
     .type = V4L2_CTRL_TYPE_INTEGER,
     .minimum = 3,
     .maximum = 2047,
     .step = 1,
     .usual = 250,
     .master = V4L2_CID_EXPOSURE_AUTO,
     .master_manual = V4L2_EXPOSURE_MANUAL},
};

static bool offered[FAKE_CONTROLS_MAX];

static bool is_class(unsigned n)
{
    return known[n].type == V4L2_CTRL_TYPE_CTRL_CLASS;
}

// FAKE_CONTROLS_MAX when the camera lacks it.
static unsigned find(uint32_t id)
{
    for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++)
        if (offered[n] && known[n].id == id)
            return n;
    return FAKE_CONTROLS_MAX;
}

// A class is offered when one of its controls is.
static void offer_classes(void)
{
    for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++)
        for (unsigned i = 0; i < FAKE_CONTROLS_MAX; i++)
            if (known[n].name != NULL && is_class(n) && offered[i] && !is_class(i) &&
                V4L2_CTRL_ID2WHICH(known[i].id) == V4L2_CTRL_ID2WHICH(known[n].id))
                offered[n] = true;
}

bool fake_controls_init(const char *names)
{
    bool all = strcmp(names, "all") == 0;
    if (names[0] == '\0' || all) {
        for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++)
            offered[n] = known[n].name != NULL && !is_class(n) && (all || !known[n].extra);
        names = "";
    } else if (strcmp(names, "none") == 0) {
        names = "";
    }
    for (const char *word = names; *word != '\0';) {
        size_t len = strcspn(word, ",");
        bool found = false;
        for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++) {
            if (known[n].slug == NULL || len == 0 || strlen(known[n].slug) != len ||
                strncmp(known[n].slug, word, len) != 0)
                continue;
            offered[n] = true;
            found = true;
        }
        if (!found)
            return false;
        word += len + (word[len] == ',');
    }
    offer_classes();
    fake_controls_reset_locked();
    return true;
}

void fake_controls_reset_locked(void)
{
    for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++)
        fake_camera.values[n] = known[n].usual;
}

static bool inactive(unsigned n, const int32_t *values)
{
    unsigned master = known[n].master != 0 ? find(known[n].master) : FAKE_CONTROLS_MAX;
    return master < FAKE_CONTROLS_MAX && values[master] != known[n].master_manual;
}

static uint32_t flags_of(unsigned n, const int32_t *values)
{
    if (is_class(n))
        return V4L2_CTRL_FLAG_READ_ONLY | V4L2_CTRL_FLAG_WRITE_ONLY;
    return inactive(n, values) ? V4L2_CTRL_FLAG_INACTIVE : 0;
}

// The control that a query means, which may be the next one behind the id.
static unsigned find_queried(uint32_t id)
{
    uint32_t next = id & (V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND);
    id &= V4L2_CTRL_ID_MASK;
    if (next == 0)
        return find(id);
    // There are no compound controls.
    if ((next & V4L2_CTRL_FLAG_NEXT_CTRL) == 0)
        return FAKE_CONTROLS_MAX;
    for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++)
        if (offered[n] && known[n].id > id)
            return n;
    return FAKE_CONTROLS_MAX;
}

int fake_controls_query_locked(struct v4l2_queryctrl *query)
{
    unsigned n = find_queried(query->id);
    if (n == FAKE_CONTROLS_MAX)
        return -EINVAL;
    memset(query, 0, sizeof *query);
    query->id = known[n].id;
    query->type = known[n].type;
    snprintf((char *)query->name, sizeof query->name, "%s", known[n].name);
    query->minimum = known[n].minimum;
    query->maximum = known[n].maximum;
    query->step = known[n].menu != NULL ? 1 : known[n].step;
    query->default_value = known[n].usual;
    query->flags = flags_of(n, fake_camera.values);
    return 0;
}

int fake_controls_query_ext_locked(struct v4l2_query_ext_ctrl *query)
{
    struct v4l2_queryctrl plain = {.id = query->id};
    int err = fake_controls_query_locked(&plain);
    if (err < 0)
        return err;
    memset(query, 0, sizeof *query);
    query->id = plain.id;
    query->type = plain.type;
    memcpy(query->name, plain.name, sizeof query->name);
    query->minimum = plain.minimum;
    query->maximum = plain.maximum;
    query->step = (__u64)plain.step;
    query->default_value = plain.default_value;
    query->flags = plain.flags;
    query->elem_size = sizeof(int32_t);
    query->elems = 1;
    return 0;
}

int fake_controls_menu_locked(struct v4l2_querymenu *menu)
{
    unsigned n = find(menu->id);
    if (n == FAKE_CONTROLS_MAX || known[n].menu == NULL ||
        menu->index > (uint32_t)known[n].maximum || known[n].menu[menu->index] == NULL)
        return -EINVAL;
    snprintf((char *)menu->name, sizeof menu->name, "%s", known[n].menu[menu->index]);
    menu->reserved = 0;
    return 0;
}

// Brings `*value` into range, or says why it cannot be had.
static int check(unsigned n, int32_t *value)
{
    const struct control *control = &known[n];
    if (control->menu != NULL) {
        if (*value < control->minimum || *value > control->maximum)
            return -ERANGE;
        return control->menu[*value] != NULL ? 0 : -EINVAL;
    }
    if (*value < control->minimum)
        *value = control->minimum;
    if (*value > control->maximum)
        *value = control->maximum;
    return 0;
}

// Sets one value in a draft of all; the draft is what decides who is inactive.
static int draft(int32_t *values, uint32_t id, int32_t *value)
{
    unsigned n = find(id);
    if (n == FAKE_CONTROLS_MAX)
        return -EINVAL;
    if (is_class(n) || inactive(n, values))
        return -EACCES;
    int err = check(n, value);
    if (err == 0)
        values[n] = *value;
    return err;
}

static void wake(struct fake_handle *handle)
{
    uint64_t one = 1;
    if (handle->event_fd >= 0 && write(handle->event_fd, &one, sizeof one) < 0)
        return;
}

static void announce(struct fake_handle *setter, unsigned n, uint32_t changes)
{
    for (unsigned i = 0; i < FAKE_HANDLES_MAX; i++) {
        struct fake_handle *handle = &fake_camera.handles[i];
        if (handle->descriptors == 0 || handle->dead || !handle->events[n].subscribed)
            continue;
        if (handle == setter && !(handle->events[n].flags & V4L2_EVENT_SUB_FL_ALLOW_FEEDBACK))
            continue;
        handle->events[n].changes |= changes;
        wake(handle);
    }
}

static void commit(struct fake_handle *setter, const int32_t *values)
{
    int32_t before[FAKE_CONTROLS_MAX];
    memcpy(before, fake_camera.values, sizeof before);
    memcpy(fake_camera.values, values, sizeof before);
    for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++) {
        if (!offered[n])
            continue;
        if (before[n] != values[n])
            announce(setter, n, V4L2_EVENT_CTRL_CH_VALUE);
        // Whom it sets free or takes over learns of it too, whoever set it.
        if (flags_of(n, before) != flags_of(n, values))
            announce(NULL, n, V4L2_EVENT_CTRL_CH_FLAGS);
    }
}

int fake_controls_get_locked(struct v4l2_control *control)
{
    unsigned n = find(control->id);
    if (n == FAKE_CONTROLS_MAX)
        return -EINVAL;
    if (is_class(n))
        return -EACCES;
    control->value = fake_camera.values[n];
    return 0;
}

int fake_controls_set_locked(struct fake_handle *handle, struct v4l2_control *control)
{
    int32_t values[FAKE_CONTROLS_MAX];
    memcpy(values, fake_camera.values, sizeof values);
    int err = draft(values, control->id, &control->value);
    if (err == 0)
        commit(handle, values);
    return err;
}

// What is checked before any value is looked at.
static int check_many(const struct v4l2_ext_controls *controls, bool get)
{
    uint32_t which = controls->which;
    if (which == V4L2_CTRL_WHICH_CUR_VAL || (which == V4L2_CTRL_WHICH_DEF_VAL && get))
        return 0;
    if (V4L2_CTRL_ID2WHICH(which) != which)
        return -EINVAL;
    for (uint32_t i = 0; i < controls->count; i++)
        if (V4L2_CTRL_ID2WHICH(controls->controls[i].id) != which)
            return -EINVAL;
    return 0;
}

int fake_controls_get_many_locked(struct v4l2_ext_controls *controls)
{
    int err = check_many(controls, true);
    if (err < 0) {
        controls->error_idx = controls->count;
        return err;
    }
    for (uint32_t i = 0; i < controls->count; i++) {
        struct v4l2_control one = {.id = controls->controls[i].id};
        err = fake_controls_get_locked(&one);
        if (err < 0) {
            controls->error_idx = i;
            return err;
        }
        if (controls->which == V4L2_CTRL_WHICH_DEF_VAL)
            one.value = known[find(one.id)].usual;
        controls->controls[i].value = one.value;
    }
    controls->error_idx = 0;
    return 0;
}

static int draft_many(struct v4l2_ext_controls *controls, int32_t *values, bool try)
{
    memcpy(values, fake_camera.values, sizeof fake_camera.values);
    int err = check_many(controls, false);
    uint32_t i = controls->count;
    if (err == 0)
        for (i = 0; i < controls->count; i++) {
            int32_t value = controls->controls[i].value;
            err = draft(values, controls->controls[i].id, &value);
            if (err < 0)
                break;
            controls->controls[i].value = value;
        }
    // Only a try tells which one was wrong: a set changes nothing at all.
    controls->error_idx = err == 0 ? 0 : try ? i : controls->count;
    return err;
}

int fake_controls_try_many_locked(struct v4l2_ext_controls *controls)
{
    int32_t values[FAKE_CONTROLS_MAX];
    return draft_many(controls, values, true);
}

int fake_controls_set_many_locked(struct fake_handle *handle, struct v4l2_ext_controls *controls)
{
    int32_t values[FAKE_CONTROLS_MAX];
    int err = draft_many(controls, values, false);
    if (err == 0)
        commit(handle, values);
    return err;
}

int fake_events_subscribe_locked(struct fake_handle *handle,
                                 const struct v4l2_event_subscription *subscription)
{
    unsigned n = find(subscription->id);
    if (subscription->type != V4L2_EVENT_CTRL || n == FAKE_CONTROLS_MAX)
        return -EINVAL;
    if (handle->event_fd < 0)
        handle->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (handle->event_fd < 0)
        return -ENOMEM;
    handle->events[n].subscribed = true;
    handle->events[n].flags = subscription->flags;
    if (subscription->flags & V4L2_EVENT_SUB_FL_SEND_INITIAL) {
        handle->events[n].changes = V4L2_EVENT_CTRL_CH_FLAGS;
        if (!is_class(n))
            handle->events[n].changes |= V4L2_EVENT_CTRL_CH_VALUE;
        wake(handle);
    }
    return 0;
}

static unsigned pending(const struct fake_handle *handle)
{
    unsigned count = 0;
    for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++)
        count += handle->events[n].changes != 0;
    return count;
}

static void settle(struct fake_handle *handle)
{
    uint64_t count;
    if (handle->event_fd >= 0 && pending(handle) == 0 &&
        read(handle->event_fd, &count, sizeof count) < 0)
        return;
}

int fake_events_unsubscribe_locked(struct fake_handle *handle,
                                   const struct v4l2_event_subscription *subscription)
{
    for (unsigned n = 0; n < FAKE_CONTROLS_MAX; n++)
        if (subscription->type == V4L2_EVENT_ALL ||
            (subscription->type == V4L2_EVENT_CTRL && known[n].id == subscription->id))
            memset(&handle->events[n], 0, sizeof handle->events[n]);
    settle(handle);
    return 0;
}

int fake_events_next_locked(struct fake_handle *handle, struct v4l2_event *event)
{
    unsigned n = 0;
    while (n < FAKE_CONTROLS_MAX && handle->events[n].changes == 0)
        n++;
    if (n == FAKE_CONTROLS_MAX)
        return -ENOENT;
    memset(event, 0, sizeof *event);
    event->type = V4L2_EVENT_CTRL;
    event->id = known[n].id;
    event->u.ctrl.changes = handle->events[n].changes;
    event->u.ctrl.type = known[n].type;
    event->u.ctrl.value = fake_camera.values[n];
    event->u.ctrl.flags = flags_of(n, fake_camera.values);
    event->u.ctrl.minimum = known[n].minimum;
    event->u.ctrl.maximum = known[n].maximum;
    event->u.ctrl.step = known[n].step;
    event->u.ctrl.default_value = known[n].usual;
    handle->events[n].changes = 0;
    event->pending = pending(handle);
    event->sequence = handle->event_sequence++;
    int64_t now_ns = fake_now_ns();
    event->timestamp.tv_sec = now_ns / 1000000000;
    event->timestamp.tv_nsec = now_ns % 1000000000;
    settle(handle);
    return 0;
}

static int32_t value_of(uint32_t id, int32_t missing)
{
    unsigned n = find(id);
    return n < FAKE_CONTROLS_MAX ? fake_camera.values[n] : missing;
}

void fake_controls_look_locked(struct fake_look *look)
{
    memset(look, 0, sizeof *look);
    look->brightness = value_of(V4L2_CID_BRIGHTNESS, 0);
    look->contrast = value_of(V4L2_CID_CONTRAST, 32);
    look->saturation = value_of(V4L2_CID_SATURATION, 64);
    look->gain = value_of(V4L2_CID_GAIN, 0);
    look->hflip = value_of(V4L2_CID_HFLIP, 0) != 0;
    look->vflip = value_of(V4L2_CID_VFLIP, 0) != 0;
    if (value_of(V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY) == V4L2_EXPOSURE_MANUAL)
        look->exposure_100us = value_of(V4L2_CID_EXPOSURE_ABSOLUTE, 250);
    if (value_of(V4L2_CID_AUTO_WHITE_BALANCE, 1) == 0)
        look->temperature_k = value_of(V4L2_CID_WHITE_BALANCE_TEMPERATURE, 4600);
}

const char *fake_controls_value_locked(unsigned n, int32_t *value)
{
    for (unsigned i = 0; i < FAKE_CONTROLS_MAX; i++) {
        if (!offered[i] || is_class(i) || n-- > 0)
            continue;
        *value = fake_camera.values[i];
        return known[i].slug;
    }
    return NULL;
}
