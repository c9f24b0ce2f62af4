#include "system/serial.h"

#include <errno.h>
#include <esp_log.h>
#include <esp_vfs.h>
#include <fcntl.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <linenoise/linenoise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/complete.h"
#include "console/improv.h"
#include "console/older.h"
#include "console/prompt.h"
#include "console/secret.h"
#include "system/serial_line.h"
#include "util/err.h"
#include "util/text.h"

enum {
    LINE_MAX_BYTES = 520, // a little more than core/console takes, so that it can say so
    HISTORY_LINES = 10,
    SILENCE_MS = 500, // behind an older command, which needs no end of line
    ESCAPE_MS = 50,   // between the bytes of one key
    IMPROV_MS = 250,  // how often a network that is being joined is looked at
    STACK = 6144,     // bytes: a commit of settings, down to the flash, below a console line
    PRIORITY = 2,
    CHUNK = 128,
};

#define DEVICE "/dev/prompt"

// What linenoise asks a terminal, and what it is told: more columns than any line has. A long line
// would scroll otherwise, and show the end of a secret without its beginning.
#define ASKS_COLUMN      "\x1b[6n"
#define GOES_RIGHT       "\x1b[999C"
#define COMES_BACK       "\x1b[598D"
#define IS_AT_LEFT       "\x1b[1;1R"
#define IS_AT_THE_MARGIN "\x1b[1;599R"

// On the heap: external memory.
typedef struct {
    cc_prompt_t prompt;
    char shown[2 * CC_PROMPT_MAX]; // scratch
    // What follows is the reading task's own.
    cc_console_t console;
    cc_improv_t improv;
    char passed[CC_IMPROV_PACKET_MAX]; // bytes that were no packet
    size_t passed_len;
    size_t passed_at;
    const char *answer;         // bytes that linenoise reads next, instead of the line's
    bool asked_right;           // it asked where the right margin is
    char typed[LINE_MAX_BYTES]; // the line as far as it came; only its end matters
    size_t typed_len;
    bool had_cr;
} serial_t;

static serial_t *serial;
static SemaphoreHandle_t guard; // of the line, and of serial->prompt and shown
static StaticSemaphore_t guard_memory;

// --- What is written

// With the line ends that terminals want.
static void write_text_locked(const char *text, size_t len)
{
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) : len;
        cc_esp32_line_write(text, n);
        if (end) {
            cc_esp32_line_write("\r\n", 2);
            n++;
        }
        text += n;
        len -= n;
    }
}

static void lock(void)
{
    // Recursive: a driver that fails may log, from inside.
    xSemaphoreTakeRecursive(guard, portMAX_DELAY);
}

static void unlock(void)
{
    xSemaphoreGiveRecursive(guard);
}

// Between the line that is typed and the margin.
static void write_around(const char *text, size_t len)
{
    if (!serial) { // it could not be opened: what start-up left will do
        fwrite(text, 1, len, stdout);
        return;
    }
    lock();
    cc_esp32_line_write(serial->shown, cc_prompt_hide(&serial->prompt, serial->shown));
    write_text_locked(text, len);
    cc_esp32_line_write(serial->shown, cc_prompt_show(&serial->prompt, serial->shown));
    unlock();
}

void cc_esp32_serial_log(void *ctx, cc_log_level_t level, const char *line, size_t len)
{
    (void)ctx;
    (void)level;
    write_around(line, len);
}

