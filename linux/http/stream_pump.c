#include "http/stream_pump.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "system/monotonic.h"
#include "system/thread.h"
#include "util/err.h"

#define STALLED_MS   10000u
#define UNSENT_BYTES 32768          // TCP_NOTSENT_LOWAT
#define TURN_BYTES   (256u * 1024u) // one stream's share before the others get theirs
#define EVENTS       32
#define KEEPALIVE_S  30 // a viewer whose machine lost power is noticed while no frames come

typedef struct stream {
    struct stream *next;
    int fd;
    char *head; // NULL once it has gone out
    size_t head_len;
    size_t head_sent;
    cc_http_source_t source;
    void *token;
    uint64_t blocked_ms; // since when the socket takes nothing; 0: it takes
    bool over;
    bool hungry; // its turn ended before it was full: comes again without an event
} stream_t;

struct cc_linux_stream_pump {
    cc_linux_stream_owner_t owner;
    pthread_t thread;
    int epoll;
    int event; // eventfd, for everything that other threads want
    atomic_uint n_streams;
    atomic_bool woken;
    atomic_bool nudged;
    pthread_mutex_t lock; // guards incoming and stopping
    stream_t *incoming;
    bool stopping;
    stream_t *streams; // the thread's own
    uint64_t tick_ms;  // when tick is due; the thread's own
};

static void ring(cc_linux_stream_pump_t *pump)
{
    uint64_t one = 1;
    // It fails only when the counter is full, and then the thread is on its way.
    (void)!write(pump->event, &one, sizeof(one));
}

// What is to go out next. Returns the number of parts, 0 for nothing now, negative at the end.
static int gather(stream_t *stream, struct iovec *parts)
{
    if (stream->head) {
        parts[0].iov_base = stream->head + stream->head_sent;
        parts[0].iov_len = stream->head_len - stream->head_sent;
        return 1;
    }
    cc_span_t spans[CC_HTTP_SPANS_MAX];
    int n = stream->source.next(stream->source.ctx, spans, CC_HTTP_SPANS_MAX);
    for (int i = 0; i < n; i++) {
        parts[i].iov_base = (void *)spans[i].bytes; // sendmsg only reads
        parts[i].iov_len = spans[i].len;
    }
    return n;
}

static void account(stream_t *stream, size_t sent)
{
    if (!stream->head) {
        stream->source.sent(stream->source.ctx, sent);
        return;
    }
    stream->head_sent += sent;
    if (stream->head_sent == stream->head_len) {
        free(stream->head);
        stream->head = NULL;
    }
}

// Sends until the socket is full, the source has nothing, or the turn is over.
static void send_some(stream_t *stream, uint64_t now_ms)
{
    stream->hungry = false;
    size_t turn = 0;
    while (turn < TURN_BYTES) {
        struct iovec parts[CC_HTTP_SPANS_MAX];
        int n = gather(stream, parts);
        if (n <= 0) {
            stream->over = n < 0;
            stream->blocked_ms = 0;
            return;
        }
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)n};
        ssize_t sent = sendmsg(stream->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (stream->blocked_ms == 0 || turn > 0)
                stream->blocked_ms = now_ms;
            return;
        }
        if (sent < 0) {
            stream->over = true;
            return;
        }
        account(stream, (size_t)sent);
        turn += (size_t)sent;
    }
    stream->blocked_ms = 0;
    stream->hungry = true;
}

static void end(cc_linux_stream_pump_t *pump, stream_t *stream)
{
    epoll_ctl(pump->epoll, EPOLL_CTL_DEL, stream->fd, NULL);
    stream->source.close(stream->source.ctx);
    pump->owner.ended(pump->owner.ctx, stream->token);
    free(stream->head);
    free(stream);
    atomic_fetch_sub(&pump->n_streams, 1);
}

