#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SCRIPT_BYTES_MAX = 65536,
    LINE_BYTES_MAX = 128,
    PADDING_USUAL = 512,
    PADDING_MAX = 16384,
};

static const char *const refusal_names[FAKE_REFUSE_COUNT] = {
    [FAKE_REFUSE_OPEN] = "open",         [FAKE_REFUSE_MMAP] = "mmap",
    [FAKE_REFUSE_QUERYCAP] = "querycap", [FAKE_REFUSE_S_FMT] = "s_fmt",
    [FAKE_REFUSE_S_PARM] = "s_parm",     [FAKE_REFUSE_REQBUFS] = "reqbufs",
    [FAKE_REFUSE_QUERYBUF] = "querybuf", [FAKE_REFUSE_QBUF] = "qbuf",
    [FAKE_REFUSE_DQBUF] = "dqbuf",       [FAKE_REFUSE_STREAMON] = "streamon",
    [FAKE_REFUSE_S_CTRL] = "s_ctrl",
};

static const struct {
    const char *name;
    int value;
} errno_names[] = {
    {"0", 0},
    {"EACCES", EACCES},
    {"EAGAIN", EAGAIN},
    {"EBUSY", EBUSY},
    {"EINTR", EINTR},
    {"EINVAL", EINVAL},
    {"EIO", EIO},
    {"EMFILE", EMFILE},
    {"ENODEV", ENODEV},
    {"ENOENT", ENOENT},
    {"ENOMEM", ENOMEM},
    {"ENOSPC", ENOSPC},
    {"ENOTTY", ENOTTY},
    {"ENXIO", ENXIO},
    {"EPERM", EPERM},
    {"EPIPE", EPIPE},
    {"EPROTO", EPROTO},
    {"ERANGE", ERANGE},
    {"ETIMEDOUT", ETIMEDOUT},
};

// The number after a command, `usual` when there is none; false when it is no number up to `high`.
static bool read_number(const char *word, unsigned usual, unsigned high, unsigned *result)
{
    if (word == NULL) {
        *result = usual;
        return true;
    }
    char *end;
    unsigned long value = strtoul(word, &end, 10);
    if (end == word || (strcmp(end, "") != 0 && strcmp(end, "%") != 0) || value > high)
        return false;
    *result = (unsigned)value;
    return true;
}

static bool read_refusal(char *word, struct fake_script *script)
{
    char *value = word != NULL ? strchr(word, '=') : NULL;
    if (value == NULL)
        return false;
    *value++ = '\0';
    for (unsigned i = 0; i < FAKE_REFUSE_COUNT; i++) {
        if (strcmp(refusal_names[i], word) != 0)
            continue;
        for (unsigned j = 0; j < sizeof errno_names / sizeof errno_names[0]; j++) {
            if (strcmp(errno_names[j].name, value) == 0) {
                script->refusals[i] = errno_names[j].value;
                return true;
            }
        }
    }
    return false;
}

static void back_to_normal(struct fake_script *script)
{
    script->stall = false;
    script->keep_percent = 100;
    script->empty = false;
    script->corrupt = false;
    script->wrong_size = false;
    script->no_tables = false;
    script->padding = 0;
    memset(script->refusals, 0, sizeof script->refusals);
}

static bool unplug(struct fake_script *script)
{
    script->unplugs += script->plugged;
    script->plugged = false;
    return true;
}

static bool plug(const char *word, unsigned number, struct fake_script *script)
{
    if (!read_number(word, number, 63, &number))
        return false;
    if (script->plugged && number != script->number)
        unplug(script);
    script->plugged = true;
    script->number = number;
    return true;
}

static bool obey(char *line, unsigned number, struct fake_script *script)
{
    char *rest;
    const char *command = strtok_r(line, " \t\r", &rest);
    if (command == NULL || command[0] == '#')
        return true;
    char *word = strtok_r(NULL, " \t\r", &rest);
    if (strcmp(command, "plug") == 0)
        return plug(word, number, script);
    if (strcmp(command, "cut") == 0)
        return word != NULL && read_number(word, 0, 100, &script->keep_percent);
    if (strcmp(command, "padding") == 0)
        return read_number(word, PADDING_USUAL, PADDING_MAX, &script->padding);
    if (strcmp(command, "refuse") == 0)
        return read_refusal(word, script);
    if (word != NULL)
        return false;
    if (strcmp(command, "unplug") == 0)
        return unplug(script);
    if (strcmp(command, "stall") == 0)
        return script->stall = true;
    if (strcmp(command, "go") == 0)
        return !(script->stall = false);
    if (strcmp(command, "empty") == 0)
        return script->empty = true;
    if (strcmp(command, "corrupt") == 0)
        return script->corrupt = true;
    if (strcmp(command, "wrong-size") == 0)
        return script->wrong_size = true;
    if (strcmp(command, "no-dht") == 0)
        return script->no_tables = true;
    if (strcmp(command, "normal") != 0)
        return false;
    back_to_normal(script);
    return true;
}

void fake_script_parse(const char *text, size_t len, unsigned number, struct fake_script *script)
{
    memset(script, 0, sizeof *script);
    script->plugged = true;
    script->number = number;
    back_to_normal(script);
    const char *end = text + len;
    for (const char *newline; text < end && (newline = memchr(text, '\n', (size_t)(end - text)));
         text = newline + 1) {
        char line[LINE_BYTES_MAX];
        size_t line_len = (size_t)(newline - text);
        script->lines++;
        if (line_len < sizeof line) {
            memcpy(line, text, line_len);
            line[line_len] = '\0';
        }
        if (line_len >= sizeof line || !obey(line, number, script))
            script->bad_line = script->lines;
    }
}

bool fake_script_read(const char *path, unsigned number, struct fake_script *script)
{
    if (path == NULL) {
        fake_script_parse("", 0, number, script);
        return true;
    }
    // Static, and so under the camera's lock: the threads that come here may have small stacks.
    static char text[SCRIPT_BYTES_MAX];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno != ENOENT)
        return false;
    ssize_t len = 0;
    if (fd >= 0) {
        len = read(fd, text, sizeof text);
        close(fd);
    }
    if (len < 0)
        return false;
    fake_script_parse(text, (size_t)len, number, script);
    return true;
}
