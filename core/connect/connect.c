#include "connect/connect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect/info.h"
#include "connect/pace.h"
#include "connect/place.h"
#include "util/err.h"
#include "util/text.h"

enum {
    REDIRECTS_MAX = 3,
    PICTURE_WAIT_MS = 10 * 1000,
    STORE_AGAIN_MS = 60 * 1000,
    CAMERA_STARTING_MS =
        100, // a camera opens in a moment or fails; until then it is looked after so often
    FORGET_PLACE_AFTER = 3, // failures in a row at a place that a redirect led to
};

static const cc_deadlines_t deadlines = {
    .dns_ms = 10 * 1000,
    .connect_ms = 10 * 1000,
    .tls_ms = 15 * 1000,
    .send_ms = 60 * 1000, // 16 MB at 2 Mbit/s; a snapshot of 100 KB at 14 kbit/s
    .answer_ms = 30 * 1000,
    .whole_ms = 90 * 1000,
};

typedef enum {
    ENDPOINT_INFO,
    ENDPOINT_SNAPSHOT,
    ENDPOINT_COUNT
} endpoint_t;

static const char *const paths[ENDPOINT_COUNT] = {"/c/info", "/c/snapshot"};

struct cc_connect {
    cc_connect_config_t config;
    cc_thread_t *thread;
    cc_monitor_t *monitor; // guards pace, status, the flags and stopping
    cc_pace_t pace;
    cc_connect_status_t status;
    bool fresh_start;     // token, fingerprint, server or CA changed
    bool forget_sessions; // server or CA changed
    bool other_camera;    // token or server changed: Connect's ten seconds begin anew
    bool camera_starting; // it was not opened yet
    bool storing_failed;  // the fingerprint waits for room on the disk
    bool stopping;
    // The connect thread's own.
    char place[ENDPOINT_COUNT][CC_PLACE_MAX]; // where a redirect led; "" where the settings say
    cc_info_t told;                           // what Connect knows of us
    char ca[4097];
    int info_refused; // the status that the description was refused with, logged once; 0 none
    cc_http_answer_t answer;
};

static void enter(cc_connect_t *connect)
{
    cc_enter(connect->config.task, connect->monitor);
}

static void leave(cc_connect_t *connect)
{
    cc_leave(connect->config.task, connect->monitor);
}

static uint64_t now(const cc_connect_t *connect)
{
    return cc_clock_now(connect->config.clock);
}

static uint32_t random_bits(const cc_connect_t *connect)
{
    uint32_t bits = 0;
    connect->config.crypto->random(connect->config.crypto->ctx, (uint8_t *)&bits, sizeof bits);
    return bits;
}

const char *cc_connect_state_name(cc_connect_state_t state)
{
    static const char *const names[] = {"off", "no_token", "starting", "fine", "trouble"};
    return names[state];
}

// One request, sent once more on a fresh connection when it met one that the server had closed
// meanwhile.
static int exchange_once(cc_connect_t *connect, const cc_http_exchange_t *exchange)
{
    cc_http_client_t *http = connect->config.http;
    cc_http_answer_t *answer = &connect->answer;
    int err = http->exchange(http->ctx, exchange, answer);
    bool dead = err == CC_OK && answer->reused && !answer->answer_begun && !answer->timed_out &&
                (answer->failed_at == CC_STEP_SEND || answer->failed_at == CC_STEP_ANSWER);
    if (dead) {
        http->forget(http->ctx, false);
        err = http->exchange(http->ctx, exchange, answer);
    }
    if (err == CC_OK && !answer->reused && answer->failed_at != CC_STEP_DNS &&
        answer->failed_at != CC_STEP_CONNECT && answer->failed_at != CC_STEP_TLS)
        cc_count(&connect->config.counters->connect_connections);
    return err;
}

static bool is_redirect(const cc_http_answer_t *answer)
{
    return cc_answer_result(answer) == CC_RESULT_REDIRECT && *answer->location;
}

