#include "timelapse/timelapse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

enum {
    WAIT_MS = 10 * 1000,  // for a picture
    AGE_MS = 500,         // that it may have: half of the shortest interval, so none comes twice
    LOOK_AGAIN_MS = 5000, // for a medium, or for the time
    BREATH_MS = 1,        // between two hours that are swept away: others may want the medium
    MB = 1000 * 1000,
};

struct cc_timelapse {
    cc_timelapse_config_t config;
    cc_reels_t *reels;
    cc_thread_t *thread;
    cc_monitor_t *disk; // guards the shelf; held while the medium works
    cc_shelf_t shelf;
    cc_monitor_t *monitor; // guards what follows; never held while the medium works
    cc_timelapse_status_t status;
    bool is_on;       // timelapse.enabled
    uint32_t step_ms; // timelapse.interval_s
    uint64_t due_ms;  // when the next picture is kept; 0: at once
    bool sweeps;      // there are deleted days
    bool stopping;
};

static const char *const state_names[] = {"off",     "keeping", "waiting",
                                          "missing", "full",    "failing"};

const char *cc_timelapse_state_name(cc_timelapse_state_t state)
{
    return state_names[state];
}

const char *cc_timelapse_missing(const cc_timelapse_t *timelapse)
{
    return timelapse->config.missing;
}

static void enter(cc_timelapse_t *timelapse)
{
    cc_enter(timelapse->config.task, timelapse->monitor);
}

static void leave(cc_timelapse_t *timelapse)
{
    cc_leave(timelapse->config.task, timelapse->monitor);
}

static uint64_t now(const cc_timelapse_t *timelapse)
{
    return cc_clock_now(timelapse->config.clock);
}

static uint64_t keep_bytes(const cc_timelapse_t *timelapse)
{
    return (uint64_t)MB *
           (uint64_t)cc_settings_int(timelapse->config.settings, CC_SETTING_TIMELAPSE_KEEP_MB);
}

static void read_settings(cc_timelapse_t *timelapse)
{
    cc_settings_t *settings = timelapse->config.settings;
    bool is_on = !cc_settings_is_absent(settings, CC_SETTING_TIMELAPSE_ENABLED) &&
                 cc_settings_bool(settings, CC_SETTING_TIMELAPSE_ENABLED);
    uint32_t step_ms = 1000u * (uint32_t)cc_settings_int(settings, CC_SETTING_TIMELAPSE_INTERVAL_S);
    enter(timelapse);
    timelapse->is_on = is_on;
    timelapse->step_ms = step_ms;
    timelapse->due_ms = 0;
    cc_notify_all(timelapse->config.task, timelapse->monitor);
    leave(timelapse);
}

static void settings_changed(void *ctx, const cc_setting_ids_t *changed)
{
    cc_timelapse_t *timelapse = ctx;
    if (!cc_setting_ids_has(changed, CC_SETTING_TIMELAPSE_ENABLED) &&
        !cc_setting_ids_has(changed, CC_SETTING_TIMELAPSE_INTERVAL_S) &&
        !cc_setting_ids_has(changed, CC_SETTING_TIMELAPSE_KEEP_MB))
        return;
    read_settings(timelapse);
}

int cc_timelapse_new(const cc_timelapse_config_t *config, cc_timelapse_t **out)
{
    const cc_task_t *task = config->task;
    cc_timelapse_t *timelapse = calloc(1, sizeof *timelapse);
    if (!timelapse)
        return CC_ERR_MEMORY;
    timelapse->config = *config;
    timelapse->monitor = task->monitor_new(task->ctx);
    timelapse->disk = task->monitor_new(task->ctx);
    if (!timelapse->monitor || !timelapse->disk ||
        cc_shelf_init(&timelapse->shelf, config->files) < 0 ||
        cc_reels_new(task, config->server, config->films, &timelapse->reels) < 0) {
        cc_timelapse_free(timelapse);
        return CC_ERR_MEMORY;
    }
    read_settings(timelapse);
    cc_settings_listen(config->settings, settings_changed, timelapse);
    *out = timelapse;
    return CC_OK;
}

