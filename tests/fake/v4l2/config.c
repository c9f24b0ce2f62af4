#include "config.h"

#include "controls.h"

#include <linux/videodev2.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fake_config config;
static atomic_bool config_ready;

static _Noreturn void refuse(const char *name, const char *value, const char *right)
{
    fprintf(stderr, "fake_v4l2: %s=%s: %s\n", name, value, right);
    _exit(2);
}

static const char *text(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static unsigned number(const char *name, unsigned usual, unsigned low, unsigned high)
{
    const char *value = text(name);
    if (value == NULL)
        return usual;
    char *end;
    unsigned long result = strtoul(value, &end, 10);
    if (*end != '\0' || result < low || result > high)
        refuse(name, value, "not a number in range, see README.md");
    return (unsigned)result;
}

static bool read_format(const char *word, size_t len, uint32_t *format)
{
    static const struct {
        const char *name;
        uint32_t format;
    } known[] = {
        {"MJPG", V4L2_PIX_FMT_MJPEG},
        {"YUYV", V4L2_PIX_FMT_YUYV},
        {"NV12", V4L2_PIX_FMT_NV12},
    };
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == len && strncmp(known[i].name, word, len) == 0) {
            *format = known[i].format;
            return true;
        }
    }
    return false;
}

static void read_formats(void)
{
    static const char name[] = "FAKE_V4L2_FORMATS";
    const char *list = text(name);
    if (list == NULL)
        list = "MJPG,YUYV,NV12";
    for (const char *word = list; *word != '\0';) {
        size_t len = strcspn(word, ",");
        if (config.format_count == FAKE_FORMATS_MAX ||
            !read_format(word, len, &config.formats[config.format_count]))
            refuse(name, list, "at most three of MJPG, YUYV, NV12, with commas");
        config.format_count++;
        word += len + (word[len] == ',');
    }
}

static void read_sizes(void)
{
    static const char name[] = "FAKE_V4L2_SIZES";
    const char *list = text(name);
    if (list == NULL)
        list = "640x480,320x240,800x600,1280x720,1600x1200";
    for (const char *word = list; *word != '\0';) {
        struct fake_size size;
        int used = 0;
        // NV12 and 4:2:2 share colours between two pixels, so odd sizes cannot be told.
        if (config.size_count == FAKE_SIZES_MAX ||
            sscanf(word, "%5ux%5u%n", &size.width, &size.height, &used) != 2 ||
            (word[used] != ',' && word[used] != '\0') || size.width < 64 || size.height < 64 ||
            size.width > 8192 || size.height > 8192 || size.width % 2 != 0 || size.height % 2 != 0)
            refuse(name, list, "at most 16 of WIDTHxHEIGHT, even, 64 to 8192, with commas");
        config.sizes[config.size_count++] = size;
        word += used + (word[used] == ',');
    }
}

static void read_rates(void)
{
    static const char name[] = "FAKE_V4L2_RATES";
    const char *list = text(name);
    if (list == NULL)
        list = "30,15,5";
    for (const char *word = list; *word != '\0';) {
        unsigned rate_hz;
        int used = 0;
        if (config.rate_count == FAKE_RATES_MAX || sscanf(word, "%4u%n", &rate_hz, &used) != 1 ||
            (word[used] != ',' && word[used] != '\0') || rate_hz < 1 || rate_hz > 240)
            refuse(name, list, "at most 8 numbers from 1 to 240, with commas");
        config.rates_hz[config.rate_count++] = rate_hz;
        word += used + (word[used] == ',');
    }
}

const struct fake_config *fake_config(void)
{
    return atomic_load_explicit(&config_ready, memory_order_acquire) ? &config : NULL;
}

void fake_config_set_sizes(const struct fake_size *sizes, unsigned count)
{
    memcpy(config.sizes, sizes, count * sizeof sizes[0]);
    config.size_count = count;
}

__attribute__((constructor)) static void read_environment(void)
{
    config.number = number("FAKE_V4L2_DEVICE", 0, 0, 63);
    config.quality = number("FAKE_V4L2_QUALITY", 80, 1, 100);
    config.card = text("FAKE_V4L2_CARD");
    if (config.card == NULL)
        config.card = "Fake Camera";
    config.driver = text("FAKE_V4L2_DRIVER");
    if (config.driver == NULL)
        config.driver = "uvcvideo";
    config.control_names = text("FAKE_V4L2_CONTROLS");
    if (config.control_names == NULL)
        config.control_names = "";
    config.pictures_path = text("FAKE_V4L2_PICTURES");
    config.script_path = text("FAKE_V4L2_CONTROL");
    config.stats_path = text("FAKE_V4L2_STATS");
    read_formats();
    read_sizes();
    read_rates();
    if (!fake_controls_init(config.control_names))
        refuse("FAKE_V4L2_CONTROLS", config.control_names,
               "all, none, or the names that v4l2-ctl -l shows, with commas");
    atomic_store_explicit(&config_ready, true, memory_order_release);
}
