#include "net/ethernet.h"

#include <sdkconfig.h>

#include "util/err.h"

#if CONFIG_ETH_USE_OPENETH || CONFIG_ETH_SPI_ETHERNET_W5500

#include <driver/gpio.h>
#include <esp_eth.h>
#include <esp_eth_netif_glue.h>
#include <esp_event.h>
#include <esp_mac.h>

#if CONFIG_ETH_SPI_ETHERNET_W5500
#include <driver/spi_master.h>
#endif

#define W5500_HZ      (20 * 1000 * 1000) // half of what the chip takes: leads on a board, not a bus
#define W5500_POLL_MS 10

typedef struct {
    esp_eth_mac_t *mac;
    esp_eth_phy_t *phy;
} parts_t;

static int err_of_esp(esp_err_t err)
{
    if (err == ESP_ERR_NO_MEM)
        return CC_ERR_MEMORY;
    if (err == ESP_ERR_NOT_FOUND || err == ESP_ERR_TIMEOUT || err == ESP_ERR_INVALID_VERSION)
        return CC_ERR_NOT_FOUND;
    return CC_ERR_IO;
}

#if CONFIG_ETH_USE_OPENETH
static int make_openeth(parts_t *parts)
{
    eth_mac_config_t mac = ETH_MAC_DEFAULT_CONFIG();
    eth_phy_config_t phy = ETH_PHY_DEFAULT_CONFIG();
    // Its interrupt wakes its task first and acknowledges the frame then. On the other processor
    // the task is done before that, the frames that come in between are acknowledged unseen, and
    // once they fill the ring nothing is ever received again.
    mac.flags = ETH_MAC_FLAG_PIN_TO_CORE;
    phy.autonego_timeout_ms = 100; // the emulator negotiates at once
    parts->mac = esp_eth_mac_new_openeth(&mac);
    parts->phy = esp_eth_phy_new_dp83848(&phy);
    return CC_OK;
}
#endif

#if CONFIG_ETH_SPI_ETHERNET_W5500
static int make_w5500(const cc_board_ethernet_t *pins, parts_t *parts)
{
    const spi_bus_config_t bus = {
        .mosi_io_num = pins->mosi,
        .miso_io_num = pins->miso,
        .sclk_io_num = pins->sck,
        .quadwp_io_num = -1,
        .quadhd_io_num = -1,
    };
    esp_err_t err = spi_bus_initialize(SPI3_HOST, &bus, SPI_DMA_CH_AUTO);
    if (err)
        return err_of_esp(err);
    spi_device_interface_config_t device = {
        .mode = 0,
        .clock_speed_hz = W5500_HZ,
        .spics_io_num = pins->cs,
        .queue_size = 20,
    };
    eth_w5500_config_t config = ETH_W5500_DEFAULT_CONFIG(SPI3_HOST, &device);
    config.int_gpio_num = pins->interrupt;
    if (pins->interrupt == CC_PIN_NONE) {
        config.poll_period_ms = W5500_POLL_MS;
    } else {
        err = gpio_install_isr_service(0);
        if (err && err != ESP_ERR_INVALID_STATE) // somebody did so before
            return err_of_esp(err);
    }
    const eth_mac_config_t mac = ETH_MAC_DEFAULT_CONFIG();
    const eth_phy_config_t phy = {
        .phy_addr = 1,
        .reset_timeout_ms = 100,
        .autonego_timeout_ms = 4000,
        .reset_gpio_num = -1,
    };
    parts->mac = esp_eth_mac_new_w5500(&config, &mac);
    parts->phy = esp_eth_phy_new_w5500(&phy);
    return CC_OK;
}
#endif

static int make_parts(const cc_board_ethernet_t *ethernet, parts_t *parts)
{
    (void)parts;
    switch (ethernet->kind) {
#if CONFIG_ETH_USE_OPENETH
    case CC_ETHERNET_OPENETH:
        return make_openeth(parts);
#endif
#if CONFIG_ETH_SPI_ETHERNET_W5500
    case CC_ETHERNET_W5500:
        return make_w5500(ethernet, parts);
#endif
    default:
        return CC_ERR_UNSUPPORTED;
    }
}

// A W5500 has no address of its own; the chip's fuses have one for Ethernet.
static esp_err_t set_address(esp_eth_handle_t driver)
{
    uint8_t mac[6];
    esp_err_t err = esp_read_mac(mac, ESP_MAC_ETH);
    return err ? err : esp_eth_ioctl(driver, ETH_CMD_S_MAC_ADDR, mac);
}

// Registered after the glue's own: the interface is up.
static void on_connected(void *netif, esp_event_base_t base, int32_t id, void *data)
{
    (void)base;
    (void)id;
    (void)data;
    esp_netif_create_ip6_linklocal(netif); // and with it routers' prefixes (SLAAC)
}

int cc_esp32_ethernet_open(const cc_board_ethernet_t *ethernet, esp_netif_t **netif)
{
    parts_t parts = {0};
    int made = make_parts(ethernet, &parts);
    if (made < 0)
        return made;
    if (!parts.mac || !parts.phy)
        return CC_ERR_MEMORY;
    esp_eth_handle_t driver = NULL;
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(parts.mac, parts.phy);
    esp_err_t err = esp_eth_driver_install(&config, &driver);
    if (err)
        return err_of_esp(err);
    if (ethernet->kind == CC_ETHERNET_W5500)
        err = set_address(driver);
    const esp_netif_config_t netif_config = ESP_NETIF_DEFAULT_ETH();
    esp_netif_t *made_netif = err ? NULL : esp_netif_new(&netif_config);
    esp_eth_netif_glue_handle_t glue = made_netif ? esp_eth_new_netif_glue(driver) : NULL;
    if (!err && (!made_netif || !glue))
        err = ESP_ERR_NO_MEM;
    if (!err)
        err = esp_netif_attach(made_netif, glue);
    if (!err)
        err = esp_event_handler_register(ETH_EVENT, ETHERNET_EVENT_CONNECTED, on_connected,
                                         made_netif);
    if (!err)
        err = esp_eth_start(driver);
    if (err)
        return err_of_esp(err);
    *netif = made_netif;
    return CC_OK;
}

#else

int cc_esp32_ethernet_open(const cc_board_ethernet_t *ethernet, esp_netif_t **netif)
{
    (void)ethernet;
    (void)netif;
    return CC_ERR_UNSUPPORTED;
}

#endif
