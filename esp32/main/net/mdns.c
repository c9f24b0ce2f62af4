#include "net/mdns.h"

#include <mdns.h>
#include <stdbool.h>

#include "util/err.h"
#include "util/text.h"

static bool running;

int cc_esp32_mdns_publish(const char *hostname, uint16_t port)
{
    bool begins = !running;
    if (begins && mdns_init() != ESP_OK)
        return CC_ERR_MEMORY;
    running = true;
    if (mdns_hostname_set(hostname) != ESP_OK || mdns_instance_name_set(hostname) != ESP_OK)
        return CC_ERR_MEMORY;
    if (!begins)
        return CC_OK;
    mdns_txt_item_t path = {"path", "/"};
    return mdns_service_add(NULL, "_http", "_tcp", port, &path, 1) == ESP_OK ? CC_OK
                                                                             : CC_ERR_MEMORY;
}

void cc_esp32_mdns_name(char out[CC_MDNS_NAME_MAX])
{
    char name[MDNS_NAME_BUF_LEN];
    bool known = running && mdns_hostname_get(name) == ESP_OK;
    cc_text_copy(out, CC_MDNS_NAME_MAX, known ? name : "");
}
