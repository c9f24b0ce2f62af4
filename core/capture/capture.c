#include "capture/capture.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "capture/controls.h"
#include "capture/fit.h"
#include "capture/plan.h"
#include "frame/exif.h"
#include "frame/jpeg.h"
#include "util/err.h"
#include "util/text.h"

enum {
    STARVED_MS = 30 * 1000, // longer than any reader is let keep a frame
    HANG_MS = 60 * 1000,    // longer than any call to a camera may take
    BAD_IN_A_ROW = 5,       // broken pictures before the camera counts as failing
    // Buffers that slow readers leave: two being filled, one for the newest picture, one for
    // Connect.
    KEEP_FOR_CAMERA = 4,
    MEASURE_MS = 400,          // between two pictures that are measured
    MEASURE_FOR_MS = 5 * 1000, // after somebody asked; the page does every two seconds
    MARKER_LEN = 2,            // SOI's
};

static const char broken_pictures[] = "The camera sends broken pictures. Check its cable and its "
                                      "power; a smaller picture size may help.";

struct cc_capture {
    cc_capture_config_t config;
    cc_thread_t *thread;
    cc_monitor_t *monitor; // guards all below, but for the frames' own counts
    cc_plan_t plan;
    cc_camera_traits_t traits;
    unsigned lamp_percent; // these are the capture thread's own
    cc_camera_want_t want;
    cc_turn_t turn;
    cc_develop_t develop;
    cc_fit_t fit;
    cc_capture_state_t state;
    cc_frame_t *latest; // on loan to us; NULL before the first
    cc_frame_t frames[CC_CAPTURE_FRAMES];
    atomic_bool in_use[CC_CAPTURE_FRAMES];
    uint8_t heads[CC_CAPTURE_FRAMES][MARKER_LEN + CC_EXIF_MAX]; // what stands before the picture
    bool is_turned[CC_CAPTURE_FRAMES]; // in our memory: the camera has its own back already
    atomic_uint lent;                  // frames in use
    // Frames that readers were let keep, snapshots' [0] and live viewers' [1]: more of them cost no
    // more.
    bool may_keep[2][CC_CAPTURE_FRAMES];
    unsigned watchers;
    // Who waits for one picture, without flash [0] and with [1]. A picture that may serve them
    // takes all of them off at once, before they wake up, or the camera would take another one for
    // nobody; who is not served puts itself on again. The generation tells one whether it was taken
    // off.
    unsigned waiting[2];
    unsigned generation[2];
    unsigned bad_in_a_row;
    uint64_t last_id;
    bool light_on;      // as a person switched it
    bool light_changed; // to be carried out
    bool stopping;
    cc_measured_t measured;
    uint64_t measured_ms;      // when; 0 never
    uint64_t measure_asked_ms; // 0 never
    uint64_t starved_ms;       // since when the plan is starved
    uint64_t busy_ms;          // since when the thread is in the camera's hands; 0: it is not
};

static void enter(cc_capture_t *capture)
{
    cc_enter(capture->config.task, capture->monitor);
}

static void leave(cc_capture_t *capture)
{
    cc_leave(capture->config.task, capture->monitor);
}

static uint64_t now(const cc_capture_t *capture)
{
    return cc_clock_now(capture->config.clock);
}

const char *cc_camera_state_name(cc_camera_state_t state)
{
    static const char *const names[] = {"starting", "ready", "failing", "gone"};
    return names[state];
}

static void set_state_locked(cc_capture_t *capture, cc_camera_state_t state, const char *reason)
{
    cc_log_t *log = capture->config.log;
    bool same = capture->state.state == state && strcmp(capture->state.reason, reason) == 0;
    if (same)
        return;
    if (capture->state.state != state)
        capture->state.since_ms = now(capture);
    if (state == CC_CAMERA_READY)
        cc_log(log, CC_LOG_INFO, "capture", "The camera works: %s",
               *capture->state.model ? capture->state.model : capture->state.driver);
    else if (*reason)
        cc_log(log, CC_LOG_WARNING, "capture", "%s", reason);
    capture->state.state = state;
    cc_text_copy(capture->state.reason, sizeof capture->state.reason, reason);
}

