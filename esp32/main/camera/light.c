#include "camera/light.h"

#include <driver/gpio.h>
#include <driver/ledc.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

// The rows of a rolling shutter are exposed one after another, for a whole number of row times of
// about 60 us. A lamp that blinks slower than that lights some rows more than others: bands. At
// 40 kHz the shortest exposure sees two whole periods and a usual one hundreds, so rows differ by
// less than a sensor's noise; no ear hears it, and lamps' transistors still follow.
#define RATE_HZ   40000
#define DUTY_BITS LEDC_TIMER_10_BIT
#define DUTY_FULL 1024u

// The sensor's clock is timer and channel 0 (sensor.c).
#define MODE    LEDC_LOW_SPEED_MODE
#define TIMER   LEDC_TIMER_1
#define CHANNEL LEDC_CHANNEL_1

typedef struct {
    void (*changed)(void *ctx);
    void *ctx;
    unsigned percent;
} lamp_t;

static lamp_t lamp_state;

// Linear: a sensor, no eye, looks at it, and what it sees doubles with the duty, as does the heat.
static int set(void *ctx, unsigned percent)
{
    lamp_t *self = ctx;
    if (percent > 100)
        percent = 100;
    if (percent == self->percent)
        return CC_OK;
    if (ledc_set_duty(MODE, CHANNEL, percent * DUTY_FULL / 100) != ESP_OK ||
        ledc_update_duty(MODE, CHANNEL) != ESP_OK)
        return CC_ERR_IO;
    self->percent = percent;
    if (self->changed)
        self->changed(self->ctx);
    return CC_OK;
}

void cc_esp32_light_off(const cc_board_lamp_t *lamp)
{
    if (lamp->pin == CC_PIN_NONE)
        return;
    const gpio_config_t output = {
        .pin_bit_mask = UINT64_C(1) << lamp->pin,
        .mode = GPIO_MODE_OUTPUT,
    };
    gpio_set_level(lamp->pin, lamp->low_is_on);
    gpio_config(&output);
}

int cc_esp32_light_open(const cc_board_lamp_t *lamp, void (*changed)(void *ctx), void *ctx,
                        cc_light_t *light)
{
    *light = (cc_light_t){0};
    if (lamp->pin == CC_PIN_NONE)
        return CC_OK;
    // The 80 MHz that the sensor's clock needs too: on ESP32 all timers of this kind share theirs.
    const ledc_timer_config_t timer = {
        .speed_mode = MODE,
        .duty_resolution = DUTY_BITS,
        .timer_num = TIMER,
        .freq_hz = RATE_HZ,
        .clk_cfg = LEDC_USE_APB_CLK,
    };
    const ledc_channel_config_t channel = {
        .gpio_num = lamp->pin,
        .speed_mode = MODE,
        .channel = CHANNEL,
        .timer_sel = TIMER,
        .duty = 0,
        .flags.output_invert = lamp->low_is_on,
    };
    if (ledc_timer_config(&timer) != ESP_OK || ledc_channel_config(&channel) != ESP_OK)
        return CC_ERR_IO;
    lamp_state = (lamp_t){.changed = changed, .ctx = ctx};
    *light = (cc_light_t){.ctx = &lamp_state, .set = set};
    return CC_OK;
}