// A request with token and fingerprint to one endpoint, redirects included. connect->answer has the
// end of it.
static int exchange(cc_connect_t *connect, endpoint_t endpoint, const char *content_type,
                    const cc_span_t *body, size_t n_body)
{
    cc_settings_t *settings = connect->config.settings;
    char token[21], fingerprint[65], server[201], url[CC_PLACE_MAX];
    cc_settings_text(settings, CC_SETTING_CONNECT_TOKEN, token, sizeof token);
    cc_settings_text(settings, CC_SETTING_CONNECT_FINGERPRINT, fingerprint, sizeof fingerprint);
    cc_settings_text(settings, CC_SETTING_CONNECT_CA, connect->ca, sizeof connect->ca);
    cc_settings_text(settings, CC_SETTING_CONNECT_SERVER, server, sizeof server);
    if (*connect->place[endpoint])
        cc_text_copy(url, sizeof url, connect->place[endpoint]);
    else
        cc_place_join(server, paths[endpoint], url, sizeof url);

    cc_http_exchange_t request = {
        .method = "PUT",
        .url = url,
        .fields = {{"Token", token}, {"Fingerprint", fingerprint}, {"Content-Type", content_type}},
        .n_fields = 3,
        .body = body,
        .n_body = n_body,
        .ca_pem = connect->ca,
        .deadlines = deadlines,
    };
    int err = exchange_once(connect, &request);
    for (int followed = 0; err == CC_OK && is_redirect(&connect->answer); followed++) {
        char next[CC_PLACE_MAX];
        if (followed == REDIRECTS_MAX ||
            cc_place_follow(url, connect->answer.location, next, sizeof next) < 0)
            return CC_OK; // the redirect itself is the result, and it is refused
        cc_log(connect->config.log, CC_LOG_INFO, "connect", "Connect moved %s to %s",
               paths[endpoint], next);
        cc_text_copy(url, sizeof url, next);
        cc_text_copy(connect->place[endpoint], CC_PLACE_MAX, next);
        err = exchange_once(connect, &request);
    }
    char host[256];
    if (cc_place_host(url, host, sizeof host) == CC_OK) {
        enter(connect);
        cc_text_copy(connect->status.host, sizeof connect->status.host, host);
        leave(connect);
    }
    return err;
}

static void forget_place_that_fails(cc_connect_t *connect, endpoint_t endpoint, cc_result_t result)
{
    enter(connect);
    bool enough = result != CC_RESULT_SENT && connect->pace.failures >= FORGET_PLACE_AFTER;
    leave(connect);
    if (enough)
        connect->place[endpoint][0] = '\0';
}

// What there is to tell Connect now.
static void gather_info(cc_connect_t *connect, cc_info_t *info)
{
    cc_settings_t *settings = connect->config.settings;
    cc_capture_state_t camera;
    memset(info, 0, sizeof *info);
    cc_capture_state(connect->config.capture, &camera);
    connect->config.net->info(connect->config.net->ctx, &info->net);
    cc_settings_text(settings, CC_SETTING_CONNECT_NAME, info->name, sizeof info->name);
    if (!*info->name) // a name that a person gave it in Connect comes before the host's
        cc_settings_text(settings, CC_SETTING_CONNECT_KNOWN_NAME, info->name, sizeof info->name);
    if (!*info->name)
        cc_settings_text(settings, CC_SETTING_NETWORK_HOSTNAME, info->name, sizeof info->name);
    cc_text_copy(info->manufacturer, sizeof info->manufacturer, camera.manufacturer);
    cc_text_copy(info->model, sizeof info->model, camera.model);
    cc_text_copy(info->driver, sizeof info->driver, camera.driver);
    cc_text_copy(info->path, sizeof info->path, camera.path);
    cc_text_copy(info->firmware, sizeof info->firmware, connect->config.firmware);
    info->interval_s = cc_settings_int(settings, CC_SETTING_CONNECT_INTERVAL_S);
    info->n_sizes = cc_settings_sizes(settings, info->sizes, CC_CAMERA_SIZES_MAX);
    info->size = info->n_sizes > 0 ? cc_settings_size(settings, CC_SETTING_CAMERA_RESOLUTION)
                                   : camera.frame_size;
}

// Keeps the name that Connect has, so that our default never replaces it, not even after a restart.
static void learn_name(cc_connect_t *connect, const char *name, const char *told)
{
    cc_settings_t *settings = connect->config.settings;
    char known[257];
    cc_settings_text(settings, CC_SETTING_CONNECT_KNOWN_NAME, known, sizeof known);
    if (!*name || strcmp(name, known) == 0 || strcmp(name, told) == 0)
        return;
    cc_draft_t *draft = cc_draft_new(settings);
    if (!draft)
        return;
    cc_draft_set_own(draft, CC_SETTING_CONNECT_KNOWN_NAME, name);
    cc_draft_commit(draft);
    cc_draft_free(draft);
}