// The last release of a frame, in whichever thread that was.
static void frame_home(void *ctx, cc_frame_t *frame)
{
    cc_capture_t *capture = ctx;
    if (!capture->is_turned[frame->slot])
        capture->config.camera->give_back(capture->config.camera->ctx, frame->token);
    atomic_store(&capture->in_use[frame->slot], false);
    atomic_fetch_sub(&capture->lent, 1);
    enter(capture);
    if (capture->plan.starved) {
        capture->plan.starved = false;
        cc_notify_all(capture->config.task, capture->monitor);
    }
    leave(capture);
}

static cc_frame_t *take_slot(cc_capture_t *capture)
{
    for (uint8_t slot = 0; slot < CC_CAPTURE_FRAMES; slot++) {
        if (!atomic_load(&capture->in_use[slot])) {
            atomic_store(&capture->in_use[slot], true);
            atomic_fetch_add(&capture->lent, 1);
            capture->frames[slot].slot = slot;
            return &capture->frames[slot];
        }
    }
    return NULL;
}

static bool is_as_wanted(const cc_capture_t *capture, const cc_jpeg_info_t *info)
{
    cc_size_t size = capture->want.size;
    if (capture->traits.n_sizes == 0)
        return true;
    if (capture->want.control[CC_CONTROL_ROTATION] % 180 != 0)
        size = (cc_size_t){size.height, size.width};
    return info->width == size.width && info->height == size.height;
}

// How a picture begins instead of with its SOI alone: with that, and what it says about itself.
static cc_span_t write_head(cc_capture_t *capture, const cc_frame_t *frame)
{
    uint8_t *head = capture->heads[frame->slot];
    int64_t unix_ms = frame->begun_unix_ms;
    const cc_exif_t exif = {
        .make = capture->traits.manufacturer,
        .model = capture->traits.model,
        .software = capture->config.firmware,
        .taken_unix_ms = unix_ms,
        .offset_s = unix_ms ? cc_clock_offset_s(capture->config.clock, unix_ms / 1000) : 0,
        .width = frame->width,
        .height = frame->height,
        .lit = frame->lit,
    };
    head[0] = 0xFF;
    head[1] = 0xD8;
    return (cc_span_t){head, MARKER_LEN + cc_exif_write(&exif, head + MARKER_LEN)};
}

// The picture with what it came without, none of it moved: EXIF, and in MJPEG as many webcams send
// it the tables that decoders of JPEG files need.
static void put_spans(cc_capture_t *capture, cc_frame_t *frame, cc_span_t picture,
                      const cc_jpeg_info_t *info)
{
    cc_span_t *next = frame->spans;
    size_t at = 0;
    if (!info->has_exif) {
        *next++ = write_head(capture, frame);
        at = MARKER_LEN;
    }
    if (info->baseline && !info->has_huffman && !capture->is_turned[frame->slot]) {
        *next++ = (cc_span_t){picture.bytes + at, info->scan_at - at};
        *next++ = (cc_span_t){cc_jpeg_standard_dht, sizeof cc_jpeg_standard_dht};
        at = info->scan_at;
    }
    *next++ = (cc_span_t){picture.bytes + at, picture.len - at};
    frame->n_spans = (size_t)(next - frame->spans);
    frame->len = 0;
    for (size_t i = 0; i < frame->n_spans; i++)
        frame->len += frame->spans[i].len;
}

// Turns a picture into memory of ours; false: it is handed out as it is, and why is said once.
static bool turn(cc_capture_t *capture, cc_frame_t *frame, cc_span_t *picture)
{
    cc_turn_plan_t turned;
    const char *why = "";
    bool is_turned = false;
    if (capture->turn == CC_TURN_NONE)
        cc_develop_drop(&capture->develop, frame->slot);
    else
        is_turned = cc_develop_turn(&capture->develop, frame->slot, capture->turn, *picture,
                                    &turned, picture, &why) == CC_OK;
    if (*why && strcmp(why, capture->state.not_turned) != 0)
        cc_log(capture->config.log, CC_LOG_WARNING, "capture", "Pictures are not turned: %s", why);
    enter(capture);
    capture->state.not_turned = why;
    leave(capture);
    if (!is_turned)
        return false;
    frame->width = turned.width;
    frame->height = turned.height;
    return true;
}

