// Picture sizes by the names that camera people use.
#include <stdio.h>
#include <string.h>

#include "settings/settings_private.h"
#include "util/err.h"
#include "util/text.h"

static const struct {
    const char *name;
    cc_size_t size;
} names[] = {
    {"QVGA", {320, 240}},  {"CIF", {352, 288}},    {"VGA", {640, 480}},    {"SVGA", {800, 600}},
    {"XGA", {1024, 768}},  {"HD", {1280, 720}},    {"SXGA", {1280, 1024}}, {"UXGA", {1600, 1200}},
    {"FHD", {1920, 1080}}, {"QXGA", {2048, 1536}}, {"QHD", {2560, 1440}},  {"QSXGA", {2560, 1920}},
    {"4K", {3840, 2160}},
};

void cc_size_text(cc_size_t size, char out[CC_SIZE_TEXT_MAX])
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].size.width == size.width && names[i].size.height == size.height) {
            cc_text_copy(out, CC_SIZE_TEXT_MAX, names[i].name);
            return;
        }
    }
    snprintf(out, CC_SIZE_TEXT_MAX, "%ux%u", size.width, size.height);
}

int cc_size_parse(const char *text, cc_size_t *size)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (cc_text_equal_nocase(names[i].name, text)) {
            *size = names[i].size;
            return CC_OK;
        }
    }
    const char *x = strchr(text, 'x');
    char width_text[6];
    int32_t width, height;
    if (!x || (size_t)(x - text) >= sizeof width_text)
        return CC_ERR_FORMAT;
    memcpy(width_text, text, (size_t)(x - text));
    width_text[x - text] = '\0';
    if (cc_text_to_int(width_text, &width) < 0 || cc_text_to_int(x + 1, &height) < 0 || width < 1 ||
        width > UINT16_MAX || height < 1 || height > UINT16_MAX)
        return CC_ERR_FORMAT;
    *size = (cc_size_t){(uint16_t)width, (uint16_t)height};
    return CC_OK;
}
