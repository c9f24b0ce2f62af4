#include "stream/stream.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

// The boundary goes out with the part before it: browsers show a picture when they see what follows
// it.
#define BOUNDARY "\r\n--frame\r\n"

enum {
    HEAD_MAX = 160,
    // A viewer that has been at one part for so long, while others wait for the camera's buffers,
    // is ended: for another viewer soon, for a snapshot only when it looks as if it had stalled.
    SHED_MS = 2000,
    STALLED_MS = 10 * 1000,
};

typedef struct {
    cc_stream_t *stream;
    bool open;
    bool shed;         // to be ended at its next turn
    cc_frame_t *frame; // the part under way; NULL between parts
    uint64_t last_id;  // of the newest frame it got
    uint64_t begun_ms; // when the part began
    size_t sent;       // bytes of the part that went out
    char head[HEAD_MAX];
    size_t head_len;
    bool greeted; // the first boundary went out
} viewer_t;

struct cc_stream {
    cc_stream_config_t config;
    cc_capture_t *capture;
    cc_monitor_t *monitor; // guards all below
    cc_frame_t *latest;    // on loan
    bool stopping;
    unsigned n_viewers;
    viewer_t viewers[CC_STREAM_VIEWERS_MAX];
};

static void enter(cc_stream_t *stream)
{
    cc_enter(stream->config.task, stream->monitor);
}

static void leave(cc_stream_t *stream)
{
    cc_leave(stream->config.task, stream->monitor);
}

int cc_stream_new(const cc_stream_config_t *config, cc_stream_t **out)
{
    cc_stream_t *stream = calloc(1, sizeof *stream);
    if (!stream)
        return CC_ERR_MEMORY;
    stream->config = *config;
    stream->monitor = config->task->monitor_new(config->task->ctx);
    if (!stream->monitor) {
        free(stream);
        return CC_ERR_MEMORY;
    }
    *out = stream;
    return CC_OK;
}

void cc_stream_set_capture(cc_stream_t *stream, cc_capture_t *capture)
{
    stream->capture = capture;
}

void cc_stream_free(cc_stream_t *stream)
{
    if (!stream)
        return;
    assert(stream->n_viewers == 0 && !stream->latest);
    stream->config.task->monitor_free(stream->config.task->ctx, stream->monitor);
    free(stream);
}

static void wake(cc_stream_t *stream)
{
    const cc_http_server_t *server = stream->config.server;
    if (server->wake)
        server->wake(server->ctx);
}

void cc_stream_stop(cc_stream_t *stream)
{
    enter(stream);
    cc_frame_t *latest = stream->latest;
    stream->latest = NULL;
    stream->stopping = true;
    leave(stream);
    cc_frame_release(latest);
    wake(stream);
}

void cc_stream_on_frame(void *ctx, cc_frame_t *frame)
{
    cc_stream_t *stream = ctx;
    cc_frame_t *before = NULL;
    enter(stream);
    bool watched = stream->n_viewers > 0 && !stream->stopping;
    if (watched) {
        before = stream->latest;
        stream->latest = cc_frame_hold(frame);
    }
    leave(stream);
    cc_frame_release(before);
    if (watched)
        wake(stream);
}

// Somebody is ready and the camera has no buffer to spare: whoever has kept one longest makes room.
static void shed_slowest_locked(cc_stream_t *stream, uint64_t now_ms, uint32_t least_ms)
{
    viewer_t *slowest = NULL;
    for (size_t i = 0; i < CC_STREAM_VIEWERS_MAX; i++) {
        viewer_t *viewer = &stream->viewers[i];
        bool candidate = viewer->open && viewer->frame && viewer->frame != stream->latest &&
                         now_ms - viewer->begun_ms >= least_ms && !viewer->shed;
        if (candidate && (!slowest || viewer->begun_ms < slowest->begun_ms))
            slowest = viewer;
    }
    if (slowest) {
        slowest->shed = true;
        cc_count(&stream->config.counters->stream_shed);
    }
}

void cc_stream_make_room(cc_stream_t *stream)
{
    enter(stream);
    shed_slowest_locked(stream, cc_clock_now(stream->config.clock), STALLED_MS);
    leave(stream);
    wake(stream);
}

