#include "system/led.h"

#include <driver/gpio.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/timers.h>

#include "util/err.h"

typedef struct {
    int pin;
    bool low_is_on;
    TimerHandle_t timer; // NULL: there is no LED
    StaticTimer_t timer_memory;
    SemaphoreHandle_t lock; // guards what follows
    StaticSemaphore_t lock_memory;
    cc_led_state_t state;
    bool insists;
    bool is_held;
    uint64_t began_ms;
} led_t;

static led_t led;

static uint64_t now_ms(void)
{
    return (uint64_t)esp_timer_get_time() / 1000;
}

static void step_locked(void)
{
    cc_led_state_t state = led.insists ? CC_LED_TROUBLE : led.state;
    cc_led_step_t step = cc_led_step(led.is_held ? CC_LED_OFF : state, now_ms() - led.began_ms);
    gpio_set_level(led.pin, step.on != led.low_is_on);
    // A queue that is full is no reason to wait in the task that empties it: one step is late.
    if (step.wait_ms > 0)
        xTimerChangePeriod(led.timer, pdMS_TO_TICKS(step.wait_ms), 0);
    else
        xTimerStop(led.timer, 0);
}

static void on_timer(TimerHandle_t timer)
{
    (void)timer;
    xSemaphoreTake(led.lock, portMAX_DELAY);
    step_locked();
    xSemaphoreGive(led.lock);
}

static void change(bool *flag, bool on)
{
    if (!led.timer)
        return;
    xSemaphoreTake(led.lock, portMAX_DELAY);
    if (*flag != on) {
        *flag = on;
        led.began_ms = now_ms();
        step_locked();
    }
    xSemaphoreGive(led.lock);
}

int cc_esp32_led_open(const cc_board_lamp_t *board)
{
    if (board->pin == CC_PIN_NONE)
        return CC_OK;
    const gpio_config_t output = {
        .pin_bit_mask = UINT64_C(1) << board->pin,
        .mode = board->open_drain ? GPIO_MODE_OUTPUT_OD : GPIO_MODE_OUTPUT,
    };
    led.pin = board->pin;
    led.low_is_on = board->low_is_on;
    gpio_set_level(led.pin, led.low_is_on);
    gpio_config(&output);
    led.lock = xSemaphoreCreateMutexStatic(&led.lock_memory);
    // It repeats, with the period of the last step, should a change of the period be lost.
    led.timer =
        xTimerCreateStatic("led", pdMS_TO_TICKS(1000), pdTRUE, NULL, on_timer, &led.timer_memory);
    return led.timer ? CC_OK : CC_ERR_MEMORY;
}

void cc_esp32_led_show(cc_led_state_t state)
{
    if (!led.timer)
        return;
    xSemaphoreTake(led.lock, portMAX_DELAY);
    if (led.state != state) {
        led.state = state;
        led.began_ms = now_ms();
        step_locked();
    }
    xSemaphoreGive(led.lock);
}

void cc_esp32_led_insist(bool on)
{
    change(&led.insists, on);
}

void cc_esp32_led_hold_dark(bool on)
{
    change(&led.is_held, on);
}
