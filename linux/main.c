// connectcam on Linux: makes the ports, makes the modules, connects them, runs until told to stop.
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "camera/camera.h"
#include "console/welcome.h"
#include "devices_command.h"
#include "http/http_client.h"
#include "http/http_server.h"
#include "modules/modules.h"
#include "options.h"
#include "sets.h"
#include "status/log.h"
#include "system/clock.h"
#include "system/crypto.h"
#include "system/files.h"
#include "system/mdns.h"
#include "system/net.h"
#include "system/notify.h"
#include "system/state_dir.h"
#include "system/store.h"
#include "system/system.h"
#include "system/task.h"
#include "terminal.h"
#include "timelapse_command.h"
#include "util/err.h"

#define FIRMWARE "connectcam " CC_VERSION

enum {
    EXIT_USAGE = 2,
    MORE_PORTS = 20,
    FILMS_MAX = 8,       // on their way at once
    END_WITHIN_MS = 900, // a driver that hangs must not keep the program
};

// Everything there is, in the order it is made; undone in reverse.
typedef struct {
    cc_options_t options;
    cc_task_t task;
    cc_clock_t clock;
    cc_net_t net;
    cc_log_t log;
    cc_counters_t counters;
    cc_linux_crypto_t *linux_crypto;
    cc_crypto_t crypto;
    cc_linux_system_t *linux_system;
    cc_system_t system;
    cc_linux_store_t *linux_store;
    cc_store_t store;
    cc_linux_files_t *linux_files;
    cc_files_t files;
    cc_linux_http_client_t *linux_http_client;
    cc_http_client_t http_client;
    cc_camera_t *camera;
    cc_settings_t *settings;
    cc_http_server_t http_server;
    cc_modules_t modules;
    cc_linux_http_server_t *linux_http_server;
    cc_linux_mdns_t *mdns;
    cc_terminal_t *terminal;
} program_t;

static void log_to_stderr(void *ctx, cc_log_level_t level, const char *line, size_t len)
{
    (void)ctx;
    (void)level;
    // A reader of the log that stands still must not stop the camera: its lines are dropped.
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&out, 1, 0) == 1 && (out.revents & POLLOUT))
        (void)!write(STDERR_FILENO, line, len);
}

