// How the camera does: for the page, for Prometheus, for whoever watches over it.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/date.h"
#include "util/err.h"
#include "util/json.h"
#include "util/strbuf.h"
#include "web/call.h"

enum {
    METRICS_MAX = 6144
};

static uint64_t since_ms(uint64_t then_ms, uint64_t now_ms)
{
    return now_ms > then_ms ? now_ms - then_ms : 0;
}

// Times are told as distances from now: the reader's clock and ours need not agree.
static void add_connect(cJSON *json, cc_web_t *web, uint64_t now_ms)
{
    cc_connect_status_t status;
    cc_connect_status(web->config.connect, &status);
    cJSON *connect = cJSON_AddObjectToObject(json, "connect");
    cJSON_AddStringToObject(connect, "state", cc_connect_state_name(status.state));
    cJSON_AddStringToObject(connect, "sentence", status.sentence);
    cJSON_AddBoolToObject(connect, "sending", status.sending);
    cJSON_AddBoolToObject(connect, "registered", status.registered);
    if (*status.host)
        cJSON_AddStringToObject(connect, "host", status.host);
    if (status.last.number > 0 || status.trouble_ms) {
        cJSON_AddStringToObject(connect, "result", cc_result_name(status.last.result));
        cJSON_AddNumberToObject(connect, "http_status", status.last.status);
    }
    if (status.sent_ms)
        cc_json_add_unsigned(connect, "sent_age_ms", since_ms(status.sent_ms, now_ms));
    if (status.trouble_ms)
        cc_json_add_unsigned(connect, "trouble_age_ms", since_ms(status.trouble_ms, now_ms));
    if (status.next_ms)
        cc_json_add_unsigned(connect, "next_in_ms", since_ms(now_ms, status.next_ms));
    cJSON *history = cJSON_AddArrayToObject(connect, "history");
    for (size_t i = 0; i < status.n_past; i++) {
        cJSON *past = cJSON_CreateObject();
        cJSON_AddStringToObject(past, "result", cc_result_name(status.past[i].result));
        cc_json_add_unsigned(past, "age_ms", since_ms(status.past[i].at_ms, now_ms));
        cJSON_AddNumberToObject(past, "took_ms", status.past[i].took_ms);
        cJSON_AddItemToArray(history, past);
    }
}

static void add_camera(cJSON *json, cc_web_t *web, uint64_t now_ms)
{
    cc_capture_state_t state;
    cc_capture_state(web->config.capture, &state);
    cJSON *camera = cJSON_AddObjectToObject(json, "camera");
    cJSON_AddStringToObject(camera, "state", cc_camera_state_name(state.state));
    if (*state.reason)
        cJSON_AddStringToObject(camera, "reason", state.reason);
    cc_json_add_unsigned(camera, "state_age_ms", since_ms(state.since_ms, now_ms));
    cJSON_AddStringToObject(camera, "model", state.model);
    cJSON_AddStringToObject(camera, "driver", state.driver);
    cJSON_AddStringToObject(camera, "path", state.path);
    cJSON_AddBoolToObject(camera, "streaming", state.streaming);
    cJSON_AddNumberToObject(camera, "viewers", cc_stream_viewers(web->config.stream));
    if (state.quality)
        cJSON_AddNumberToObject(camera, "quality", state.quality);
    if (*state.not_turned)
        cJSON_AddStringToObject(camera, "not_turned", state.not_turned);
    cc_measured_t measured;
    if (cc_capture_measured(web->config.capture, &measured)) {
        cJSON_AddNumberToObject(camera, "brightness", measured.brightness);
        cJSON_AddNumberToObject(camera, "sharpness", measured.sharpness);
    }
    if (state.frame_id) {
        cJSON *frame = cJSON_AddObjectToObject(camera, "frame");
        cc_json_add_unsigned(frame, "id", state.frame_id);
        cc_json_add_unsigned(frame, "age_ms", since_ms(state.frame_ms, now_ms));
        cJSON_AddNumberToObject(frame, "width", state.frame_size.width);
        cJSON_AddNumberToObject(frame, "height", state.frame_size.height);
        cc_json_add_unsigned(frame, "bytes", state.frame_len);
    }
    if (state.has_light) {
        cJSON *light = cJSON_AddObjectToObject(json, "light");
        cJSON_AddBoolToObject(light, "on", cc_capture_light(web->config.capture));
        cJSON_AddNumberToObject(light, "level",
                                cc_settings_int(web->config.settings, CC_SETTING_LIGHT_LEVEL));
    }
}

