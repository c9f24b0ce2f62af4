// Sends answers without ever waiting for whoever reads them.
//
// cc_esp32_sender_try puts into the socket what it takes at once: most answers go out whole that
// way, on the thread that made them. What is left, and everything without an end (live video), is
// handed to one task, which sleeps until one of its sockets takes more or cc_esp32_sender_wake says
// that there is more to send. Bytes go from where they lie into lwIP's buffers; a frame is not
// copied before.
//
//     int done = cc_esp32_sender_try(&answer->output);
//     if (done == 0)
//         cc_esp32_sender_add(sender, &answer->output);   // it calls output.ended
//
// Limits: nothing taken for 10 s, or 30 s and one more for each 16 KB in all, and the connection is
// given up: a frame is not kept for a reader that drips.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/http_server.h"

typedef struct cc_esp32_sender cc_esp32_sender_t;

// One answer on its way; it lies in its owner's struct.
typedef struct cc_esp32_output {
    int fd;
    char *head; // from malloc, freed by the owner after `ended`
    size_t head_len;
    cc_span_t spans[CC_HTTP_SPANS_MAX]; // the body, where there is no source
    size_t n_spans;
    const cc_http_source_t *source; // NULL: spans. The owner closes it after `ended`
    // On the sender's task, once: `whole` when all was sent. The struct is the owner's again.
    void (*ended)(struct cc_esp32_output *output, bool whole);
    // The sender's own.
    struct cc_esp32_output *next;
    size_t sent; // bytes of head and spans; of the head alone with a source
    uint64_t begun_ms;
    uint64_t blocked_ms; // since when the socket takes nothing; 0: it takes
    bool over;
    bool failed;
} cc_esp32_output_t;

// Errors: CC_ERR_MEMORY, CC_ERR_IO (no socket to wake it by).
int cc_esp32_sender_open(cc_esp32_sender_t **sender);

// 1: all is sent. 0: the socket takes no more now, or it is a source. CC_ERR_GONE: the connection
// is broken.
int cc_esp32_sender_try(cc_esp32_output_t *output);

void cc_esp32_sender_add(cc_esp32_sender_t *sender, cc_esp32_output_t *output);

// Sources may have more. Any thread.
void cc_esp32_sender_wake(cc_esp32_sender_t *sender);

// Whether its task came round within limit_ms.
bool cc_esp32_sender_alive(cc_esp32_sender_t *sender, uint32_t limit_ms);