static void measure(cc_capture_t *capture, const cc_picture_t *picture)
{
    uint64_t now_ms = now(capture);
    cc_measured_t measured;
    enter(capture);
    bool due = capture->measure_asked_ms && now_ms - capture->measure_asked_ms < MEASURE_FOR_MS &&
               now_ms - capture->measured_ms >= MEASURE_MS;
    leave(capture);
    if (!due || cc_develop_measure(&capture->develop, (cc_span_t){picture->bytes, picture->len},
                                   &measured) < 0)
        return;
    enter(capture);
    capture->measured = measured;
    capture->measured_ms = now_ms;
    leave(capture);
}

// How strongly pictures are compressed now, for the driver, people and the log.
static void want_quality(cc_capture_t *capture)
{
    const cc_control_range_t *range = &capture->traits.controls[CC_CONTROL_QUALITY];
    int32_t *quality = &capture->want.control[CC_CONTROL_QUALITY];
    enter(capture);
    int32_t wanted = *quality, before = capture->state.quality ? capture->state.quality : wanted;
    *quality = cc_fit_quality(&capture->fit, wanted, range->max > wanted ? range->max : wanted);
    capture->state.quality = *quality == wanted ? 0 : *quality;
    leave(capture);
    if (*quality > before)
        cc_log(capture->config.log, CC_LOG_WARNING, "capture",
               "The pictures are too large: they are compressed by %d now, instead of %d.",
               (int)*quality, (int)wanted);
    else if (*quality < before && *quality == wanted)
        cc_log(capture->config.log, CC_LOG_INFO, "capture",
               "The pictures fit again: they are compressed by %d, as set.", (int)wanted);
}

// Tells whether pictures are about to outgrow the driver's buffer, beyond which it drops them.
static void watch_size(cc_capture_t *capture, const cc_picture_t *picture)
{
    enter(capture);
    bool tight = picture->room && picture->len > picture->room - picture->room / 8;
    if (tight && capture->traits.controls[CC_CONTROL_QUALITY].present)
        capture->plan.changed |= cc_fit_too_large(&capture->fit, picture->len);
    else
        capture->plan.changed |= cc_fit_came(&capture->fit, picture->len);
    leave(capture);
}

static void note_when(cc_capture_t *capture, cc_frame_t *frame, const cc_picture_t *picture)
{
    int64_t unix_ms = cc_clock_unix(capture->config.clock);
    uint64_t age_ms = now(capture) - picture->begun_ms;
    frame->begun_ms = picture->begun_ms;
    frame->begun_unix_ms = unix_ms > (int64_t)age_ms ? unix_ms - (int64_t)age_ms : 0;
    enter(capture);
    frame->lit = cc_plan_is_lit(&capture->plan, picture->begun_ms);
    leave(capture);
}