static void add_text(cJSON *object, const char *name, const char *text)
{
    if (*text)
        cJSON_AddStringToObject(object, name, text);
}

static void add_network(cJSON *json, cc_web_t *web)
{
    cc_net_info_t info = {0};
    char hostname[64];
    web->config.net->info(web->config.net->ctx, &info);
    cc_settings_text(web->config.settings, CC_SETTING_NETWORK_HOSTNAME, hostname, sizeof hostname);
    cJSON *network = cJSON_AddObjectToObject(json, "network");
    cJSON_AddStringToObject(network, "hostname", hostname);
    cJSON_AddBoolToObject(network, "up", info.up);
    cJSON_AddBoolToObject(network, "wifi", info.wifi);
    add_text(network, "mac", info.mac);
    add_text(network, "ipv4", info.ipv4);
    add_text(network, "ipv6", info.ipv6);
    add_text(network, "ssid", info.ssid);
    add_text(network, "bssid", info.bssid);
    if (info.rssi_dbm)
        cJSON_AddNumberToObject(network, "rssi_dbm", info.rssi_dbm);
    cJSON_AddBoolToObject(network, "access_point", info.access_point);
    add_text(network, "reason", info.reason);
}

static void add_storage(cJSON *json, const cc_system_info_t *info, cc_timelapse_t *timelapse)
{
    cc_timelapse_status_t status;
    cJSON *storage = cJSON_AddObjectToObject(json, "storage");
    if (info->storage_total) {
        cc_json_add_unsigned(storage, "free_bytes", info->storage_free);
        cc_json_add_unsigned(storage, "total_bytes", info->storage_total);
    }
    if (!timelapse)
        return;
    cc_timelapse_status(timelapse, &status);
    cJSON_AddStringToObject(storage, "timelapse", cc_timelapse_state_name(status.state));
    add_text(storage, "sentence", status.sentence);
}

static void add_system(cJSON *json, cc_web_t *web)
{
    cc_system_info_t info = {0};
    web->config.system->info(web->config.system->ctx, &info);
    cJSON *memory = cJSON_AddObjectToObject(json, "memory");
    cc_json_add_unsigned(memory, "used_bytes", info.memory_used);
    cc_json_add_unsigned(memory, "free_bytes", info.memory_free);
    if (info.internal_lowest) {
        cc_json_add_unsigned(memory, "internal_lowest_bytes", info.internal_lowest);
        cc_json_add_unsigned(memory, "internal_largest_bytes", info.internal_largest);
    }
    if (info.storage_total || web->config.timelapse)
        add_storage(json, &info, web->config.timelapse);
    if (info.temperature_c != INT16_MIN)
        cJSON_AddNumberToObject(json, "temperature_c", info.temperature_c);
}

// "the power was off" → "The power was off."
static void add_start(cJSON *json, const cc_system_t *system)
{
    if (system->ended) {
        char sentence[120];
        snprintf(sentence, sizeof sentence, "%c%s.", toupper((unsigned char)system->ended[0]),
                 system->ended + 1);
        cJSON_AddStringToObject(json, "reset_reason", sentence);
    }
    if (system->boots > 0)
        cJSON_AddNumberToObject(json, "boots", system->boots);
    size_t core_dump = system->core_dump ? system->core_dump(system->ctx, NULL, 0) : 0;
    if (core_dump > 0)
        cc_json_add_unsigned(json, "core_dump_bytes", core_dump);
}