static void info_arrived(cc_connect_t *connect, const cc_info_t *info)
{
    cc_info_answer_t there;
    connect->told = *info;
    connect->info_refused = 0;
    cc_log(connect->config.log, CC_LOG_INFO, "connect", "Connect knows this camera as \"%s\".",
           info->name);
    if (cc_info_read_answer(connect->answer.body, connect->answer.body_len, &there) < 0)
        return;
    learn_name(connect, there.name, info->name);
    enter(connect);
    connect->status.registered = there.registered;
    leave(connect);
}

static void info_failed_locked(cc_connect_t *connect, cc_result_t result)
{
    cc_connect_status_t *status = &connect->status;
    if (connect->pace.hold_ms <= now(connect)) {
        if (connect->info_refused != connect->answer.status)
            cc_log(connect->config.log, CC_LOG_WARNING, "connect",
                   "Connect did not take the camera's description (%d). Pictures go on.",
                   connect->answer.status);
        connect->info_refused = connect->answer.status;
        return;
    }
    // what keeps the pictures back as well is said as if a picture had met it
    status->last.result = result;
    status->last.status = connect->answer.status;
    cc_answer_sentence(result, &connect->answer, status->host, status->last.sentence,
                       sizeof status->last.sentence);
    status->state = CC_CONNECT_TROUBLE;
    if (!status->trouble_ms) {
        status->trouble_ms = now(connect);
        cc_log(connect->config.log, CC_LOG_WARNING, "connect", "%s", status->last.sentence);
    }
}

static int send_info(cc_connect_t *connect)
{
    cc_info_t info;
    gather_info(connect, &info);
    char *body = cc_info_body(&info);
    if (!body)
        return CC_ERR_MEMORY;
    cc_span_t span = {(const uint8_t *)body, strlen(body)};
    int err = exchange(connect, ENDPOINT_INFO, "application/json", &span, 1);
    cc_info_body_free(body);
    if (err < 0)
        return err;

    cc_result_t result = cc_answer_result(&connect->answer);
    if (result == CC_RESULT_SENT)
        info_arrived(connect, &info);
    uint32_t random = random_bits(connect);
    enter(connect);
    cc_pace_info_done(&connect->pace, result, connect->answer.retry_after_s, now(connect), random);
    if (result != CC_RESULT_SENT)
        info_failed_locked(connect, result);
    leave(connect);
    forget_place_that_fails(connect, ENDPOINT_INFO, result);
    return CC_OK;
}

static void record_locked(cc_connect_t *connect, cc_connect_attempt_t *attempt)
{
    cc_connect_status_t *status = &connect->status;
    cc_log_t *log = connect->config.log;
    bool sent = attempt->result == CC_RESULT_SENT;
    bool was_fine = status->state == CC_CONNECT_FINE;
    bool news = status->last.result != attempt->result || status->last.status != attempt->status;

    attempt->number = status->last.number + 1;
    cc_count(sent ? &connect->config.counters->connect_sent
                  : &connect->config.counters->connect_failed);
    if (sent && !was_fine)
        cc_log(log, CC_LOG_INFO, "connect", "Pictures arrive at Connect.");
    if (!sent && (was_fine || news || !status->trouble_ms))
        cc_log(log, CC_LOG_WARNING, "connect", "%s", attempt->sentence);

    status->state = sent ? CC_CONNECT_FINE : CC_CONNECT_TROUBLE;
    if (sent) {
        status->sent_ms = attempt->at_ms;
        status->trouble_ms = 0;
    } else if (!status->trouble_ms) {
        status->trouble_ms = attempt->at_ms;
    }
    if (status->n_past == CC_CONNECT_HISTORY) {
        memmove(status->past, status->past + 1, (CC_CONNECT_HISTORY - 1) * sizeof *status->past);
        status->n_past--;
    }
    status->past[status->n_past++] =
        (cc_connect_past_t){attempt->result, attempt->at_ms, attempt->took_ms};
    status->last = *attempt;
    status->sending = false; // with the number: who asks from here on wants another one
}

static void describe_camera_trouble(cc_connect_t *connect, cc_connect_attempt_t *attempt)
{
    cc_capture_state_t camera;
    if (attempt->result != CC_RESULT_NO_PICTURE)
        return;
    cc_capture_state(connect->config.capture, &camera);
    snprintf(attempt->sentence, sizeof attempt->sentence, "There was no picture to send. %s",
             camera.reason);
    cc_text_mend_cut(attempt->sentence);
}

