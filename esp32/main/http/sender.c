#include "http/sender.h"

#include <errno.h>
#include <esp_heap_caps.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <lwip/sockets.h>
#include <stdatomic.h>
#include <string.h>

#include "system/task.h"
#include "util/err.h"

enum {
    STALLED_MS = 10 * 1000,
    WHOLE_MS = 30 * 1000,
    WHOLE_BYTES_PER_S = 16 * 1024,
    TURN_BYTES = 64 * 1024, // one answer's share before the others get theirs
    ROUND_MS = 1000,        // how often it looks at the limits
    STACK = 4096,           // frames add up to 1.9 KB, in lwIP's sendmsg
};

struct cc_esp32_sender {
    int bell; // a UDP socket that talks to itself: what select can wait for beside the others
    atomic_bool rung;
    atomic_uint n_outputs;
    atomic_uint round_ms; // when the task came round last; it wraps
    SemaphoreHandle_t lock;
    StaticSemaphore_t lock_memory;
    cc_esp32_output_t *incoming; // guarded by the lock
    cc_esp32_output_t *outputs;  // the task's own
};

static uint64_t now_ms(void)
{
    return (uint64_t)(esp_timer_get_time() / 1000) + 1;
}

static size_t add_rest(struct iovec *parts, size_t n, const void *bytes, size_t len, size_t *skip)
{
    if (*skip >= len) {
        *skip -= len;
        return n;
    }
    parts[n].iov_base = (uint8_t *)bytes + *skip; // sendmsg only reads
    parts[n].iov_len = len - *skip;
    *skip = 0;
    return n + 1;
}

static size_t spans_len(const cc_esp32_output_t *output)
{
    size_t len = 0;
    for (size_t i = 0; i < output->n_spans; i++)
        len += output->spans[i].len;
    return len;
}

// What goes out next. Returns the number of parts, 0: nothing now, negative: the end.
static int gather(cc_esp32_output_t *output, struct iovec *parts)
{
    size_t skip = output->sent;
    size_t n = add_rest(parts, 0, output->head, output->head_len, &skip);
    if (!output->source) {
        for (size_t i = 0; i < output->n_spans; i++)
            n = add_rest(parts, n, output->spans[i].bytes, output->spans[i].len, &skip);
        return n ? (int)n : CC_ERR_STOPPED;
    }
    if (n)
        return (int)n;
    cc_span_t spans[CC_HTTP_SPANS_MAX];
    int n_spans = output->source->next(output->source->ctx, spans, CC_HTTP_SPANS_MAX);
    for (int i = 0; i < n_spans; i++) {
        parts[i].iov_base = (void *)spans[i].bytes;
        parts[i].iov_len = spans[i].len;
    }
    return n_spans;
}

static void account(cc_esp32_output_t *output, size_t len)
{
    if (output->source && output->sent >= output->head_len)
        output->source->sent(output->source->ctx, len);
    else
        output->sent += len;
}

// Sends until the socket is full, there is nothing, or the turn is over.
static void send_some(cc_esp32_output_t *output, uint64_t now)
{
    size_t turn = 0;
    while (turn < TURN_BYTES) {
        struct iovec parts[CC_HTTP_SPANS_MAX + 1];
        int n = gather(output, parts);
        if (n <= 0) {
            output->over = n < 0;
            output->blocked_ms = 0;
            return;
        }
        const struct msghdr message = {.msg_iov = parts, .msg_iovlen = n};
        ssize_t sent = sendmsg(output->fd, &message, MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOMEM)) {
            if (errno == ENOMEM)
                vTaskDelay(1); // select calls such a socket writable: no tight loop
            if (output->blocked_ms == 0 || turn > 0)
                output->blocked_ms = now;
            return;
        }
        if (sent < 0) {
            output->over = output->failed = true;
            return;
        }
        account(output, (size_t)sent);
        turn += (size_t)sent;
    }
    output->blocked_ms = now; // select says at once that it takes more
}

int cc_esp32_sender_try(cc_esp32_output_t *output)
{
    if (output->begun_ms == 0)
        output->begun_ms = now_ms();
    if (output->source)
        return 0;
    send_some(output, now_ms());
    if (output->failed)
        return CC_ERR_GONE;
    return output->over ? 1 : 0;
}