void cc_timelapse_free(cc_timelapse_t *timelapse)
{
    if (!timelapse)
        return;
    const cc_task_t *task = timelapse->config.task;
    cc_reels_free(timelapse->reels);
    cc_shelf_deinit(&timelapse->shelf);
    if (timelapse->disk)
        task->monitor_free(task->ctx, timelapse->disk);
    if (timelapse->monitor)
        task->monitor_free(task->ctx, timelapse->monitor);
    free(timelapse);
}

// Said in the log when it changes.
__attribute__((format(printf, 3, 4))) static void
set_status(cc_timelapse_t *timelapse, cc_timelapse_state_t state, const char *format, ...)
{
    cc_timelapse_status_t status = {.state = state};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(status.sentence, sizeof status.sentence, format, arguments);
    va_end(arguments);
    enter(timelapse);
    bool is_new = timelapse->status.state != state ||
                  strcmp(timelapse->status.sentence, status.sentence) != 0;
    timelapse->status = status;
    leave(timelapse);
    if (is_new && *status.sentence)
        cc_log(timelapse->config.log,
               state == CC_TIMELAPSE_KEEPING || state == CC_TIMELAPSE_WAITING ? CC_LOG_INFO
                                                                              : CC_LOG_WARNING,
               "timelapse", "%s", status.sentence);
}

void cc_timelapse_status(cc_timelapse_t *timelapse, cc_timelapse_status_t *status)
{
    enter(timelapse);
    *status = timelapse->status;
    leave(timelapse);
}

// What went wrong with the medium, for people.
static void set_trouble(cc_timelapse_t *timelapse, int err)
{
    if (err == CC_ERR_GONE)
        set_status(timelapse, CC_TIMELAPSE_MISSING, "%s", timelapse->config.missing);
    else if (err == CC_ERR_DISK_FULL)
        set_status(timelapse, CC_TIMELAPSE_FULL,
                   "There is no room for another picture. Delete a day, or other files.");
    else if (err == CC_ERR_SPACE)
        set_status(timelapse, CC_TIMELAPSE_WAITING,
                   "The clock was set back: this day has no more names for pictures.");
    else
        set_status(timelapse, CC_TIMELAPSE_FAILING, "Pictures cannot be kept: %s.",
                   cc_err_text(err));
}

// Takes the medium for one piece of work, and knows what is on it; to be given back in any case.
static int take_disk(cc_timelapse_t *timelapse)
{
    cc_enter(timelapse->config.task, timelapse->disk);
    return cc_shelf_look(&timelapse->shelf);
}

static void give_disk(cc_timelapse_t *timelapse)
{
    cc_leave(timelapse->config.task, timelapse->disk);
}

// Sweeps deleted days away, an hour at a time; other work comes in between.
static int sweep(cc_timelapse_t *timelapse)
{
    bool stopping = false;
    int more = 1;
    while (more > 0 && !stopping) {
        more = take_disk(timelapse);
        if (more == CC_OK)
            more = cc_shelf_sweep(&timelapse->shelf);
        give_disk(timelapse);
        if (more <= 0)
            break;
        enter(timelapse);
        cc_wait(timelapse->config.task, timelapse->monitor, BREATH_MS);
        stopping = timelapse->stopping;
        leave(timelapse);
    }
    return more < 0 ? more : CC_OK;
}

static int put_away(cc_timelapse_t *timelapse, const cc_frame_t *frame, int64_t local_s)
{
    cc_files_room_t room;
    int err = take_disk(timelapse);
    if (err == CC_OK)
        err = cc_shelf_make_room(&timelapse->shelf, frame->len, keep_bytes(timelapse), &room);
    if (err == CC_OK)
        err = cc_shelf_keep(&timelapse->shelf, cc_day_of(local_s),
                            (uint32_t)(local_s % CC_DAY_SECONDS), frame->spans, frame->n_spans);
    give_disk(timelapse);
    return err;
}

