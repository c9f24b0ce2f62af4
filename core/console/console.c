#include "console/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/older.h"
#include "util/err.h"
#include "util/text.h"

enum {
    LINE_MAX_BYTES = 512,
    PICTURE_WAIT_MS = 10 * 1000,
    SEND_WAIT_MS = 150 * 1000,
};

static void say(const cc_console_t *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const cc_console_t *console, const char *format, ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text - 1, format, arguments);
    va_end(arguments);
    strcat(text, "\n");
    console->print(console->print_ctx, text);
}

// Puts values in by pairs of key and text, as a whole.
static bool change(const cc_console_t *console, const char *const pairs[][2], size_t n)
{
    cc_draft_t *draft = cc_draft_new(console->settings);
    if (!draft) {
        say(console, "There is no memory for that.");
        return false;
    }
    for (size_t i = 0; i < n; i++)
        cc_draft_set_text(draft, pairs[i][0], pairs[i][1]);
    int err = cc_draft_commit(draft);
    for (size_t i = 0; i < draft->n_problems; i++)
        say(console, "%s: %s", draft->problems[i].key, draft->problems[i].detail);
    if (err < 0 && err != CC_ERR_RANGE)
        say(console, "%s", draft->save_error);
    cc_draft_free(draft);
    return err == CC_OK;
}

static void print_setting(const cc_console_t *console, cc_setting_t id)
{
    char value[300];
    cc_settings_describe(console->settings, id, value, sizeof value);
    say(console, "%s = %s", cc_setting_rows[id].key, value);
}

static bool is_shown(const cc_console_t *console, cc_setting_t id)
{
    return cc_setting_rows[id].kind != CC_KIND_HIDDEN &&
           !cc_settings_is_absent(console->settings, id);
}

static void do_get(const cc_console_t *console, char *key, char *rest)
{
    (void)rest;
    bool any = false;
    for (int i = 0; i < CC_SETTING_COUNT; i++) {
        cc_setting_t id = (cc_setting_t)i;
        // "get camera" shows all that begin so
        if (is_shown(console, id) && cc_text_starts_nocase(cc_setting_rows[id].key, key)) {
            print_setting(console, id);
            any = true;
        }
    }
    if (!any)
        say(console, "There is no setting %s; get alone shows all.", key);
}

static void do_set(const cc_console_t *console, char *key, char *value)
{
    if (!*key) {
        say(console, "set takes a key and a value: set camera.quality 10");
        return;
    }
    const char *const pairs[][2] = {{key, value}};
    if (change(console, pairs, 1))
        print_setting(console, cc_setting_find(key));
}

static void do_token(const cc_console_t *console, char *token, char *rest)
{
    (void)rest;
    const char *const pairs[][2] = {{"connect.token", token}};
    if (change(console, pairs, 1))
        say(console, "The token is stored.");
}

static void do_wifi(const cc_console_t *console, char *ssid, char *password)
{
    cc_net_info_t info = {0};
    if (*ssid) {
        const char *const pairs[][2] = {{"network.wifi_ssid", ssid},
                                        {"network.wifi_password", password}};
        if (change(console, pairs, 2))
            say(console, "The network is stored; connecting.");
        return;
    }
    console->net->info(console->net->ctx, &info);
    if (info.wifi && *info.ssid)
        say(console, "Wi-Fi %s, %d dBm, address %s", info.ssid, info.rssi_dbm,
            *info.ipv4 ? info.ipv4 : "none");
    else if (*info.reason)
        say(console, "%s", info.reason);
    else
        say(console, "Not on Wi-Fi. Address %s", *info.ipv4 ? info.ipv4 : "none");
    if (*info.own_ssid)
        say(console, "The set-up network %s is on.", info.own_ssid);
}

static void do_status(const cc_console_t *console, char *word, char *rest)
{
    (void)word;
    (void)rest;
    cc_capture_state_t camera;
    cc_connect_status_t connect;
    cc_net_info_t net = {0};
    cc_capture_state(console->capture, &camera);
    cc_connect_status(console->connect, &connect);
    console->net->info(console->net->ctx, &net);
    say(console, "version  %s on %s", console->version, console->system->platform);
    say(console, "network  %s%s%s", *net.ipv4 ? net.ipv4 : "no address", net.wifi ? ", Wi-Fi " : "",
        net.ssid);
    say(console, "camera   %s%s%s", cc_camera_state_name(camera.state), *camera.reason ? ": " : "",
        camera.reason);
    say(console, "connect  %s", connect.sentence);
}

static void do_log(const cc_console_t *console, char *word, char *rest)
{
    (void)word;
    (void)rest;
    char *text = malloc(CC_LOG_RING_BYTES + 1);
    uint64_t next;
    if (!text)
        return;
    size_t len = cc_log_copy(console->log, 0, text, CC_LOG_RING_BYTES, &next);
    text[len] = '\0';
    console->print(console->print_ctx, text);
    free(text);
}