// A viewer that went away is noticed while no pictures come, too.
static void look_for_hangup(cc_esp32_output_t *output)
{
    char unwanted[64];
    ssize_t n = recv(output->fd, unwanted, sizeof unwanted, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
        output->over = output->failed = true;
}

static void check_limits(cc_esp32_output_t *output, uint64_t now)
{
    uint64_t whole_ms = WHOLE_MS + spans_len(output) * 1000u / WHOLE_BYTES_PER_S;
    bool stalled = output->blocked_ms && now - output->blocked_ms >= STALLED_MS;
    bool drips = !output->source && now - output->begun_ms >= whole_ms;
    if (stalled || drips)
        output->over = output->failed = true;
}

static void take_incoming(cc_esp32_sender_t *sender)
{
    xSemaphoreTake(sender->lock, portMAX_DELAY);
    cc_esp32_output_t *incoming = sender->incoming;
    sender->incoming = NULL;
    xSemaphoreGive(sender->lock);
    while (incoming) {
        cc_esp32_output_t *output = incoming;
        incoming = output->next;
        output->next = sender->outputs;
        sender->outputs = output;
        send_some(output, now_ms());
    }
}

static void end_what_is_over(cc_esp32_sender_t *sender, uint64_t now)
{
    for (cc_esp32_output_t **at = &sender->outputs; *at;) {
        cc_esp32_output_t *output = *at;
        check_limits(output, now);
        if (!output->over) {
            at = &output->next;
            continue;
        }
        *at = output->next;
        atomic_fetch_sub(&sender->n_outputs, 1);
        output->ended(output, !output->failed);
    }
}

static void silence_bell(cc_esp32_sender_t *sender)
{
    char rings[8];
    while (recv(sender->bell, rings, sizeof rings, MSG_DONTWAIT) > 0)
        ;
}

// Sleeps until there is something to do, and does it.
static void go_round(cc_esp32_sender_t *sender)
{
    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(sender->bell, &readable);
    int last = sender->bell;
    for (cc_esp32_output_t *output = sender->outputs; output; output = output->next) {
        if (output->source)
            FD_SET(output->fd, &readable);
        if (output->blocked_ms)
            FD_SET(output->fd, &writable);
        if (output->fd > last)
            last = output->fd;
    }
    struct timeval limit = {.tv_sec = ROUND_MS / 1000};
    int n = select(last + 1, &readable, &writable, NULL, &limit);
    atomic_store(&sender->round_ms, (unsigned)now_ms());
    if (n > 0 && FD_ISSET(sender->bell, &readable))
        silence_bell(sender);
    bool rung = atomic_exchange(&sender->rung, false);
    for (cc_esp32_output_t *output = sender->outputs; output; output = output->next) {
        if (n > 0 && output->source && FD_ISSET(output->fd, &readable))
            look_for_hangup(output);
        bool ready = output->blocked_ms ? n > 0 && FD_ISSET(output->fd, &writable) : rung;
        if (ready && !output->over)
            send_some(output, now_ms());
    }
    take_incoming(sender);
    end_what_is_over(sender, now_ms());
}

static void run(void *arg)
{
    for (;;)
        go_round(arg);
}

static void ring(cc_esp32_sender_t *sender)
{
    // A ring that is lost to a full mailbox is no loss: others stand before it.
    if (!atomic_exchange(&sender->rung, true))
        (void)send(sender->bell, "", 1, MSG_DONTWAIT);
}

static int open_bell(void)
{
    int bell = socket(AF_INET, SOCK_DGRAM, 0);
    if (bell < 0)
        return CC_ERR_IO;
    struct sockaddr_in here = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof here;
    if (bind(bell, (struct sockaddr *)&here, sizeof here) ||
        getsockname(bell, (struct sockaddr *)&here, &len) ||
        connect(bell, (struct sockaddr *)&here, sizeof here)) {
        close(bell);
        return CC_ERR_IO;
    }
    return bell;
}

int cc_esp32_sender_open(cc_esp32_sender_t **sender)
{
    // internal: a semaphore's lock does not work in external memory
    cc_esp32_sender_t *opened =
        heap_caps_calloc(1, sizeof *opened, MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
    if (!opened)
        return CC_ERR_MEMORY;
    opened->lock = xSemaphoreCreateMutexStatic(&opened->lock_memory);
    opened->bell = open_bell();
    atomic_store(&opened->round_ms, (unsigned)now_ms());
    int err = opened->bell < 0 ? opened->bell : CC_OK;
    if (!err && xTaskCreatePinnedToCore(run, "sender", STACK, opened, CC_ESP32_PRIORITY_SEND, NULL,
                                        tskNO_AFFINITY) != pdPASS)
        err = CC_ERR_MEMORY;
    if (err) {
        if (opened->bell >= 0)
            close(opened->bell);
        heap_caps_free(opened);
        return err;
    }
    *sender = opened;
    return CC_OK;
}

void cc_esp32_sender_add(cc_esp32_sender_t *sender, cc_esp32_output_t *output)
{
    atomic_fetch_add(&sender->n_outputs, 1);
    xSemaphoreTake(sender->lock, portMAX_DELAY);
    output->next = sender->incoming;
    sender->incoming = output;
    xSemaphoreGive(sender->lock);
    ring(sender);
}

void cc_esp32_sender_wake(cc_esp32_sender_t *sender)
{
    // Without readers, pictures cost no wake-ups.
    if (atomic_load(&sender->n_outputs) > 0)
        ring(sender);
}

bool cc_esp32_sender_alive(cc_esp32_sender_t *sender, uint32_t limit_ms)
{
    return (unsigned)now_ms() - atomic_load(&sender->round_ms) <= limit_ms;
}
