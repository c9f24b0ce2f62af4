// The machine: log, restart, Wi-Fi networks.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"
#include "web/call.h"

enum {
    NETWORKS_MAX = 32
};

int cc_api_log(cc_call_t *call)
{
    char since_text[24] = "0", *end = since_text;
    uint64_t next = 0;
    int found = cc_call_param(call, "since", since_text, sizeof since_text);
    uint64_t since = strtoull(since_text, &end, 10);
    if (found < 0 || *end || since_text[0] < '0' || since_text[0] > '9') {
        cc_reply_problem(call, 422, "since must be a number: X-Log-Next of the answer before.");
        return CC_OK;
    }
    char *text = malloc(CC_LOG_RING_BYTES);
    if (!text) {
        cc_reply_json(call, 503, NULL);
        return CC_OK;
    }
    size_t len = cc_log_copy(call->web->config.log, since, text, CC_LOG_RING_BYTES, &next);
    cc_reply_header(call, "X-Log-Next", "%llu", (unsigned long long)next);
    cc_reply_text(call, 200, "text/plain; charset=utf-8", text, len);
    return CC_OK;
}

static void restart_now(void *owner)
{
    const cc_system_t *system = owner;
    system->restart(system->ctx);
}

// The restart comes when the answer has left.
static void reply_and_restart(cc_call_t *call, int status, const char *content_type,
                              const char *text)
{
    cc_log(call->web->config.log, CC_LOG_INFO, "web", "Restart asked for by %s",
           call->request->peer);
    cc_reply_static(call, status, content_type, text);
    call->response->release = restart_now;
    call->response->owner = (void *)(uintptr_t)call->web->config.system;
}

int cc_api_reboot(cc_call_t *call)
{
    reply_and_restart(call, 202, "application/json", "{\"restarting\":true}");
    return CC_OK;
}

int cc_legacy_reboot(cc_call_t *call)
{
    reply_and_restart(call, 200, "text/html", "<!doctype html><title>Restart</title>Restarting.\n");
    return CC_OK;
}

// Bytes of the last crash's dump; 0: there is none, and the answer says so.
static size_t find_core_dump(cc_call_t *call)
{
    const cc_system_t *system = call->web->config.system;
    size_t len = system->core_dump ? system->core_dump(system->ctx, NULL, 0) : 0;
    if (len == 0)
        cc_reply_problem(call, 404, "There is no core dump: no crash left one.");
    return len;
}

int cc_api_core_dump(cc_call_t *call)
{
    const cc_system_t *system = call->web->config.system;
    size_t len = find_core_dump(call);
    if (len == 0)
        return CC_OK;
    char *dump = malloc(len);
    if (!dump || system->core_dump(system->ctx, (uint8_t *)dump, len) != len) {
        free(dump);
        cc_reply_json(call, 503, NULL);
        return CC_OK;
    }
    cc_reply_text(call, 200, "application/octet-stream", dump, len);
    return CC_OK;
}

int cc_api_core_dump_forget(cc_call_t *call)
{
    const cc_system_t *system = call->web->config.system;
    if (find_core_dump(call) == 0)
        return CC_OK;
    if (!call->request->may_wait)
        return CC_ERR_AGAIN;
    int err = system->forget_core_dump(system->ctx);
    if (err < 0)
        cc_reply_problem(call, 503, "The core dump could not be deleted: %s.", cc_err_text(err));
    else
        call->response->status = 204;
    return CC_OK;
}

int cc_api_wifi_networks(cc_call_t *call)
{
    const cc_net_t *net = call->web->config.net;
    if (!net->scan) {
        cc_reply_problem(
            call, 404,
            "This camera has no Wi-Fi of its own to set up; its computer looks after that.");
        return CC_OK;
    }
    if (!call->request->may_wait)
        return CC_ERR_AGAIN;
    cc_wifi_network_t *networks = calloc(NETWORKS_MAX, sizeof *networks);
    int n = networks ? net->scan(net->ctx, networks, NETWORKS_MAX) : CC_ERR_MEMORY;
    if (n < 0) {
        cc_reply_problem(call, 503, "Looking for Wi-Fi networks failed: %s.", cc_err_text(n));
    } else {
        cJSON *list = cJSON_CreateArray();
        for (int i = 0; i < n; i++) {
            cJSON *network = cJSON_CreateObject();
            cJSON_AddStringToObject(network, "ssid", networks[i].ssid);
            cJSON_AddStringToObject(network, "bssid", networks[i].bssid);
            cJSON_AddNumberToObject(network, "rssi_dbm", networks[i].rssi_dbm);
            cJSON_AddNumberToObject(network, "channel", networks[i].channel);
            cJSON_AddBoolToObject(network, "secured", networks[i].secured);
            cJSON_AddItemToArray(list, network);
        }
        cc_reply_json(call, 200, list);
    }
    free(networks);
    return CC_OK;
}
