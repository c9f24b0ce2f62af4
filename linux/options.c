#include "options.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"

const char cc_options_help[] =
    "connectcam: a camera for Prusa Connect\n"
    "\n"
    "  connectcam [OPTION]…\n"
    "  connectcam devices\n"
    "  connectcam timelapse export DAY -o FILE [--fps N] [--state DIR]\n"
    "\n"
    "  --camera SRC        test             a moving picture made here (the default)\n"
    "                      auto             whichever webcam there is\n"
    "                      /dev/…           this one; connectcam devices lists them\n"
    "                      dir:PATH         the JPEGs of a folder, over and over\n"
    "                      http(s)://…      a camera that serves a JPEG\n"
    "                      exec:COMMAND     JPEGs one after another on its output\n"
    "  --listen ADDR:PORT  where the page is; *:8080 is the default\n"
    "  --more-ports        a taken port moves on to the next free one\n"
    "  --state DIR         where the settings are kept\n"
    "  --set KEY=VALUE     a setting for this run; KEY=@FILE takes it from a file\n"
    "  --console           take commands from the terminal; help shows them\n"
    "  --log-level LEVEL   error, warning, info or debug\n"
    "  --version, --help\n"
    "\n"
    "man connectcam tells more.\n";

// The value of --name VALUE or --name=VALUE at argv[*i]; NULL when argv[*i] is another option.
// *missing is set when the value is.
static const char *value_of(int argc, char *const argv[], int *i, const char *name, bool *missing)
{
    size_t len = strlen(name);
    const char *argument = argv[*i];
    if (!argument || strncmp(argument, name, len) != 0 || (argument[len] && argument[len] != '='))
        return NULL;
    if (argument[len] == '=')
        return argument + len + 1;
    if (*i + 1 < argc)
        return argv[++*i];
    *missing = true;
    return NULL;
}

static int add_set(cc_options_t *options, const char *set, char *why, size_t cap)
{
    if (!strchr(set, '=') || *set == '=') {
        snprintf(why, cap, "--set takes KEY=VALUE, as in --set camera.quality=10");
        return CC_ERR_ARGUMENT;
    }
    if (options->n_sets == CC_OPTIONS_SETS_MAX) {
        snprintf(why, cap, "--set can be given %d times at most", CC_OPTIONS_SETS_MAX);
        return CC_ERR_ARGUMENT;
    }
    options->sets[options->n_sets++] = set;
    return CC_OK;
}

static int set_log_level(cc_options_t *options, const char *level, char *why, size_t cap)
{
    static const char *const sets[] = {
        "system.log_level=error",
        "system.log_level=warning",
        "system.log_level=info",
        "system.log_level=debug",
    };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (strcmp(strchr(sets[i], '=') + 1, level) == 0)
            return add_set(options, sets[i], why, cap);
    snprintf(why, cap, "--log-level takes error, warning, info or debug");
    return CC_ERR_ARGUMENT;
}

int cc_options_read(int argc, char *const argv[], cc_options_t *options, char *why, size_t cap)
{
    cc_options_t read = {.camera = "test"};
    cc_linux_http_listen_parse("*:8080", &read.listen);

    for (int i = 1; i < argc; i++) {
        bool missing = false;
        const char *value;
        int err = CC_OK;
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            read.show_help = true;
        } else if (strcmp(argv[i], "--version") == 0) {
            read.show_version = true;
        } else if (strcmp(argv[i], "--more-ports") == 0) {
            read.more_ports = true;
        } else if (strcmp(argv[i], "--console") == 0) {
            read.console = true;
        } else if ((value = value_of(argc, argv, &i, "--camera", &missing))) {
            read.camera = value;
        } else if ((value = value_of(argc, argv, &i, "--state", &missing))) {
            read.state = value;
            if (!*value) {
                snprintf(why, cap, "--state takes a folder");
                err = CC_ERR_ARGUMENT;
            }
        } else if ((value = value_of(argc, argv, &i, "--set", &missing))) {
            err = add_set(&read, value, why, cap);
        } else if ((value = value_of(argc, argv, &i, "--log-level", &missing))) {
            err = set_log_level(&read, value, why, cap);
        } else if ((value = value_of(argc, argv, &i, "--listen", &missing))) {
            err = cc_linux_http_listen_parse(value, &read.listen);
            if (err < 0)
                snprintf(why, cap,
                         "--listen takes ADDR:PORT, as in 127.0.0.1:8080, [::1]:8080 or *:8080");
        } else {
            snprintf(why, cap,
                     missing ? "%s needs a value; --help shows which"
                             : "there is no option %s; --help shows all",
                     argv[i]);
            err = CC_ERR_ARGUMENT;
        }
        if (err < 0)
            return err;
    }
    *options = read;
    return CC_OK;
}
