#include "net/wifi.h"

#include <esp_wifi.h>
#include <stdio.h>
#include <string.h>

#include "network/found.h"
#include "network/ssid.h"
#include "util/err.h"
#include "util/text.h"

enum {
    SCAN_LEAST_MS = 60, // for each channel; nobody answers: go on
    SCAN_MOST_MS = 120, // beacons come each 102 ms
    HOME_MS = 30,       // back on the channel in use, between two others
    RETRIES = 1,        // at one access point, before the next of its name
};

static void (*tell)(void *ctx, const cc_wifi_event_t *event);
static void *tell_ctx;
static esp_netif_t *netif;
static bool open_network; // the last try's: there is no password to be wrong

static cc_join_cause_t cause_of(uint8_t reason)
{
    switch (reason) {
    case WIFI_REASON_NO_AP_FOUND:
    case WIFI_REASON_NO_AP_FOUND_IN_RSSI_THRESHOLD:
        return CC_CAUSE_NOT_FOUND;
    case WIFI_REASON_AUTH_EXPIRE: // WPA3 with a wrong password ends so at some routers
    case WIFI_REASON_MIC_FAILURE:
    case WIFI_REASON_4WAY_HANDSHAKE_TIMEOUT:
    case WIFI_REASON_802_1X_AUTH_FAILED:
    case WIFI_REASON_AUTH_FAIL:
    case WIFI_REASON_HANDSHAKE_TIMEOUT:
        return open_network ? CC_CAUSE_REFUSED : CC_CAUSE_KEY;
    case WIFI_REASON_IE_INVALID:
    case WIFI_REASON_IE_IN_4WAY_DIFFERS:
    case WIFI_REASON_GROUP_CIPHER_INVALID:
    case WIFI_REASON_PAIRWISE_CIPHER_INVALID:
    case WIFI_REASON_AKMP_INVALID:
    case WIFI_REASON_UNSUPP_RSN_IE_VERSION:
    case WIFI_REASON_INVALID_RSN_IE_CAP:
    case WIFI_REASON_CIPHER_SUITE_REJECTED:
    case WIFI_REASON_BAD_CIPHER_OR_AKM:
    case WIFI_REASON_NO_AP_FOUND_W_COMPATIBLE_SECURITY:
    case WIFI_REASON_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD:
        return CC_CAUSE_SECURITY;
    case WIFI_REASON_ASSOC_TOOMANY:
    case WIFI_REASON_DISASSOC_PWRCAP_BAD:
    case WIFI_REASON_DISASSOC_SUPCHAN_BAD:
    case WIFI_REASON_NOT_AUTHORIZED_THIS_LOCATION:
    case WIFI_REASON_ASSOC_FAIL:
    case WIFI_REASON_CONNECTION_FAIL:
    case WIFI_REASON_ASSOC_COMEBACK_TIME_TOO_LONG:
        return CC_CAUSE_REFUSED;
    case WIFI_REASON_BEACON_TIMEOUT:
    case WIFI_REASON_AP_TSF_RESET:
    case WIFI_REASON_DISASSOC_DUE_TO_INACTIVITY:
    case WIFI_REASON_MISSING_ACKS:
    case WIFI_REASON_TIMEOUT:
    case WIFI_REASON_SA_QUERY_TIMEOUT:
        return CC_CAUSE_GONE;
    default:
        return CC_CAUSE_OTHER;
    }
}

static void on_wifi(void *ctx, esp_event_base_t base, int32_t id, void *data)
{
    (void)ctx;
    (void)base;
    cc_wifi_event_t event = {.kind = CC_WIFI_JOINED};
    if (id == WIFI_EVENT_STA_CONNECTED) {
        esp_netif_create_ip6_linklocal(netif); // and with it routers' prefixes (SLAAC)
        tell(tell_ctx, &event);
    } else if (id == WIFI_EVENT_STA_DISCONNECTED) {
        const wifi_event_sta_disconnected_t *ended = data;
        if (ended->reason == WIFI_REASON_ROAMING) // the driver's own, on a router's word (802.11v)
            return;
        event = (cc_wifi_event_t){CC_WIFI_ENDED, cause_of(ended->reason), ended->rssi};
        tell(tell_ctx, &event);
    }
}

static int err_of(esp_err_t err)
{
    if (err == ESP_OK)
        return CC_OK;
    return err == ESP_ERR_NO_MEM ? CC_ERR_MEMORY : CC_ERR_IO;
}

static int start_driver(void)
{
    wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
    // Settings are ours to keep: the driver's copy would wear the flash, and outlive a reset.
    init.nvs_enable = 0;
    esp_err_t err = esp_wifi_init(&init);
    if (err == ESP_OK)
        err = esp_wifi_set_storage(WIFI_STORAGE_RAM);
    if (err == ESP_OK)
        err = esp_wifi_set_mode(WIFI_MODE_STA);
    if (err == ESP_OK) {
        // Channels 12 and 13 are in use in most of the world; once joined, the router's word
        // counts.
        const wifi_country_t country = {
            .cc = "01", .schan = 1, .nchan = 13, .policy = WIFI_COUNTRY_POLICY_AUTO};
        err = esp_wifi_set_country(&country);
    }
    if (err == ESP_OK)
        err = esp_wifi_start();
    // A camera has mains power. Asleep between beacons, the radio would take 100 to 300 ms for each
    // turn of a conversation: live pictures stutter, uploads crawl.
    if (err == ESP_OK)
        err = esp_wifi_set_ps(WIFI_PS_NONE);
    return err_of(err);
}

