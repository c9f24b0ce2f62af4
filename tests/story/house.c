#include "house.h"

#include <assert.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

static void net_info(void *ctx, cc_net_info_t *info)
{
    (void)ctx;
    *info = (cc_net_info_t){.up = true};
    cc_text_copy(info->hostname, sizeof info->hostname, "house");
    cc_text_copy(info->mac, sizeof info->mac, "02:00:00:00:00:01");
    cc_text_copy(info->ipv4, sizeof info->ipv4, "192.0.2.7");
}

static void system_info(void *ctx, cc_system_info_t *info)
{
    (void)ctx;
    *info = (cc_system_info_t){.memory_used = 1, .memory_free = 2, .temperature_c = INT16_MIN};
}

static void restart(void *ctx)
{
    ((house_t *)ctx)->restarts++;
}

static void wake(void *ctx)
{
    ((house_t *)ctx)->wakes++;
}

void house_set(house_t *house, const char *key, const char *value)
{
    cc_draft_t *draft = cc_draft_new(house->settings);
    cc_draft_set_text(draft, key, value);
    int err = cc_draft_commit(draft);
    assert(err == CC_OK);
    (void)err;
    cc_draft_free(draft);
}

static void open_ports(house_t *house)
{
    house->fake_clock = (cc_fake_clock_t){.now_ms = 1000, .unix_ms = 1767225600000};
    house->fake_task.clock = &house->fake_clock;
    house->task = cc_fake_task_port(&house->fake_task);
    house->clock = cc_fake_clock_port(&house->fake_clock);
    house->store = cc_fake_store_port(&house->fake_store);
    house->crypto = cc_fake_crypto_port(&house->fake_crypto);
    cc_fake_files_init(&house->disk, 1000 * 1000 * 1000);
    house->files = cc_fake_files_port(&house->disk);
    fake_camera_init(&house->camera_there, &house->fake_task);
    fake_connect_init(&house->connect_there, &house->fake_task);
    house->camera = fake_camera_port(&house->camera_there);
    house->light = fake_camera_light(&house->camera_there);
    house->http_client = fake_connect_port(&house->connect_there);
    house->net = (cc_net_t){.ctx = house, .info = net_info};
    house->system = (cc_system_t){.ctx = house,
                                  .platform = "house",
                                  .info = system_info,
                                  .restart = restart,
                                  .update_hint = ""};
    house->http_server = (cc_http_server_t){house, wake};
    cc_log_init(&house->log, &house->task, &house->clock, NULL, NULL);
}

void house_open(house_t *house, void (*prepare)(house_t *house))
{
    memset(house, 0, sizeof *house);
    open_ports(house);
    const cc_settings_config_t settings = {&house->task, &house->store, &house->crypto,
                                           &house->log};
    int err = cc_settings_open(&settings, &house->settings);
    assert(err == CC_OK);
    house_set(house, "system.open", "true");
    house_set(house, "connect.token", "abcdefghij0123456789");

    if (prepare)
        prepare(house);
    const cc_modules_config_t modules = {
        .task = &house->task,
        .clock = &house->clock,
        .crypto = &house->crypto,
        .net = &house->net,
        .system = &house->system,
        .camera = &house->camera,
        .light = &house->light,
        .http_client = &house->http_client,
        .http_server = &house->http_server,
        .files = &house->files,
        .settings = house->settings,
        .counters = &house->counters,
        .log = &house->log,
        .films = 2,
        .files_missing = "There is no card.",
        .firmware = "house 1",
        .version = "1",
    };
    err = cc_modules_new(&modules, &house->modules);
    assert(err == CC_OK);
    (void)err;
}

void house_start(house_t *house)
{
    int err = cc_modules_start(&house->modules);
    assert(err == CC_OK);
    (void)err;
}

void house_live(house_t *house, uint64_t ms)
{
    cc_fake_task_sleep(&house->fake_task, ms);
}

void house_close(house_t *house)
{
    cc_modules_stop(&house->modules);
    cc_modules_free(&house->modules);
    cc_settings_close(house->settings);
    cc_log_deinit(&house->log);
    assert(house->camera_there.lent == 0);
    assert(house->fake_task.monitors == 0);
    fake_connect_deinit(&house->connect_there);
    cc_fake_store_clear(&house->fake_store);
    cc_fake_files_deinit(&house->disk);
}
