#include "modules/modules.h"

#include "util/err.h"

static int new_stream(const cc_modules_config_t *config, cc_modules_t *modules)
{
    const cc_stream_config_t stream = {
        .task = config->task,
        .clock = config->clock,
        .settings = config->settings,
        .counters = config->counters,
        .server = config->http_server,
    };
    return cc_stream_new(&stream, &modules->stream);
}

static int new_capture(const cc_modules_config_t *config, cc_modules_t *modules)
{
    const cc_capture_config_t capture = {
        .task = config->task,
        .clock = config->clock,
        .camera = config->camera,
        .light = config->light,
        .settings = config->settings,
        .counters = config->counters,
        .log = config->log,
        .on_frame = cc_stream_on_frame,
        .on_frame_ctx = modules->stream,
        .firmware = config->firmware,
    };
    int err = cc_capture_new(&capture, &modules->capture);
    if (err == CC_OK)
        cc_stream_set_capture(modules->stream, modules->capture);
    return err;
}

static int new_connect(const cc_modules_config_t *config, cc_modules_t *modules)
{
    const cc_connect_config_t connect = {
        .task = config->task,
        .clock = config->clock,
        .crypto = config->crypto,
        .net = config->net,
        .http = config->http_client,
        .capture = modules->capture,
        .settings = config->settings,
        .counters = config->counters,
        .log = config->log,
        .firmware = config->firmware,
    };
    return cc_connect_new(&connect, &modules->connect);
}

static int new_timelapse(const cc_modules_config_t *config, cc_modules_t *modules)
{
    const cc_timelapse_config_t timelapse = {
        .task = config->task,
        .clock = config->clock,
        .files = config->files,
        .server = config->http_server,
        .capture = modules->capture,
        .settings = config->settings,
        .counters = config->counters,
        .log = config->log,
        .films = config->films,
        .missing = config->files_missing,
    };
    return config->files ? cc_timelapse_new(&timelapse, &modules->timelapse) : CC_OK;
}

static int new_fetch(const cc_modules_config_t *config, cc_modules_t *modules)
{
    const cc_fetch_config_t fetch = {
        .task = config->task,
        .http = config->fetch_client,
        .update = config->update,
        .system = config->system,
        .settings = config->settings,
        .log = config->log,
    };
    return config->update ? cc_fetch_new(&fetch, &modules->fetch) : CC_OK;
}

static int new_web(const cc_modules_config_t *config, cc_modules_t *modules)
{
    const cc_web_config_t web = {
        .task = config->task,
        .clock = config->clock,
        .crypto = config->crypto,
        .net = config->net,
        .system = config->system,
        .update = config->update,
        .fetch = modules->fetch,
        .settings = config->settings,
        .capture = modules->capture,
        .connect = modules->connect,
        .stream = modules->stream,
        .timelapse = modules->timelapse,
        .counters = config->counters,
        .log = config->log,
        .version = config->version,
    };
    return cc_web_new(&web, &modules->web);
}

int cc_modules_new(const cc_modules_config_t *config, cc_modules_t *modules)
{
    // each needs those before it
    static int (*const steps[])(const cc_modules_config_t *config, cc_modules_t *modules) = {
        new_stream, new_capture, new_connect, new_timelapse, new_fetch, new_web,
    };
    int err = CC_OK;
    *modules = (cc_modules_t){0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && err == CC_OK; i++)
        err = steps[i](config, modules);
    return err;
}

int cc_modules_start(const cc_modules_t *modules)
{
    int err = cc_capture_start(modules->capture);
    if (err == CC_OK)
        err = cc_connect_start(modules->connect);
    if (err == CC_OK && modules->timelapse)
        err = cc_timelapse_start(modules->timelapse);
    return err;
}

void cc_modules_stop(const cc_modules_t *modules)
{
    if (modules->stream)
        cc_stream_stop(modules->stream);
    if (modules->connect)
        cc_connect_stop(modules->connect);
    if (modules->capture)
        cc_capture_stop(modules->capture);
    if (modules->timelapse)
        cc_timelapse_stop(modules->timelapse);
}

void cc_modules_free(cc_modules_t *modules)
{
    cc_web_free(modules->web);
    cc_fetch_free(modules->fetch);
    cc_timelapse_free(modules->timelapse);
    cc_connect_free(modules->connect);
    cc_stream_free(modules->stream);
    cc_capture_free(modules->capture);
    *modules = (cc_modules_t){0};
}