int cc_esp32_wifi_start(void (*on_event)(void *ctx, const cc_wifi_event_t *event), void *ctx,
                        esp_netif_t **station)
{
    tell = on_event;
    tell_ctx = ctx;
    netif = esp_netif_create_default_wifi_sta();
    if (!netif || esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi, NULL))
        return CC_ERR_MEMORY;
    int err = start_driver();
    if (err == CC_OK)
        *station = netif;
    return err;
}

int cc_esp32_wifi_restart(void)
{
    esp_wifi_stop();
    esp_wifi_deinit();
    return start_driver();
}

int cc_esp32_wifi_join(const cc_wifi_target_t *target, const cc_roam_candidate_t *only)
{
    wifi_config_t config = {.sta = {
                                // the strongest of all, not the first that answers
                                .scan_method = WIFI_ALL_CHANNEL_SCAN,
                                .sort_method = WIFI_CONNECT_AP_BY_SIGNAL,
                                .failure_retry_cnt = RETRIES,
                                .pmf_cfg = {.capable = true}, // WPA3 requires it, WPA2 may
                                .sae_pwe_h2e = WPA3_SAE_PWE_BOTH,
                                .owe_enabled = true,
                                .rm_enabled = true,
                                .btm_enabled = true,
                            }};
    open_network = !*target->password;
    // With a password, never to an open network that carries the same name.
    config.sta.threshold.authmode = open_network ? WIFI_AUTH_OPEN : WIFI_AUTH_WPA2_PSK;
    config.sta.threshold.rssi = -127;
    // The driver takes names up to a zero byte: those that have one inside cannot be joined.
    memcpy(config.sta.ssid, target->ssid, target->ssid_len);
    memcpy(config.sta.password, target->password, strlen(target->password));
    if (only) {
        config.sta.bssid_set = true;
        config.sta.channel = only->channel;
        memcpy(config.sta.bssid, only->bssid, sizeof config.sta.bssid);
    }
    esp_err_t err = esp_wifi_set_config(WIFI_IF_STA, &config);
    cc_text_wipe(&config, sizeof config);
    if (err == ESP_OK)
        err = esp_wifi_connect();
    return err_of(err);
}

void cc_esp32_wifi_leave(void)
{
    esp_wifi_disconnect();
}

bool cc_esp32_wifi_signal(cc_wifi_signal_t *signal)
{
    wifi_ap_record_t record;
    if (esp_wifi_sta_get_ap_info(&record) != ESP_OK)
        return false;
    memcpy(signal->bssid, record.bssid, sizeof signal->bssid);
    signal->channel = record.primary;
    signal->rssi_dbm = record.rssi;
    return true;
}

static int scan_now(uint8_t *ssid)
{
    const wifi_scan_config_t config = {
        .ssid = ssid,
        .show_hidden = ssid != NULL,
        .scan_type = WIFI_SCAN_TYPE_ACTIVE,
        .scan_time.active = {SCAN_LEAST_MS, SCAN_MOST_MS},
        .home_chan_dwell_time = HOME_MS,
    };
    esp_err_t err = esp_wifi_scan_start(&config, true);
    if (err == ESP_ERR_WIFI_STATE)
        return CC_ERR_BUSY;
    return err_of(err);
}

static void describe(const wifi_ap_record_t *record, cc_wifi_network_t *network)
{
    size_t len = strnlen((const char *)record->ssid, CC_SSID_MAX);
    *network = (cc_wifi_network_t){
        .rssi_dbm = record->rssi,
        .channel = record->primary,
        .secured = record->authmode != WIFI_AUTH_OPEN && record->authmode != WIFI_AUTH_OWE,
    };
    cc_ssid_text(record->ssid, len, network->ssid);
    const uint8_t *b = record->bssid;
    snprintf(network->bssid, sizeof network->bssid, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1],
             b[2], b[3], b[4], b[5]);
}

int cc_esp32_wifi_scan(cc_wifi_network_t *networks, size_t max)
{
    wifi_ap_record_t record;
    size_t n = 0;
    int err = scan_now(NULL);
    if (err < 0)
        return err;
    while (esp_wifi_scan_get_ap_record(&record) == ESP_OK) {
        cc_wifi_network_t network;
        describe(&record, &network);
        n = cc_found_add(networks, n, max, &network);
    }
    esp_wifi_clear_ap_list();
    return (int)n;
}

int cc_esp32_wifi_look(const cc_wifi_target_t *target, cc_roam_candidate_t *found, size_t max)
{
    wifi_ap_record_t record;
    uint8_t ssid[CC_SSID_MAX + 1] = {0};
    size_t n = 0;
    memcpy(ssid, target->ssid, target->ssid_len);
    int err = scan_now(ssid);
    if (err < 0)
        return err;
    while (esp_wifi_scan_get_ap_record(&record) == ESP_OK) {
        bool open = record.authmode == WIFI_AUTH_OPEN || record.authmode == WIFI_AUTH_OWE;
        if (n == max || open != !*target->password)
            continue;
        memcpy(found[n].bssid, record.bssid, sizeof found[n].bssid);
        found[n].channel = record.primary;
        found[n].rssi_dbm = record.rssi;
        n++;
    }
    esp_wifi_clear_ap_list();
    return (int)n;
}
