#include "system/update.h"

#include <esp_app_desc.h>
#include <esp_heap_caps.h>
#include <esp_ota_ops.h>
#include <esp_partition.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <sdkconfig.h>
#include <stdatomic.h>
#include <string.h>

#include "update/image.h"
#include "util/err.h"

enum {
    BLOCK_BYTES = 4096, // one sector of flash
};

// Behind ESP-IDF's own description, where who installs this image looks for it.
static const cc_image_mark_t image_mark __attribute__((section(".rodata_custom_desc"))) = {
    .mark = CC_IMAGE_MARK,
    .board = CONNECTCAM_BOARD_NAME,
};

#if CONNECTCAM_SIGNED
extern const uint8_t firmware_key_start[] asm("_binary_firmware_key_pem_start");
extern const uint8_t firmware_key_end[] asm("_binary_firmware_key_pem_end");
#endif

static struct {
    const cc_store_t *store;
    cc_log_t *log;
    const esp_partition_t *slot;
    esp_ota_handle_t handle;
    // A sector that is not full yet, from begin to end or abort. In internal memory: from external
    // memory ESP-IDF's driver writes 32 bytes at a time, and stops both processors for each.
    uint8_t *block;
    size_t block_len;
    bool trial; // of what runs; the main task's own from open on
    bool pictured;
    cc_trial_works_t before;
    atomic_bool camera; // since the start: there was one
    atomic_bool network;
} self;

static void free_block(void)
{
    heap_caps_free(self.block);
    self.block = NULL;
}

static int begin(void *ctx)
{
    (void)ctx;
    self.block = heap_caps_malloc(BLOCK_BYTES, MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
    if (!self.block)
        return CC_ERR_MEMORY;
    esp_err_t err = esp_ota_begin(self.slot, OTA_WITH_SEQUENTIAL_WRITES, &self.handle);
    self.block_len = 0;
    if (err)
        free_block();
    switch (err) {
    case ESP_OK:
        return CC_OK;
    case ESP_ERR_OTA_ROLLBACK_INVALID_STATE:
        return CC_ERR_BUSY;
    case ESP_ERR_NO_MEM:
        return CC_ERR_MEMORY;
    default:
        return CC_ERR_IO;
    }
}

static int write_block(void)
{
    size_t len = self.block_len;
    self.block_len = 0;
    return len == 0 || esp_ota_write(self.handle, self.block, len) == ESP_OK ? CC_OK : CC_ERR_IO;
}

static int write_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    (void)ctx;
    int err = CC_OK;
    while (len > 0 && err == CC_OK) {
        size_t room = BLOCK_BYTES - self.block_len;
        size_t n = len < room ? len : room;
        memcpy(self.block + self.block_len, bytes, n);
        self.block_len += n;
        bytes += n;
        len -= n;
        if (self.block_len == BLOCK_BYTES)
            err = write_block();
    }
    return err;
}

static int digest(void *ctx, size_t len, uint8_t out[32])
{
    (void)ctx;
    const void *bytes;
    esp_partition_mmap_handle_t map;
    int err = write_block(); // the last one
    if (err < 0)
        return err;
    if (esp_partition_mmap(self.slot, 0, len, ESP_PARTITION_MMAP_DATA, &bytes, &map) != ESP_OK)
        return CC_ERR_IO;
    err = mbedtls_sha256(bytes, len, out, 0) ? CC_ERR_IO : CC_OK;
    esp_partition_munmap(map);
    return err;
}

#if CONNECTCAM_SIGNED
static bool verify(void *ctx, const uint8_t sha256[32], const uint8_t *signature, size_t len)
{
    (void)ctx;
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    bool fine = mbedtls_pk_parse_public_key(&key, firmware_key_start,
                                            (size_t)(firmware_key_end - firmware_key_start)) == 0 &&
                mbedtls_pk_get_type(&key) == MBEDTLS_PK_ECKEY &&
                mbedtls_pk_verify(&key, MBEDTLS_MD_SHA256, sha256, 32, signature, len) == 0;
    mbedtls_pk_free(&key);
    return fine;
}
#endif

