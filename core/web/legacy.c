// The older firmwares' setters and /json_input, in their own words, so that their users' scripts go
// on. A bad value is answered 422, where they ignored it.
#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"
#include "web/call.h"

enum {
    VALUE_MAX = 256
};

// How a value in a script reads in ours.
typedef enum {
    AS_IT_IS,
    FRAME_SIZE, // 0..6
    ROTATION,   // EXIF orientation: 1, 6, 3, 8
    LOG_LEVEL,  // 0..3
    WB_MODE,    // 0..4
} reading_t;

typedef struct {
    const char
        *path; // of the original's own route; NULL: only a parameter of /set_int or /set_bool
    const char *param;
    const char *key;
    reading_t reading;
} setter_t;

static const setter_t single[] = {
    {"/refresh", "refresh", "connect.interval_s", AS_IT_IS},
    {"/token", "token", "connect.token", AS_IT_IS},
    {"/set_token", "token", "connect.token", AS_IT_IS},
    {"/photo_quality", "photo_quality", "camera.quality", AS_IT_IS},
    {"/framesize", "framesize", "camera.resolution", FRAME_SIZE},
    {"/brightness", "brightness", "camera.brightness", AS_IT_IS},
    {"/contrast", "contrast", "camera.contrast", AS_IT_IS},
    {"/saturation", "saturation", "camera.saturation", AS_IT_IS},
    {"/camera_flash_duration", "flashduration", "flash.duration_ms", AS_IT_IS},
};

static const setter_t set_int[] = {
    {NULL, "refresh", "connect.interval_s", AS_IT_IS},
    {NULL, "saturation", "camera.saturation", AS_IT_IS},
    {NULL, "contrast", "camera.contrast", AS_IT_IS},
    {NULL, "brightness", "camera.brightness", AS_IT_IS},
    {NULL, "framesize", "camera.resolution", FRAME_SIZE},
    {NULL, "photo_quality", "camera.quality", AS_IT_IS},
    {NULL, "flash_time", "flash.duration_ms", AS_IT_IS},
    {NULL, "wb_mode", "camera.wb_mode", WB_MODE},
    {NULL, "ae_level", "camera.ae_level", AS_IT_IS},
    {NULL, "aec_value", "camera.exposure", AS_IT_IS},
    {NULL, "agc_gain", "camera.gain", AS_IT_IS},
    {NULL, "image_rotation", "camera.rotation", ROTATION},
    {NULL, "log_level", "system.log_level", LOG_LEVEL},
};

static const setter_t set_bool[] = {
    {NULL, "hmirror", "camera.hmirror", AS_IT_IS},
    {NULL, "vflip", "camera.vflip", AS_IT_IS},
    {NULL, "lenc", "camera.lens_correction", AS_IT_IS},
    {NULL, "exposure_ctrl", "camera.exposure_auto", AS_IT_IS},
    {NULL, "awb", "camera.awb", AS_IT_IS},
    {NULL, "awb_gain", "camera.awb_gain", AS_IT_IS},
    {NULL, "bpc", "camera.bpc", AS_IT_IS},
    {NULL, "wpc", "camera.wpc", AS_IT_IS},
    {NULL, "raw_gama", "camera.raw_gamma", AS_IT_IS},
    {NULL, "aec2", "camera.aec2", AS_IT_IS},
    {NULL, "gain_ctrl", "camera.agc", AS_IT_IS},
    {NULL, "flash", "flash.enabled", AS_IT_IS},
    {NULL, "timelaps_enable", "timelapse.enabled", AS_IT_IS},
};

static const char *const frame_sizes[] = {"QVGA", "CIF", "VGA", "SVGA", "XGA", "SXGA", "UXGA"};
static const char *const log_levels[] = {"error", "warning", "info", "debug"};
static const char *const wb_modes[] = {"auto", "sunny", "cloudy", "office", "home"};
static const char *const rotations[][2] = {{"1", "0"}, {"6", "90"}, {"3", "180"}, {"8", "270"}};

