#include "system/serial_line.h"

#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <sdkconfig.h>

#include "util/err.h"

#if CONFIG_ESP_CONSOLE_UART
#include <driver/uart.h>
#include <driver/uart_select.h>
#include <driver/uart_vfs.h>
#endif
#if CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG_ENABLED
#include <driver/usb_serial_jtag.h>
#include <driver/usb_serial_jtag_select.h>
#include <driver/usb_serial_jtag_vfs.h>
#endif

enum {
    BAUD = 115200,
    RECEIVE_BYTES = 512,   // a line that a program sends at once
    TRANSMIT_BYTES = 1024, // what a burst of log lines may be ahead of the wire
    HOST_MS = 100,         // a USB host that reads nothing is waited for this long, once
};

#if CONFIG_ESP_CONSOLE_UART

#define PORT CONFIG_ESP_CONSOLE_UART_NUM

static int uart_open(void)
{
    const uart_config_t config = {
        .baud_rate = BAUD,
        .data_bits = UART_DATA_8_BITS,
        .parity = UART_PARITY_DISABLE,
        .stop_bits = UART_STOP_BITS_1,
        .flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
        .source_clk = UART_SCLK_DEFAULT,
    };
    if (uart_driver_install(PORT, RECEIVE_BYTES, TRANSMIT_BYTES, 0, NULL, 0) != ESP_OK ||
        uart_param_config(PORT, &config) != ESP_OK)
        return CC_ERR_IO;
    uart_vfs_dev_use_driver(PORT); // what is printed without us waits its turn too
    return CC_OK;
}

#endif

#if CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG_ENABLED

static int usb_open(void)
{
    usb_serial_jtag_driver_config_t config = {
        .tx_buffer_size = TRANSMIT_BYTES,
        .rx_buffer_size = RECEIVE_BYTES,
    };
    if (usb_serial_jtag_driver_install(&config) != ESP_OK)
        return CC_ERR_IO;
    usb_serial_jtag_vfs_use_driver();
    return CC_OK;
}

static void usb_write(const char *bytes, size_t len)
{
    static bool is_read = true; // by a program on the host
    if (len > 0 && usb_serial_jtag_is_connected())
        is_read = usb_serial_jtag_write_bytes(bytes, len, is_read ? pdMS_TO_TICKS(HOST_MS) : 0) > 0;
}

#endif

#if !CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG_ENABLED

int cc_esp32_line_open(void)
{
    return uart_open();
}

void cc_esp32_line_write(const char *bytes, size_t len)
{
    uart_write_bytes(PORT, bytes, len);
}

bool cc_esp32_line_read(char *byte, TickType_t ticks)
{
    return uart_read_bytes(PORT, byte, 1, ticks) == 1;
}

#elif !CONFIG_ESP_CONSOLE_UART

int cc_esp32_line_open(void)
{
    return usb_open();
}

void cc_esp32_line_write(const char *bytes, size_t len)
{
    usb_write(bytes, len);
}

bool cc_esp32_line_read(char *byte, TickType_t ticks)
{
    return usb_serial_jtag_read_bytes(byte, 1, ticks) == 1;
}

#else

// A board with a socket for each: they are one line.
static SemaphoreHandle_t came; // a byte, on either
static StaticSemaphore_t came_memory;

static void uart_came(uart_port_t port, uart_select_notif_t what, BaseType_t *woken)
{
    (void)port;
    if (what == UART_SELECT_READ_NOTIF)
        xSemaphoreGiveFromISR(came, woken);
}

static void usb_came(usj_select_notif_t what, BaseType_t *woken)
{
    if (what == USJ_SELECT_READ_NOTIF)
        xSemaphoreGiveFromISR(came, woken);
}

int cc_esp32_line_open(void)
{
    came = xSemaphoreCreateBinaryStatic(&came_memory);
    if (uart_open() != CC_OK || usb_open() != CC_OK)
        return CC_ERR_IO;
    uart_set_select_notif_callback(PORT, uart_came);
    usb_serial_jtag_set_select_notif_callback(usb_came);
    return CC_OK;
}

void cc_esp32_line_write(const char *bytes, size_t len)
{
    uart_write_bytes(PORT, bytes, len);
    usb_write(bytes, len);
}

bool cc_esp32_line_read(char *byte, TickType_t ticks)
{
    while (uart_read_bytes(PORT, byte, 1, 0) != 1 && usb_serial_jtag_read_bytes(byte, 1, 0) != 1)
        if (xSemaphoreTake(came, ticks) != pdTRUE)
            return false;
    return true;
}

#endif
