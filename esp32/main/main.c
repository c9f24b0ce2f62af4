// connectcam on ESP32: makes the ports, makes the modules, connects them, and looks after them.
#include <esp_psram.h>
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include CONNECTCAM_BOARD

#include "camera/light.h"
#include "camera/no_camera.h"
#include "console/console.h"
#include "console/welcome.h"
#include "http/http_client.h"
#include "http/http_server.h"
#include "modules/modules.h"
#include "net/ethernet.h"
#include "net/net.h"
#include "status/log.h"
#include "system/card.h"
#include "system/clock.h"
#include "system/crypto.h"
#include "system/files.h"
#include "system/health.h"
#include "system/led.h"
#include "system/older.h"
#include "system/reset_pin.h"
#include "system/serial.h"
#include "system/store.h"
#include "system/system.h"
#include "system/task.h"
#include "system/update.h"
#include "util/err.h"
#include "util/text.h"

#if CONNECTCAM_PICTURES
#include "camera/pictures.h"
#else
#include "camera/sensor.h"
#endif

#define FIRMWARE "connectcam " CC_VERSION

enum {
    PORT = 80,
    TICK_MS = 1000,
    TRIAL_PICTURE_MS = 500,
    RESTART_AFTER_MS = 1000, // so long an answer has to leave
    FAILED_MS = 30 * 1000,   // until a start that failed is tried again
    FILMS_MAX = 2,           // on their way at once: they take places in the web server, and memory
    VIEWERS_MAX = 3,         // each costs the camera a buffer, and Wi-Fi its air
    SERVER_HANGS_MS = 30 * 1000,  // its longest work is a commit of settings
    THREAD_HANGS_MS = 150 * 1000, // longer than any exchange with Connect may take
};

// Everything there is, in the order it is made. Nothing is ever undone: the end is a restart.
typedef struct {
    cc_esp32_health_t health;
    cc_task_t task;
    cc_clock_t clock;
    cc_log_t log;
    cc_counters_t counters;
    cc_store_t store;
    cc_crypto_t crypto;
    cc_system_t system;
    cc_update_t update;
    bool has_update;
    cc_trial_works_t works; // so far
    cc_settings_t *settings;
    cc_esp32_net_t *esp32_net;
    cc_net_t net;
    cc_http_client_t http_client; // Connect's
    cc_http_client_t fetch_client;
    bool was_up; // what was told last on the serial line
    bool was_access_point;
    cc_camera_t camera;
    cc_light_t light;
    cc_http_server_t http_server;
    cc_files_t files;
    cc_modules_t modules;
    cc_esp32_http_server_t *esp32_http_server;
} program_t;

static atomic_bool restart_wanted;

// From any thread: the main task looks once a second.
static void ask_for_restart(void *arg)
{
    (void)arg;
    atomic_store(&restart_wanted, true);
}

static int fail(const char *what, int err)
{
    printf("connectcam: %s: %s. It is tried again in %d s.\n", what, cc_err_text(err),
           FAILED_MS / 1000);
    return err;
}

static void settings_changed(void *ctx, const cc_setting_ids_t *changed)
{
    program_t *program = ctx;
    if (cc_setting_ids_has(changed, CC_SETTING_SYSTEM_LOG_LEVEL))
        cc_log_set_level(&program->log, (cc_log_level_t)cc_settings_int(
                                            program->settings, CC_SETTING_SYSTEM_LOG_LEVEL));
}

static void say_how_it_started(program_t *program, bool erased)
{
    const cc_esp32_health_t *health = &program->health;
    cc_log(&program->log, health->crashed ? CC_LOG_WARNING : CC_LOG_INFO, "system",
           FIRMWARE " on %s. Start %lu; before it, %s.", cc_board.title,
           (unsigned long)health->boots, health->ended);
    if (erased)
        cc_log(&program->log, CC_LOG_ERROR, "system",
               "The flash for settings was in no form that can be read, and was erased.");
    if (health->safe_mode)
        cc_log(&program->log, CC_LOG_ERROR, "system",
               "It crashed %lu times in a row: safe mode, with network and page only. Restart it "
               "from the page to try again.",
               (unsigned long)health->crashes);
}