// Keeps one picture, or says why not. Returns after how long it is tried again when that is not to
// wait for the interval's end, 0 else.
static uint32_t keep_one(cc_timelapse_t *timelapse)
{
    const cc_timelapse_config_t *config = &timelapse->config;
    const cc_capture_request_t request = {.max_age_ms = AGE_MS, .wait_ms = WAIT_MS};
    cc_frame_t *frame;
    int err = sweep(timelapse);
    if (err < 0) {
        set_trouble(timelapse, err);
        return LOOK_AGAIN_MS;
    }
    if (cc_clock_unix(config->clock) == 0) {
        set_status(timelapse, CC_TIMELAPSE_WAITING,
                   "Pictures are kept as soon as the camera knows the time.");
        return LOOK_AGAIN_MS;
    }
    err = cc_capture_get(config->capture, &request, &frame);
    if (err == CC_ERR_STOPPED)
        return 0;
    if (err < 0) {
        set_status(timelapse, CC_TIMELAPSE_WAITING,
                   "Pictures are kept as soon as the camera gives some again.");
        return 0;
    }
    int64_t unix_ms = frame->begun_unix_ms ? frame->begun_unix_ms : cc_clock_unix(config->clock);
    int64_t unix_s = unix_ms / 1000;
    err = put_away(timelapse, frame, unix_s + cc_clock_offset_s(config->clock, unix_s));
    cc_frame_release(frame);
    if (err == CC_OK) {
        cc_count(&config->counters->timelapse_kept);
        set_status(
            timelapse, CC_TIMELAPSE_KEEPING, "A picture is kept each %lu s.",
            (unsigned long)cc_settings_int(config->settings, CC_SETTING_TIMELAPSE_INTERVAL_S));
        return 0;
    }
    cc_count(&config->counters->timelapse_failed);
    set_trouble(timelapse, err);
    return err == CC_ERR_GONE ? LOOK_AGAIN_MS : 0;
}

// Sets when the next one is due: a whole number of intervals behind the one before, unless it took
// longer.
static void plan_next_locked(cc_timelapse_t *timelapse, uint64_t due_ms, uint32_t sooner_ms)
{
    uint32_t step_ms = timelapse->step_ms;
    if (timelapse->due_ms != due_ms) // the settings changed meanwhile
        return;
    uint64_t now_ms = now(timelapse);
    if (sooner_ms > 0 && sooner_ms < step_ms)
        timelapse->due_ms = now_ms + sooner_ms;
    else
        timelapse->due_ms = (due_ms + step_ms > now_ms ? due_ms : now_ms) + step_ms;
}

static void run(void *arg)
{
    cc_timelapse_t *timelapse = arg;
    const cc_timelapse_config_t *config = &timelapse->config;
    enter(timelapse);
    while (!timelapse->stopping) {
        bool is_on = timelapse->is_on;
        uint64_t due_ms = timelapse->due_ms, now_ms = now(timelapse);
        if (is_on && due_ms > now_ms && !timelapse->sweeps) {
            cc_wait(config->task, timelapse->monitor, (uint32_t)(due_ms - now_ms));
            continue;
        }
        if (!is_on && !timelapse->sweeps) {
            timelapse->status = (cc_timelapse_status_t){0};
            timelapse->due_ms = 0;
            cc_wait(config->task, timelapse->monitor, CC_WAIT_FOREVER);
            continue;
        }
        if (due_ms == 0)
            timelapse->due_ms = due_ms = now_ms;
        timelapse->sweeps = false;
        leave(timelapse);
        uint32_t sooner_ms = 0;
        bool is_due = is_on && due_ms <= now_ms;
        if (is_due)
            sooner_ms = keep_one(timelapse);
        else
            sweep(
                timelapse); // what fails is tried again with the next picture, or at the next start
        enter(timelapse);
        if (is_due)
            plan_next_locked(timelapse, due_ms, sooner_ms);
    }
    leave(timelapse);
}

int cc_timelapse_start(cc_timelapse_t *timelapse)
{
    const cc_task_t *task = timelapse->config.task;
    return task->start(task->ctx, "timelapse", 0, run, timelapse, &timelapse->thread);
}

void cc_timelapse_stop(cc_timelapse_t *timelapse)
{
    const cc_task_t *task = timelapse->config.task;
    enter(timelapse);
    timelapse->stopping = true;
    cc_notify_all(task, timelapse->monitor);
    leave(timelapse);
    if (timelapse->thread)
        task->join(task->ctx, timelapse->thread);
    timelapse->thread = NULL;
    cc_reels_stop(timelapse->reels);
}

static void ask_for_sweep(cc_timelapse_t *timelapse)
{
    enter(timelapse);
    timelapse->sweeps = true;
    cc_notify_all(timelapse->config.task, timelapse->monitor);
    leave(timelapse);
}

