#include "timelapse_command.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/files.h"
#include "system/state_dir.h"
#include "timelapse/film.h"
#include "timelapse/shelf.h"
#include "util/err.h"
#include "util/text.h"

#define USAGE "connectcam timelapse export DAY -o FILE [--fps N] [--state DIR]"

enum {
    EXIT_USAGE = 2,
    BUFFER_BYTES = 256 * 1024,
};

typedef struct {
    cc_day_t day;
    const char *output; // "-": stdout
    const char *state;  // NULL: the default folder
    int32_t fps;
} wish_t;

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "connectcam: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

static bool read_wish(int argc, char *const argv[], wish_t *wish)
{
    *wish = (wish_t){.fps = CC_FILM_FPS};
    if (argc < 3 || strcmp(argv[1], "export") != 0 || !cc_day_read(argv[2], &wish->day))
        return false;
    for (int i = 3; i < argc; i += 2) {
        if (i + 1 == argc)
            return false;
        if (strcmp(argv[i], "-o") == 0)
            wish->output = argv[i + 1];
        else if (strcmp(argv[i], "--state") == 0)
            wish->state = argv[i + 1];
        else if (strcmp(argv[i], "--fps") != 0 || cc_text_to_int(argv[i + 1], &wish->fps) < 0)
            return false;
    }
    return wish->output && wish->fps >= 1 && wish->fps <= CC_FILM_FPS_MAX;
}

static int write_film(cc_film_t *film, FILE *out)
{
    uint8_t *buffer = malloc(BUFFER_BYTES);
    int n = buffer ? CC_OK : CC_ERR_MEMORY;
    for (uint64_t at = 0; n >= 0 && at < film->avi.len; at += (unsigned)n) {
        n = cc_film_read(film, at, buffer, BUFFER_BYTES);
        if (n >= 0 && fwrite(buffer, 1, (size_t)n, out) != (size_t)n)
            n = errno == ENOSPC ? CC_ERR_DISK_FULL : CC_ERR_IO;
    }
    free(buffer);
    if (n >= 0 && fflush(out) != 0)
        n = errno == ENOSPC ? CC_ERR_DISK_FULL : CC_ERR_IO;
    return n < 0 ? n : CC_OK;
}

// Half a film is none; but a device or a pipe stays.
static void remove_half(const char *path)
{
    struct stat about;
    if (lstat(path, &about) == 0 && S_ISREG(about.st_mode))
        unlink(path);
}

static int export_film(const wish_t *wish, cc_film_t *film)
{
    bool is_stdout = strcmp(wish->output, "-") == 0;
    FILE *out = is_stdout ? stdout : fopen(wish->output, "wbe");
    if (!out)
        return fail(wish->output, strerror(errno));
    int err = write_film(film, out);
    if (!is_stdout) {
        if (fclose(out) != 0 && err == CC_OK)
            err = CC_ERR_IO;
        if (err < 0)
            remove_half(wish->output);
    }
    return err < 0 ? fail(wish->output, cc_err_text(err)) : EXIT_SUCCESS;
}

static int open_film(const wish_t *wish, const cc_files_t *files, cc_film_t *film)
{
    cc_shelf_t shelf;
    cc_kept_t *pictures;
    uint32_t n;
    int err = cc_shelf_init(&shelf, files);
    if (err == CC_OK)
        err = cc_shelf_pictures(&shelf, wish->day, &pictures, &n);
    cc_shelf_deinit(&shelf);
    if (err == CC_OK)
        err = cc_film_open(film, files, wish->day, pictures, n, (uint32_t)wish->fps);
    return err;
}

int cc_timelapse_command(int argc, char *const argv[])
{
    wish_t wish;
    char dir[PATH_MAX], what[PATH_MAX + 64], day[CC_DAY_TEXT_MAX];
    cc_linux_files_t *linux_files;
    cc_film_t film;
    if (!read_wish(argc, argv, &wish)) {
        fputs("connectcam: " USAGE "\n", stderr);
        return EXIT_USAGE;
    }
    if (wish.state)
        snprintf(dir, sizeof dir, "%s", wish.state);
    else if (cc_linux_state_dir(dir, sizeof dir) < 0)
        return fail("timelapse", "there is no home folder; name one with --state DIR");
    if (cc_linux_files_open(dir, CC_LINUX_TIMELAPSE, &linux_files) < 0)
        return fail("timelapse", cc_err_text(CC_ERR_MEMORY));
    const cc_files_t files = cc_linux_files_port(linux_files);
    cc_day_text(wish.day, day);
    int err = open_film(&wish, &files, &film);
    int status = EXIT_FAILURE;
    if (err == CC_OK) {
        status = export_film(&wish, &film);
        cc_film_close(&film);
    } else {
        snprintf(what, sizeof what, "no film of %s from %s", day, dir);
        fail(what, err == CC_ERR_NOT_FOUND ? "there are no pictures" : cc_err_text(err));
    }
    cc_linux_files_close(linux_files);
    return status;
}