static int open_ports(program_t *program)
{
    bool erased = false;
    program->task = cc_esp32_task_port();
    program->clock = cc_esp32_clock_port();
    int err = cc_esp32_serial_open();
    if (!esp_psram_is_initialized()) {
        printf(
            "connectcam: this board's external memory (PSRAM) does not answer, and pictures need "
            "it. If the board has one, its power may be too weak: 5 V, 2 A, a short cable.\n");
        return CC_ERR_MEMORY;
    }
    if (err == CC_OK)
        err =
            cc_log_init(&program->log, &program->task, &program->clock, cc_esp32_serial_log, NULL);
    if (err == CC_OK)
        err = cc_esp32_crypto_open();
    if (err == CC_OK)
        err = cc_esp32_store_open(&erased);
    if (err < 0)
        return fail("start", err);
    cc_esp32_health_open(&program->health);
    program->store = cc_esp32_store_port();
    program->crypto = cc_esp32_crypto_port();
    program->system = cc_esp32_system_port(ask_for_restart, NULL);
    program->system.ended = program->health.ended;
    program->system.boots = program->health.boots;
    program->system.core_dump = cc_esp32_health_core_dump;
    program->system.forget_core_dump = cc_esp32_health_forget_core_dump;
    say_how_it_started(program, erased);
    program->has_update =
        cc_esp32_update_open(&program->store, &program->log, &program->update) == CC_OK;
    return CC_OK;
}

// What this board has not.
static void hide_settings(cc_settings_t *settings)
{
    static const cc_setting_t timelapse[] = {
        CC_SETTING_TIMELAPSE_ENABLED,
        CC_SETTING_TIMELAPSE_INTERVAL_S,
        CC_SETTING_TIMELAPSE_KEEP_MB,
    };
    static const cc_setting_t wifi[] = {
        CC_SETTING_NETWORK_WIFI_SSID,
        CC_SETTING_NETWORK_WIFI_PASSWORD,
        CC_SETTING_NETWORK_AP,
    };
    for (size_t i = 0; i < sizeof timelapse / sizeof timelapse[0]; i++)
        cc_settings_set_absent(settings, timelapse[i], !cc_board.has_card);
    for (size_t i = 0; i < sizeof wifi / sizeof wifi[0]; i++)
        cc_settings_set_absent(settings, wifi[i], !cc_board.has_wifi);
    cc_settings_set_range(settings, CC_SETTING_STREAM_VIEWERS, 1, VIEWERS_MAX, 1, VIEWERS_MAX);
}

static int open_settings(program_t *program)
{
    const cc_settings_config_t config = {
        .task = &program->task,
        .store = &program->store,
        .crypto = &program->crypto,
        .log = &program->log,
    };
    int err = cc_settings_open(&config, &program->settings);
    if (err < 0)
        return fail("the settings cannot be read", err);
    hide_settings(program->settings);
    cc_esp32_older_take_over(&program->store, program->settings, &program->log);
    cc_settings_listen(program->settings, settings_changed, program);
    cc_log_set_level(&program->log, (cc_log_level_t)cc_settings_int(program->settings,
                                                                    CC_SETTING_SYSTEM_LOG_LEVEL));
    return CC_OK;
}

// Whoever waits for the next try at Connect need not.
static void network_changed(void *ctx, bool up)
{
    program_t *program = ctx;
    if (up)
        cc_connect_network_is_up(program->modules.connect);
}

static int open_network(program_t *program)
{
    const cc_esp32_net_config_t config = {
        .task = &program->task,
        .clock = &program->clock,
        .crypto = &program->crypto,
        .settings = program->settings,
        .log = &program->log,
        .has_wifi = cc_board.has_wifi,
        .has_ethernet = cc_board.ethernet.kind != CC_ETHERNET_NONE,
        .port = PORT,
        .on_change = network_changed,
        .on_change_ctx = program,
    };
    int err = cc_esp32_net_open(&config, &program->esp32_net);
    if (err < 0)
        return fail("the network", err);
    program->net = cc_esp32_net_port(program->esp32_net);
    if (!config.has_ethernet)
        return CC_OK;
    esp_netif_t *netif;
    err = cc_esp32_ethernet_open(&cc_board.ethernet, &netif);
    if (err < 0) // the others may work
        cc_log(&program->log, CC_LOG_ERROR, "system", "Ethernet does not start: %s.",
               cc_err_text(err));
    return CC_OK;
}

// Two, because Connect's is busy for as long as a picture takes.
static int open_http_clients(program_t *program)
{
    cc_http_client_t *ports[] = {&program->http_client, &program->fetch_client};
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        cc_esp32_http_client_t *client;
        int err = cc_esp32_http_client_open("connectcam/" CC_VERSION, &program->clock, &client);
        if (err < 0)
            return fail("start", err);
        *ports[i] = cc_esp32_http_client_port(client);
    }
    return CC_OK;
}