static void add_fetch(cJSON *firmware, cc_fetch_t *fetch)
{
    static const char *const states[] = {"none", "runs", "failed", "done"};
    cc_fetch_status_t status;
    cc_fetch_status(fetch, &status);
    cJSON *json = cJSON_AddObjectToObject(firmware, "fetch");
    cJSON_AddStringToObject(json, "state", states[status.state]);
    cc_json_add_unsigned(json, "bytes", status.bytes);
    add_text(json, "version", status.version);
    add_text(json, "reason", status.why);
}

static void add_firmware(cJSON *json, const cc_web_config_t *config)
{
    const cc_update_t *update = config->update;
    if (!update)
        return;
    cJSON *firmware = cJSON_AddObjectToObject(json, "firmware");
    cJSON_AddStringToObject(firmware, "board", update->board);
    cJSON_AddBoolToObject(firmware, "signed", update->is_signed);
    if (config->fetch)
        add_fetch(firmware, config->fetch);
}

int cc_api_status(cc_call_t *call)
{
    cc_web_t *web = call->web;
    uint64_t now_ms = cc_clock_now(web->config.clock);
    int64_t unix_ms = cc_clock_unix(web->config.clock);
    bool needs_setup = cc_web_needs_setup(web);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "version", web->config.version);
    cJSON_AddStringToObject(json, "platform", web->config.system->platform);
    cJSON_AddStringToObject(json, "setup", needs_setup ? "needed" : "done");
    if (!needs_setup) { // before, everybody may read this: it tells no more than the page needs
        cc_json_add_unsigned(json, "uptime_ms", since_ms(web->started_ms, now_ms));
        if (unix_ms > 0) {
            char date[CC_DATE_TEXT_MAX];
            cc_date_iso(unix_ms / 1000, date);
            cJSON_AddStringToObject(json, "time", date);
        }
        add_connect(json, web, now_ms);
        add_camera(json, web, now_ms);
        add_network(json, web);
        add_system(json, web);
        add_start(json, web->config.system);
        add_firmware(json, &web->config);
    }
    cc_reply_json(call, 200, json);
    return CC_OK;
}

int cc_api_health(cc_call_t *call)
{
    cc_capture_state_t state;
    cc_capture_state(call->web->config.capture, &state);
    if (state.state == CC_CAMERA_FAILING || state.state == CC_CAMERA_GONE)
        cc_reply_problem(call, 503, "%s", state.reason);
    else if (cc_capture_hangs(call->web->config.capture))
        cc_reply_problem(call, 503,
                         "The camera's driver hangs. Unplug the camera and plug it in again.");
    else
        cc_reply_static(call, 200, "text/plain", "fine\n");
    return CC_OK;
}

static void add_metric(cc_strbuf_t *text, const char *name, const char *type, const char *help,
                       double value)
{
    cc_strbuf_format(text,
                     "# HELP connectcam_%s %s\n# TYPE connectcam_%s %s\nconnectcam_%s %.15g\n",
                     name, help, name, type, name, value);
}

