#include "system/reset_pin.h"

#include <driver/gpio.h>
#include <esp_rom_sys.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <stdbool.h>

#include "board.h"
#include "settings/reset_pin.h"
#include "system/led.h"

enum {
    LOOK_MS = 20,
    STARTS_LOADER = 0,  // the pin that is pressed at power-up for another purpose
    LATE_MS = 5 * 1000, // so it is waited for
    PULL_UP_US = 200,   // until an open pin is surely high
    STACK = 5120,       // bytes: a commit of settings, down to the flash
    PRIORITY = 2,
};

typedef struct {
    int pin;
    void (*confirmed)(void *ctx);
    void *ctx;
} watch_t;

static watch_t watch; // one power-up, one watch

static void connect_pin(int pin)
{
    // GPIO34 to 39 of an ESP32 have no pull-up inside: their boards bring one.
    bool can_pull = GPIO_IS_VALID_OUTPUT_GPIO(pin);
    const gpio_config_t input = {
        .pin_bit_mask = UINT64_C(1) << pin,
        .mode = GPIO_MODE_INPUT,
        .pull_up_en = can_pull ? GPIO_PULLUP_ENABLE : GPIO_PULLUP_DISABLE,
    };
    gpio_config(&input);
    esp_rom_delay_us(PULL_UP_US);
}

// A pull-up that stays would be read at the next reset: GPIO12 chooses the flash's voltage then.
static void disconnect_pin(int pin)
{
    const gpio_config_t idle = {.pin_bit_mask = UINT64_C(1) << pin, .mode = GPIO_MODE_INPUT};
    gpio_config(&idle);
}

static void run(void *arg)
{
    (void)arg;
    cc_reset_pin_t pin = {.late_ms = watch.pin == STARTS_LOADER ? LATE_MS : 0};
    cc_reset_pin_state_t state;
    do {
        vTaskDelay(pdMS_TO_TICKS(LOOK_MS));
        state = cc_reset_pin_feed(&pin, gpio_get_level(watch.pin) == 0,
                                  (uint64_t)esp_timer_get_time() / 1000);
        cc_esp32_led_insist(state == CC_RESET_PIN_ARMED);
    } while (state == CC_RESET_PIN_HELD || state == CC_RESET_PIN_ARMED);
    disconnect_pin(watch.pin);
    if (state == CC_RESET_PIN_CONFIRMED)
        watch.confirmed(watch.ctx);
    vTaskDelete(NULL);
}

void cc_esp32_reset_pin_watch(int8_t pin, void (*confirmed)(void *ctx), void *ctx)
{
    if (pin == CC_PIN_NONE || esp_reset_reason() != ESP_RST_POWERON)
        return;
    connect_pin(pin);
    watch = (watch_t){.pin = pin, .confirmed = confirmed, .ctx = ctx};
    if ((gpio_get_level(pin) != 0 && pin != STARTS_LOADER) ||
        xTaskCreate(run, "reset-pin", STACK, NULL, PRIORITY, NULL) != pdPASS)
        disconnect_pin(pin);
}
