#include "fake_camera.h"

#include <string.h>

#include "util/err.h"
#include "util/text.h"

size_t fake_jpeg(uint16_t width, uint16_t height, uint8_t out[512])
{
    static const uint8_t before[] = {0xFF, 0xD8, 0xFF, 0xC0, 0x00, 0x0B, 8};
    static const uint8_t after[] = {
        1,    1,    0x11, 0, // one component
        0xFF, 0xC4, 0x00, 0x15, 0,    1,    1,    0,    0,    0, 0, 0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 1, //
        0xFF, 0xDA, 0x00, 0x08, 1,    1,    0,    0,    63,   0,    //
        0x2A, 0x2A, 0x2A, 0x2A, 0xFF, 0x00, 0x2A, 0xFF, 0xD9,
    };
    memcpy(out, before, sizeof before);
    size_t n = sizeof before;
    out[n++] = (uint8_t)(height >> 8);
    out[n++] = (uint8_t)height;
    out[n++] = (uint8_t)(width >> 8);
    out[n++] = (uint8_t)width;
    memcpy(out + n, after, sizeof after);
    return n + sizeof after;
}

static size_t put(uint8_t *out, size_t at, const void *bytes, size_t len)
{
    memcpy(out + at, bytes, len);
    return at + len;
}

// Each later block differs from the one before by nothing: bits of 0.
static void put_first_block(uint8_t *out, int difference)
{
    unsigned size = 0, value = (unsigned)(difference < 0 ? -difference : difference);
    while (value >> size)
        size++;
    if (size == 0)
        return;
    value = difference < 0 ? ~value & ((1u << size) - 1) : value;
    unsigned bits = ((7u + size) << size | value) << (12 - size);
    out[0] = (uint8_t)(bits >> 8);
    out[1] = (uint8_t)bits;
}

size_t fake_grey_jpeg(uint8_t brightness, uint8_t out[512])
{
    enum {
        BLOCKS = 40 * 30, // of two bits but the first: no difference, and nothing else
        DATA = BLOCKS / 4 + 2,
    };
    static const uint8_t quant[] = {0xFF, 0xDB, 0x00, 0x43, 0};
    static const uint8_t frame[] = {0xFF, 0xC0, 0, 11, 8, 0, 240, 1, 64, 1, 1, 0x11, 0};
    // Differences of no bits: 0; of one to seven: 1000 to 1110.
    static const uint8_t dc[] = {0xFF, 0xC4, 0, 27, 0, 1, 0, 0, 7, 0, 0, 0, 0, 0, 0,
                                 0,    0,    0, 0,  0, 0, 0, 1, 2, 3, 4, 5, 6, 7};
    static const uint8_t ac[22] = {0xFF, 0xC4, 0, 20, 0x10, 1};
    static const uint8_t scan[] = {0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};
    size_t n = 0;
    n = put(out, n, "\xFF\xD8", 2);
    n = put(out, n, quant, sizeof quant);
    memset(out + n, 8, 64);
    n += 64;
    n = put(out, n, frame, sizeof frame);
    n = put(out, n, dc, sizeof dc);
    n = put(out, n, ac, sizeof ac);
    n = put(out, n, scan, sizeof scan);
    memset(out + n, 0, DATA);
    put_first_block(out + n, brightness - 128);
    return put(out, n + DATA, "\xFF\xD9", 2);
}

// Puts two segments behind SOI: a comment, and EXIF with nothing in it. Returns the new length.
static size_t add_exif(uint8_t jpeg[512], size_t len)
{
    static const uint8_t segments[] = {
        0xFF, 0xFE, 0, 4,  'h', 'i', // no EXIF
        0xFF, 0xE1, 0, 22, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0,
    };
    memmove(jpeg + 2 + sizeof segments, jpeg + 2, len - 2);
    memcpy(jpeg + 2, segments, sizeof segments);
    return len + sizeof segments;
}

static int fake_open(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    fake_camera_t *fake = ctx;
    fake->opens++;
    cc_fake_task_sleep(fake->tasks, 50);
    if (!fake->present) {
        cc_text_copy(reason, reason_cap, "There is no camera. Plug it in.");
        return CC_ERR_NOT_FOUND;
    }
    cc_text_copy(traits->model, sizeof traits->model, "Fake");
    cc_text_copy(traits->manufacturer, sizeof traits->manufacturer, "Nobody");
    cc_text_copy(traits->driver, sizeof traits->driver, "fake");
    traits->sizes[0] = (cc_size_t){320, 240};
    traits->sizes[1] = (cc_size_t){800, 600};
    traits->n_sizes = 2;
    traits->controls[CC_CONTROL_BRIGHTNESS] = (cc_control_range_t){true, -2, 2, 1, 0};
    traits->controls[CC_CONTROL_AE_LEVEL] = (cc_control_range_t){true, -2, 2, 1, 0};
    traits->controls[CC_CONTROL_QUALITY] = (cc_control_range_t){true, 4, 63, 1, 12};
    traits->controls[CC_CONTROL_ROTATION] = (cc_control_range_t){fake->turns, 0, 180, 180, 0};
    traits->buffers = fake->buffers;
    traits->warmup_frames = fake->warmup_frames;
    traits->stops = fake->stops;
    fake->opened = true;
    return CC_OK;
}