static void publish(cc_capture_t *capture, const cc_picture_t *picture, const cc_jpeg_info_t *info)
{
    cc_span_t bytes = {picture->bytes, info->len};
    cc_frame_t *frame = take_slot(capture);
    assert(frame); // starved() keeps more slots free than there are buffers
    measure(capture, picture);
    watch_size(capture, picture);
    note_when(capture, frame, picture);
    frame->width = info->width;
    frame->height = info->height;
    capture->is_turned[frame->slot] = turn(capture, frame, &bytes);
    if (capture->is_turned[frame->slot])
        capture->config.camera->give_back(capture->config.camera->ctx, picture->token);
    put_spans(capture, frame, bytes, info);
    frame->id = ++capture->last_id;
    frame->token = picture->token;
    frame->home = frame_home;
    frame->home_ctx = capture;
    atomic_store(&frame->holds, 2); // the newest one, and on_frame's while it runs
    cc_count(&capture->config.counters->capture_frames);

    enter(capture);
    cc_frame_t *before = capture->latest;
    capture->may_keep[0][frame->slot] = capture->may_keep[1][frame->slot] = false;
    for (int flash = 0; flash <= frame->lit; flash++) {
        capture->waiting[flash] = 0;
        capture->generation[flash]++;
    }
    capture->latest = frame;
    capture->bad_in_a_row = 0;
    cc_plan_published(&capture->plan, now(capture));
    set_state_locked(capture, CC_CAMERA_READY, "");
    capture->state.frame_id = frame->id;
    capture->state.frame_ms = frame->begun_ms;
    capture->state.frame_size = (cc_size_t){frame->width, frame->height};
    capture->state.frame_len = frame->len;
    cc_notify_all(capture->config.task, capture->monitor);
    leave(capture);

    cc_frame_release(before);
    if (capture->config.on_frame)
        capture->config.on_frame(capture->config.on_frame_ctx, frame);
    cc_frame_release(frame);
}

static void drop_bad(cc_capture_t *capture)
{
    cc_count(&capture->config.counters->capture_frames_bad);
    enter(capture);
    if (++capture->bad_in_a_row == BAD_IN_A_ROW)
        set_state_locked(
            capture, CC_CAMERA_FAILING,
            "The camera sends broken pictures. Check its cable and its power; a smaller "
            "picture size may help.");
    leave(capture);
}

static void give_up(cc_capture_t *capture, cc_camera_state_t state, const char *reason)
{
    cc_camera_t *camera = capture->config.camera;
    camera->close(camera->ctx);
    enter(capture);
    cc_plan_failed(&capture->plan, now(capture));
    capture->state.streaming = false;
    if (!capture->stopping)
        set_state_locked(capture, state, reason);
    cc_notify_all(capture->config.task, capture->monitor);
    leave(capture);
}

static void do_open(cc_capture_t *capture)
{
    cc_camera_t *camera = capture->config.camera;
    cc_camera_traits_t traits = {0};
    char reason[200] = "";
    int err = camera->open(camera->ctx, &traits, reason, sizeof reason);
    bool has_light = capture->config.light && capture->config.light->set;
    if (err == CC_OK)
        cc_controls_publish(capture->config.settings, &traits, has_light);
    cc_count(&capture->config.counters->capture_opens);

    enter(capture);
    if (err == CC_OK) {
        capture->traits = traits;
        cc_capture_state_t *state = &capture->state;
        cc_text_copy(state->model, sizeof state->model, traits.model);
        cc_text_copy(state->manufacturer, sizeof state->manufacturer, traits.manufacturer);
        cc_text_copy(state->driver, sizeof state->driver, traits.driver);
        cc_text_copy(state->path, sizeof state->path, traits.path);
        cc_plan_opened(&capture->plan, traits.stops);
        // A camera that failed is ready again with its next good picture; a new one is when it
        // opened.
        if (state->state == CC_CAMERA_STARTING || state->state == CC_CAMERA_GONE)
            set_state_locked(capture, CC_CAMERA_READY, "");
    } else {
        cc_plan_failed(&capture->plan, now(capture));
        if (!capture->stopping)
            set_state_locked(capture, CC_CAMERA_GONE, *reason ? reason : cc_err_text(err));
    }
    cc_notify_all(capture->config.task, capture->monitor);
    leave(capture);
}

static void do_start(cc_capture_t *capture)
{
    cc_camera_t *camera = capture->config.camera;
    cc_controls_want(capture->config.settings, &capture->traits, &capture->want, &capture->turn);
    want_quality(capture);
    int err = camera->start(camera->ctx, &capture->want);
    if (err < 0) {
        char reason[200];
        cc_text_copy(reason, sizeof reason, "The camera does not start: ");
        cc_text_copy(reason + strlen(reason), sizeof reason - strlen(reason), cc_err_text(err));
        give_up(capture, err == CC_ERR_GONE ? CC_CAMERA_GONE : CC_CAMERA_FAILING, reason);
        return;
    }
    enter(capture);
    cc_plan_started(&capture->plan, capture->traits.warmup_frames, now(capture));
    capture->state.streaming = true;
    capture->state.size = capture->want.size;
    leave(capture);
}