// From any thread: the main thread waits for signals.
static void ask_for_restart(void *arg)
{
    (void)arg;
    kill(getpid(), SIGUSR1);
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "connectcam: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

static void settings_changed(void *ctx, const cc_setting_ids_t *changed)
{
    program_t *program = ctx;
    if (cc_setting_ids_has(changed, CC_SETTING_SYSTEM_LOG_LEVEL))
        cc_log_set_level(&program->log, (cc_log_level_t)cc_settings_int(
                                            program->settings, CC_SETTING_SYSTEM_LOG_LEVEL));
    if (cc_setting_ids_has(changed, CC_SETTING_NETWORK_HOSTNAME))
        kill(getpid(), SIGUSR2);
}

// What the computer looks after.
static void hide_settings(cc_settings_t *settings)
{
    static const cc_setting_t absent[] = {
        CC_SETTING_NETWORK_WIFI_SSID,  CC_SETTING_NETWORK_WIFI_PASSWORD, CC_SETTING_NETWORK_DHCP,
        CC_SETTING_NETWORK_IP,         CC_SETTING_NETWORK_NETMASK,       CC_SETTING_NETWORK_GATEWAY,
        CC_SETTING_NETWORK_DNS1,       CC_SETTING_NETWORK_DNS2,          CC_SETTING_NETWORK_AP,
        CC_SETTING_NETWORK_NTP_SERVER, CC_SETTING_NETWORK_TIMEZONE,
    };
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        cc_settings_set_absent(settings, absent[i], true);
}

static int open_ports(program_t *program)
{
    char dir[4096];
    int err;
    program->task = cc_linux_task_port();
    program->clock = cc_linux_clock_port();
    program->net = cc_linux_net_port();
    if (program->options.state)
        snprintf(dir, sizeof dir, "%s", program->options.state);
    else if (cc_linux_state_dir(dir, sizeof dir) < 0)
        return fail("start",
                    "there is no home folder to keep settings in; name one with --state DIR");
    if (cc_log_init(&program->log, &program->task, &program->clock, log_to_stderr, NULL) < 0 ||
        cc_linux_crypto_open(&program->linux_crypto) < 0 ||
        cc_linux_files_open(dir, CC_LINUX_TIMELAPSE, &program->linux_files) < 0 ||
        cc_linux_system_open(dir, ask_for_restart, NULL, &program->linux_system) < 0 ||
        cc_linux_http_client_open("connectcam/" CC_VERSION, &program->linux_http_client) < 0)
        return fail("start", "out of memory, or a library does not work");
    program->crypto = cc_linux_crypto_port(program->linux_crypto);
    program->system = cc_linux_system_port(program->linux_system);
    program->files = cc_linux_files_port(program->linux_files);
    program->http_client = cc_linux_http_client_port(program->linux_http_client);

    err = cc_linux_store_open(dir, &program->linux_store);
    if (err == CC_ERR_BUSY)
        return fail(dir,
                    "another connectcam uses this folder; give this one its own with --state DIR");
    if (err < 0)
        return fail(dir, cc_err_text(err));
    program->store = cc_linux_store_port(program->linux_store);
    return EXIT_SUCCESS;
}

static int open_settings(program_t *program)
{
    char why[320];
    cc_net_info_t net = {0};
    const cc_settings_config_t config = {
        .task = &program->task,
        .store = &program->store,
        .crypto = &program->crypto,
        .log = &program->log,
    };
    int err = cc_settings_open(&config, &program->settings);
    if (err < 0)
        return fail("the settings cannot be read", cc_err_text(err));
    program->net.info(program->net.ctx, &net);
    if (*net.hostname)
        cc_settings_set_default_hostname(program->settings, net.hostname);
    hide_settings(program->settings);
    cc_settings_listen(program->settings, settings_changed, program);
    if (cc_sets_apply(program->settings, &program->options, why, sizeof why) < 0) {
        fprintf(stderr, "connectcam: %s\n", why);
        return EXIT_USAGE;
    }
    cc_log_set_level(&program->log, (cc_log_level_t)cc_settings_int(program->settings,
                                                                    CC_SETTING_SYSTEM_LOG_LEVEL));
    return EXIT_SUCCESS;
}

static int make_modules(program_t *program)
{
    const cc_modules_config_t config = {
        .task = &program->task,
        .clock = &program->clock,
        .crypto = &program->crypto,
        .net = &program->net,
        .system = &program->system,
        .camera = program->camera,
        .light = cc_camera_light(program->camera),
        .http_client = &program->http_client,
        .http_server = &program->http_server,
        .files = &program->files,
        .settings = program->settings,
        .counters = &program->counters,
        .log = &program->log,
        .films = FILMS_MAX,
        .files_missing = "The disk for pictures is not there.",
        .firmware = FIRMWARE,
        .version = CC_VERSION,
    };
    if (cc_modules_new(&config, &program->modules) < 0)
        return fail("start", "out of memory, or no randomness");
    return EXIT_SUCCESS;
}

static int open_server(program_t *program)
{
    const cc_linux_http_server_options_t options = {
        .listen = program->options.listen,
        .more_ports = program->options.more_ports ? MORE_PORTS : 0,
        .handler = {program->modules.web, cc_web_handle, cc_web_upload},
    };
    int err = cc_linux_http_server_open(&options, &program->linux_http_server);
    if (err == CC_ERR_BUSY)
        return fail("--listen", "the port is taken; choose another one, or add --more-ports");
    if (err == CC_ERR_DENIED)
        return fail("--listen", "ports below 1024 need a privilege; 8080 does not");
    if (err < 0)
        return fail("--listen", "this machine does not have that address");
    program->http_server = cc_linux_http_server_port(program->linux_http_server);
    return EXIT_SUCCESS;
}

static void publish_name(program_t *program)
{
    char hostname[64];
    cc_settings_text(program->settings, CC_SETTING_NETWORK_HOSTNAME, hostname, sizeof hostname);
    cc_linux_mdns_close(program->mdns);
    program->mdns =
        cc_linux_mdns_open(hostname, cc_linux_http_server_port_number(program->linux_http_server));
}

// Without a name: NAME.local is the computer's, and true only where something answers for it.
static void show_welcome(program_t *program, const char *page)
{
    char text[CC_WELCOME_MAX];
    const cc_welcome_t facts = {
        .firmware = FIRMWARE,
        .page = page,
        .name_page = "",
        .setup_ssid = "",
        .needs_password = cc_web_needs_setup(program->modules.web),
        .needs_token = cc_settings_is_empty(program->settings, CC_SETTING_CONNECT_TOKEN),
        .has_console = program->terminal != NULL,
    };
    cc_console_welcome(&facts, text);
    fputs(text, stdout);
}

// A frame for who sits before it, a line for who reads it by program.
static void say_hello(program_t *program)
{
    char url[128], page[160], status[192];
    cc_net_info_t net = {0};
    unsigned port = cc_linux_http_server_port_number(program->linux_http_server);
    cc_linux_http_listen_text(&program->options.listen, url, sizeof url);
    program->net.info(program->net.ctx, &net);
    if (program->options.listen.port != 0 && program->options.listen.port != port)
        fprintf(stderr, "connectcam: port %u is taken; the page is at port %u\n",
                program->options.listen.port, port);
    if (program->options.listen.both_kinds)
        snprintf(url, sizeof url, "%s", *net.ipv4 ? net.ipv4 : "127.0.0.1");
    snprintf(page, sizeof page, "http://%s:%u/", url, port);
    if (isatty(STDOUT_FILENO))
        show_welcome(program, page);
    else
        printf("connectcam %s: the camera's page is %s\n", CC_VERSION, page);
    fflush(stdout);
    snprintf(status, sizeof status, "The camera's page is %s", page);
    cc_linux_notify_status(status);
    cc_linux_notify_ready();
}

static int start(program_t *program)
{
    if (cc_modules_start(&program->modules) < 0)
        return fail("start", "no threads can be started");
    publish_name(program);
    if (program->options.console) {
        const cc_console_t console = {
            .clock = &program->clock,
            .net = &program->net,
            .system = &program->system,
            .settings = program->settings,
            .capture = program->modules.capture,
            .connect = program->modules.connect,
            .log = &program->log,
            .version = CC_VERSION,
        };
        program->terminal = cc_terminal_open(&console);
    }
    say_hello(program);
    return EXIT_SUCCESS;
}

// Until SIGINT or SIGTERM; true: a restart was asked for.
static bool run(program_t *program, const sigset_t *signals)
{
    uint32_t alive_ms = cc_linux_notify_watchdog_ms() / 2;
    const struct timespec tick = {(time_t)(alive_ms / 1000), (long)(alive_ms % 1000) * 1000000};
    for (;;) {
        int number = sigtimedwait(signals, NULL, alive_ms ? &tick : NULL);
        if (number == SIGUSR1)
            return true;
        if (number == SIGUSR2)
            publish_name(program);
        else if (number > 0)
            return false;
        if (alive_ms && !cc_capture_hangs(program->modules.capture))
            cc_linux_notify_alive();
    }
}

static void exec_anew(char *const *arguments)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv("/proc/self/exe", arguments);
}

