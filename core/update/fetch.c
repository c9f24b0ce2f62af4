#include "update/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect/place.h"
#include "update/install.h"
#include "util/err.h"
#include "util/text.h"

enum {
    URL_MAX_BYTES = 2048, // GitHub's addresses of a release's files have 1000
    HOST_MAX_BYTES = 256,
    REDIRECTS_MAX = 5,
    STACK_BYTES = 12 * 1024, // a TLS handshake, as on Connect's thread
};

// Each step is shorter than what a watchdog takes for a thread that hangs: the body's pieces come
// to a wait.
static const cc_deadlines_t deadlines = {
    .dns_ms = 10 * 1000,
    .connect_ms = 10 * 1000,
    .tls_ms = 20 * 1000,
    .send_ms = 10 * 1000,
    .answer_ms = 30 * 1000,
    .whole_ms = 20 * 60 * 1000,
};

struct cc_fetch {
    cc_fetch_config_t config;
    cc_thread_t *thread;   // NULL: never started
    cc_monitor_t *monitor; // guards status
    cc_fetch_status_t status;
    // The thread's own, while it runs.
    void (*on_end)(void *ctx);
    void *ctx;
    char url[URL_MAX_BYTES];
    char ca[4097];
    cc_http_answer_t answer;
    cc_install_t install;
};

static int take(void *ctx, const uint8_t *bytes, size_t len)
{
    cc_fetch_t *fetch = ctx;
    const cc_task_t *task = fetch->config.task;
    int err = cc_install_take(&fetch->install, bytes, len);
    cc_enter(task, fetch->monitor);
    fetch->status.bytes += len;
    cc_text_copy(fetch->status.version, sizeof fetch->status.version, fetch->install.image.version);
    cc_wait(task, fetch->monitor, 0); // a thread that never waits counts as one that hangs
    cc_leave(task, fetch->monitor);
    return err;
}

// Whom to trust with this address; "": the system's roots.
static void read_ca(cc_fetch_t *fetch, const char *host)
{
    char server[201], own_host[HOST_MAX_BYTES];
    cc_settings_t *settings = fetch->config.settings;
    cc_settings_text(settings, CC_SETTING_CONNECT_SERVER, server, sizeof server);
    fetch->ca[0] = '\0';
    if (cc_place_host(server, own_host, sizeof own_host) == CC_OK && strcmp(host, own_host) == 0)
        cc_settings_text(settings, CC_SETTING_CONNECT_CA, fetch->ca, sizeof fetch->ca);
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Fetches and follows. Returns NULL when all of a 200 went into the install, else what came in
// between, as a part of a sentence behind the host's name.
static const char *follow(cc_fetch_t *fetch, char host[HOST_MAX_BYTES])
{
    cc_http_client_t *http = fetch->config.http;
    cc_http_answer_t *answer = &fetch->answer;
    const cc_http_exchange_t request = {
        .method = "GET",
        .url = fetch->url,
        .ca_pem = fetch->ca,
        .deadlines = deadlines,
        .take = take,
        .take_ctx = fetch,
    };
    for (int hops = 0; hops <= REDIRECTS_MAX; hops++) {
        cc_place_host(fetch->url, host, HOST_MAX_BYTES);
        read_ca(fetch, host);
        int err = http->exchange(http->ctx, &request, answer);
        http->forget(http->ctx, true);
        if (err < 0)
            return cc_err_text(err);
        if (answer->failed_at != CC_STEP_NONE)
            return answer->reason;
        if (answer->status == 200)
            return NULL;
        if (!is_redirect(answer->status)) {
            snprintf(answer->reason, sizeof answer->reason, "it answers %d: is the address right?",
                     answer->status);
            return answer->reason;
        }
        // the answer's body is of no use, and this stack is small
        if (cc_place_resolve(fetch->url, answer->location, answer->body, URL_MAX_BYTES) < 0)
            return "it leads on to an address that is none, or not https";
        cc_text_copy(fetch->url, sizeof fetch->url, answer->body);
    }
    return "the addresses lead on and on";
}

static void conclude(cc_fetch_t *fetch, cc_fetch_state_t state, const char *why)
{
    cc_enter(fetch->config.task, fetch->monitor);
    fetch->status.state = state;
    cc_text_copy(fetch->status.why, sizeof fetch->status.why, why);
    cc_leave(fetch->config.task, fetch->monitor);
}

static void run(void *arg)
{
    cc_fetch_t *fetch = arg;
    const cc_fetch_config_t *config = &fetch->config;
    cc_install_t *install = &fetch->install;
    char host[HOST_MAX_BYTES], why[480];
    cc_install_begin(install, config->update, 0);
    const char *broke = follow(fetch, host);
    if (broke && install->err == CC_OK) {
        cc_install_abort(install);
        const char *stop = broke[strlen(broke) - 1] == '?' ? "" : ".";
        snprintf(why, sizeof why, "%s: %s%s What runs goes on running.", host, broke, stop);
    } else if (cc_install_end(install) < 0) {
        cc_text_copy(why, sizeof why, install->why);
    } else {
        conclude(fetch, CC_FETCH_DONE, "");
        cc_log(config->log, CC_LOG_WARNING, "update", "Firmware %s came from %s, and starts now.",
               install->image.version, host);
        config->system->restart(config->system->ctx);
        return;
    }
    cc_log(config->log, CC_LOG_WARNING, "update", "No firmware was fetched: %s", why);
    conclude(fetch, CC_FETCH_FAILED, why);
    fetch->on_end(fetch->ctx);
}

int cc_fetch_new(const cc_fetch_config_t *config, cc_fetch_t **out)
{
    cc_fetch_t *fetch = calloc(1, sizeof *fetch);
    if (fetch)
        fetch->monitor = config->task->monitor_new(config->task->ctx);
    if (!fetch || !fetch->monitor) {
        free(fetch);
        return CC_ERR_MEMORY;
    }
    fetch->config = *config;
    *out = fetch;
    return CC_OK;
}

static void join(cc_fetch_t *fetch)
{
    if (fetch->thread)
        fetch->config.task->join(fetch->config.task->ctx, fetch->thread);
    fetch->thread = NULL;
}

void cc_fetch_free(cc_fetch_t *fetch)
{
    if (!fetch)
        return;
    join(fetch);
    fetch->config.task->monitor_free(fetch->config.task->ctx, fetch->monitor);
    free(fetch);
}

int cc_fetch_start(cc_fetch_t *fetch, const char *url, void (*on_end)(void *ctx), void *ctx)
{
    const cc_task_t *task = fetch->config.task;
    join(fetch); // the one before has ended
    if (cc_place_resolve(url, url, fetch->url, sizeof fetch->url) < 0)
        return CC_ERR_FORMAT;
    fetch->on_end = on_end;
    fetch->ctx = ctx;
    cc_enter(task, fetch->monitor);
    fetch->status = (cc_fetch_status_t){.state = CC_FETCH_RUNS};
    cc_leave(task, fetch->monitor);
    int err = task->start(task->ctx, "update", STACK_BYTES, run, fetch, &fetch->thread);
    if (err < 0)
        conclude(fetch, CC_FETCH_NONE, "");
    return err;
}

void cc_fetch_status(cc_fetch_t *fetch, cc_fetch_status_t *status)
{
    cc_enter(fetch->config.task, fetch->monitor);
    *status = fetch->status;
    cc_leave(fetch->config.task, fetch->monitor);
}
