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
    const cc_stream_config_t stream = {&house->task, &house->clock, house->settings,
                                       &house->counters, &house->http_server};
    err = cc_stream_new(&stream, &house->stream);
    assert(err == CC_OK);
    const cc_capture_config_t capture = {
        .task = &house->task,
        .clock = &house->clock,
        .camera = &house->camera,
        .light = &house->light,
        .settings = house->settings,
        .counters = &house->counters,
        .log = &house->log,
        .on_frame = cc_stream_on_frame,
        .on_frame_ctx = house->stream,
        .firmware = "house 1",
    };
    err = cc_capture_new(&capture, &house->capture);
    assert(err == CC_OK);
    cc_stream_set_capture(house->stream, house->capture);
    const cc_connect_config_t connect = {
        .task = &house->task,
        .clock = &house->clock,
        .crypto = &house->crypto,
        .net = &house->net,
        .http = &house->http_client,
        .capture = house->capture,
        .settings = house->settings,
        .counters = &house->counters,
        .log = &house->log,
        .firmware = "house 1",
    };
    err = cc_connect_new(&connect, &house->connect);
    assert(err == CC_OK);
    const cc_timelapse_config_t timelapse = {
        .task = &house->task,
        .clock = &house->clock,
        .files = &house->files,
        .server = &house->http_server,
        .capture = house->capture,
        .settings = house->settings,
        .counters = &house->counters,
        .log = &house->log,
        .films = 2,
        .missing = "There is no card.",
    };
    err = cc_timelapse_new(&timelapse, &house->timelapse);
    assert(err == CC_OK);
    const cc_web_config_t web = {
        .task = &house->task,
        .clock = &house->clock,
        .crypto = &house->crypto,
        .net = &house->net,
        .system = &house->system,
        .settings = house->settings,
        .capture = house->capture,
        .connect = house->connect,
        .stream = house->stream,
        .timelapse = house->timelapse,
        .counters = &house->counters,
        .log = &house->log,
        .version = "1",
    };
    err = cc_web_new(&web, &house->web);
    assert(err == CC_OK);
    (void)err;
}

void house_start(house_t *house)
{
    int err = cc_capture_start(house->capture);
    assert(err == CC_OK);
    err = cc_connect_start(house->connect);
    assert(err == CC_OK);
    err = cc_timelapse_start(house->timelapse);
    assert(err == CC_OK);
    (void)err;
}

void house_live(house_t *house, uint64_t ms)
{
    cc_fake_task_sleep(&house->fake_task, ms);
}

void house_close(house_t *house)
{
    cc_stream_stop(house->stream);
    cc_connect_stop(house->connect);
    cc_capture_stop(house->capture);
    cc_timelapse_stop(house->timelapse);
    cc_web_free(house->web);
    cc_timelapse_free(house->timelapse);
    cc_connect_free(house->connect);
    cc_stream_free(house->stream);
    cc_capture_free(house->capture);
    cc_settings_close(house->settings);
    cc_log_deinit(&house->log);
    assert(house->camera_there.lent == 0);
    assert(house->fake_task.monitors == 0);
    fake_connect_deinit(&house->connect_there);
    cc_fake_store_clear(&house->fake_store);
    cc_fake_files_deinit(&house->disk);
}