static int end(void *ctx)
{
    (void)ctx;
    free_block();
    esp_err_t err = esp_ota_end(self.handle); // the bootloader's own check
    if (err)
        return err == ESP_ERR_OTA_VALIDATE_FAILED ? CC_ERR_FORMAT : CC_ERR_IO;
    const cc_trial_works_t works = {
        .picture = atomic_load(&self.camera),
        .network = atomic_load(&self.network),
    };
    if (cc_trial_note(self.store, &works) < 0)
        cc_log(self.log, CC_LOG_WARNING, "update",
               "What works could not be noted; the new firmware must do everything.");
    err = esp_ota_set_boot_partition(self.slot);
    if (err == ESP_ERR_OTA_VALIDATE_FAILED)
        return CC_ERR_FORMAT;
    return err ? CC_ERR_IO : CC_OK;
}

static void abort_update(void *ctx)
{
    (void)ctx;
    free_block();
    esp_ota_abort(self.handle);
}

static bool on_trial(void *ctx)
{
    (void)ctx;
    esp_ota_img_states_t state;
    return esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) == ESP_OK &&
           state == ESP_OTA_IMG_PENDING_VERIFY;
}

static int confirm(void *ctx)
{
    (void)ctx;
    return esp_ota_mark_app_valid_cancel_rollback() == ESP_OK ? CC_OK : CC_ERR_IO;
}

static void go_back(void *ctx)
{
    esp_ota_mark_app_invalid_rollback_and_reboot();
    // It refuses when it sees nothing to go back to. The bootloader is asked then: what was started
    // and not confirmed comes last with it.
    if (on_trial(ctx))
        esp_restart();
}

static void say_who_lost(void)
{
    esp_app_desc_t description;
    const esp_partition_t *lost = esp_ota_get_last_invalid_partition();
    if (lost && esp_ota_get_partition_description(lost, &description) == ESP_OK)
        cc_log(self.log, CC_LOG_WARNING, "update",
               "Firmware %.31s was installed and lost its trial; this one runs again.",
               description.version);
}

int cc_esp32_update_open(const cc_store_t *store, cc_log_t *log, cc_update_t *update)
{
    self.store = store;
    self.log = log;
    self.slot = esp_ota_get_next_update_partition(NULL);
    self.before = cc_trial_read_note(store);
    self.trial = on_trial(NULL);
    if (self.trial)
        cc_log(log, CC_LOG_WARNING, "update",
               "This firmware is new and on trial: a restart before it worked goes back.");
    else
        say_who_lost();
    if (!self.slot)
        return CC_ERR_NOT_FOUND;
    *update = (cc_update_t)
    {
        .board = image_mark.board, .chip = CONFIG_IDF_FIRMWARE_CHIP_ID,
        .slot_bytes = self.slot->size, .begin = begin, .write = write_bytes, .digest = digest,
#if CONNECTCAM_SIGNED
        .is_signed = true, .verify = verify,
#endif
        .end = end, .abort = abort_update, .on_trial = on_trial, .confirm = confirm,
        .go_back = go_back,
    };
    return CC_OK;
}

bool cc_esp32_update_on_trial(void)
{
    return self.trial;
}

void cc_esp32_update_beat(const cc_trial_facts_t *facts, bool camera_ready)
{
    if (facts->now.picture)
        self.pictured = true;
    if (facts->now.picture || camera_ready)
        atomic_store(&self.camera, true);
    if (facts->now.network)
        atomic_store(&self.network, true);
    if (!self.trial)
        return;
    cc_trial_facts_t all = *facts;
    all.before = self.before;
    all.now.picture = self.pictured;
    all.now.network = atomic_load(&self.network);
    switch (cc_trial_judge(&all, (uint64_t)(esp_timer_get_time() / 1000))) {
    case CC_TRIAL_GOES_ON:
        break;
    case CC_TRIAL_WON:
        if (confirm(NULL) < 0)
            break; // at the next beat
        self.trial = false;
        cc_log(self.log, CC_LOG_INFO, "update", "The new firmware works and stays.");
        break;
    case CC_TRIAL_LOST:
        self.trial = false;
        cc_log(self.log, CC_LOG_ERROR, "update",
               "The new firmware goes: in two minutes %s. The one before comes back.",
               cc_trial_why(&all));
        go_back(NULL);
        cc_log(self.log, CC_LOG_ERROR, "update", "There is none before it, so it stays.");
        break;
    }
}
