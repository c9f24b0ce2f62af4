#include "camera/sensor.h"

#include <driver/gpio.h>
#include <esp_camera.h>
#include <esp_heap_caps.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/sensor_model.h"
#include "capture/settle.h"
#include "util/err.h"

#if CONFIG_CAMERA_PSRAM_DMA
#error "take_from_driver() knows the driver's buffers without CONFIG_CAMERA_PSRAM_DMA only"
#endif

enum {
    // Pictures at once. One is filled, one is the newest, an upload has one, a slow reader another;
    // with six, capture lets live viewers keep theirs beside an upload.
    BUFFERS_LEAST = 4,
    BUFFERS_MOST = 6,
    ORPHANS = 1,                // of an earlier open: its newest picture is out until the next one
    LOANS = 16,                 // more than can be out, with those of earlier opens
    RESERVE_BYTES = 512 * 1024, // of PSRAM, for everything that is no picture
    SETTLE_SENSOR_MS = 2000,    // at most, after power-up and another size
    SETTLE_LIGHT_MS = 1000,     // after another light or setting: a stream stands meanwhile
    LOOK_MS = 5,                // between looks for a frame
    FRAME_US = 100 * 1000,      // before one was measured: an OV2640's largest take 80 ms
    RESTED_US = 2000 * 1000,    // no frame takes so long: the driver rested
    XCLK_DEFAULT = 3,           // 20 MHz
};

// How much of the PSRAM pictures get.
typedef struct {
    framesize_t framesize; // the largest that is offered
    uint8_t count;
} buffers_t;

static const int xclk_mhz[] = {8, 10, 16, 20}; // camera.xclk_mhz, by choice

// One picture that is out.
typedef struct {
    camera_fb_t *buffer; // the driver's; NULL once the driver is closed
    void *memory;        // ours then, to be freed
} loan_t;

typedef struct {
    const cc_board_camera_t *pins;
    cc_log_t *log;
    SemaphoreHandle_t lock; // guards `loans`, and the driver against coming and going meanwhile
    StaticSemaphore_t lock_memory;
    loan_t loans[LOANS];
    atomic_bool interrupted;
    // What follows is the capture thread's own.
    const cc_sensor_model_t *model; // NULL: closed
    sensor_t *sensor;
    buffers_t buffers;
    cc_size_t largest; // that fits a buffer
    cc_size_t size;    // as the sensor was told; 0x0 not yet
    int32_t xclk;      // choice
    cc_sensor_told_t told;
    cc_settle_t settle;
    int64_t fresh_us; // frames that began before it are old: another size, other settings
    int64_t read_us;  // stamp of the frame before; 0 none
    int64_t gap_us;   // between the two frames before; 0 unknown
    int64_t frame_us; // how long a frame takes
} camera_t;

static camera_t camera;

static int64_t now_us(void)
{
    return esp_timer_get_time();
}

static uint64_t now_ms(void)
{
    return (uint64_t)now_us() / 1000;
}

// --- Loans

static void lock(camera_t *self)
{
    xSemaphoreTake(self->lock, portMAX_DELAY);
}

static void unlock(camera_t *self)
{
    xSemaphoreGive(self->lock);
}

static loan_t *lend(camera_t *self, camera_fb_t *buffer)
{
    loan_t *loan = NULL;
    lock(self);
    for (int i = 0; i < LOANS && !loan; i++)
        if (!self->loans[i].buffer && !self->loans[i].memory)
            loan = &self->loans[i];
    if (loan)
        loan->buffer = buffer;
    unlock(self);
    return loan;
}

// The driver frees what its frames point to. What is out it must not find.
static void take_from_driver_locked(camera_t *self)
{
    for (int i = 0; i < LOANS; i++) {
        loan_t *loan = &self->loans[i];
        if (!loan->buffer)
            continue;
        loan->memory = loan->buffer->buf;
        loan->buffer->buf = NULL;
        loan->buffer = NULL;
    }
}

static void camera_give_back(void *ctx, void *token)
{
    camera_t *self = ctx;
    loan_t *loan = token;
    lock(self);
    if (loan->buffer)
        esp_camera_fb_return(loan->buffer);
    else
        heap_caps_free(loan->memory);
    *loan = (loan_t){0};
    unlock(self);
}

// --- The driver

static void power_down(const camera_t *self)
{
    int pin = self->pins->power_down;
    if (pin == CC_PIN_NONE)
        return;
    const gpio_config_t output = {.pin_bit_mask = UINT64_C(1) << pin, .mode = GPIO_MODE_OUTPUT};
    gpio_set_level(pin, 1);
    gpio_config(&output);
}