// ESP-IDF's own lines, cut to what stands on a caller's stack.
static int log_of_idf(const char *format, va_list arguments)
{
    char line[160];
    int n = vsnprintf(line, sizeof line, format, arguments);
    if (n <= 0)
        return n;
    size_t len = (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    line[len - 1] = '\n';
    write_around(line, len);
    return n;
}

void cc_esp32_serial_print(void *ctx, const char *text)
{
    (void)ctx;
    write_around(text, strlen(text));
}

int cc_esp32_serial_open(void)
{
    guard = xSemaphoreCreateRecursiveMutexStatic(&guard_memory);
    serial = calloc(1, sizeof *serial);
    if (!guard || !serial)
        return CC_ERR_MEMORY;
    int err = cc_esp32_line_open();
    if (err == CC_OK)
        esp_log_set_vprintf(log_of_idf);
    return err;
}

// --- What linenoise writes

static bool starts_with(const char *bytes, size_t len, const char *start)
{
    size_t n = strlen(start);
    return len >= n && memcmp(bytes, start, n) == 0;
}

// It asks the terminal for its width at each line, and would wait for ever where none answers: it
// is told here. Returns whether that was such a question.
static bool answer_question(const char *bytes, size_t len)
{
    if (starts_with(bytes, len, ASKS_COLUMN)) {
        serial->answer = serial->asked_right ? IS_AT_THE_MARGIN : IS_AT_LEFT;
        serial->asked_right = false;
        return true;
    }
    if (starts_with(bytes, len, GOES_RIGHT)) {
        serial->asked_right = true;
        return true;
    }
    return starts_with(bytes, len, COMES_BACK);
}

static ssize_t device_write(int fd, const void *data, size_t len)
{
    (void)fd;
    const char *bytes = data;
    if (answer_question(bytes, len))
        return (ssize_t)len;
    lock();
    for (size_t at = 0; at < len; at += CHUNK) {
        char out[CHUNK];
        size_t n = len - at < CHUNK ? len - at : CHUNK;
        n = cc_prompt_pass(&serial->prompt, bytes + at, n, out);
        write_text_locked(out, n);
    }
    unlock();
    return (ssize_t)len;
}

static int device_open(const char *path, int flags, int mode)
{
    (void)path;
    (void)flags;
    (void)mode;
    return 0;
}

static int device_close(int fd)
{
    (void)fd;
    return 0;
}

static FILE *open_device(void)
{
    static const esp_vfs_fs_ops_t device = {
        .write = device_write,
        .open = device_open,
        .close = device_close,
    };
    if (esp_vfs_register_fs(DEVICE, &device, ESP_VFS_FLAG_STATIC, NULL) != ESP_OK)
        return NULL;
    FILE *file = fopen(DEVICE "/0", "w");
    if (file)
        setvbuf(file, NULL, _IONBF, 0);
    return file;
}

// --- A flasher's packets, on the same line

// A flasher finds its packets at the beginning of a line only.
static void write_packet(void *ctx, const uint8_t *packet, size_t len)
{
    (void)ctx;
    lock();
    cc_esp32_line_write(serial->shown, cc_prompt_hide(&serial->prompt, serial->shown));
    cc_esp32_line_write("\r\n", 2);
    cc_esp32_line_write((const char *)packet, len);
    cc_esp32_line_write("\r\n", 2);
    cc_esp32_line_write(serial->shown, cc_prompt_show(&serial->prompt, serial->shown));
    unlock();
}

// The next byte that somebody typed, within `ticks`.
static bool typed_read(char *byte, TickType_t ticks)
{
    TickType_t began = xTaskGetTickCount();
    while (serial->passed_at == serial->passed_len) {
        bool begun = cc_improv_has_begun(&serial->improv);
        bool waits = begun || cc_improv_is_busy(&serial->improv);
        TickType_t most = pdMS_TO_TICKS(begun ? CC_IMPROV_SILENCE_MS : IMPROV_MS);
        serial->passed_at = serial->passed_len = 0;
        if (cc_esp32_line_read(byte, waits && most < ticks ? most : ticks))
            serial->passed_len = cc_improv_feed(&serial->improv, (uint8_t)*byte, serial->passed);
        else if (begun)
            serial->passed_len = cc_improv_rest(&serial->improv, serial->passed);
        else if (xTaskGetTickCount() - began >= ticks)
            return false;
        cc_improv_tick(&serial->improv);
    }
    *byte = serial->passed[serial->passed_at++];
    return true;
}

// --- What linenoise reads

static bool has_secret(void)
{
    lock();
    size_t len = serial->prompt.len;
    bool has =
        len > CC_PROMPT_COLUMN &&
        cc_console_secret_at(serial->prompt.shown + CC_PROMPT_COLUMN, len - CC_PROMPT_COLUMN) >= 0;
    unlock();
    return has;
}

static void skip_key(void)
{
    char byte;
    while (typed_read(&byte, pdMS_TO_TICKS(ESCAPE_MS)))
        if (byte >= '@' && byte != '[' && byte != 'O')
            return;
}

// Keeps the line as far as it came, for what follows from it.
static void note_typed(char byte)
{
    if (byte == '\n')
        serial->typed_len = 0;
    else if (byte == '\b' || byte == '\x7f')
        serial->typed_len -= serial->typed_len > 0;
    else if (serial->typed_len < sizeof serial->typed - 1)
        serial->typed[serial->typed_len++] = byte;
    serial->typed[serial->typed_len] = '\0';
}

// The next byte that counts.
static char next_byte(void)
{
    const char history_keys[] = {'\x1b', '\x0e', '\x10', '\0'}; // arrows, Ctrl-N, Ctrl-P
    for (;;) {
        char byte;
        bool may_be_whole = cc_console_is_older(serial->typed);
        if (!typed_read(&byte, may_be_whole ? pdMS_TO_TICKS(SILENCE_MS) : portMAX_DELAY)) {
            if (may_be_whole)
                return '\n';
            continue;
        }
        bool ends_crlf = serial->had_cr && byte == '\n';
        serial->had_cr = byte == '\r';
        if (ends_crlf || byte == '\0')
            continue;
        if (byte == '\r')
            return '\n';
        // To leave a line for another one puts it into the history.
        if (strchr(history_keys, byte) && has_secret()) {
            if (byte == '\x1b')
                skip_key();
            continue;
        }
        if (byte != '\n' && serial->typed_len >= sizeof serial->typed - 1)
            continue; // what is so long is no command
        return byte;
    }
}

static ssize_t read_bytes(int fd, void *into, size_t len)
{
    (void)fd;
    char *bytes = into;
    if (len == 0)
        return 0;
    if (serial->answer && *serial->answer) {
        *bytes = *serial->answer++;
        return 1;
    }
    *bytes = next_byte();
    note_typed(*bytes);
    return 1;
}

// --- Commands

static void add_completion(void *ctx, const char *whole)
{
    linenoiseAddCompletion(ctx, whole);
}

static void complete(const char *line, linenoiseCompletions *completions)
{
    cc_console_complete(serial->console.settings, line, add_completion, completions);
}

static void run(void *arg)
{
    stdout = arg; // this task's own
    linenoiseSetReadFunction(read_bytes);
    linenoiseSetMaxLineLen(LINE_MAX_BYTES + 1);
    linenoiseHistorySetMaxLen(HISTORY_LINES);
    linenoiseSetCompletionCallback(complete);
    for (;;) {
        char *line = linenoise(CC_PROMPT);
        serial->typed_len = 0;
        serial->typed[0] = '\0';
        if (!line)
            continue;
        if (*line && cc_console_secret_at(line, strlen(line)) < 0)
            linenoiseHistoryAdd(line);
        cc_console_run(&serial->console, line);
        cc_text_wipe(line, strlen(line));
        linenoiseFree(line);
    }
}

int cc_esp32_serial_start(const cc_console_t *console, const char *board)
{
    serial->console = *console;
    serial->console.print = cc_esp32_serial_print;
    const cc_improv_config_t improv = {
        .clock = console->clock,
        .net = console->net,
        .settings = console->settings,
        .version = console->version,
        .board = board,
        .write = write_packet,
    };
    cc_improv_init(&serial->improv, &improv);
    FILE *device = open_device();
    if (!device)
        return CC_ERR_IO;
    return xTaskCreate(run, "console", STACK, device, PRIORITY, NULL) == pdPASS ? CC_OK
                                                                                : CC_ERR_MEMORY;
}