static void set_numbered(cc_draft_t *draft, const setter_t *setter, const char *value,
                         const char *const *names, int32_t n)
{
    int32_t i;
    if (cc_text_to_int(value, &i) < 0 || i < 0 || i >= n)
        cc_draft_problem(draft, setter->param, "It must be a number from 0 to %ld.", (long)n - 1);
    else
        cc_draft_set_text(draft, setter->key, names[i]);
}

static void set_rotation(cc_draft_t *draft, const setter_t *setter, const char *value)
{
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(rotations[i][0], value) == 0) {
            cc_draft_set_text(draft, setter->key, rotations[i][1]);
            return;
        }
    }
    cc_draft_problem(draft, setter->param, "It must be 1, 6, 3 or 8 (0, 90, 180 or 270 degrees).");
}

static void put(cc_draft_t *draft, const setter_t *setter, const char *value)
{
    switch (setter->reading) {
    case AS_IT_IS:
        cc_draft_set_text(draft, setter->key, value);
        break;
    case FRAME_SIZE:
        set_numbered(draft, setter, value, frame_sizes, 7);
        break;
    case ROTATION:
        set_rotation(draft, setter, value);
        break;
    case LOG_LEVEL:
        set_numbered(draft, setter, value, log_levels, 4);
        break;
    case WB_MODE:
        set_numbered(draft, setter, value, wb_modes, 5);
        break;
    }
}

// Puts the parameter into the draft when the request has it. Returns whether it had.
static bool put_param(cc_call_t *call, cc_draft_t *draft, const setter_t *setter)
{
    char value[VALUE_MAX];
    int found = cc_call_param(call, setter->param, value, sizeof value);
    if (found == 1 && !*value && strcmp(call->path, "/action_page") == 0)
        put(draft, setter, "1"); // a box that is ticked, sent without a value
    else if (found == 1)
        put(draft, setter, value);
    else if (found < 0)
        cc_draft_problem(draft, setter->param, "Its value makes no sense.");
    return found != 0;
}

static void finish(cc_call_t *call, cc_draft_t *draft)
{
    int err = cc_draft_commit(draft);
    if (err < 0)
        cc_reply_draft_problem(call, draft, err);
    else
        cc_reply_static(call, 200, "text/html", "<!doctype html><title>Saved</title>Saved.\n");
}

static int set_from(cc_call_t *call, const setter_t *setters, size_t n)
{
    cc_draft_t *draft = cc_draft_new(call->web->config.settings);
    bool any = false;
    if (!draft) {
        cc_reply_json(call, 503, NULL);
        return CC_OK;
    }
    for (size_t i = 0; i < n; i++)
        any |= put_param(call, draft, &setters[i]);
    if (any)
        finish(call, draft);
    else
        cc_reply_problem(call, 422, "%s takes a parameter such as %s=…", call->path,
                         setters[0].param);
    cc_draft_free(draft);
    return CC_OK;
}

int cc_legacy_set_one(cc_call_t *call)
{
    size_t i = 0;
    while (strcmp(single[i].path, call->path) != 0)
        i++;
    return set_from(call, &single[i], 1);
}

int cc_legacy_set_int(cc_call_t *call)
{
    return set_from(call, set_int, sizeof set_int / sizeof set_int[0]);
}

int cc_legacy_set_bool(cc_call_t *call)
{
    return set_from(call, set_bool, sizeof set_bool / sizeof set_bool[0]);
}

// A form of four check boxes: a box that is not ticked is not sent, and means no.
int cc_legacy_action_page(cc_call_t *call)
{
    cc_settings_t *settings = call->web->config.settings;
    cc_draft_t *draft = cc_draft_new(settings);
    if (!draft) {
        cc_reply_json(call, 503, NULL);
        return CC_OK;
    }
    for (size_t i = 0; i < 4; i++) {
        const setter_t *setter = &set_bool[i];
        bool has = !cc_settings_is_absent(settings, cc_setting_find(setter->key));
        if (!put_param(call, draft, setter) && has) // what the camera lacks is off already
            put(draft, setter, "0");
    }
    finish(call, draft);
    cc_draft_free(draft);
    return CC_OK;
}