// Connect wants 10 s between two snapshots. Lets the frame go when the program ends meanwhile.
static int wait_until_it_may_leave(cc_connect_t *connect, cc_frame_t *frame)
{
    enter(connect);
    uint64_t until_ms = cc_pace_send_ms(&connect->pace);
    for (uint64_t now_ms; !connect->stopping && (now_ms = now(connect)) < until_ms;)
        cc_wait(connect->config.task, connect->monitor, (uint32_t)(until_ms - now_ms));
    bool stopping = connect->stopping;
    leave(connect);
    if (stopping)
        cc_frame_release(frame);
    return stopping ? CC_ERR_STOPPED : CC_OK;
}

static int send_snapshot(cc_connect_t *connect)
{
    cc_settings_t *settings = connect->config.settings;
    cc_connect_attempt_t attempt = {.result = CC_RESULT_NO_PICTURE};
    uint64_t began_ms = now(connect);
    cc_capture_request_t request = {
        .flash = cc_settings_bool(settings, CC_SETTING_FLASH_ENABLED),
        .wait_ms = PICTURE_WAIT_MS,
    };
    cc_frame_t *frame = NULL;
    connect->answer = (cc_http_answer_t){0};
    int err = cc_capture_get(connect->config.capture, &request, &frame);
    if (err == CC_OK)
        err = wait_until_it_may_leave(connect, frame);
    if (err == CC_ERR_STOPPED)
        return err;
    if (err == CC_OK) {
        began_ms = now(connect);
        attempt.bytes = (uint32_t)frame->len;
        err = exchange(connect, ENDPOINT_SNAPSHOT, "image/jpg", frame->spans, frame->n_spans);
        cc_frame_release(frame);
        if (err < 0)
            return err;
        attempt.result = cc_answer_result(&connect->answer);
        attempt.status = connect->answer.status;
    }
    attempt.at_ms = now(connect);
    attempt.took_ms = (uint32_t)(attempt.at_ms - began_ms);

    uint32_t random = random_bits(connect);
    describe_camera_trouble(connect, &attempt);
    bool mended = attempt.result == CC_RESULT_TOO_LARGE &&
                  cc_capture_too_large(connect->config.capture, attempt.bytes);
    enter(connect);
    if (mended)
        cc_text_copy(attempt.sentence, sizeof attempt.sentence,
                     "The picture was too large for Connect. The next ones are compressed more.");
    else if (attempt.result != CC_RESULT_NO_PICTURE)
        cc_answer_sentence(attempt.result, &connect->answer, connect->status.host, attempt.sentence,
                           sizeof attempt.sentence);
    cc_pace_snapshot_done(&connect->pace, attempt.result, connect->answer.retry_after_s, began_ms,
                          now(connect), random);
    record_locked(connect, &attempt);
    cc_notify_all(connect->config.task, connect->monitor);
    leave(connect);
    forget_place_that_fails(connect, ENDPOINT_SNAPSHOT, attempt.result);
    return CC_OK;
}

// Made once: Connect ties the token to the first one it sees. It is used only once it is safely
// stored.
static bool have_fingerprint(cc_connect_t *connect)
{
    cc_settings_t *settings = connect->config.settings;
    if (!cc_settings_is_empty(settings, CC_SETTING_CONNECT_FINGERPRINT))
        return true;
    uint8_t id[16 + 6] = {0};
    char fingerprint[65];
    cc_net_info_t net = {0};
    const cc_crypto_t *crypto = connect->config.crypto;
    if (crypto->random(crypto->ctx, id, 16) < 0)
        return false;
    connect->config.net->info(connect->config.net->ctx, &net);
    unsigned mac[6] = {0};
    sscanf(net.mac, "%2x:%2x:%2x:%2x:%2x:%2x", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4],
           &mac[5]);
    for (size_t i = 0; i < 6; i++)
        id[16 + i] = (uint8_t)mac[i];
    cc_text_base64(id, sizeof id, fingerprint);

    cc_draft_t *draft = cc_draft_new(settings);
    if (!draft)
        return false;
    cc_draft_set_own(draft, CC_SETTING_CONNECT_FINGERPRINT, fingerprint);
    int err = cc_draft_commit(draft);
    cc_draft_free(draft);
    return err == CC_OK;
}