static void light_changed(void *ctx)
{
    (void)ctx;
#if !CONNECTCAM_PICTURES
    cc_esp32_sensor_light_changed(NULL);
#endif
}

static int open_camera(program_t *program)
{
    int err = cc_esp32_light_open(&cc_board.light, light_changed, NULL, &program->light);
    if (err < 0)
        cc_log(&program->log, CC_LOG_ERROR, "system", "The light cannot be used: %s.",
               cc_err_text(err));
    if (program->health.safe_mode) {
        program->camera =
            cc_esp32_no_camera("This is safe mode: the camera stays off after three crashes in a "
                               "row. Restart it from this page to try again.");
        return CC_OK;
    }
#if CONNECTCAM_PICTURES
    program->camera = cc_esp32_pictures_port();
#else
    program->camera = cc_esp32_sensor_port(&cc_board, &program->log);
#endif
    return CC_OK;
}

static int make_modules(program_t *program)
{
    program->files = cc_esp32_files_port("timelapse");
    const cc_modules_config_t config = {
        .task = &program->task,
        .clock = &program->clock,
        .crypto = &program->crypto,
        .net = &program->net,
        .system = &program->system,
        .camera = &program->camera,
        .light = &program->light,
        .http_client = &program->http_client,
        .http_server = &program->http_server,
        .files = cc_board.has_card ? &program->files : NULL,
        .update = program->has_update ? &program->update : NULL,
        .fetch_client = &program->fetch_client,
        .settings = program->settings,
        .counters = &program->counters,
        .log = &program->log,
        .films = FILMS_MAX,
        .files_missing = "There is no card. Put a microSD card in, formatted as FAT32.",
        .firmware = FIRMWARE,
        .version = CC_VERSION,
    };
    int err = cc_modules_new(&config, &program->modules);
    return err < 0 ? fail("start", err) : CC_OK;
}

static int open_server(program_t *program)
{
    const cc_esp32_http_server_options_t options = {
        .port = PORT,
        .handler = {program->modules.web, cc_web_handle, cc_web_upload},
    };
    int err = cc_esp32_http_server_open(&options, &program->esp32_http_server);
    if (err < 0)
        return fail("the web server", err);
    program->http_server = cc_esp32_http_server_port(program->esp32_http_server);
    return CC_OK;
}

// The pin was held for ten seconds and let go.
static void reset_by_pin(void *ctx)
{
    program_t *program = ctx;
    cc_draft_t *draft = cc_draft_new(program->settings);
    if (!draft)
        return;
    cc_draft_reset(draft, CC_RESET_EVERYTHING);
    if (cc_draft_commit(draft) == CC_OK) {
        cc_log(&program->log, CC_LOG_WARNING, "system", "Factory reset by the board's pin.");
        ask_for_restart(NULL);
    } else {
        cc_log(&program->log, CC_LOG_ERROR, "system", "The factory reset failed: %s",
               draft->save_error);
    }
    cc_draft_free(draft);
}

static int start(program_t *program)
{
    if (cc_esp32_led_open(&cc_board.led) < 0 || cc_esp32_card_open(&cc_board, &program->log) < 0)
        cc_log(&program->log, CC_LOG_ERROR, "system", "No memory for the LED or the card.");
    cc_esp32_reset_pin_watch(cc_board.reset_pin, reset_by_pin, program);
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
    int err = program->health.safe_mode ? cc_capture_start(program->modules.capture)
                                        : cc_modules_start(&program->modules);
    if (err == CC_OK)
        err = cc_esp32_net_start(program->esp32_net);
    if (err == CC_OK)
        err = cc_esp32_serial_start(&console, cc_board.title);
    return err < 0 ? fail("start", err) : CC_OK;
}

// A new firmware must take a picture to stay, whether or not anybody wants one.
static void try_a_picture(program_t *program)
{
    const cc_capture_request_t request = {.max_age_ms = UINT32_MAX, .wait_ms = TRIAL_PICTURE_MS};
    cc_frame_t *frame;
    if (cc_capture_get(program->modules.capture, &request, &frame) == CC_OK)
        cc_frame_release(frame);
}