static void add_counters(cc_strbuf_t *text, const cc_counters_t *counters)
{
    const struct {
        const char *name;
        const char *help;
        const atomic_ulong *counter;
    } all[] = {
        {"frames_total", "Good pictures taken.", &counters->capture_frames},
        {"frames_bad_total", "Pictures dropped as broken.", &counters->capture_frames_bad},
        {"camera_opens_total", "Times the camera was opened.", &counters->capture_opens},
        {"camera_stalls_total", "Times the camera gave nothing.", &counters->capture_stalls},
        {"connect_sent_total", "Pictures that Connect took.", &counters->connect_sent},
        {"connect_failed_total", "Tries that failed.", &counters->connect_failed},
        {"connect_connections_total", "TLS connections made.", &counters->connect_connections},
        {"stream_parts_total", "Pictures sent whole to viewers.", &counters->stream_parts},
        {"stream_refused_total", "Viewers turned away.", &counters->stream_refused},
        {"stream_shed_total", "Viewers ended as too slow.", &counters->stream_shed},
        {"timelapse_kept_total", "Pictures kept.", &counters->timelapse_kept},
        {"timelapse_failed_total", "Pictures that found no place.", &counters->timelapse_failed},
        {"http_requests_total", "Requests answered.", &counters->web_requests},
        {"http_errors_total", "Requests answered 4xx or 5xx.", &counters->web_errors},
        {"logins_failed_total", "Wrong passwords.", &counters->web_logins_failed},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        add_metric(text, all[i].name, "counter", all[i].help, (double)cc_counted(all[i].counter));
}

int cc_api_metrics(cc_call_t *call)
{
    cc_web_t *web = call->web;
    cc_capture_state_t camera;
    cc_connect_status_t connect;
    cc_system_info_t system = {0};
    cc_net_info_t net = {0};
    uint64_t now_ms = cc_clock_now(web->config.clock);
    char *memory = malloc(METRICS_MAX);
    if (!memory) {
        cc_reply_json(call, 503, NULL);
        return CC_OK;
    }
    cc_capture_state(web->config.capture, &camera);
    cc_connect_status(web->config.connect, &connect);
    web->config.system->info(web->config.system->ctx, &system);
    web->config.net->info(web->config.net->ctx, &net);

    cc_strbuf_t text;
    cc_strbuf_init(&text, memory, METRICS_MAX);
    cc_strbuf_format(&text,
                     "# HELP connectcam_info What runs here.\n# TYPE connectcam_info gauge\n"
                     "connectcam_info{version=\"%s\",platform=\"%s\"} 1\n",
                     web->config.version, web->config.system->platform);
    add_metric(&text, "uptime_seconds", "gauge", "Since the start.",
               (double)since_ms(web->started_ms, now_ms) / 1000);
    add_metric(&text, "camera_ready", "gauge", "1: the camera works.",
               camera.state == CC_CAMERA_READY);
    if (camera.frame_id)
        add_metric(&text, "frame_age_seconds", "gauge", "Age of the newest picture.",
                   (double)since_ms(camera.frame_ms, now_ms) / 1000);
    add_metric(&text, "connect_fine", "gauge", "1: pictures arrive at Connect.",
               connect.state == CC_CONNECT_FINE);
    if (connect.sent_ms)
        add_metric(&text, "connect_sent_age_seconds", "gauge", "Since a picture arrived last.",
                   (double)since_ms(connect.sent_ms, now_ms) / 1000);
    add_metric(&text, "stream_viewers", "gauge", "Live viewers now.",
               cc_stream_viewers(web->config.stream));
    add_metric(&text, "memory_used_bytes", "gauge", "Memory in use.", (double)system.memory_used);
    if (system.internal_lowest) {
        add_metric(&text, "internal_lowest_bytes", "gauge",
                   "Internal memory: the lowest that was free since the start.",
                   (double)system.internal_lowest);
        add_metric(&text, "internal_largest_bytes", "gauge",
                   "Internal memory: the largest piece that is free.",
                   (double)system.internal_largest);
    }
    if (net.rssi_dbm)
        add_metric(&text, "wifi_rssi_dbm", "gauge", "Strength of the Wi-Fi signal.", net.rssi_dbm);
    if (system.temperature_c != INT16_MIN)
        add_metric(&text, "temperature_celsius", "gauge", "Of the chip.", system.temperature_c);
    add_counters(&text, web->config.counters);
    cc_reply_text(call, 200, "text/plain; version=0.0.4; charset=utf-8", text.text, text.len);
    return CC_OK;
}