// Whether there is all it takes to send, and what to say when not.
static bool check_able(cc_connect_t *connect)
{
    cc_settings_t *settings = connect->config.settings;
    bool enabled = cc_settings_bool(settings, CC_SETTING_CONNECT_ENABLED);
    bool token = !cc_settings_is_empty(settings, CC_SETTING_CONNECT_TOKEN);
    bool fingerprint = have_fingerprint(connect);
    bool able = enabled && token && fingerprint;

    enter(connect);
    cc_connect_status_t *status = &connect->status;
    if (!enabled)
        status->state = CC_CONNECT_OFF;
    else if (!token)
        status->state = CC_CONNECT_NO_TOKEN;
    else if (!fingerprint)
        status->state = CC_CONNECT_TROUBLE;
    else if (!connect->pace.able)
        status->state = CC_CONNECT_STARTING;
    connect->pace.able = able;
    connect->storing_failed = enabled && token && !fingerprint;
    leave(connect);
    return able;
}

static void begin_afresh(cc_connect_t *connect, bool sessions, bool other_camera)
{
    cc_http_client_t *http = connect->config.http;
    memset(connect->place, 0, sizeof connect->place);
    memset(&connect->told, 0, sizeof connect->told);
    if (sessions)
        http->forget(http->ctx, true);
    enter(connect);
    cc_pace_fresh_start(&connect->pace, other_camera, now(connect));
    leave(connect);
}

// Looks at what was changed and what there is to do; what it finds stands in pace.
static void look_around(cc_connect_t *connect)
{
    enter(connect);
    bool fresh_start = connect->fresh_start;
    bool sessions = connect->forget_sessions;
    bool other_camera = connect->other_camera;
    connect->fresh_start = connect->forget_sessions = connect->other_camera = false;
    leave(connect);
    if (fresh_start)
        begin_afresh(connect, sessions, other_camera);

    bool able = check_able(connect);
    bool news = false, starting = false;
    if (able) {
        cc_info_t info;
        gather_info(connect, &info);
        cc_capture_state_t camera;
        cc_capture_state(connect->config.capture, &camera);
        starting = camera.state == CC_CAMERA_STARTING;
        news = !cc_info_equal(&info, &connect->told);
    }
    enter(connect);
    connect->camera_starting = starting;
    connect->pace.info_wanted = news;
    leave(connect);
}

static void run(void *arg)
{
    cc_connect_t *connect = arg;
    enter(connect);
    while (!connect->stopping) {
        leave(connect);
        look_around(connect);
        enter(connect);
        if (connect->fresh_start || connect->stopping)
            continue;
        if (connect->camera_starting) { // the description, which tells what it is, goes first
            cc_wait(connect->config.task, connect->monitor, CAMERA_STARTING_MS);
            continue;
        }
        cc_pace_step_t next = cc_pace_next(&connect->pace, now(connect));
        if (next.action == CC_PACE_WAIT) {
            uint32_t wait_ms =
                next.wait_ms < CC_WAIT_FOREVER ? (uint32_t)next.wait_ms : CC_WAIT_FOREVER;
            if (connect->storing_failed)
                wait_ms = STORE_AGAIN_MS;
            cc_wait(connect->config.task, connect->monitor, wait_ms);
            continue;
        }
        connect->status.sending = next.action == CC_PACE_SNAPSHOT;
        if (next.action == CC_PACE_SNAPSHOT)
            cc_pace_snapshot_begun(&connect->pace, now(connect));
        leave(connect);
        int err = next.action == CC_PACE_INFO ? send_info(connect) : send_snapshot(connect);
        enter(connect);
        connect->status.sending = false;
        if (err == CC_ERR_STOPPED)
            break;
        if (err < 0) // out of memory, most likely: the next turn may have some
            connect->pace.hold_ms = now(connect) + CC_PACE_LEAST_MS;
    }
    leave(connect);
}

static uint32_t interval_ms(const cc_connect_t *connect)
{
    return (uint32_t)cc_settings_int(connect->config.settings, CC_SETTING_CONNECT_INTERVAL_S) *
           1000;
}

static void settings_changed(void *ctx, const cc_setting_ids_t *changed)
{
    cc_connect_t *connect = ctx;
    bool server = cc_setting_ids_has(changed, CC_SETTING_CONNECT_SERVER) ||
                  cc_setting_ids_has(changed, CC_SETTING_CONNECT_CA);
    bool identity = cc_setting_ids_has(changed, CC_SETTING_CONNECT_TOKEN) ||
                    cc_setting_ids_has(changed, CC_SETTING_CONNECT_FINGERPRINT) ||
                    cc_setting_ids_has(changed, CC_SETTING_CONNECT_ENABLED);
    uint32_t wanted_ms = interval_ms(connect);
    enter(connect);
    connect->fresh_start |= server || identity;
    connect->other_camera |= server || cc_setting_ids_has(changed, CC_SETTING_CONNECT_TOKEN);
    connect->forget_sessions |= server;
    if (cc_setting_ids_has(changed, CC_SETTING_CONNECT_INTERVAL_S)) {
        connect->pace.interval_ms = wanted_ms;
        connect->pace.due_ms = 0; // a new grid, from now on
    }
    cc_notify_all(connect->config.task, connect->monitor);
    leave(connect);
}

