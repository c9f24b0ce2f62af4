#include "system/system.h"

#include <esp_heap_caps.h>
#include <soc/soc_caps.h>

#include "system/card.h"

#if SOC_TEMP_SENSOR_SUPPORTED
#include <driver/temperature_sensor.h>
#endif

#define INTERNAL (MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)

static struct {
    void (*restart)(void *arg);
    void *arg;
} self;

#if SOC_TEMP_SENSOR_SUPPORTED
static int16_t temperature_c(void)
{
    static temperature_sensor_handle_t sensor;
    float celsius;
    if (!sensor) {
        const temperature_sensor_config_t config = TEMPERATURE_SENSOR_CONFIG_DEFAULT(-10, 80);
        if (temperature_sensor_install(&config, &sensor) != ESP_OK ||
            temperature_sensor_enable(sensor) != ESP_OK)
            return INT16_MIN;
    }
    return temperature_sensor_get_celsius(sensor, &celsius) == ESP_OK ? (int16_t)celsius
                                                                      : INT16_MIN;
}
#else
// The first ESP32 has a sensor that was never calibrated: no number beats a wrong one.
static int16_t temperature_c(void)
{
    return INT16_MIN;
}
#endif

static void info(void *ctx, cc_system_info_t *out)
{
    (void)ctx;
    *out = (cc_system_info_t){0};
    out->memory_free = heap_caps_get_free_size(MALLOC_CAP_DEFAULT);
    out->memory_used = heap_caps_get_total_size(MALLOC_CAP_DEFAULT) - out->memory_free;
    out->internal_lowest = heap_caps_get_minimum_free_size(INTERNAL);
    out->internal_largest = heap_caps_get_largest_free_block(INTERNAL);
    cc_esp32_card_info_t card;
    cc_esp32_card_info(&card); // all zero without one
    out->storage_free = card.free_bytes;
    out->storage_total = card.total_bytes;
    out->temperature_c = temperature_c();
}

static void restart(void *ctx)
{
    (void)ctx;
    self.restart(self.arg);
}

cc_system_t cc_esp32_system_port(void (*on_restart)(void *arg), void *arg)
{
    self.restart = on_restart;
    self.arg = arg;
    return (cc_system_t){
        .platform = "ESP32",
        .info = info,
        .restart = restart,
        .update_hint = "This camera is updated over its serial line: make flash.",
    };
}