// Gives the viewer its next frame, when there is one that it may keep for as long as it takes.
static bool begin_part_locked(cc_stream_t *stream, viewer_t *viewer)
{
    cc_frame_t *latest = stream->latest;
    if (!latest || latest->id == viewer->last_id)
        return false;
    uint64_t now_ms = cc_clock_now(stream->config.clock);
    if (!cc_capture_may_keep(stream->capture, latest, true)) {
        shed_slowest_locked(stream, now_ms, SHED_MS);
        return false;
    }
    viewer->frame = cc_frame_hold(latest);
    viewer->last_id = latest->id;
    viewer->begun_ms = now_ms;
    viewer->sent = 0;
    int64_t unix_ms = latest->begun_unix_ms;
    int n = snprintf(viewer->head, sizeof viewer->head,
                     "%sContent-Type: image/jpeg\r\nContent-Length: %zu\r\nX-Timestamp: "
                     "%lld.%03u\r\nX-Frame-Id: %llu\r\n\r\n",
                     viewer->greeted ? "" : &BOUNDARY[2], latest->len, (long long)(unix_ms / 1000),
                     (unsigned)(unix_ms % 1000), (unsigned long long)latest->id);
    assert(n > 0 && (size_t)n < sizeof viewer->head);
    viewer->head_len = (size_t)n;
    viewer->greeted = true;
    return true;
}

static size_t part_len(const viewer_t *viewer)
{
    return viewer->head_len + viewer->frame->len + strlen(BOUNDARY);
}

// Adds what is left of a piece of the part after *skip bytes are passed over.
static size_t add_rest(cc_span_t *spans, size_t n, const void *bytes, size_t len, size_t *skip)
{
    if (*skip >= len) {
        *skip -= len;
        return n;
    }
    spans[n] = (cc_span_t){(const uint8_t *)bytes + *skip, len - *skip};
    *skip = 0;
    return n + 1;
}

static int viewer_next(void *ctx, cc_span_t *spans, size_t max)
{
    viewer_t *viewer = ctx;
    cc_stream_t *stream = viewer->stream;
    static_assert(CC_HTTP_SPANS_MAX >= CC_FRAME_SPANS_MAX + 2, "head, frame and boundary");
    assert(max >= CC_HTTP_SPANS_MAX);
    (void)max;

    enter(stream);
    bool over = stream->stopping || viewer->shed;
    bool ready = !over && (viewer->frame || begin_part_locked(stream, viewer));
    leave(stream);
    if (over)
        return CC_ERR_STOPPED;
    if (!ready)
        return 0;

    size_t skip = viewer->sent;
    size_t n = add_rest(spans, 0, viewer->head, viewer->head_len, &skip);
    for (size_t i = 0; i < viewer->frame->n_spans; i++)
        n = add_rest(spans, n, viewer->frame->spans[i].bytes, viewer->frame->spans[i].len, &skip);
    n = add_rest(spans, n, BOUNDARY, strlen(BOUNDARY), &skip);
    return (int)n;
}

static void viewer_sent(void *ctx, size_t len)
{
    viewer_t *viewer = ctx;
    viewer->sent += len;
    if (viewer->sent < part_len(viewer))
        return;
    enter(viewer->stream);
    cc_frame_t *frame = viewer->frame;
    viewer->frame = NULL;
    leave(viewer->stream);
    cc_frame_release(frame);
    cc_count(&viewer->stream->config.counters->stream_parts);
}

static void viewer_close(void *ctx)
{
    viewer_t *viewer = ctx;
    cc_stream_t *stream = viewer->stream;
    cc_frame_t *latest = NULL;
    enter(stream);
    cc_frame_t *frame = viewer->frame;
    *viewer = (viewer_t){0};
    stream->n_viewers--;
    if (stream->n_viewers == 0) { // nobody looks: the camera gets its buffer back
        latest = stream->latest;
        stream->latest = NULL;
    }
    atomic_store(&stream->config.counters->stream_viewers, stream->n_viewers);
    leave(stream);
    cc_frame_release(frame);
    cc_frame_release(latest);
    cc_capture_watch(stream->capture, false);
}

int cc_stream_open(cc_stream_t *stream, cc_http_source_t *source)
{
    unsigned max = (unsigned)cc_settings_int(stream->config.settings, CC_SETTING_STREAM_VIEWERS);
    viewer_t *viewer = NULL;
    enter(stream);
    if (stream->n_viewers < max && !stream->stopping) {
        size_t i = 0;
        while (stream->viewers[i].open)
            i++;
        viewer = &stream->viewers[i];
        *viewer = (viewer_t){.stream = stream, .open = true};
        stream->n_viewers++;
        atomic_store(&stream->config.counters->stream_viewers, stream->n_viewers);
    }
    leave(stream);
    if (!viewer) {
        cc_count(&stream->config.counters->stream_refused);
        return CC_ERR_BUSY;
    }
    cc_capture_watch(stream->capture, true);
    *source = (cc_http_source_t){
        .ctx = viewer, .next = viewer_next, .sent = viewer_sent, .close = viewer_close};
    return CC_OK;
}

unsigned cc_stream_viewers(cc_stream_t *stream)
{
    enter(stream);
    unsigned n = stream->n_viewers;
    leave(stream);
    return n;
}
