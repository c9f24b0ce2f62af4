#include "connect/info.h"

#include <string.h>

#include "util/err.h"
#include "util/json.h"
#include "util/text.h"

static void add_text(cJSON *object, const char *name, const char *text)
{
    if (*text)
        cJSON_AddStringToObject(object, name, text);
}

static void add_size(cJSON *object, cc_size_t size)
{
    cJSON_AddNumberToObject(object, "width", size.width);
    cJSON_AddNumberToObject(object, "height", size.height);
}

static bool is_same_size(cc_size_t a, cc_size_t b)
{
    return a.width == b.width && a.height == b.height;
}

// Connect knows three paces; ours is told as the nearest one that is not slower than it is.
static const char *trigger_scheme(int32_t interval_s)
{
    if (interval_s < 30)
        return "TEN_SEC";
    return interval_s < 60 ? "THIRTY_SEC" : "SIXTY_SEC";
}

static void add_network(cJSON *config, const cc_net_info_t *net)
{
    cJSON *network = cJSON_AddObjectToObject(config, "network_info");
    add_text(network, net->wifi ? "wifi_mac" : "lan_mac", net->mac);
    add_text(network, net->wifi ? "wifi_ipv4" : "lan_ipv4", net->ipv4);
    add_text(network, net->wifi ? "wifi_ipv6" : "lan_ipv6", net->ipv6);
    if (net->wifi)
        add_text(network, "wifi_ssid", net->ssid);
}

char *cc_info_body(const cc_info_t *info)
{
    cJSON *body = cJSON_CreateObject();
    cJSON *config = cJSON_AddObjectToObject(body, "config");
    cJSON_AddStringToObject(config, "name", info->name);
    add_text(config, "path", info->path);
    add_text(config, "driver", info->driver);
    cJSON_AddStringToObject(config, "trigger_scheme", trigger_scheme(info->interval_s));
    if (info->size.width)
        add_size(cJSON_AddObjectToObject(config, "resolution"), info->size);
    add_network(config, &info->net);
    add_text(config, "firmware", info->firmware);
    add_text(config, "manufacturer", info->manufacturer);
    add_text(config, "model", info->model);

    if (info->n_sizes > 0) {
        cJSON *options = cJSON_AddObjectToObject(body, "options");
        cJSON *sizes = cJSON_AddArrayToObject(options, "available_resolutions");
        for (size_t i = 0; i < info->n_sizes; i++) {
            cJSON *size = cJSON_CreateObject();
            add_size(size, info->sizes[i]);
            cJSON_AddItemToArray(sizes, size);
        }
    }
    cJSON *capabilities = cJSON_AddArrayToObject(body, "capabilities");
    cJSON_AddItemToArray(capabilities, cJSON_CreateString("trigger_scheme"));
    cJSON_AddItemToArray(capabilities, cJSON_CreateString("imaging"));
    if (info->n_sizes > 0)
        cJSON_AddItemToArray(capabilities, cJSON_CreateString("resolution"));

    char *text = cJSON_PrintUnformatted(body);
    cJSON_Delete(body);
    return text;
}

bool cc_info_equal(const cc_info_t *a, const cc_info_t *b)
{
    const char *const texts[][2] = {
        {a->name, b->name},         {a->manufacturer, b->manufacturer},
        {a->model, b->model},       {a->driver, b->driver},
        {a->path, b->path},         {a->firmware, b->firmware},
        {a->net.mac, b->net.mac},   {a->net.ipv4, b->net.ipv4},
        {a->net.ipv6, b->net.ipv6}, {a->net.ssid, b->net.ssid},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i][0], texts[i][1]) != 0)
            return false;
    if (a->n_sizes != b->n_sizes)
        return false;
    for (size_t i = 0; i < a->n_sizes; i++)
        if (!is_same_size(a->sizes[i], b->sizes[i]))
            return false;
    return is_same_size(a->size, b->size) && a->net.wifi == b->net.wifi &&
           strcmp(trigger_scheme(a->interval_s), trigger_scheme(b->interval_s)) == 0;
}

void cc_info_body_free(char *body)
{
    cJSON_free(body);
}

int cc_info_read_answer(const char *body, size_t len, cc_info_answer_t *answer)
{
    cJSON *json;
    const char *reason;
    if (cc_json_parse(body, len, &json, &reason) < 0)
        return CC_ERR_FORMAT;
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        return CC_ERR_FORMAT;
    }
    *answer = (cc_info_answer_t){0};
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "name");
    if (!cJSON_IsString(name) || !*name->valuestring)
        name = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, "config"),
                                                "name");
    if (cJSON_IsString(name) && cc_text_characters(name->valuestring) <= 64 &&
        !cc_text_has_control(name->valuestring))
        cc_text_copy(answer->name, sizeof answer->name, name->valuestring);
    answer->registered = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "registered"));
    cJSON_Delete(json);
    return CC_OK;
}