int cc_legacy_reset(cc_call_t *call)
{
    cc_draft_t *draft = cc_draft_new(call->web->config.settings);
    if (!draft) {
        cc_reply_json(call, 503, NULL);
        return CC_OK;
    }
    cc_draft_reset(draft, CC_RESET_SETTINGS);
    finish(call, draft);
    cc_draft_free(draft);
    return CC_OK;
}

static void set_flash(cc_call_t *call, bool on)
{
    cc_draft_t *draft = cc_draft_new(call->web->config.settings);
    if (!draft) {
        cc_reply_json(call, 503, NULL);
        return;
    }
    cc_draft_set_int(draft, CC_SETTING_FLASH_ENABLED, on);
    finish(call, draft);
    cc_draft_free(draft);
}

int cc_legacy_flash_toggle(cc_call_t *call)
{
    set_flash(call, !cc_settings_bool(call->web->config.settings, CC_SETTING_FLASH_ENABLED));
    return CC_OK;
}

int cc_legacy_flash(cc_call_t *call)
{
    char value[8];
    if (cc_call_param(call, "on", value, sizeof value) == 1)
        set_flash(call, true);
    else if (cc_call_param(call, "off", value, sizeof value) == 1)
        set_flash(call, false);
    else
        cc_reply_problem(call, 422, "It takes /flash?on or /flash?off.");
    return CC_OK;
}

// /json_input

static void add_int(cJSON *json, const char *name, long number)
{
    char text[24];
    snprintf(text, sizeof text, "%ld", number);
    cJSON_AddStringToObject(json, name, text);
}

static void add_setting_int(cJSON *json, const char *name, cc_settings_t *settings, cc_setting_t id)
{
    add_int(json, name, cc_settings_int(settings, id));
}

static void add_setting_bool(cJSON *json, const char *name, cc_settings_t *settings,
                             cc_setting_t id)
{
    cJSON_AddStringToObject(json, name, cc_settings_bool(settings, id) ? "true" : "false");
}

static void add_frame_size(cJSON *json, cc_settings_t *settings)
{
    char name[CC_SIZE_TEXT_MAX], text[48];
    cc_size_t size = cc_settings_size(settings, CC_SETTING_CAMERA_RESOLUTION);
    cc_size_text(size, name);
    snprintf(text, sizeof text, "%s (%u x %u)", name, size.width, size.height);
    cJSON_AddStringToObject(json, "framesize", text);
}

// The original's 17.
static void add_original(cJSON *json, cc_web_t *web, const cc_net_info_t *net)
{
    cc_settings_t *settings = web->config.settings;
    char fingerprint[65];
    bool token = !cc_settings_is_empty(settings, CC_SETTING_CONNECT_TOKEN);
    cc_settings_text(settings, CC_SETTING_CONNECT_FINGERPRINT, fingerprint, sizeof fingerprint);
    cJSON_AddStringToObject(json, "token", token ? "********************" : "");
    cJSON_AddStringToObject(json, "fingerprint", fingerprint);
    add_setting_int(json, "refreshInterval", settings, CC_SETTING_CONNECT_INTERVAL_S);
    add_setting_int(json, "photoquality", settings, CC_SETTING_CAMERA_QUALITY);
    add_frame_size(json, settings);
    add_setting_int(json, "brightness", settings, CC_SETTING_CAMERA_BRIGHTNESS);
    add_setting_int(json, "contrast", settings, CC_SETTING_CAMERA_CONTRAST);
    add_setting_int(json, "saturation", settings, CC_SETTING_CAMERA_SATURATION);
    add_setting_bool(json, "hmirror", settings, CC_SETTING_CAMERA_HMIRROR);
    add_setting_bool(json, "vflip", settings, CC_SETTING_CAMERA_VFLIP);
    add_setting_bool(json, "lensc", settings, CC_SETTING_CAMERA_LENS_CORRECTION);
    add_setting_bool(json, "exposure_ctrl", settings, CC_SETTING_CAMERA_EXPOSURE_AUTO);
    cJSON_AddStringToObject(json, "led", cc_capture_light(web->config.capture) ? "ON" : "OFF");
    add_setting_bool(json, "camera_flash", settings, CC_SETTING_FLASH_ENABLED);
    add_setting_int(json, "camera_flash_duration", settings, CC_SETTING_FLASH_DURATION_MS);
    add_int(json, "rssi", net->rssi_dbm);
    cJSON_AddStringToObject(json, "sw_ver", web->config.version);
}

