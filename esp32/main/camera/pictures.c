#include "camera/pictures.h"

#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <stdio.h>

#include "util/err.h"

enum {
    PICTURES = 4, // of each size
    BUFFERS = 8,  // flash has no fewer after one was lent; the traits want a number
};

// What the build made of the files.
#define FILE_OF(size, n)                                                                           \
    extern const uint8_t begin_##size##_##n[] asm("_binary_" #size "_" #n "_jpg_start");           \
    extern const uint8_t end_##size##_##n[] asm("_binary_" #size "_" #n "_jpg_end")

FILE_OF(640x480, 1);
FILE_OF(640x480, 2);
FILE_OF(640x480, 3);
FILE_OF(640x480, 4);
FILE_OF(800x600, 1);
FILE_OF(800x600, 2);
FILE_OF(800x600, 3);
FILE_OF(800x600, 4);

#define ROW(size, n)                                                                               \
    {                                                                                              \
        begin_##size##_##n, end_##size##_##n                                                       \
    }

static const struct {
    cc_size_t size;
    struct {
        const uint8_t *begin;
        const uint8_t *end;
    } pictures[PICTURES];
} sets[] = {
    {{640, 480}, {ROW(640x480, 1), ROW(640x480, 2), ROW(640x480, 3), ROW(640x480, 4)}},
    {{800, 600}, {ROW(800x600, 1), ROW(800x600, 2), ROW(800x600, 3), ROW(800x600, 4)}},
};

enum {
    SETS = sizeof sets / sizeof sets[0]
};

static struct {
    SemaphoreHandle_t stop; // given for good by interrupt
    StaticSemaphore_t stop_memory;
    size_t set;
    size_t next;
    uint32_t interval_ms;
    uint64_t due_ms; // when the next picture begins
} self;

static uint64_t now_ms(void)
{
    return (uint64_t)(esp_timer_get_time() / 1000) + 1; // the clock port's
}

static int open_pictures(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    (void)ctx;
    (void)reason;
    (void)reason_cap;
    snprintf(traits->model, sizeof traits->model, "Pictures from flash");
    snprintf(traits->driver, sizeof traits->driver, "flash");
    for (size_t i = 0; i < SETS; i++)
        traits->sizes[i] = sets[i].size;
    traits->n_sizes = SETS;
    traits->buffers = BUFFERS;
    return CC_OK;
}

static void do_nothing(void *ctx)
{
    (void)ctx;
}

static size_t find_set(cc_size_t size)
{
    for (size_t i = 0; i < SETS; i++)
        if (sets[i].size.width == size.width && sets[i].size.height == size.height)
            return i;
    return 0;
}

static int start(void *ctx, const cc_camera_want_t *want)
{
    (void)ctx;
    self.set = find_set(want->size);
    self.interval_ms = want->fps ? 1000u / want->fps : 1000u;
    self.due_ms = now_ms() + self.interval_ms;
    return CC_OK;
}

static int apply(void *ctx, const cc_camera_want_t *want)
{
    (void)ctx;
    if (find_set(want->size) != self.set)
        return CC_ERR_AGAIN;
    self.interval_ms = want->fps ? 1000u / want->fps : 1000u;
    return CC_OK;
}

// False: the program ends.
static bool sleep_ms(uint64_t ms)
{
    if (xSemaphoreTake(self.stop, pdMS_TO_TICKS(ms) + 1) != pdTRUE)
        return true;
    xSemaphoreGive(self.stop);
    return false;
}

static int grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    (void)ctx;
    uint64_t now = now_ms();
    uint64_t wait_ms = self.due_ms > now ? self.due_ms - now : 0;
    if (!sleep_ms(wait_ms < timeout_ms ? wait_ms : timeout_ms))
        return CC_ERR_STOPPED;
    if (wait_ms > timeout_ms)
        return CC_ERR_TIMEOUT;
    uint64_t begun_ms = now_ms();
    self.due_ms = begun_ms + self.interval_ms;
    size_t i = self.next++ % PICTURES;
    if (skip)
        return CC_OK;
    const uint8_t *begin = sets[self.set].pictures[i].begin;
    *picture = (cc_picture_t){
        .bytes = begin,
        .len = (size_t)(sets[self.set].pictures[i].end - begin),
        .begun_ms = begun_ms,
    };
    return CC_OK;
}

static void give_back(void *ctx, void *token)
{
    (void)ctx;
    (void)token;
}

static void interrupt(void *ctx)
{
    (void)ctx;
    xSemaphoreGive(self.stop);
}

cc_camera_t cc_esp32_pictures_port(void)
{
    if (!self.stop)
        self.stop = xSemaphoreCreateBinaryStatic(&self.stop_memory);
    return (cc_camera_t){
        .open = open_pictures,
        .close = do_nothing,
        .start = start,
        .stop = do_nothing,
        .apply = apply,
        .grab = grab,
        .give_back = give_back,
        .interrupt = interrupt,
    };
}