static void do_stop(cc_capture_t *capture)
{
    cc_camera_t *camera = capture->config.camera;
    camera->stop(camera->ctx);
    enter(capture);
    cc_plan_stopped(&capture->plan);
    capture->state.streaming = false;
    leave(capture);
}

// Whether the camera's exposure takes some pictures to follow.
static bool exposes_otherwise(const cc_camera_want_t *before, const cc_camera_want_t *now)
{
    static const cc_control_t controls[] = {
        CC_CONTROL_AE_LEVEL, CC_CONTROL_EXPOSURE_AUTO, CC_CONTROL_EXPOSURE,     CC_CONTROL_AEC2,
        CC_CONTROL_AGC,      CC_CONTROL_GAIN,          CC_CONTROL_GAIN_CEILING,
    };
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        if (before->control[controls[i]] != now->control[controls[i]])
            return true;
    }
    return false;
}

static void do_apply(cc_capture_t *capture)
{
    cc_camera_t *camera = capture->config.camera;
    enter(capture);
    capture->plan.changed = false;
    leave(capture);
    cc_camera_want_t before = capture->want;
    cc_controls_want(capture->config.settings, &capture->traits, &capture->want, &capture->turn);
    want_quality(capture);
    int err = camera->apply(camera->ctx, &capture->want);
    if (err == CC_OK && exposes_otherwise(&before, &capture->want)) {
        enter(capture);
        cc_plan_light_changed(&capture->plan, now(capture));
        leave(capture);
    }
    if (err == CC_ERR_AGAIN) {
        do_stop(capture);
        do_start(capture);
    } else if (err < 0) {
        cc_log(capture->config.log, CC_LOG_WARNING, "capture", "The camera refused a setting: %s.",
               cc_err_text(err));
    }
}

static void set_lamp(cc_capture_t *capture, unsigned percent)
{
    const cc_light_t *light = capture->config.light;
    capture->lamp_percent = percent;
    int err = light && light->set ? light->set(light->ctx, percent) : CC_OK;
    if (err < 0)
        cc_log(capture->config.log, CC_LOG_WARNING, "capture", "The light does not answer: %s.",
               cc_err_text(err));
}

// The lamp as a person wants it, when no flash is under way.
static void do_light(cc_capture_t *capture)
{
    enter(capture);
    bool on = capture->light_on;
    unsigned before = capture->lamp_percent;
    capture->light_changed = false;
    capture->plan.lamp_on = false;
    leave(capture);
    set_lamp(capture,
             on ? (unsigned)cc_settings_int(capture->config.settings, CC_SETTING_LIGHT_LEVEL) : 0);
    if (capture->lamp_percent == before)
        return;
    enter(capture);
    cc_plan_light_changed(&capture->plan, now(capture));
    leave(capture);
}

static void do_flash(cc_capture_t *capture)
{
    cc_settings_t *settings = capture->config.settings;
    set_lamp(capture, (unsigned)cc_settings_int(settings, CC_SETTING_FLASH_LEVEL));
    uint32_t wait_ms = (uint32_t)cc_settings_int(settings, CC_SETTING_FLASH_DURATION_MS);
    enter(capture);
    cc_plan_flashed(&capture->plan, wait_ms, now(capture));
    leave(capture);
}

// The mean brightness of a picture tells how far the camera's automatic exposure is.
static bool has_settled(cc_capture_t *capture, const cc_picture_t *picture)
{
    enter(capture);
    bool settled = !cc_plan_judges(&capture->plan, now(capture));
    leave(capture);
    if (settled)
        return true;
    cc_measured_t measured;
    int err =
        cc_develop_measure(&capture->develop, (cc_span_t){picture->bytes, picture->len}, &measured);
    enter(capture);
    settled = cc_plan_judge(&capture->plan, err == CC_OK ? measured.brightness : -1, now(capture));
    leave(capture);
    return settled;
}

