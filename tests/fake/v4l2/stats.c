#include "stats.h"

#include "queue.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum {
    STATS_BYTES_MAX = 2048
};

static int open_file(void)
{
    static int fd = -1;
    static pid_t writer;
    const char *folder = fake_config()->stats_path;
    // A child writes its own.
    if (folder != NULL && writer != getpid()) {
        char path[PATH_MAX];
        writer = getpid();
        int len = snprintf(path, sizeof path, "%s/%d.json", folder, (int)writer);
        fd = len > 0 && (size_t)len < sizeof path
                 ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)
                 : -1;
        if (fd < 0)
            fprintf(stderr, "fake_v4l2: %s cannot be written\n", path);
    }
    return fd;
}

void fake_stats_write_locked(void)
{
    int fd = open_file();
    if (fd < 0)
        return;
    const struct fake_script *script = &fake_camera.script;
    char text[STATS_BYTES_MAX];
    int len = snprintf(
        text, sizeof text,
        "{\"plugged\": %5s, \"number\": %10u, \"commands\": %10u, \"bad_line\": %10u,\n"
        " \"open\": %10u, \"opens\": %10lu, \"unplugs\": %10u, \"streaming\": %5s,"
        " \"streamons\": %10lu,\n"
        " \"delivered\": %10lu, \"dropped\": %10lu, \"failed\": %10lu,\n"
        " \"buffers\": %10u, \"queued\": %10u, \"ready\": %10u, \"mappings\": %10u,\n"
        " \"controls\": {",
        script->plugged ? "true" : "false", script->number, script->lines, script->bad_line,
        fake_camera_used_handles_locked(), fake_camera.counts.opens, script->unplugs,
        fake_camera.streaming ? "true" : "false", fake_camera.counts.streamons,
        fake_camera.counts.delivered, fake_camera.counts.dropped, fake_camera.counts.failed,
        fake_camera.buffer_count,
        fake_queue_count_locked(FAKE_BUFFER_QUEUED) + fake_queue_count_locked(FAKE_BUFFER_FILLING),
        fake_queue_count_locked(FAKE_BUFFER_DONE), fake_queue_mappings());
    int32_t value;
    const char *name;
    for (unsigned n = 0; (name = fake_controls_value_locked(n, &value)) != NULL; n++)
        len += snprintf(text + len, sizeof text - (size_t)len, "%s\"%s\": %6d", n > 0 ? ", " : "",
                        name, value);
    len += snprintf(text + len, sizeof text - (size_t)len, "}}\n");
    if (pwrite(fd, text, (size_t)len, 0) != len)
        fprintf(stderr, "fake_v4l2: the counters cannot be written\n");
}
