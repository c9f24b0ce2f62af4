#include "system/health.h"

#include <esp_attr.h>
#include <esp_core_dump.h>
#include <esp_flash.h>
#include <esp_system.h>
#include <esp_task_wdt.h>
#include <esp_timer.h>
#include <nvs.h>

#include "status/crashes.h"
#include "util/err.h"

#define NAMESPACE "connectcam"
#define BOOTS     "boots"

// Of the last crash, in flash; no length: there is none.
static size_t dump_at, dump_len;

// Outlives every restart but a power cut.
static RTC_NOINIT_ATTR cc_crashes_t crashes;

static const struct {
    esp_reset_reason_t reason;
    cc_ended_t ended;
    const char *text;
} ends[] = {
    {ESP_RST_POWERON, CC_ENDED_POWER, "the power was off"},
    {ESP_RST_EXT, CC_ENDED_POWER, "somebody pressed reset"},
    {ESP_RST_SW, CC_ENDED_ASKED, "a restart was asked for"},
    {ESP_RST_DEEPSLEEP, CC_ENDED_ASKED, "it slept"},
    {ESP_RST_PANIC, CC_ENDED_CRASH, "the program crashed"},
    {ESP_RST_INT_WDT, CC_ENDED_CRASH, "the interrupt watchdog bit"},
    {ESP_RST_TASK_WDT, CC_ENDED_CRASH, "the task watchdog bit"},
    {ESP_RST_WDT, CC_ENDED_CRASH, "a watchdog bit"},
    {ESP_RST_BROWNOUT, CC_ENDED_CRASH, "the supply voltage broke down"},
    {ESP_RST_CPU_LOCKUP, CC_ENDED_CRASH, "the processor locked up"},
    {ESP_RST_PWR_GLITCH, CC_ENDED_CRASH, "the supply voltage flickered"},
};

static uint32_t count_boot(void)
{
    nvs_handle_t handle;
    uint32_t boots = 0;
    if (nvs_open(NAMESPACE, NVS_READWRITE, &handle) != ESP_OK)
        return 0;
    esp_err_t err = nvs_get_u32(handle, BOOTS, &boots);
    if (err == ESP_OK || err == ESP_ERR_NVS_NOT_FOUND) {
        boots++;
        if (nvs_set_u32(handle, BOOTS, boots) != ESP_OK || nvs_commit(handle) != ESP_OK)
            boots = 0;
    }
    nvs_close(handle);
    return boots;
}

void cc_esp32_health_open(cc_esp32_health_t *health)
{
    esp_reset_reason_t reason = esp_reset_reason();
    cc_ended_t ended = CC_ENDED_POWER;
    *health = (cc_esp32_health_t){.ended = "nobody knows how"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (ends[i].reason == reason) {
            ended = ends[i].ended;
            health->ended = ends[i].text;
        }
    }
    cc_crashes_started(&crashes, ended);
    health->crashed = ended == CC_ENDED_CRASH;
    health->crashes = crashes.in_a_row;
    health->safe_mode = cc_crashes_safe_mode(&crashes);
    health->boots = count_boot();
    if (esp_core_dump_image_get(&dump_at, &dump_len) != ESP_OK)
        dump_len = 0;
    esp_task_wdt_add(NULL);
}

size_t cc_esp32_health_core_dump(void *ctx, uint8_t *out, size_t cap)
{
    (void)ctx;
    size_t n = dump_len < cap ? dump_len : cap;
    return n == 0 || esp_flash_read(NULL, out, dump_at, n) == ESP_OK ? dump_len : 0;
}

int cc_esp32_health_forget_core_dump(void *ctx)
{
    (void)ctx;
    if (esp_core_dump_image_erase() != ESP_OK)
        return CC_ERR_IO;
    dump_len = 0;
    return CC_OK;
}

void cc_esp32_health_beat(bool all_well)
{
    cc_crashes_ran(&crashes, (uint64_t)(esp_timer_get_time() / 1000));
    if (all_well)
        esp_task_wdt_reset();
}