// The driver gives each buffer a fifth of a byte a pixel of the largest size, and drops what does
// not fit.
static size_t buffer_bytes(framesize_t most)
{
    return (size_t)resolution[most].width * resolution[most].height / 5;
}

static buffers_t plan_buffers(framesize_t most)
{
    static const framesize_t candidates[] = {FRAMESIZE_QSXGA, FRAMESIZE_QHD, FRAMESIZE_QXGA,
                                             FRAMESIZE_UXGA, FRAMESIZE_SVGA};
    size_t psram = heap_caps_get_total_size(MALLOC_CAP_SPIRAM);
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        size_t bytes = buffer_bytes(candidates[i]);
        if (candidates[i] > most || psram < RESERVE_BYTES)
            continue;
        size_t count = (psram - RESERVE_BYTES) / bytes;
        if (count >= BUFFERS_LEAST + ORPHANS) {
            count -= ORPHANS;
            return (buffers_t){candidates[i],
                               (uint8_t)(count < BUFFERS_MOST ? count : BUFFERS_MOST)};
        }
    }
    return (buffers_t){FRAMESIZE_VGA, BUFFERS_LEAST}; // it will say itself that it does not fit
}

static camera_config_t driver_config(const camera_t *self, int32_t xclk)
{
    const cc_board_camera_t *pins = self->pins;
    return (camera_config_t){
        .pin_pwdn = pins->power_down,
        .pin_reset = pins->reset,
        .pin_xclk = pins->xclk,
        .pin_sccb_sda = pins->sda,
        .pin_sccb_scl = pins->scl,
        .pin_d7 = pins->d[7],
        .pin_d6 = pins->d[6],
        .pin_d5 = pins->d[5],
        .pin_d4 = pins->d[4],
        .pin_d3 = pins->d[3],
        .pin_d2 = pins->d[2],
        .pin_d1 = pins->d[1],
        .pin_d0 = pins->d[0],
        .pin_vsync = pins->vsync,
        .pin_href = pins->href,
        .pin_pclk = pins->pclk,
        .xclk_freq_hz = xclk_mhz[xclk] * 1000000,
        .ledc_timer = LEDC_TIMER_0,
        .ledc_channel = LEDC_CHANNEL_0,
        .pixel_format = PIXFORMAT_JPEG,
        .frame_size = self->buffers.framesize,
        .jpeg_quality = 12,
        .fb_count = self->buffers.count,
        .fb_location = CAMERA_FB_IN_PSRAM,
        .grab_mode = CAMERA_GRAB_LATEST,
    };
}

static void close_driver(camera_t *self)
{
    lock(self);
    take_from_driver_locked(self);
    esp_camera_deinit();
    unlock(self);
    power_down(self);
    self->model = NULL;
    self->sensor = NULL;
}

static void forget_told(camera_t *self)
{
    self->told = (cc_sensor_told_t){0};
    self->size = (cc_size_t){0, 0};
    self->read_us = 0;
    self->gap_us = 0;
    self->frame_us = FRAME_US;
}

static esp_err_t init_driver(camera_t *self, int32_t xclk)
{
    camera_config_t config = driver_config(self, xclk);
    lock(self);
    esp_err_t err = esp_camera_init(&config);
    unlock(self);
    if (err != ESP_OK) {
        power_down(self);
        return err;
    }
    self->sensor = esp_camera_sensor_get();
    self->model = cc_sensor_model(self->sensor->id.PID);
    self->xclk = xclk;
    forget_told(self);
    return ESP_OK;
}

// ESP_ERR_NOT_SUPPORTED: nobody answers, or somebody we do not know.
static esp_err_t open_driver(camera_t *self, int32_t xclk)
{
    esp_err_t err = init_driver(self, xclk);
    if (err != ESP_OK)
        return err;
    // Buffers are made before the sensor is known: for one that has more, or less, it is done anew.
    framesize_t most = esp_camera_sensor_get_info(&self->sensor->id)->max_size;
    buffers_t buffers = plan_buffers(most);
    if (self->model && buffers.framesize != self->buffers.framesize) {
        close_driver(self);
        self->buffers = buffers;
        err = init_driver(self, xclk);
        if (err != ESP_OK)
            return err;
    }
    if (!self->model) {
        close_driver(self);
        return ESP_ERR_NOT_SUPPORTED;
    }
    self->largest = (cc_size_t){resolution[self->buffers.framesize].width,
                                resolution[self->buffers.framesize].height};
    return ESP_OK;
}

// --- The port