static void do_grab(cc_capture_t *capture, bool skip, uint32_t wait_ms)
{
    cc_camera_t *camera = capture->config.camera;
    cc_picture_t picture = {0};
    int err = camera->grab(camera->ctx, wait_ms, skip, &picture);
    if (err == CC_ERR_TIMEOUT || err == CC_ERR_STOPPED)
        return;
    if (err == CC_ERR_FORMAT) {
        drop_bad(capture);
        return;
    }
    if (err < 0) {
        give_up(capture, CC_CAMERA_GONE,
                "The camera was lost. Check its cable; it is used again as soon as it is back.");
        return;
    }
    if (skip) {
        enter(capture);
        cc_plan_skipped(&capture->plan, now(capture));
        leave(capture);
        return;
    }
    cc_jpeg_info_t info;
    if (cc_jpeg_read(picture.bytes, picture.len, &info) < 0 || !is_as_wanted(capture, &info)) {
        camera->give_back(camera->ctx, picture.token);
        drop_bad(capture);
        return;
    }
    if (has_settled(capture, &picture))
        publish(capture, &picture, &info);
    else
        camera->give_back(camera->ctx, picture.token);
}

static void do_close_stalled(cc_capture_t *capture)
{
    cc_count(&capture->config.counters->capture_stalls);
    if (capture->bad_in_a_row >= BAD_IN_A_ROW)
        give_up(capture, CC_CAMERA_FAILING, broken_pictures);
    else
        give_up(
            capture, CC_CAMERA_FAILING,
            "The camera gives no pictures. It is opened anew; if that goes on, unplug it and plug "
            "it in "
            "again.");
}

// Few buffers at home: a camera that has none left would only look as if it had stalled.
static bool is_starved(const cc_capture_t *capture)
{
    unsigned lent = atomic_load(&capture->lent);
    return lent >= CC_CAPTURE_FRAMES - 1 || lent + 1 >= capture->traits.buffers;
}

static void carry_out(cc_capture_t *capture, cc_plan_step_t next)
{
    switch (next.action) {
    case CC_PLAN_WAIT:
        break;
    case CC_PLAN_OPEN:
        do_open(capture);
        break;
    case CC_PLAN_CLOSE:
        do_close_stalled(capture);
        break;
    case CC_PLAN_START:
        do_start(capture);
        break;
    case CC_PLAN_STOP:
        do_stop(capture);
        break;
    case CC_PLAN_APPLY:
        do_apply(capture);
        break;
    case CC_PLAN_LAMP_ON:
        do_flash(capture);
        break;
    case CC_PLAN_LAMP_OFF:
        do_light(capture);
        break;
    case CC_PLAN_GRAB:
    case CC_PLAN_SKIP:
        do_grab(capture, next.action == CC_PLAN_SKIP, next.wait_ms);
        break;
    }
}

static void run(void *arg)
{
    cc_capture_t *capture = arg;
    cc_camera_t *camera = capture->config.camera;
    cc_plan_t *plan = &capture->plan;

    enter(capture);
    while (!capture->stopping) {
        if (capture->light_changed && !plan->lamp_on) {
            leave(capture);
            do_light(capture);
            enter(capture);
            continue;
        }
        plan->watched = capture->watchers > 0;
        plan->wanted = capture->waiting[0] + capture->waiting[1];
        plan->wanted_flash = capture->waiting[1];
        bool starved = plan->started && is_starved(capture);
        if (starved && !plan->starved)
            capture->starved_ms = now(capture);
        plan->starved = starved;
        cc_plan_note(plan, now(capture));
        cc_plan_step_t next = cc_plan_next(plan, now(capture));
        if (next.action == CC_PLAN_WAIT) {
            cc_wait(capture->config.task, capture->monitor, next.wait_ms);
            continue;
        }
        capture->busy_ms = now(capture);
        leave(capture);
        carry_out(capture, next);
        enter(capture);
        capture->busy_ms = 0;
    }
    bool opened = plan->opened;
    leave(capture);
    if (opened)
        camera->close(camera->ctx);
    set_lamp(capture, 0);
}

