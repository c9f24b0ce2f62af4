#include "net/access_point.h"

#include <esp_mac.h>
#include <esp_netif.h>
#include <esp_wifi.h>
#include <nvs.h>
#include <string.h>

#include "net/captive.h"
#include "network/address.h"
#include "util/err.h"
#include "util/text.h"

enum {
    CHANNEL = 6,    // while nothing is joined; beside a network it is that one's
    GUESTS_MAX = 4, // each costs internal memory
};

#define NVS_NAMESPACE "access_point"
#define NVS_KEY       "passphrase"

static esp_netif_t *netif;

static bool load_passphrase(char out[CC_ACCESS_POINT_PASSPHRASE_MAX])
{
    nvs_handle_t nvs;
    size_t len = CC_ACCESS_POINT_PASSPHRASE_MAX;
    if (nvs_open(NVS_NAMESPACE, NVS_READONLY, &nvs) != ESP_OK)
        return false;
    esp_err_t err = nvs_get_str(nvs, NVS_KEY, out, &len);
    nvs_close(nvs);
    return err == ESP_OK && strlen(out) == CC_ACCESS_POINT_PASSPHRASE_MAX - 1;
}

static int save_passphrase(const char *passphrase)
{
    nvs_handle_t nvs;
    if (nvs_open(NVS_NAMESPACE, NVS_READWRITE, &nvs) != ESP_OK)
        return CC_ERR_DISK_FULL;
    esp_err_t err = nvs_set_str(nvs, NVS_KEY, passphrase);
    if (err == ESP_OK)
        err = nvs_commit(nvs);
    nvs_close(nvs);
    return err == ESP_OK ? CC_OK : CC_ERR_DISK_FULL;
}

int cc_esp32_access_point_way_in(const cc_crypto_t *crypto, cc_access_point_way_in_t *way_in)
{
    uint8_t mac[6] = {0}, random[CC_ACCESS_POINT_RANDOM];
    esp_read_mac(mac, ESP_MAC_WIFI_STA); // the one that routers show
    cc_access_point_name(mac, way_in->name);
    if (load_passphrase(way_in->passphrase))
        return CC_OK;
    do {
        int err = crypto->random(crypto->ctx, random, sizeof random);
        if (err < 0)
            return err;
    } while (cc_access_point_passphrase(random, way_in->passphrase) < 0);
    cc_text_wipe(random, sizeof random);
    return save_passphrase(way_in->passphrase);
}

// Address, names and the page's address for those who ask by DHCP (option 114, RFC 8910).
static esp_err_t set_up_addresses(void)
{
    static char url[] = CC_ACCESS_POINT_URL; // the DHCP server keeps the pointer
    uint32_t address = 0;
    cc_address_read(CC_ACCESS_POINT_ADDRESS, &address);
    const esp_netif_ip_info_t ip = {
        .ip = {esp_netif_htonl(address)},
        .netmask = {esp_netif_htonl(0xFFFFFF00u)},
        .gw = {esp_netif_htonl(address)},
    };
    esp_netif_dns_info_t dns = {
        .ip = {.type = ESP_IPADDR_TYPE_V4, .u_addr.ip4 = {esp_netif_htonl(address)}}};
    uint8_t offer_dns = 1;
    esp_netif_dhcps_stop(netif);
    esp_err_t err = esp_netif_set_ip_info(netif, &ip);
    if (err == ESP_OK)
        err = esp_netif_dhcps_option(netif, ESP_NETIF_OP_SET, ESP_NETIF_DOMAIN_NAME_SERVER,
                                     &offer_dns, sizeof offer_dns);
    if (err == ESP_OK)
        err = esp_netif_set_dns_info(netif, ESP_NETIF_DNS_MAIN, &dns);
    if (err == ESP_OK)
        err = esp_netif_dhcps_option(netif, ESP_NETIF_OP_SET, ESP_NETIF_CAPTIVEPORTAL_URI, url,
                                     sizeof url - 1);
    if (err == ESP_OK)
        err = esp_netif_dhcps_start(netif);
    return err == ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED ? ESP_OK : err;
}

// After ESP-IDF's own handler, which is older: the interface is there, or still there.
static void on_turn(void *ctx, esp_event_base_t base, int32_t id, void *event)
{
    (void)ctx;
    (void)base;
    (void)event;
    if (id == WIFI_EVENT_AP_START)
        cc_esp32_captive_start(netif);
    else
        cc_esp32_captive_stop();
}

static int make_interface(void)
{
    netif = esp_netif_create_default_wifi_ap();
    if (!netif || esp_event_handler_register(WIFI_EVENT, WIFI_EVENT_AP_START, on_turn, NULL) ||
        esp_event_handler_register(WIFI_EVENT, WIFI_EVENT_AP_STOP, on_turn, NULL))
        return CC_ERR_MEMORY;
    return CC_OK;
}

int cc_esp32_access_point_start(const cc_access_point_way_in_t *way_in)
{
    wifi_config_t config = {.ap = {
                                .channel = CHANNEL,
                                .authmode = WIFI_AUTH_WPA2_PSK,
                                .pairwise_cipher = WIFI_CIPHER_TYPE_CCMP,
                                .max_connection = GUESTS_MAX,
                                .beacon_interval = 100,
                                .pmf_cfg = {.capable = true},
                            }};
    config.ap.ssid_len = (uint8_t)strlen(way_in->name);
    memcpy(config.ap.ssid, way_in->name, config.ap.ssid_len);
    memcpy(config.ap.password, way_in->passphrase, strlen(way_in->passphrase));
    if (!netif && make_interface() < 0)
        return CC_ERR_MEMORY;
    esp_err_t err = set_up_addresses();
    if (err == ESP_OK)
        err = esp_wifi_set_mode(WIFI_MODE_APSTA);
    if (err == ESP_OK)
        err = esp_wifi_set_config(WIFI_IF_AP, &config);
    cc_text_wipe(&config, sizeof config);
    if (err != ESP_OK) {
        esp_wifi_set_mode(WIFI_MODE_STA);
        return err == ESP_ERR_NO_MEM ? CC_ERR_MEMORY : CC_ERR_IO;
    }
    return CC_OK;
}

void cc_esp32_access_point_stop(void)
{
    esp_wifi_set_mode(WIFI_MODE_STA);
}

unsigned cc_esp32_access_point_guests(void)
{
    wifi_sta_list_t list;
    return esp_wifi_ap_get_sta_list(&list) == ESP_OK ? (unsigned)list.num : 0;
}