static void do_light(const cc_console_t *console, char *word, char *rest)
{
    (void)rest;
    bool on = !cc_capture_light(console->capture);
    if (*word && cc_text_to_bool(word, &on) < 0)
        say(console, "light takes on or off");
    else if (cc_capture_set_light(console->capture, on) < 0)
        say(console, "This camera has no light.");
    else
        say(console, "The light is %s.", on ? "on" : "off");
}

static void do_capture(const cc_console_t *console, char *word, char *rest)
{
    (void)word;
    (void)rest;
    cc_capture_request_t request = {.wait_ms = PICTURE_WAIT_MS};
    cc_frame_t *frame;
    int err = cc_capture_get(console->capture, &request, &frame);
    if (err < 0) {
        say(console, "No picture: %s.", cc_err_text(err));
        return;
    }
    say(console, "Picture %llu: %u x %u, %zu bytes", (unsigned long long)frame->id, frame->width,
        frame->height, frame->len);
    cc_frame_release(frame);
}

static void do_send(const cc_console_t *console, char *word, char *rest)
{
    (void)word;
    (void)rest;
    cc_connect_attempt_t attempt;
    cc_connect_status_t status;
    int err = cc_connect_send(console->connect, SEND_WAIT_MS, &attempt);
    cc_connect_status(console->connect, &status);
    if (err == CC_ERR_UNSUPPORTED)
        say(console, "%s", status.sentence);
    else
        say(console, "%s", err < 0 ? cc_err_text(err) : attempt.sentence);
}

static void do_reboot(const cc_console_t *console, char *word, char *rest)
{
    (void)word;
    (void)rest;
    say(console, "Restarting.");
    console->system->restart(console->system->ctx);
}

static void do_factory_reset(const cc_console_t *console, char *word, char *rest)
{
    (void)rest;
    if (strcmp(word, "yes") != 0) {
        say(console,
            "This forgets everything but the fingerprint. If that is meant: factory-reset yes");
        return;
    }
    cc_draft_t *draft = cc_draft_new(console->settings);
    if (!draft)
        return;
    cc_draft_reset(draft, CC_RESET_EVERYTHING);
    if (cc_draft_commit(draft) == CC_OK)
        do_reboot(console, word, rest);
    else
        say(console, "%s", draft->save_error);
    cc_draft_free(draft);
}

static void do_help(const cc_console_t *console, char *word, char *rest);

static const struct {
    const char *name;
    void (*run)(const cc_console_t *console, char *word, char *rest);
    const char *help;
} commands[] = {
    {"help", do_help, "this list"},
    {"status", do_status, "how the camera does"},
    {"get", do_get, "[KEY] settings, or those that begin with KEY"},
    {"set", do_set, "KEY VALUE change a setting"},
    {"wifi", do_wifi, "[NAME [PASSWORD]] the network, or join another"},
    {"token", do_token, "TOKEN the token from Prusa Connect"},
    {"capture", do_capture, "take a picture"},
    {"send", do_send, "take a picture and send it to Prusa Connect"},
    {"light", do_light, "[on|off] switch the light"},
    {"log", do_log, "what happened"},
    {"reboot", do_reboot, "restart"},
    {"factory-reset", do_factory_reset, "yes forget everything but the fingerprint"},
};

enum {
    N_COMMANDS = sizeof commands / sizeof commands[0]
};

const char *cc_console_command(size_t i)
{
    return i < N_COMMANDS ? commands[i].name : NULL;
}

static void do_help(const cc_console_t *console, char *word, char *rest)
{
    (void)word;
    (void)rest;
    for (size_t i = 0; i < N_COMMANDS; i++)
        say(console, "%-14s %s", commands[i].name, commands[i].help);
    say(console, "%s",
        "The older firmware's commands (setwifissid:NAME; and so on) work too: commandslist;");
}

// Ends the word at `at` and returns what follows it.
static char *split(char *at)
{
    at += strcspn(at, " \t");
    if (*at)
        *at++ = '\0';
    return at + strspn(at, " \t");
}

void cc_console_run(const cc_console_t *console, const char *given)
{
    char line[LINE_MAX_BYTES], older[LINE_MAX_BYTES];
    if (cc_text_trim(given, line, sizeof line) < 0) {
        say(console, "That line is too long.");
        return;
    }
    if (!*line)
        return;
    if (line[strlen(line) - 1] == ';') {
        if (cc_console_translate(line, older, sizeof older) < 0) {
            line[strcspn(line, ":;")] = '\0'; // what follows may be a secret
            say(console, "There is no command %s: commandslist; shows them all.", line);
            return;
        }
        memcpy(line, older, sizeof line);
    }
    char *word = split(line);
    // the value of set, and a Wi-Fi password, may have blanks inside
    char *rest = split(word);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i].name, line) == 0) {
            commands[i].run(console, word, rest);
            return;
        }
    }
    say(console, "There is no command %s; help shows them all.", line);
}
