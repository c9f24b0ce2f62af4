#include "console/older.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

static const struct {
    const char *older;
    const char *ours; // what follows the colon is put behind it
} commands[] = {
    {"setwifissid", "set network.wifi_ssid "},
    {"setwifipass", "set network.wifi_password "},
    {"wificonnect", "wifi"},
    {"mcureboot", "reboot"},
    {"commandslist", "help"},
    {"getwifimode", "wifi"},
    {"getwifistastatus", "wifi"},
    {"getwifistaip", "wifi"},
    {"getserviceapssid", "wifi"},
    {"setauthtoken", "token "},
    {"otaupdate", "help"},
    {"resolution", "set camera.resolution "},
    {"photoquality", "set camera.quality "},
    {"setflash", "light"},
    {"setlight", "light"},
    {"loglevel", "set system.log_level "},
};

static const char *const sizes[] = {"QVGA", "CIF", "VGA", "SVGA", "XGA", "SXGA", "UXGA"};
static const char *const levels[] = {"error", "warning", "info", "debug"};

// A number that stands for a name; else the value as it is, for the setting to refuse.
static const char *by_number(const char *value, const char *const *names, int32_t n)
{
    int32_t i;
    return cc_text_to_int(value, &i) == CC_OK && i >= 0 && i < n ? names[i] : value;
}

int cc_console_translate(const char *line, char *out, size_t cap)
{
    char value[300] = "";
    size_t name_len = strcspn(line, ":;");
    if (line[name_len] == ':') {
        const char *start = line + name_len + 1;
        size_t len = strlen(start) - 1; // without the last semicolon
        if (len >= sizeof value)
            return CC_ERR_SPACE;
        memcpy(value, start, len);
        value[len] = '\0';
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strlen(commands[i].older) != name_len || memcmp(line, commands[i].older, name_len) != 0)
            continue;
        const char *text = value;
        if (strcmp(commands[i].older, "resolution") == 0)
            text = by_number(value, sizes, 7);
        if (strcmp(commands[i].older, "loglevel") == 0)
            text = by_number(value, levels, 4);
        int n = snprintf(out, cap, "%s%s", commands[i].ours, text);
        return n >= 0 && (size_t)n < cap ? CC_OK : CC_ERR_SPACE;
    }
    return CC_ERR_NOT_FOUND;
}

bool cc_console_is_older(const char *line)
{
    size_t len = strlen(line);
    size_t name_len = strcspn(line, ":;");
    if (len == 0 || line[len - 1] != ';')
        return false;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strlen(commands[i].older) == name_len && memcmp(line, commands[i].older, name_len) == 0)
            return true;
    return false;
}