int cc_timelapse_kept(cc_timelapse_t *timelapse, cc_timelapse_kept_t *out)
{
    const cc_files_t *files = timelapse->config.files;
    const cc_shelf_t *shelf = &timelapse->shelf;
    cc_files_room_t room;
    cc_timelapse_kept_t kept = {.keep_bytes = keep_bytes(timelapse)};
    int err = take_disk(timelapse);
    if (err == CC_OK)
        err = files->room(files->ctx, &room);
    if (err == CC_OK) {
        kept.used_bytes = shelf->bytes;
        kept.free_bytes = room.free_bytes;
        kept.days = calloc(shelf->n_days + 1, sizeof *kept.days);
        for (size_t i = shelf->n_days; kept.days && i-- > 0;)
            if (cc_shelf_day(shelf, shelf->days[i].day))
                kept.days[kept.n_days++] = shelf->days[i];
        if (!kept.days)
            err = CC_ERR_MEMORY;
    }
    bool sweeps = kept.n_days < shelf->n_days;
    give_disk(timelapse);
    if (err == CC_OK && sweeps)
        ask_for_sweep(timelapse);
    if (err == CC_OK || err == CC_ERR_GONE)
        *out = kept;
    return err;
}

int cc_timelapse_pictures(cc_timelapse_t *timelapse, cc_day_t day, cc_kept_t **pictures,
                          uint32_t *n)
{
    int err = take_disk(timelapse);
    if (err == CC_OK && !cc_shelf_day(&timelapse->shelf, day))
        err = CC_ERR_NOT_FOUND;
    if (err == CC_OK)
        err = cc_shelf_pictures(&timelapse->shelf, day, pictures, n);
    give_disk(timelapse);
    return err;
}

int cc_timelapse_read(cc_timelapse_t *timelapse, cc_day_t day, uint32_t second, uint8_t **bytes,
                      size_t *len)
{
    const cc_files_t *files = timelapse->config.files;
    char path[CC_FILES_PATH_MAX];
    cc_file_t *file = NULL;
    uint64_t size = 0;
    int err = take_disk(timelapse);
    if (err == CC_OK && !cc_shelf_day(&timelapse->shelf, day))
        err = CC_ERR_NOT_FOUND;
    give_disk(timelapse);
    cc_shelf_path(day, second, path);
    if (err == CC_OK)
        err = files->open(files->ctx, path, &file, &size);
    if (err < 0)
        return err;
    uint8_t *read = NULL;
    int n = CC_ERR_NOT_FOUND; // one of no bytes is what a power cut left
    if (size > 0 && size <= CC_PICTURE_BYTES_MAX) {
        read = malloc((size_t)size);
        n = read ? files->read(files->ctx, file, read, (size_t)size) : CC_ERR_MEMORY;
    }
    files->close(files->ctx, file);
    if (n >= 0 && (uint64_t)n < size)
        n = CC_ERR_CUT;
    if (n < 0) {
        free(read);
        return n;
    }
    *bytes = read;
    *len = (size_t)n;
    return CC_OK;
}

int cc_timelapse_delete(cc_timelapse_t *timelapse, cc_day_t day)
{
    int err = take_disk(timelapse);
    if (err == CC_OK)
        err = cc_shelf_delete(&timelapse->shelf, day);
    give_disk(timelapse);
    if (err == CC_OK)
        ask_for_sweep(timelapse);
    return err;
}

int cc_timelapse_film(cc_timelapse_t *timelapse, cc_day_t day, uint32_t fps, cc_reel_t **reel)
{
    cc_kept_t *pictures;
    uint32_t n;
    cc_film_t film;
    int err = cc_timelapse_pictures(timelapse, day, &pictures, &n);
    if (err == CC_OK)
        err = cc_film_open(&film, timelapse->config.files, day, pictures, n, fps);
    if (err < 0)
        return err;
    err = cc_reel_new(timelapse->reels, &film, reel);
    if (err < 0)
        cc_film_close(&film);
    return err;
}

int64_t cc_timelapse_unix_s(cc_timelapse_t *timelapse, cc_day_t day, uint32_t second)
{
    const cc_clock_t *clock = timelapse->config.clock;
    int64_t local_s = cc_day_begin(day) + second;
    int64_t about_s = local_s - cc_clock_offset_s(clock, local_s);
    return local_s - cc_clock_offset_s(clock, about_s);
}
