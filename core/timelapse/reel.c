#include "timelapse/reel.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "util/err.h"

typedef struct {
    uint8_t bytes[CC_REEL_BUFFER_BYTES];
    size_t len; // 0: empty
    size_t sent;
} buffer_t;

struct cc_reel {
    cc_reels_t *reels;
    cc_film_t film; // the reader's once it is shown
    cc_reel_t *next;
    uint64_t at; // what is read next
    uint64_t end;
    buffer_t buffers[2];
    unsigned fills; // the one that is filled next
    unsigned sends; // the one that is sent
    bool is_read;   // by the reader, right now
    bool is_closed;
    int err; // why it cannot go on
};

struct cc_reels {
    const cc_task_t *task;
    const cc_http_server_t *server;
    cc_monitor_t *monitor; // guards what follows, and the reels but for what is the reader's
    cc_thread_t *thread;   // NULL: not started
    unsigned max;
    unsigned n; // reels that there are
    cc_reel_t *shown;
    bool stopping;
};

static void enter(cc_reels_t *reels)
{
    cc_enter(reels->task, reels->monitor);
}

static void leave(cc_reels_t *reels)
{
    cc_leave(reels->task, reels->monitor);
}

int cc_reels_new(const cc_task_t *task, const cc_http_server_t *server, unsigned max,
                 cc_reels_t **out)
{
    cc_reels_t *reels = calloc(1, sizeof *reels);
    if (!reels)
        return CC_ERR_MEMORY;
    *reels = (cc_reels_t){.task = task, .server = server, .max = max};
    reels->monitor = task->monitor_new(task->ctx);
    if (!reels->monitor) {
        free(reels);
        return CC_ERR_MEMORY;
    }
    *out = reels;
    return CC_OK;
}

void cc_reels_stop(cc_reels_t *reels)
{
    enter(reels);
    reels->stopping = true;
    cc_thread_t *thread = reels->thread;
    cc_notify_all(reels->task, reels->monitor);
    leave(reels);
    if (reels->server->wake)
        reels->server->wake(reels->server->ctx);
    if (thread)
        reels->task->join(reels->task->ctx, thread);
}

void cc_reels_free(cc_reels_t *reels)
{
    if (!reels)
        return;
    assert(reels->n == 0);
    reels->task->monitor_free(reels->task->ctx, reels->monitor);
    free(reels);
}

int cc_reel_new(cc_reels_t *reels, const cc_film_t *film, cc_reel_t **out)
{
    enter(reels);
    bool is_free = reels->n < reels->max;
    reels->n += is_free;
    leave(reels);
    if (!is_free)
        return CC_ERR_BUSY;
    cc_reel_t *reel = calloc(1, sizeof *reel);
    if (!reel) {
        enter(reels);
        reels->n--;
        leave(reels);
        return CC_ERR_MEMORY;
    }
    reel->reels = reels;
    reel->film = *film;
    *out = reel;
    return CC_OK;
}

const cc_film_t *cc_reel_film(const cc_reel_t *reel)
{
    return &reel->film;
}

void cc_reel_free(cc_reel_t *reel)
{
    if (!reel)
        return;
    cc_reels_t *reels = reel->reels;
    cc_film_close(&reel->film);
    free(reel);
    enter(reels);
    reels->n--;
    leave(reels);
}

// The one to read for, which then goes to the list's end, so that all get their turn.
static cc_reel_t *pick_locked(cc_reels_t *reels)
{
    cc_reel_t **at = &reels->shown;
    while (*at && ((*at)->err < 0 || (*at)->at == (*at)->end || (*at)->buffers[(*at)->fills].len))
        at = &(*at)->next;
    cc_reel_t *picked = *at;
    if (!picked || !picked->next)
        return picked;
    *at = picked->next;
    while (*at)
        at = &(*at)->next;
    *at = picked;
    picked->next = NULL;
    return picked;
}

// Fills a buffer of the reel's. Inside the monitor before and after.
static void read_locked(cc_reels_t *reels, cc_reel_t *reel)
{
    buffer_t *buffer = &reel->buffers[reel->fills];
    uint64_t left = reel->end - reel->at;
    size_t wanted = left < sizeof buffer->bytes ? (size_t)left : sizeof buffer->bytes;
    reel->is_read = true;
    leave(reels);
    int n = cc_film_read(&reel->film, reel->at, buffer->bytes, wanted);
    enter(reels);
    reel->is_read = false;
    if (n > 0) {
        buffer->len = (size_t)n;
        reel->at += (unsigned)n;
        reel->fills = !reel->fills;
    } else {
        reel->err = n < 0 ? n : CC_ERR_CUT;
    }
    bool is_closed = reel->is_closed;
    leave(reels);
    if (is_closed)
        cc_reel_free(reel);
    else if (reels->server->wake)
        reels->server->wake(reels->server->ctx);
    enter(reels);
}

static void run(void *arg)
{
    cc_reels_t *reels = arg;
    enter(reels);
    while (!reels->stopping) {
        cc_reel_t *reel = pick_locked(reels);
        if (reel)
            read_locked(reels, reel);
        else
            cc_wait(reels->task, reels->monitor, CC_WAIT_FOREVER);
    }
    leave(reels);
}

static int source_next(void *ctx, cc_span_t *spans, size_t max)
{
    cc_reel_t *reel = ctx;
    int n = 0;
    (void)max;
    enter(reel->reels);
    const buffer_t *buffer = &reel->buffers[reel->sends];
    if (reel->reels->stopping) {
        n = CC_ERR_STOPPED;
    } else if (buffer->len > 0) {
        spans[0] = (cc_span_t){buffer->bytes + buffer->sent, buffer->len - buffer->sent};
        n = 1;
    } else if (reel->err < 0) {
        n = reel->err;
    } else if (reel->at == reel->end) {
        n = CC_ERR_STOPPED; // all of it
    }
    leave(reel->reels);
    return n;
}

static void source_sent(void *ctx, size_t len)
{
    cc_reel_t *reel = ctx;
    enter(reel->reels);
    buffer_t *buffer = &reel->buffers[reel->sends];
    buffer->sent += len;
    if (buffer->sent == buffer->len) {
        buffer->len = buffer->sent = 0;
        reel->sends = !reel->sends;
        cc_notify_all(reel->reels->task, reel->reels->monitor);
    }
    leave(reel->reels);
}

static void source_close(void *ctx)
{
    cc_reel_t *reel = ctx;
    enter(reel->reels);
    cc_reel_t **at = &reel->reels->shown;
    while (*at != reel)
        at = &(*at)->next;
    *at = reel->next;
    reel->is_closed = true;
    bool is_read = reel->is_read; // then the reader frees it
    leave(reel->reels);
    if (!is_read)
        cc_reel_free(reel);
}

int cc_reel_show(cc_reel_t *reel, uint64_t from, uint64_t len, cc_http_source_t *source)
{
    cc_reels_t *reels = reel->reels;
    const cc_task_t *task = reels->task;
    int err = CC_OK;
    enter(reels);
    if (reels->stopping)
        err = CC_ERR_STOPPED;
    else if (!reels->thread)
        err = task->start(task->ctx, "films", 0, run, reels, &reels->thread);
    if (err == CC_OK) {
        reel->at = from;
        reel->end = from + len;
        reel->next = reels->shown;
        reels->shown = reel;
        cc_notify_all(task, reels->monitor);
    }
    leave(reels);
    if (err < 0)
        return err;
    *source = (cc_http_source_t){reel, source_next, source_sent, source_close};
    return CC_OK;
}
