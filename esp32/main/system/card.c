#include "system/card.h"

#include <driver/sdmmc_host.h>
#include <esp_log.h>
#include <esp_timer.h>
#include <esp_vfs_fat.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <sdmmc_cmd.h>
#include <soc/soc_caps.h>

#include "status/card.h"
#include "system/led.h"
#include "util/err.h"

#define ROOT "/card"

enum {
    STACK = 4096, // bytes: FAT with long names, whose buffers are on the heap
    PRIORITY = 2,
    FILES_MAX = 4,
    CLUSTER_BYTES = 16 * 1024, // only a format would use it, and none is ever done
    COUNT_MS = 60 * 1000,      // counting free space reads the whole table once
};

typedef struct {
    const cc_board_card_t *pins; // NULL: no slot
    cc_log_t *log;
    SemaphoreHandle_t lock; // guards plan and info
    StaticSemaphore_t lock_memory;
    TaskHandle_t task;
    cc_card_plan_t plan;
    cc_esp32_card_info_t info;
    // What follows is the task's own.
    sdmmc_card_t *card;
    uint32_t mounts; // so far
    uint64_t counted_ms;
    esp_err_t last_err; // of the last look; said once
} card_t;

static card_t card;

static uint64_t now_ms(void)
{
    return (uint64_t)esp_timer_get_time() / 1000 + 1;
}

static void lock(void)
{
    xSemaphoreTake(card.lock, portMAX_DELAY);
}

static void unlock(void)
{
    xSemaphoreGive(card.lock);
}

static sdmmc_slot_config_t slot_config(void)
{
    sdmmc_slot_config_t slot = SDMMC_SLOT_CONFIG_DEFAULT();
    slot.width = 1; // DATA1 of the most usual board is its lamp
    slot.flags |= SDMMC_SLOT_FLAG_INTERNAL_PULLUP;
#if SOC_SDMMC_USE_GPIO_MATRIX
    slot.clk = card.pins->clk;
    slot.cmd = card.pins->cmd;
    slot.d0 = card.pins->d0;
    // The driver would take its own pins for these, and one of them is a sensor's.
    slot.d1 = slot.d2 = slot.d3 = GPIO_NUM_NC;
    slot.d4 = slot.d5 = slot.d6 = slot.d7 = GPIO_NUM_NC;
#endif
    return slot;
}

// A card that is there and has no FAT is worth a word; a slot that is empty is not.
static void say_why(esp_err_t err)
{
    if (err == card.last_err)
        return;
    card.last_err = err;
    if (err == ESP_FAIL)
        cc_log(card.log, CC_LOG_WARNING, "card",
               "The card has no FAT file system. Format it as FAT32, on a computer.");
    else if (err == ESP_ERR_NO_MEM)
        cc_log(card.log, CC_LOG_WARNING, "card", "There is no memory for the card now.");
}

static void count_space(void)
{
    uint64_t total_bytes = 0;
    uint64_t free_bytes = 0;
    if (esp_vfs_fat_info(ROOT, &total_bytes, &free_bytes) != ESP_OK)
        return;
    card.counted_ms = now_ms();
    lock();
    card.info = (cc_esp32_card_info_t){true, card.mounts, free_bytes, total_bytes};
    unlock();
}

static void do_mount(void)
{
    const esp_vfs_fat_mount_config_t config = {
        .max_files = FILES_MAX,
        .allocation_unit_size = CLUSTER_BYTES,
    };
    sdmmc_host_t host = SDMMC_HOST_DEFAULT();
    sdmmc_slot_config_t slot = slot_config();
    host.flags = SDMMC_HOST_FLAG_1BIT;
    cc_esp32_led_hold_dark(true);
    esp_err_t err = esp_vfs_fat_sdmmc_mount(ROOT, &host, &slot, &config, &card.card);
    cc_esp32_led_hold_dark(false);
    if (err == ESP_OK) {
        card.mounts++;
        count_space();
        cc_log(card.log, CC_LOG_INFO, "card", "There is a card of %llu MB, %llu MB free.",
               (unsigned long long)(card.info.total_bytes >> 20),
               (unsigned long long)(card.info.free_bytes >> 20));
        card.last_err = ESP_OK;
    } else {
        say_why(err);
    }
    lock();
    cc_card_mounted(&card.plan, err == ESP_OK, now_ms());
    unlock();
}

static void do_ask(void)
{
    bool there = sdmmc_get_status(card.card) == ESP_OK;
    if (there && now_ms() - card.counted_ms >= COUNT_MS)
        count_space();
    lock();
    cc_card_asked(&card.plan, there, now_ms());
    card.info.there = there;
    card.info.mount = there ? card.mounts : 0;
    unlock();
}

static void do_unmount(void)
{
    esp_vfs_fat_sdcard_unmount(ROOT, card.card);
    card.card = NULL;
    cc_log(card.log, CC_LOG_WARNING, "card", "The card is gone.");
    lock();
    card.info = (cc_esp32_card_info_t){0};
    cc_card_unmounted(&card.plan, now_ms());
    unlock();
}

static void run(void *arg)
{
    (void)arg;
    for (;;) {
        lock();
        cc_card_step_t step = cc_card_next(&card.plan, now_ms());
        unlock();
        switch (step.action) {
        case CC_CARD_WAIT:
            ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(step.wait_ms));
            break;
        case CC_CARD_MOUNT:
            do_mount();
            break;
        case CC_CARD_ASK:
            do_ask();
            break;
        case CC_CARD_UNMOUNT:
            do_unmount();
            break;
        }
    }
}

int cc_esp32_card_open(const cc_board_t *board, cc_log_t *log)
{
    // An empty slot is an error to the driver, at each look.
    static const char *const chatty[] = {"vfs_fat_sdmmc", "sdmmc_common", "sdmmc_sd",
                                         "sdmmc_req",     "sdmmc_cmd",    "diskio_sdmmc"};
    card.lock = xSemaphoreCreateMutexStatic(&card.lock_memory);
    if (!board->has_card)
        return CC_OK;
    card.pins = &board->card;
    card.log = log;
    for (size_t i = 0; i < sizeof chatty / sizeof *chatty; i++)
        esp_log_level_set(chatty[i], ESP_LOG_NONE);
    return xTaskCreate(run, "card", STACK, NULL, PRIORITY, &card.task) == pdPASS ? CC_OK
                                                                                 : CC_ERR_MEMORY;
}

const char *cc_esp32_card_hold(void)
{
    if (!card.lock) // not opened yet
        return NULL;
    lock();
    bool held = cc_card_hold(&card.plan);
    unlock();
    return held ? ROOT : NULL;
}

void cc_esp32_card_release(bool worked)
{
    lock();
    cc_card_release(&card.plan, worked);
    unlock();
    if (!worked)
        xTaskNotifyGive(card.task);
}

void cc_esp32_card_info(cc_esp32_card_info_t *info)
{
    *info = (cc_esp32_card_info_t){0};
    if (!card.lock)
        return;
    lock();
    *info = card.info;
    unlock();
}