static void add_uptime(cJSON *json, cc_web_t *web)
{
    char text[48];
    uint64_t s = (cc_clock_now(web->config.clock) - web->started_ms) / 1000;
    snprintf(text, sizeof text, "%u days, %02u:%02u:%02u", (unsigned)(s / 86400),
             (unsigned)(s / 3600 % 24), (unsigned)(s / 60 % 60), (unsigned)(s % 60));
    cJSON_AddStringToObject(json, "uptime", text);
}

// What the successor's has more, as far as there is such a thing here.
static void add_successor(cJSON *json, cc_web_t *web, const cc_net_info_t *net)
{
    cc_settings_t *settings = web->config.settings;
    cc_connect_status_t connect;
    cc_system_info_t system = {0};
    char hostname[64];
    cc_connect_status(web->config.connect, &connect);
    web->config.system->info(web->config.system->ctx, &system);
    cc_settings_text(settings, CC_SETTING_NETWORK_HOSTNAME, hostname, sizeof hostname);

    if (net->wifi) {
        // -50 dBm and better is full, -100 dBm nothing
        long percent = 2 * (net->rssi_dbm + 100L);
        percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
        cJSON_AddStringToObject(json, "ssid", net->ssid);
        cJSON_AddStringToObject(json, "bssid", net->bssid);
        add_int(json, "rssi_percentage", percent);
        cJSON_AddStringToObject(json, "wifi_mode", "STA");
    }
    cJSON_AddStringToObject(json, "ip", net->ipv4);
    cJSON_AddStringToObject(json, "mdns", hostname);
    add_uptime(json, web);
    cJSON_AddStringToObject(json, "last_upload_status", connect.sentence);
    add_setting_bool(json, "awb", settings, CC_SETTING_CAMERA_AWB);
    add_setting_bool(json, "awb_gain", settings, CC_SETTING_CAMERA_AWB_GAIN);
    add_setting_int(json, "wb_mode", settings, CC_SETTING_CAMERA_WB_MODE);
    add_setting_bool(json, "bpc", settings, CC_SETTING_CAMERA_BPC);
    add_setting_bool(json, "wpc", settings, CC_SETTING_CAMERA_WPC);
    add_setting_bool(json, "raw_gama", settings, CC_SETTING_CAMERA_RAW_GAMMA);
    add_setting_bool(json, "aec2", settings, CC_SETTING_CAMERA_AEC2);
    add_setting_int(json, "ae_level", settings, CC_SETTING_CAMERA_AE_LEVEL);
    add_setting_int(json, "aec_value", settings, CC_SETTING_CAMERA_EXPOSURE);
    add_setting_bool(json, "gain_ctrl", settings, CC_SETTING_CAMERA_AGC);
    add_setting_int(json, "agc_gain", settings, CC_SETTING_CAMERA_GAIN);
    add_setting_bool(json, "flash", settings, CC_SETTING_FLASH_ENABLED);
    add_setting_int(json, "flash_time", settings, CC_SETTING_FLASH_DURATION_MS);
    int32_t quarter = cc_settings_int(settings, CC_SETTING_CAMERA_ROTATION) / 90;
    cJSON_AddStringToObject(json, "image_rotation", rotations[quarter][0]);
    add_setting_bool(json, "timelaps", settings, CC_SETTING_TIMELAPSE_ENABLED);
    add_setting_int(json, "log_level", settings, CC_SETTING_SYSTEM_LOG_LEVEL);
    if (system.temperature_c != INT16_MIN)
        add_int(json, "mcu_temp", system.temperature_c);
}

int cc_legacy_json(cc_call_t *call)
{
    cc_web_t *web = call->web;
    cc_net_info_t net = {0};
    cJSON *json = cJSON_CreateObject();
    web->config.net->info(web->config.net->ctx, &net);
    add_original(json, web, &net);
    add_successor(json, web, &net);
    cc_reply_json(call, 200, json);
    return CC_OK;
}