// The closing lines of a start, and again when the way to the page changes.
static void welcome(program_t *program, const cc_esp32_net_state_t *net)
{
    cc_net_info_t info = {0};
    cc_access_point_way_in_t way_in = {0};
    cc_settings_t *settings = program->settings;
    char page[64] = "", name_page[96] = "";
    if (net->up == program->was_up && net->access_point == program->was_access_point)
        return;
    program->was_up = net->up;
    program->was_access_point = net->access_point;
    program->net.info(program->net.ctx, &info);
    if (net->up) {
        snprintf(page, sizeof page, "http://%s/", info.ipv4);
        snprintf(name_page, sizeof name_page, "http://%s.local/", info.hostname);
    }
    if (net->access_point)
        cc_esp32_net_way_in(program->esp32_net, &way_in);
    const cc_welcome_t facts = {
        .firmware = FIRMWARE,
        .page = page,
        .name_page = name_page,
        .setup_ssid = way_in.name,
        .passphrase = way_in.passphrase,
        .setup_page = CC_ACCESS_POINT_URL,
        .needs_password = cc_web_needs_setup(program->modules.web),
        .needs_token = cc_settings_is_empty(settings, CC_SETTING_CONNECT_TOKEN),
        .has_console = true,
    };
    char *text = malloc(CC_WELCOME_MAX);
    if (text) {
        size_t len = cc_console_welcome(&facts, text);
        cc_esp32_serial_print(NULL, text);
        cc_text_wipe(text, len);
    }
    free(text);
    cc_text_wipe(&way_in, sizeof way_in);
}

// How things stand: for the LED, and for a firmware on trial.
static void tell_how_it_goes(program_t *program)
{
    cc_capture_state_t camera;
    cc_esp32_net_state_t net;
    bool has_network = cc_board.ethernet.kind != CC_ETHERNET_NONE ||
                       !cc_settings_is_empty(program->settings, CC_SETTING_NETWORK_WIFI_SSID);
    if (program->has_update && cc_esp32_update_on_trial() && !program->works.picture)
        try_a_picture(program);
    cc_capture_state(program->modules.capture, &camera);
    cc_esp32_net_state(program->esp32_net, &net);
    const cc_led_facts_t shown = {
        .trouble =
            camera.state == CC_CAMERA_FAILING || camera.state == CC_CAMERA_GONE || net.trouble,
        .network_up = net.up,
        .has_ssid = has_network,
    };
    cc_esp32_led_show(cc_led_state(&shown));
    welcome(program, &net);
    program->works.picture = program->works.picture || camera.frame_id > 0;
    program->works.network = program->works.network || net.up;
    const cc_trial_facts_t tried = {
        .now = program->works,
        .network_chosen = has_network,
        .access_point = net.access_point,
    };
    if (program->has_update)
        cc_esp32_update_beat(&tried, camera.state == CC_CAMERA_READY);
}

static bool all_well(program_t *program)
{
    const char *thread = "capture";
    bool well = !cc_capture_hangs(program->modules.capture) &&
                cc_esp32_task_all_alive(THREAD_HANGS_MS, &thread);
    if (well) {
        thread = "web server";
        well = cc_esp32_http_server_alive(program->esp32_http_server, SERVER_HANGS_MS);
    }
    if (!well)
        cc_log(&program->log, CC_LOG_ERROR, "system", "The %s hangs; the watchdog will restart it.",
               thread);
    return well;
}

// Until a restart is asked for.
static void run(program_t *program)
{
    while (!atomic_load(&restart_wanted)) {
        vTaskDelay(pdMS_TO_TICKS(TICK_MS));
        cc_esp32_health_beat(all_well(program));
        tell_how_it_goes(program);
    }
    cc_log(&program->log, CC_LOG_INFO, "system", "Restarting, as asked.");
    vTaskDelay(pdMS_TO_TICKS(RESTART_AFTER_MS));
}

void app_main(void)
{
    cc_esp32_light_off(&cc_board.light);
    program_t *program = calloc(1, sizeof *program); // large: external memory
    int err = program ? open_ports(program) : CC_ERR_MEMORY;
    if (err == CC_OK)
        err = open_settings(program);
    if (err == CC_OK)
        err = open_network(program);
    if (err == CC_OK)
        err = open_http_clients(program);
    if (err == CC_OK)
        err = open_camera(program);
    if (err == CC_OK)
        err = make_modules(program);
    if (err == CC_OK)
        err = open_server(program);
    if (err == CC_OK)
        err = start(program);
    if (err == CC_OK)
        run(program);
    else
        vTaskDelay(pdMS_TO_TICKS(FAILED_MS));
    esp_restart();
}