static void prepare_socket(int fd)
{
    int on = 1;
    int off = 0;
    int unsent = UNSENT_BYTES;
    int keepalive_s = KEEPALIVE_S;
    int probes = 3;
    // The server library may have left either of the first two as it needed them.
    setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &keepalive_s, sizeof(keepalive_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &keepalive_s, sizeof(keepalive_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

// Takes over what other threads left. Returns whether the pump stops.
static bool take_incoming(cc_linux_stream_pump_t *pump)
{
    pthread_mutex_lock(&pump->lock);
    stream_t *incoming = pump->incoming;
    pump->incoming = NULL;
    bool stopping = pump->stopping;
    pthread_mutex_unlock(&pump->lock);

    while (incoming) {
        stream_t *stream = incoming;
        incoming = stream->next;
        stream->next = pump->streams;
        pump->streams = stream;
        prepare_socket(stream->fd);
        struct epoll_event event = {
            .events = EPOLLOUT | EPOLLRDHUP | EPOLLET,
            .data.ptr = stream,
        };
        if (epoll_ctl(pump->epoll, EPOLL_CTL_ADD, stream->fd, &event))
            stream->over = true;
        stream->hungry = true;
    }
    return stopping;
}

// Sends what can be sent, ends what is over. Returns when the thread must look again at the latest.
static uint64_t serve(cc_linux_stream_pump_t *pump, uint64_t now_ms, bool woken, bool stopping)
{
    uint64_t until_ms = UINT64_MAX;
    for (stream_t **at = &pump->streams; *at;) {
        stream_t *stream = *at;
        if (!stream->over && (stream->hungry || (woken && stream->blocked_ms == 0)))
            send_some(stream, now_ms);
        uint64_t stalled_ms = stream->blocked_ms + STALLED_MS;
        if (stream->over || stopping || (stream->blocked_ms && now_ms >= stalled_ms)) {
            *at = stream->next;
            end(pump, stream);
            continue;
        }
        if (stream->hungry)
            until_ms = now_ms;
        else if (stream->blocked_ms && stalled_ms < until_ms)
            until_ms = stalled_ms;
        at = &stream->next;
    }
    return until_ms;
}

static int wait_ms(uint64_t now_ms, uint64_t until_ms)
{
    if (until_ms == UINT64_MAX)
        return -1;
    if (until_ms <= now_ms)
        return 0;
    return until_ms - now_ms > INT_MAX ? INT_MAX : (int)(until_ms - now_ms);
}

static void *run(void *arg)
{
    cc_linux_stream_pump_t *pump = arg;
    for (;;) {
        bool woken = atomic_exchange(&pump->woken, false);
        bool stopping = take_incoming(pump);
        uint64_t now_ms = cc_monotonic_ms();
        uint64_t until_ms = serve(pump, now_ms, woken, stopping);
        if (stopping)
            break;
        if (atomic_exchange(&pump->nudged, false) || now_ms >= pump->tick_ms)
            pump->tick_ms = pump->owner.tick(pump->owner.ctx, now_ms);
        if (pump->tick_ms < until_ms)
            until_ms = pump->tick_ms;

        struct epoll_event events[EVENTS];
        int n = epoll_wait(pump->epoll, events, EVENTS, wait_ms(now_ms, until_ms));
        for (int i = 0; i < n; i++) {
            stream_t *stream = events[i].data.ptr;
            if (!stream) {
                uint64_t count;
                (void)!read(pump->event, &count, sizeof(count));
                continue;
            }
            if (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
                stream->over = true;
            if (events[i].events & EPOLLOUT)
                stream->hungry = true;
        }
    }
    return NULL;
}

int cc_linux_stream_pump_open(const cc_linux_stream_owner_t *owner, cc_linux_stream_pump_t **pump)
{
    cc_linux_stream_pump_t *opened = calloc(1, sizeof(*opened));
    if (!opened)
        return CC_ERR_MEMORY;
    opened->owner = *owner;
    atomic_init(&opened->n_streams, 0);
    atomic_init(&opened->woken, false);
    atomic_init(&opened->nudged, false);
    pthread_mutex_init(&opened->lock, NULL);
    opened->epoll = epoll_create1(EPOLL_CLOEXEC);
    opened->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (opened->epoll < 0 || opened->event < 0 ||
        epoll_ctl(opened->epoll, EPOLL_CTL_ADD, opened->event, &event) ||
        cc_linux_thread_start("stream pump", 0, run, opened, &opened->thread)) {
        if (opened->epoll >= 0)
            close(opened->epoll);
        if (opened->event >= 0)
            close(opened->event);
        pthread_mutex_destroy(&opened->lock);
        free(opened);
        return CC_ERR_MEMORY;
    }
    *pump = opened;
    return 0;
}

int cc_linux_stream_pump_add(cc_linux_stream_pump_t *pump, int fd, char *head, size_t head_len,
                             const cc_http_source_t *source, void *token)
{
    stream_t *stream = calloc(1, sizeof(*stream));
    if (!stream)
        return CC_ERR_MEMORY;
    stream->fd = fd;
    stream->head = head;
    stream->head_len = head_len;
    stream->source = *source;
    stream->token = token;
    pthread_mutex_lock(&pump->lock);
    bool stopping = pump->stopping;
    if (!stopping) {
        atomic_fetch_add(&pump->n_streams, 1);
        stream->next = pump->incoming;
        pump->incoming = stream;
    }
    pthread_mutex_unlock(&pump->lock);
    if (stopping) {
        free(stream);
        return CC_ERR_STOPPED;
    }
    ring(pump);
    return 0;
}

void cc_linux_stream_pump_wake(cc_linux_stream_pump_t *pump)
{
    // Without viewers frames must cost no wake-ups. A stream that is added in this moment asks its
    // source anyway.
    if (atomic_load(&pump->n_streams) == 0)
        return;
    if (!atomic_exchange(&pump->woken, true))
        ring(pump);
}

void cc_linux_stream_pump_nudge(cc_linux_stream_pump_t *pump)
{
    if (!atomic_exchange(&pump->nudged, true))
        ring(pump);
}

void cc_linux_stream_pump_stop(cc_linux_stream_pump_t *pump)
{
    pthread_mutex_lock(&pump->lock);
    pump->stopping = true;
    pthread_mutex_unlock(&pump->lock);
    ring(pump);
}

void cc_linux_stream_pump_wait(cc_linux_stream_pump_t *pump)
{
    pthread_join(pump->thread, NULL);
}

void cc_linux_stream_pump_free(cc_linux_stream_pump_t *pump)
{
    if (!pump)
        return;
    close(pump->event);
    close(pump->epoll);
    pthread_mutex_destroy(&pump->lock);
    free(pump);
}
