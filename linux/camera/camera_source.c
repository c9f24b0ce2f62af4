#include "camera/camera.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/camera_source.h"
#include "util/err.h"

#define SOURCE_MAX 4096 // bytes, as PATH_MAX

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static int refuse(char *reason, size_t reason_cap, const char *what)
{
    snprintf(reason, reason_cap, "%s", what);
    return CC_ERR_ARGUMENT;
}

static int make(const char *text, cc_camera_source_t *source, char *reason, size_t reason_cap)
{
    if (strlen(text) > SOURCE_MAX)
        return refuse(reason, reason_cap, "the camera's name is longer than 4096 bytes");
    if (strcmp(text, "test") == 0)
        return cc_camera_test_make(source);
    if (strcmp(text, "auto") == 0)
        return cc_camera_v4l2_make(NULL, source);
    if (starts_with(text, "/dev/") && text[strlen("/dev/")])
        return cc_camera_v4l2_make(text, source);
    if (starts_with(text, "dir:")) {
        const char *path = text + strlen("dir:");
        if (!*path)
            return refuse(reason, reason_cap,
                          "dir: needs a folder of JPEGs, as in dir:/srv/pictures");
        return cc_camera_dir_make(path, source);
    }
    if (starts_with(text, "http://") || starts_with(text, "https://"))
        return cc_camera_http_make(text, source, reason, reason_cap);
    if (starts_with(text, "exec:")) {
        const char *command = text + strlen("exec:");
        if (is_blank(command))
            return refuse(reason, reason_cap,
                          "exec: needs a command that writes JPEGs, as in \"exec:rpicam-vid -t 0 "
                          "--codec mjpeg -o -\"");
        return cc_camera_exec_make(command, source);
    }
    return refuse(reason, reason_cap,
                  "a camera is one of auto, test, /dev/videoN, /dev/v4l/by-id/NAME, dir:PATH, "
                  "http://…, https://…, exec:COMMAND");
}

int cc_camera_create(const char *text, cc_camera_t **camera, char *reason, size_t reason_cap)
{
    cc_camera_source_t *source = calloc(1, sizeof *source);
    if (!source)
        return CC_ERR_MEMORY;
    int err = make(text, source, reason, reason_cap);
    if (err < 0) {
        free(source);
        return err;
    }
    source->light.ctx = source->port.ctx;
    *camera = &source->port;
    return CC_OK;
}

void cc_camera_destroy(cc_camera_t *camera)
{
    cc_camera_source_t *source = (cc_camera_source_t *)camera;
    if (!source)
        return;
    source->destroy(source->port.ctx);
    free(source);
}

const cc_light_t *cc_camera_light(const cc_camera_t *camera)
{
    const cc_camera_source_t *source = (const cc_camera_source_t *)camera;
    return source->light.set ? &source->light : NULL;
}
