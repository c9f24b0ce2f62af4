#include "net/captive.h"

#include <esp_netif_net_stack.h>
#include <lwip/udp.h>

#include "network/access_point.h"
#include "network/address.h"
#include "network/captive_dns.h"
#include "util/err.h"

#define DNS_PORT 53

// The TCP/IP thread's own.
static struct udp_pcb *server;
static uint8_t address[4];
static uint8_t datagram[CC_CAPTIVE_DNS_MAX];

static void on_query(void *ctx, struct udp_pcb *pcb, struct pbuf *query, const ip_addr_t *from,
                     u16_t port)
{
    (void)ctx;
    size_t len = query->tot_len <= sizeof datagram ? query->tot_len : 0;
    pbuf_copy_partial(query, datagram, (u16_t)len, 0);
    pbuf_free(query);
    len = cc_captive_dns_answer(datagram, len, address, datagram);
    struct pbuf *answer = len > 0 ? pbuf_alloc(PBUF_TRANSPORT, (u16_t)len, PBUF_RAM) : NULL;
    if (!answer)
        return;
    pbuf_take(answer, datagram, (u16_t)len);
    udp_sendto(pcb, answer, from, port);
    pbuf_free(answer);
}

static esp_err_t start(void *ctx)
{
    const struct netif *netif = ctx;
    uint32_t number = 0;
    if (server || !netif)
        return ESP_OK;
    cc_address_read(CC_ACCESS_POINT_ADDRESS, &number);
    for (int i = 0; i < 4; i++)
        address[i] = (uint8_t)(number >> (24 - 8 * i));
    server = udp_new_ip_type(IPADDR_TYPE_V4);
    if (!server)
        return ESP_ERR_NO_MEM;
    if (udp_bind(server, IP4_ADDR_ANY, DNS_PORT) != ERR_OK) {
        udp_remove(server);
        server = NULL;
        return ESP_FAIL;
    }
    udp_bind_netif(server, netif);
    udp_recv(server, on_query, NULL);
    return ESP_OK;
}

static esp_err_t stop(void *ctx)
{
    (void)ctx;
    if (server)
        udp_remove(server);
    server = NULL;
    return ESP_OK;
}

int cc_esp32_captive_start(esp_netif_t *access_point)
{
    void *netif = esp_netif_get_netif_impl(access_point);
    return esp_netif_tcpip_exec(start, netif) == ESP_OK ? CC_OK : CC_ERR_MEMORY;
}

void cc_esp32_captive_stop(void)
{
    esp_netif_tcpip_exec(stop, NULL);
}