static int refuse(esp_err_t err, char *reason, size_t reason_cap)
{
    bool no_memory =
        err == ESP_ERR_NO_MEM || heap_caps_get_largest_free_block(MALLOC_CAP_SPIRAM) < 400 * 1024;
    if (heap_caps_get_total_size(MALLOC_CAP_SPIRAM) == 0) {
        snprintf(reason, reason_cap,
                 "The board's PSRAM does not answer, and pictures need it. Is this the firmware of "
                 "this board?");
        return CC_ERR_MEMORY;
    }
    if (err == ESP_ERR_NOT_SUPPORTED) {
        snprintf(reason, reason_cap,
                 "No camera answers that this firmware knows (OV2640, OV3660, OV5640). Is this the "
                 "firmware of this board? If so, switch it off, press the camera's ribbon into its "
                 "socket and close the latch.");
        return CC_ERR_NOT_FOUND;
    }
    if (no_memory) {
        snprintf(reason, reason_cap, "There is no memory for pictures now; it is tried again.");
        return CC_ERR_MEMORY;
    }
    snprintf(reason, reason_cap,
             "The camera answers, but does not obey. Check its ribbon, and that the supply gives "
             "5 V at 1 A.");
    return CC_ERR_IO;
}

static size_t list_sizes(const camera_t *self, cc_size_t sizes[CC_CAMERA_SIZES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < self->model->n_sizes; i++) {
        cc_size_t size = self->model->sizes[i].size;
        if ((uint32_t)size.width * size.height <=
            (uint32_t)self->largest.width * self->largest.height)
            sizes[n++] = size;
    }
    return n;
}

static int camera_open(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    camera_t *self = ctx;
    esp_err_t err = open_driver(self, self->xclk);
    if (err != ESP_OK)
        return refuse(err, reason, reason_cap);
    *traits = (cc_camera_traits_t){
        .manufacturer = "OmniVision",
        .driver = "esp32-camera",
        .buffers = self->buffers.count,
        .warmup_frames = 0, // grab drops what is not settled
        .stops = true,
    };
    snprintf(traits->model, sizeof traits->model, "%s",
             esp_camera_sensor_get_info(&self->sensor->id)->name);
    traits->n_sizes = list_sizes(self, traits->sizes);
    self->model->ranges(traits->controls);
    traits->controls[CC_CONTROL_XCLK_MHZ] = cc_sensor_range(0, 3, XCLK_DEFAULT);
    traits->controls[CC_CONTROL_ROTATION] =
        (cc_control_range_t){.present = true, .min = 0, .max = 180, .step = 180};
    return CC_OK;
}

static void camera_close(void *ctx)
{
    camera_t *self = ctx;
    if (self->model)
        close_driver(self);
}

static const cc_sensor_size_t *nearest_size(const camera_t *self, cc_size_t want)
{
    const cc_sensor_size_t *sizes = self->model->sizes;
    const cc_sensor_size_t *nearest = NULL;
    long least = 0;
    if (!want.width || !want.height)
        want = (cc_size_t){800, 600};
    for (size_t i = 0; i < self->model->n_sizes; i++) {
        if ((uint32_t)sizes[i].size.width * sizes[i].size.height >
            (uint32_t)self->largest.width * self->largest.height)
            continue;
        long distance = labs((long)sizes[i].size.width - want.width) +
                        labs((long)sizes[i].size.height - want.height);
        if (!nearest || distance < least) {
            nearest = &sizes[i];
            least = distance;
        }
    }
    return nearest;
}

static bool is_size(cc_size_t a, cc_size_t b)
{
    return a.width == b.width && a.height == b.height;
}

static int set_size(camera_t *self, cc_size_t want)
{
    const cc_sensor_size_t *size = nearest_size(self, want);
    if (is_size(size->size, self->size))
        return CC_OK;
    forget_told(self); // the sensor's table for a size rewrites what controls had set
    if (self->model->set_size(self->sensor, size) != 0) {
        if (self->model->recover)
            self->model->recover(self->sensor);
        if (self->model->set_size(self->sensor, size) != 0)
            return CC_ERR_GONE;
    }
    self->size = size->size;
    cc_settle_begin(&self->settle, now_ms(), SETTLE_SENSOR_MS);
    return CC_OK;
}

static int camera_start(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    int32_t xclk = want->control[CC_CONTROL_XCLK_MHZ];
    if (xclk != self->xclk) {
        // The clock runs through the sensor's and the driver's set-up alike: both begin anew.
        close_driver(self);
        if (open_driver(self, xclk) != ESP_OK)
            return CC_ERR_GONE;
    }
    int err = set_size(self, want->size);
    if (err < 0)
        return err;
    // One that is refused spoils no picture; it is tried again at the next start.
    if (cc_sensor_tell(self->model, self->sensor, want->control, &self->told) < 0)
        cc_log(self->log, CC_LOG_WARNING, "camera",
               "The camera refused a setting. Check its ribbon.");
    self->fresh_us = now_us();
    return CC_OK;
}

static void camera_stop(void *ctx)
{
    (void)ctx; // the driver fills the buffers that are left, and rests
}

