#include "net/wanted.h"

#include <string.h>

#include "util/err.h"

static void read_text(cc_settings_t *settings, cc_setting_t id, char *out, size_t cap)
{
    cc_settings_text(settings, id, out, cap);
}

static void read_address(cc_settings_t *settings, cc_wanted_t *wanted)
{
    char ip[16], netmask[16], gateway[16], dns[16];
    static const cc_setting_t dns_ids[] = {CC_SETTING_NETWORK_DNS1, CC_SETTING_NETWORK_DNS2};
    for (size_t i = 0; i < 2; i++) {
        read_text(settings, dns_ids[i], dns, sizeof dns);
        if (cc_address_read(dns, &wanted->dns[i]) < 0)
            wanted->dns[i] = 0;
    }
    if (cc_settings_bool(settings, CC_SETTING_NETWORK_DHCP))
        return;
    read_text(settings, CC_SETTING_NETWORK_IP, ip, sizeof ip);
    read_text(settings, CC_SETTING_NETWORK_NETMASK, netmask, sizeof netmask);
    read_text(settings, CC_SETTING_NETWORK_GATEWAY, gateway, sizeof gateway);
    const cc_address_text_t text = {ip, netmask, gateway};
    wanted->fixed = cc_address_check(&text, &wanted->address, wanted->address_problem,
                                     sizeof wanted->address_problem) == CC_OK;
    if (wanted->fixed && !wanted->dns[0]) // routers answer names
        wanted->dns[0] = wanted->address.gateway;
}

void cc_wanted_read(cc_settings_t *settings, cc_wanted_t *wanted)
{
    char ssid[CC_SSID_TEXT_MAX];
    memset(wanted, 0, sizeof *wanted);
    read_text(settings, CC_SETTING_NETWORK_HOSTNAME, wanted->hostname, sizeof wanted->hostname);
    read_text(settings, CC_SETTING_NETWORK_WIFI_SSID, ssid, sizeof ssid);
    read_text(settings, CC_SETTING_NETWORK_WIFI_PASSWORD, wanted->target.password,
              sizeof wanted->target.password);
    int len = cc_ssid_read(ssid, wanted->target.ssid);
    wanted->target.ssid_len = len > 0 ? (size_t)len : 0;
    cc_ssid_text(wanted->target.ssid, wanted->target.ssid_len, wanted->ssid);
    wanted->access_point = (cc_ap_t)cc_settings_int(settings, CC_SETTING_NETWORK_AP);
    read_address(settings, wanted);
}

void cc_wanted_set_address(const cc_wanted_t *wanted, esp_netif_t *netif)
{
    const esp_netif_ip_info_t ip = {
        .ip = {esp_netif_htonl(wanted->address.ip)},
        .netmask = {esp_netif_htonl(wanted->address.netmask)},
        .gw = {esp_netif_htonl(wanted->address.gateway)},
    };
    esp_netif_dhcp_status_t status = ESP_NETIF_DHCP_INIT;
    esp_netif_dhcpc_get_status(netif, &status);
    if (wanted->fixed) {
        esp_netif_dhcpc_stop(netif);
        esp_netif_set_ip_info(netif, &ip);
    } else if (status == ESP_NETIF_DHCP_STOPPED) {
        esp_netif_dhcpc_start(netif);
    }
}

void cc_wanted_set_name_servers(const cc_wanted_t *wanted, esp_netif_t *netif)
{
    static const esp_netif_dns_type_t places[] = {ESP_NETIF_DNS_MAIN, ESP_NETIF_DNS_BACKUP};
    for (size_t i = 0; i < 2; i++) {
        uint32_t address = esp_netif_htonl(wanted->dns[i]);
        esp_netif_dns_info_t dns = {0};
        if (!address || (esp_netif_get_dns_info(netif, places[i], &dns) == ESP_OK &&
                         dns.ip.type == ESP_IPADDR_TYPE_V4 && dns.ip.u_addr.ip4.addr == address))
            continue;
        dns.ip.type = ESP_IPADDR_TYPE_V4;
        dns.ip.u_addr.ip4.addr = address;
        esp_netif_set_dns_info(netif, places[i], &dns);
    }
}