static void set_interval(cc_capture_t *capture)
{
    int32_t fps = cc_settings_int(capture->config.settings, CC_SETTING_STREAM_FPS);
    enter(capture);
    capture->plan.interval_ms = (uint32_t)(1000 / fps);
    leave(capture);
}

static void settings_changed(void *ctx, const cc_setting_ids_t *changed)
{
    cc_capture_t *capture = ctx;
    if (cc_setting_ids_has(changed, CC_SETTING_STREAM_FPS))
        set_interval(capture);
    enter(capture);
    if (cc_controls_concern(changed))
        capture->plan.changed = true;
    if (cc_setting_ids_has(changed, CC_SETTING_CAMERA_QUALITY) ||
        cc_setting_ids_has(changed, CC_SETTING_CAMERA_RESOLUTION))
        capture->fit = (cc_fit_t){0}; // what fits now is found out anew
    if (cc_setting_ids_has(changed, CC_SETTING_LIGHT_LEVEL))
        capture->light_changed = true;
    cc_notify_all(capture->config.task, capture->monitor);
    leave(capture);
}

int cc_capture_new(const cc_capture_config_t *config, cc_capture_t **out)
{
    cc_capture_t *capture = calloc(1, sizeof *capture);
    if (!capture)
        return CC_ERR_MEMORY;
    capture->config = *config;
    capture->monitor = config->task->monitor_new(config->task->ctx);
    if (!capture->monitor) {
        free(capture);
        return CC_ERR_MEMORY;
    }
    capture->state.since_ms = now(capture);
    capture->state.not_turned = "";
    capture->state.has_light = config->light && config->light->set;
    set_interval(capture);
    cc_settings_listen(config->settings, settings_changed, capture);
    *out = capture;
    return CC_OK;
}

int cc_capture_start(cc_capture_t *capture)
{
    const cc_task_t *task = capture->config.task;
    return task->start(task->ctx, "capture", 0, run, capture, &capture->thread);
}

void cc_capture_stop(cc_capture_t *capture)
{
    const cc_task_t *task = capture->config.task;
    enter(capture);
    capture->stopping = true;
    cc_notify_all(task, capture->monitor);
    leave(capture);
    capture->config.camera->interrupt(capture->config.camera->ctx);
    if (capture->thread)
        task->join(task->ctx, capture->thread);
    capture->thread = NULL;
    enter(capture);
    cc_frame_t *latest = capture->latest;
    capture->latest = NULL;
    leave(capture);
    cc_frame_release(latest);
}

void cc_capture_free(cc_capture_t *capture)
{
    if (!capture)
        return;
    assert(atomic_load(&capture->lent) == 0);
    cc_develop_deinit(&capture->develop);
    capture->config.task->monitor_free(capture->config.task->ctx, capture->monitor);
    free(capture);
}

// The newest frame on loan, if it is young (and lit) enough.
static cc_frame_t *hold_fitting_locked(cc_capture_t *capture, uint64_t oldest_ms, bool flash)
{
    cc_frame_t *latest = capture->latest;
    if (!latest || latest->begun_ms < oldest_ms || (flash && !latest->lit))
        return NULL;
    return cc_frame_hold(latest);
}