static int camera_apply(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    if (want->control[CC_CONTROL_XCLK_MHZ] != self->xclk ||
        !is_size(nearest_size(self, want->size)->size, self->size))
        return CC_ERR_AGAIN;
    int err = cc_sensor_tell(self->model, self->sensor, want->control, &self->told);
    self->fresh_us = now_us();
    cc_settle_begin(&self->settle, now_ms(), SETTLE_LIGHT_MS);
    return err;
}

// The driver's stamp is when the frame's first line was read. That line's exposure began up to a
// frame earlier, and in the dark the sensor makes frames longer. A gap that is too long, because
// the driver left out a frame, makes a picture look older than it is: hence the shorter one of two.
static int64_t exposure_began_us(camera_t *self, int64_t read_us)
{
    int64_t gap_us = read_us - self->read_us;
    bool follows = self->read_us && gap_us < RESTED_US;
    if (follows)
        self->frame_us = self->gap_us && self->gap_us < gap_us ? self->gap_us : gap_us;
    self->gap_us = follows ? gap_us : 0;
    self->read_us = read_us;
    return read_us - self->frame_us;
}

static int64_t read_began_us(const camera_fb_t *buffer)
{
    return (int64_t)buffer->timestamp.tv_sec * 1000000 + buffer->timestamp.tv_usec;
}

// The newest frame that is there, NULL when none is. One without an end is dropped by the driver,
// which then waits for the next for four seconds at most.
static camera_fb_t *take_newest(void)
{
    camera_fb_t *newest = NULL;
    while (esp_camera_available_frames()) {
        camera_fb_t *next = esp_camera_fb_get();
        if (!next)
            break;
        if (newest)
            esp_camera_fb_return(newest);
        newest = next;
    }
    return newest;
}

static bool is_good(camera_t *self, const camera_fb_t *buffer)
{
    if (read_began_us(buffer) < self->fresh_us)
        return false;
    return self->settle.settled ||
           cc_settle_frame(&self->settle, self->model->exposure(self->sensor), now_ms());
}

// The driver cannot wait for a frame less than four seconds: it is asked now and then.
static int wait_for_good(camera_t *self, uint32_t timeout_ms, camera_fb_t **good, int64_t *began_us)
{
    int64_t until_us = now_us() + (int64_t)timeout_ms * 1000;
    for (;;) {
        if (atomic_load(&self->interrupted))
            return CC_ERR_STOPPED;
        camera_fb_t *buffer = take_newest();
        if (buffer) {
            *began_us = exposure_began_us(self, read_began_us(buffer));
            if (is_good(self, buffer)) {
                *good = buffer;
                return CC_OK;
            }
            esp_camera_fb_return(buffer);
        }
        if (now_us() >= until_us)
            return CC_ERR_TIMEOUT;
        vTaskDelay(pdMS_TO_TICKS(LOOK_MS));
    }
}

static int camera_grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    camera_t *self = ctx;
    camera_fb_t *buffer;
    int64_t began_us;
    if (!self->model)
        return CC_ERR_GONE;
    int err = wait_for_good(self, timeout_ms, &buffer, &began_us);
    if (err < 0)
        return err;
    loan_t *loan = skip ? NULL : lend(self, buffer);
    if (!loan) {
        esp_camera_fb_return(buffer);
        return skip ? CC_OK : CC_ERR_TIMEOUT;
    }
    *picture = (cc_picture_t){
        .bytes = buffer->buf,
        .len = buffer->len,
        .room = buffer_bytes(self->buffers.framesize),
        .begun_ms = (uint64_t)(began_us / 1000),
        .token = loan,
    };
    return CC_OK;
}

static void camera_interrupt(void *ctx)
{
    camera_t *self = ctx;
    atomic_store(&self->interrupted, true);
}

void cc_esp32_sensor_light_changed(void *ctx)
{
    (void)ctx;
    cc_settle_begin(&camera.settle, now_ms(), SETTLE_LIGHT_MS);
}

cc_camera_t cc_esp32_sensor_port(const cc_board_t *board, cc_log_t *log)
{
    camera.pins = &board->camera;
    camera.log = log;
    camera.xclk = XCLK_DEFAULT;
    camera.lock = xSemaphoreCreateMutexStatic(&camera.lock_memory);
    camera.buffers = plan_buffers(FRAMESIZE_UXGA); // the usual sensor's
    power_down(&camera);
    return (cc_camera_t){
        .ctx = &camera,
        .open = camera_open,
        .close = camera_close,
        .start = camera_start,
        .stop = camera_stop,
        .apply = camera_apply,
        .grab = camera_grab,
        .give_back = camera_give_back,
        .interrupt = camera_interrupt,
    };
}