static void fake_close(void *ctx)
{
    fake_camera_t *fake = ctx;
    fake->opened = fake->started = false;
}

static int fake_start(void *ctx, const cc_camera_want_t *want)
{
    fake_camera_t *fake = ctx;
    if (!fake->present)
        return CC_ERR_GONE;
    fake->starts++;
    fake->started = true;
    fake->want = *want;
    fake->brightness = fake->first_brightness;
    fake->last_ms = fake->tasks->clock->now_ms;
    return CC_OK;
}

static void fake_stop(void *ctx)
{
    ((fake_camera_t *)ctx)->started = false;
}

static int fake_apply(void *ctx, const cc_camera_want_t *want)
{
    fake_camera_t *fake = ctx;
    bool other_size = want->size.width != fake->want.size.width;
    if (want->control[CC_CONTROL_AE_LEVEL] != fake->want.control[CC_CONTROL_AE_LEVEL])
        fake->brightness = fake->first_brightness;
    fake->want = *want;
    return other_size ? CC_ERR_AGAIN : CC_OK;
}

// The automatic exposure goes a quarter of its way with each picture.
static void expose(fake_camera_t *fake)
{
    int way = FAKE_BRIGHTNESS - fake->brightness;
    fake->brightness = (uint8_t)(fake->brightness + (way / 4 ? way / 4 : way));
    if (fake->flickers)
        fake->brightness = fake->skipped % 2 ? 250 : 20;
}

static int fake_grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    // Shared by all pictures of a kind: nobody may write to them anyway.
    static uint8_t memory[FAKE_PICTURES][512], grey[256][512];
    fake_camera_t *fake = ctx;
    uint64_t due_ms = fake->last_ms + 1000 / fake->rate_hz;
    uint64_t now_ms = fake->tasks->clock->now_ms;
    if (!fake->present)
        return CC_ERR_GONE;
    if (fake->stalled || due_ms > now_ms + timeout_ms || fake->lent + 1 >= fake->buffers) {
        cc_fake_task_sleep(fake->tasks, timeout_ms);
        return CC_ERR_TIMEOUT;
    }
    if (due_ms > now_ms)
        cc_fake_task_sleep(fake->tasks, due_ms - now_ms);
    fake->last_ms = due_ms > now_ms ? due_ms : now_ms;
    expose(fake);
    if (skip) {
        fake->skipped++;
        return CC_OK;
    }
    if (fake->pictures == FAKE_PICTURE_EMPTY)
        return CC_ERR_FORMAT;
    cc_size_t size = fake->want.size;
    if (fake->pictures == FAKE_PICTURE_OF_ANOTHER_SIZE)
        size.width = 16;
    picture->bytes = memory[fake->pictures];
    picture->len = fake_jpeg(size.width, size.height, memory[fake->pictures]);
    if (fake->pictures == FAKE_PICTURE_GREY) {
        picture->bytes = grey[fake->brightness];
        picture->len = fake_grey_jpeg(fake->brightness, grey[fake->brightness]);
    }
    if (fake->pictures == FAKE_PICTURE_WITH_EXIF)
        picture->len = add_exif(memory[fake->pictures], picture->len);
    if (fake->pictures == FAKE_PICTURE_CUT)
        picture->len -= 2;
    picture->begun_ms = fake->last_ms;
    fake->grabbed++;
    fake->lent++;
    return CC_OK;
}

static void fake_give_back(void *ctx, void *token)
{
    (void)token;
    ((fake_camera_t *)ctx)->lent--;
}

static void fake_interrupt(void *ctx)
{
    (void)ctx;
}

static int fake_light(void *ctx, unsigned percent)
{
    fake_camera_t *fake = ctx;
    uint64_t now_ms = fake->tasks->clock->now_ms;
    if (fake->light_percent > 0)
        fake->lit_ms += now_ms - fake->lit_since_ms;
    fake->lit_since_ms = now_ms;
    if (fake->first_brightness != FAKE_BRIGHTNESS && percent != fake->light_percent)
        fake->brightness = percent > fake->light_percent ? 250 : 10;
    fake->light_percent = percent;
    return CC_OK;
}

void fake_camera_init(fake_camera_t *fake, cc_fake_task_t *tasks)
{
    *fake = (fake_camera_t){.tasks = tasks,
                            .rate_hz = 15,
                            .buffers = 8,
                            .warmup_frames = 3,
                            .first_brightness = FAKE_BRIGHTNESS,
                            .brightness = FAKE_BRIGHTNESS,
                            .present = true,
                            .stops = true};
}

cc_camera_t fake_camera_port(fake_camera_t *fake)
{
    return (cc_camera_t){
        .ctx = fake,
        .open = fake_open,
        .close = fake_close,
        .start = fake_start,
        .stop = fake_stop,
        .apply = fake_apply,
        .grab = fake_grab,
        .give_back = fake_give_back,
        .interrupt = fake_interrupt,
    };
}

cc_light_t fake_camera_light(fake_camera_t *fake)
{
    return (cc_light_t){fake, fake_light};
}
