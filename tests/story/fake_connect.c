#include "fake_connect.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame/jpeg.h"
#include "util/err.h"
#include "util/text.h"

static void record(fake_connect_t *fake, const cc_http_exchange_t *exchange)
{
    uint8_t body[4096];
    size_t len = 0;
    cc_jpeg_info_t info;
    assert(fake->n_requests < FAKE_CONNECT_REQUESTS);
    fake_request_t *request = &fake->requests[fake->n_requests++];
    for (size_t i = 0; i < exchange->n_body; i++) {
        assert(len + exchange->body[i].len <= sizeof body);
        memcpy(body + len, exchange->body[i].bytes, exchange->body[i].len);
        len += exchange->body[i].len;
    }
    request->at_ms = fake->tasks->clock->now_ms;
    request->len = len;
    cc_text_copy(request->url, sizeof request->url, exchange->url);
    for (size_t i = 0; i < exchange->n_fields; i++)
        if (strcmp(exchange->fields[i].name, "Token") == 0)
            cc_text_copy(request->token, sizeof request->token, exchange->fields[i].value);
    request->info = strstr(exchange->url, "/c/info") != NULL;
    if (request->info) {
        fake->n_infos++;
        snprintf(fake->last_info, sizeof fake->last_info, "%.*s", (int)len, (const char *)body);
    } else {
        fake->n_snapshots++;
        request->whole = cc_jpeg_read(body, len, &info) == CC_OK && info.len == len;
    }
}

static int fake_exchange(void *ctx, const cc_http_exchange_t *exchange, cc_http_answer_t *answer)
{
    fake_connect_t *fake = ctx;
    *answer = (cc_http_answer_t){.reused = fake->connected};
    if (fake->failed_at == CC_STEP_DNS || fake->failed_at == CC_STEP_CONNECT ||
        fake->failed_at == CC_STEP_TLS) {
        cc_fake_task_sleep(fake->tasks, fake->takes_ms);
        answer->failed_at = fake->failed_at;
        return CC_OK;
    }
    if (fake->connected && fake->dead_connection) {
        fake->dead_connection = fake->connected = false;
        answer->failed_at = CC_STEP_SEND;
        return CC_OK;
    }
    fake->connections += !fake->connected;
    fake->connected = true;
    record(fake, exchange);
    cc_fake_task_sleep(fake->tasks, fake->takes_ms);
    if (fake->failed_at != CC_STEP_NONE) {
        fake->connected = false;
        answer->failed_at = fake->failed_at;
        return CC_OK;
    }
    answer->status = fake->status;
    answer->retry_after_s = fake->retry_after_s;
    answer->answer_begun = true;
    if (*fake->location) {
        bool here = cc_text_starts_nocase(exchange->url, fake->redirect_once_from);
        answer->status = here ? fake->status : 204;
        cc_text_copy(answer->location, sizeof answer->location, here ? fake->location : "");
    }
    if (answer->status == 204 && strstr(exchange->url, "/c/info")) {
        answer->status = 200;
        int n = snprintf(answer->body, sizeof answer->body,
                         "{\"id\":1,\"registered\":true,\"name\":\"%s\"}", fake->name_there);
        answer->body_len = (size_t)n;
    }
    return CC_OK;
}

static void fake_forget(void *ctx, bool sessions)
{
    (void)sessions;
    ((fake_connect_t *)ctx)->connected = false;
}

static void fake_interrupt(void *ctx)
{
    (void)ctx;
}

void fake_connect_init(fake_connect_t *fake, cc_fake_task_t *tasks)
{
    *fake = (fake_connect_t){.tasks = tasks, .takes_ms = 300, .status = 204};
    fake->requests = calloc(FAKE_CONNECT_REQUESTS, sizeof *fake->requests);
    assert(fake->requests);
}

void fake_connect_deinit(fake_connect_t *fake)
{
    free(fake->requests);
}

cc_http_client_t fake_connect_port(fake_connect_t *fake)
{
    return (cc_http_client_t){fake, fake_exchange, fake_forget, fake_interrupt};
}