int cc_capture_get(cc_capture_t *capture, const cc_capture_request_t *request, cc_frame_t **frame)
{
    uint64_t asked_ms = now(capture);
    uint64_t oldest_ms = asked_ms > request->max_age_ms ? asked_ms - request->max_age_ms : 0;
    bool flash = request->flash && capture->config.light && capture->config.light->set;
    cc_frame_t *found;
    int err = CC_OK;

    enter(capture);
    found = hold_fitting_locked(capture, oldest_ms, flash);
    if (found || request->wait_ms == 0) {
        leave(capture);
        if (!found)
            return CC_ERR_AGAIN;
        *frame = found;
        return CC_OK;
    }
    bool on_the_list = false;
    unsigned generation = 0;
    while (!found && err == CC_OK) {
        if (!on_the_list || generation != capture->generation[flash]) {
            on_the_list = true;
            generation = capture->generation[flash];
            capture->waiting[flash]++;
            cc_notify_all(capture->config.task, capture->monitor);
        }
        uint64_t waited_ms = now(capture) - asked_ms;
        if (capture->stopping)
            err = CC_ERR_STOPPED;
        else if (capture->state.state == CC_CAMERA_GONE)
            err = CC_ERR_GONE;
        else if (waited_ms >= request->wait_ms)
            err = CC_ERR_TIMEOUT;
        else
            cc_wait(capture->config.task, capture->monitor,
                    (uint32_t)(request->wait_ms - waited_ms));
        if (err == CC_OK)
            found = hold_fitting_locked(capture, oldest_ms, flash);
    }
    if (on_the_list && generation == capture->generation[flash])
        capture->waiting[flash]--;
    if (capture->plan.lamp_on)
        cc_notify_all(capture->config.task, capture->monitor); // it may go out now
    leave(capture);
    if (found)
        *frame = found;
    return err;
}

cc_frame_t *cc_capture_last(cc_capture_t *capture)
{
    enter(capture);
    cc_frame_t *latest = capture->latest ? cc_frame_hold(capture->latest) : NULL;
    leave(capture);
    return latest;
}

bool cc_capture_may_keep(cc_capture_t *capture, const cc_frame_t *frame, bool live)
{
    enter(capture);
    // Snapshots leave one buffer more, so that they never stop live video. A camera of few buffers
    // has one slow reader at a time.
    unsigned lent = atomic_load(&capture->lent);
    unsigned least = KEEP_FOR_CAMERA + (live ? 0 : 1);
    bool *may_keep = &capture->may_keep[live][frame->slot];
    *may_keep = *may_keep || lent + least <= capture->traits.buffers || lent <= 1;
    bool may = *may_keep;
    leave(capture);
    return may;
}

void cc_capture_watch(cc_capture_t *capture, bool on)
{
    enter(capture);
    if (on)
        capture->watchers++;
    else
        capture->watchers--;
    cc_notify_all(capture->config.task, capture->monitor);
    leave(capture);
}

bool cc_capture_too_large(cc_capture_t *capture, size_t len)
{
    enter(capture);
    bool helps = capture->traits.controls[CC_CONTROL_QUALITY].present &&
                 cc_fit_too_large(&capture->fit, len);
    if (helps)
        capture->plan.changed = true;
    cc_notify_all(capture->config.task, capture->monitor);
    leave(capture);
    return helps;
}

int cc_capture_set_light(cc_capture_t *capture, bool on)
{
    if (!capture->state.has_light)
        return CC_ERR_UNSUPPORTED;
    enter(capture);
    capture->light_on = on;
    capture->light_changed = true;
    cc_notify_all(capture->config.task, capture->monitor);
    leave(capture);
    return CC_OK;
}

bool cc_capture_light(cc_capture_t *capture)
{
    enter(capture);
    bool on = capture->light_on;
    leave(capture);
    return on;
}

void cc_capture_state(cc_capture_t *capture, cc_capture_state_t *state)
{
    enter(capture);
    *state = capture->state;
    leave(capture);
}

bool cc_capture_measured(cc_capture_t *capture, cc_measured_t *measured)
{
    uint64_t now_ms = now(capture);
    enter(capture);
    capture->measure_asked_ms = now_ms;
    bool known = capture->measured_ms && now_ms - capture->measured_ms < MEASURE_FOR_MS;
    if (known)
        *measured = capture->measured;
    leave(capture);
    return known;
}

bool cc_capture_hangs(cc_capture_t *capture)
{
    enter(capture);
    bool hangs = (capture->busy_ms && now(capture) - capture->busy_ms > HANG_MS) ||
                 (capture->plan.starved && now(capture) - capture->starved_ms > STARVED_MS);
    leave(capture);
    return hangs;
}