static char *const *restart_with; // the arguments; NULL: the program ends

static void end_now(int number)
{
    (void)number;
    // settings are on disk whenever a change was answered: nothing is lost
    if (restart_with)
        exec_anew(restart_with);
    _exit(EXIT_SUCCESS);
}

static void end_soon_whatever_happens(void)
{
    signal(SIGALRM, end_now);
    const struct itimerspec limit = {.it_value = {0, END_WITHIN_MS * 1000000L}};
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0)
        timer_settime(timer, 0, &limit, NULL);
}

static void undo(program_t *program)
{
    cc_linux_notify_stopping();
    if (program->linux_http_server)
        cc_linux_http_server_stop_accepting(program->linux_http_server);
    cc_modules_stop(&program->modules);
    cc_terminal_close(program->terminal); // nothing that a command waits for goes on now
    cc_linux_mdns_close(program->mdns);
    cc_linux_http_server_close(program->linux_http_server);
    cc_modules_free(&program->modules);
    cc_settings_close(program->settings);
    cc_camera_destroy(program->camera);
    cc_linux_http_client_close(program->linux_http_client);
    cc_linux_files_close(program->linux_files);
    cc_linux_store_close(program->linux_store);
    cc_linux_system_close(program->linux_system);
    cc_linux_crypto_close(program->linux_crypto);
    if (program->log.monitor)
        cc_log_deinit(&program->log);
}

int main(int argc, char *argv[])
{
    static program_t program;
    char why[320];
    mallopt(M_ARENA_MAX,
            2); // few small allocations from few threads: eight arenas would only cost memory
    if (argc > 1 && strcmp(argv[1], "timelapse") == 0)
        return cc_timelapse_command(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "devices") == 0)
        return cc_devices_command(argc - 1, argv + 1);
    if (cc_options_read(argc, argv, &program.options, why, sizeof why) < 0) {
        fprintf(stderr, "connectcam: %s\n", why);
        return EXIT_USAGE;
    }
    if (program.options.show_help || program.options.show_version) {
        fputs(program.options.show_help ? cc_options_help : FIRMWARE "\n", stdout);
        return EXIT_SUCCESS;
    }
    if (cc_camera_create(program.options.camera, &program.camera, why, sizeof why) < 0) {
        fprintf(stderr, "connectcam: --camera: %s\n", why);
        return EXIT_USAGE;
    }

    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGUSR2);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);

    bool restart = false;
    int status = open_ports(&program);
    if (status == EXIT_SUCCESS)
        status = open_settings(&program);
    if (status == EXIT_SUCCESS)
        status = make_modules(&program);
    if (status == EXIT_SUCCESS)
        status = open_server(&program);
    if (status == EXIT_SUCCESS)
        status = start(&program);
    if (status == EXIT_SUCCESS) {
        restart = run(&program, &signals);
        restart_with = restart ? argv : NULL;
        end_soon_whatever_happens();
    }
    undo(&program);
    if (restart) {
        exec_anew(argv);
        return fail("restart", strerror(errno));
    }
    return status;
}