int cc_connect_new(const cc_connect_config_t *config, cc_connect_t **out)
{
    cc_connect_t *connect = calloc(1, sizeof *connect);
    if (!connect)
        return CC_ERR_MEMORY;
    connect->config = *config;
    connect->monitor = config->task->monitor_new(config->task->ctx);
    if (!connect->monitor) {
        free(connect);
        return CC_ERR_MEMORY;
    }
    connect->fresh_start = true;
    connect->pace.interval_ms = interval_ms(connect);
    connect->status.state = CC_CONNECT_STARTING;
    cc_settings_listen(config->settings, settings_changed, connect);
    have_fingerprint(
        connect); // before anybody can make a backup without it, or restore one over it
    *out = connect;
    return CC_OK;
}

int cc_connect_start(cc_connect_t *connect)
{
    const cc_task_t *task = connect->config.task;
    return task->start(task->ctx, "connect", 0, run, connect, &connect->thread);
}

void cc_connect_stop(cc_connect_t *connect)
{
    const cc_task_t *task = connect->config.task;
    enter(connect);
    connect->stopping = true;
    cc_notify_all(task, connect->monitor);
    leave(connect);
    connect->config.http->interrupt(connect->config.http->ctx);
    if (connect->thread)
        task->join(task->ctx, connect->thread);
    connect->thread = NULL;
}

void cc_connect_free(cc_connect_t *connect)
{
    if (!connect)
        return;
    connect->config.task->monitor_free(connect->config.task->ctx, connect->monitor);
    free(connect);
}

static void describe_locked(const cc_connect_t *connect, char *out, size_t cap)
{
    const cc_connect_status_t *status = &connect->status;
    switch (status->state) {
    case CC_CONNECT_OFF:
        snprintf(out, cap, "Sending to Connect is switched off.");
        break;
    case CC_CONNECT_NO_TOKEN:
        snprintf(out, cap,
                 "There is no token yet. In Connect, choose \"Add new other camera\", and paste "
                 "the token here.");
        break;
    case CC_CONNECT_STARTING:
        snprintf(out, cap, "The first picture is on its way.");
        break;
    case CC_CONNECT_FINE:
        snprintf(out, cap, "Pictures arrive at Connect.");
        break;
    case CC_CONNECT_TROUBLE:
        if (*status->last.sentence)
            snprintf(out, cap, "%s", status->last.sentence);
        else
            snprintf(out, cap,
                     "The camera's fingerprint could not be stored, so nothing is sent. Is the "
                     "disk full?");
        break;
    }
}

void cc_connect_status(cc_connect_t *connect, cc_connect_status_t *status)
{
    enter(connect);
    *status = connect->status;
    status->next_ms = connect->pace.able ? cc_pace_snapshot_ms(&connect->pace) : 0;
    describe_locked(connect, status->sentence, sizeof status->sentence);
    leave(connect);
}

void cc_connect_network_is_up(cc_connect_t *connect)
{
    enter(connect);
    cc_pace_network_is_up(&connect->pace, now(connect));
    cc_notify_all(connect->config.task, connect->monitor);
    leave(connect);
}

int cc_connect_send(cc_connect_t *connect, uint32_t wait_ms, cc_connect_attempt_t *attempt)
{
    int err = CC_OK;
    uint64_t asked_ms = now(connect);
    enter(connect);
    // a snapshot that is under way already was taken before it was asked for
    uint64_t number = connect->status.last.number + connect->status.sending;
    if (!connect->pace.able)
        err = CC_ERR_UNSUPPORTED;
    else
        connect->pace.forced = true;
    cc_notify_all(connect->config.task, connect->monitor);
    while (err == CC_OK && connect->status.last.number <= number) {
        uint64_t waited_ms = now(connect) - asked_ms;
        if (connect->stopping)
            err = CC_ERR_STOPPED;
        else if (waited_ms >= wait_ms)
            err = CC_ERR_TIMEOUT;
        else
            cc_wait(connect->config.task, connect->monitor, (uint32_t)(wait_ms - waited_ms));
    }
    if (err == CC_OK)
        *attempt = connect->status.last;
    leave(connect);
    return err;
}
