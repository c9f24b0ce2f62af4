#include "net/time.h"

#include <esp_netif_sntp.h>
#include <esp_sntp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "network/timezone.h"
#include "util/err.h"
#include "util/text.h"

static char server[254]; // lwIP keeps the pointer
static bool running;

static void ask(void)
{
    if (running)
        esp_netif_sntp_deinit();
    esp_sntp_config_t config = ESP_NETIF_SNTP_DEFAULT_CONFIG(server);
    config.wait_for_sync = false; // nobody waits for it: who needs the time looks at the clock
    running = esp_netif_sntp_init(&config) == ESP_OK;
}

int cc_esp32_time_set(const char *ntp_server, const char *timezone)
{
    const char *posix = cc_timezone_posix(timezone);
    setenv("TZ", posix ? posix : "UTC0", 1);
    tzset();
    if (running)
        esp_netif_sntp_deinit(); // before its server's name changes under it
    bool again = running;
    running = false;
    cc_text_copy(server, sizeof server, ntp_server);
    if (again)
        ask();
    return posix ? CC_OK : CC_ERR_NOT_FOUND;
}

void cc_esp32_time_network_up(void)
{
    if (!running || sntp_get_sync_status() != SNTP_SYNC_STATUS_COMPLETED)
        ask();
}
