#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "names.h"
#include "text.h"
#include "util/err.h"

enum {
    PACE_S_MAX = 3600
};

const char standin_options_help[] =
    "connect-standin: a Prusa Connect of one's own, for cameras and their tests\n"
    "\n"
    "  --listen ADDR:PORT  where the API is, over TLS (127.0.0.1:8443)\n"
    "  --page ADDR:PORT    where the page is, over plain HTTP (127.0.0.1:8480)\n"
    "  --state DIR         where keys and known cameras are kept\n"
    "                      ($STATE_DIRECTORY, else $XDG_STATE_HOME/connect-standin,\n"
    "                      else ~/.local/state/connect-standin)\n"
    "  --name NAME         one more name or address that clients reach it by, for its certificate\n"
    "  --ca-out FILE       writes its CA's certificate there too\n"
    "  --pace SECONDS      the least time between two snapshots of a camera; 0 = any (9)\n"
    "  --fault SPEC        what goes wrong next, e.g. 'status=503 x2,reset=middle'\n"
    "  --version           prints the version\n"
    "  --help              prints this\n"
    "\n"
    "Port 0 is any free one; a taken port moves on to the next. man connect-standin tells more.\n";

__attribute__((format(printf, 3, 4))) static int wrong(char *why, size_t why_size,
                                                       const char *format, ...)
{
    char sentence[STANDIN_WHY_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    standin_text_copy(why, why_size, sentence);
    return CC_ERR_ARGUMENT;
}

static int join(char *to, size_t to_size, const char *folder, const char *rest)
{
    int len = snprintf(to, to_size, "%s%s", folder, rest);
    return len < 0 || (size_t)len >= to_size ? CC_ERR_SPACE : CC_OK;
}

static int default_state(char *state, size_t state_size)
{
    const char *folder = getenv("STATE_DIRECTORY");
    if (folder && folder[0])
        return join(state, state_size, folder, "");
    folder = getenv("XDG_STATE_HOME");
    if (folder && folder[0] == '/') // the XDG specification ignores what is relative
        return join(state, state_size, folder, "/connect-standin");
    folder = getenv("HOME");
    if (folder && folder[0])
        return join(state, state_size, folder, "/.local/state/connect-standin");
    return CC_ERR_NOT_FOUND;
}

static int read_option(int option, const char *value, standin_options_t *options, char *why,
                       size_t why_size)
{
    static standin_script_t script; // large, and only looked at here
    char sentence[STANDIN_WHY_SIZE];
    int64_t pace_s;

    switch (option) {
    case 'l':
    case 'p':
        if (standin_endpoint_parse(value, option == 'l' ? &options->listen : &options->page) < 0)
            return wrong(why, why_size,
                         "%s is ADDR:PORT, e.g. 127.0.0.1:8443 or [::1]:8443; '%.60s' is not",
                         option == 'l' ? "--listen" : "--page", value);
        return CC_OK;
    case 's':
        if (!value[0] || join(options->state, sizeof options->state, value, "") < 0)
            return wrong(why, why_size, "--state is the path of a folder");
        return CC_OK;
    case 'c':
        if (!value[0])
            return wrong(why, why_size, "--ca-out is the path of a file");
        options->ca_out = value;
        return CC_OK;
    case 'n':
        if (!standin_name_is_fine(value))
            return wrong(why, why_size, "--name is a host's name or address, without a port");
        options->name = value;
        return CC_OK;
    case 'r':
        if (standin_text_number(value, 0, PACE_S_MAX, &pace_s) < 0)
            return wrong(why, why_size, "--pace is seconds from 0 to %d", PACE_S_MAX);
        options->pace_ms = pace_s * 1000;
        return CC_OK;
    case 'f':
        options->fault = value;
        if (standin_script_parse(value, &script, sentence, sizeof sentence) < 0)
            return wrong(why, why_size, "--fault: %s", sentence);
        return CC_OK;
    case 'v':
        options->version = true;
        return CC_OK;
    case 'h':
        options->help = true;
        return CC_OK;
    default:
        return wrong(why, why_size, "see --help for the options there are");
    }
}

int standin_options_parse(int argc, char **argv, standin_options_t *options, char *why,
                          size_t why_size)
{
    static const struct option known[] = {
        {"listen", required_argument, NULL, 'l'}, {"page", required_argument, NULL, 'p'},
        {"state", required_argument, NULL, 's'},  {"name", required_argument, NULL, 'n'},
        {"ca-out", required_argument, NULL, 'c'}, {"pace", required_argument, NULL, 'r'},
        {"fault", required_argument, NULL, 'f'},  {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    standin_options_t found = {
        .listen = {"127.0.0.1", 8443},
        .page = {"127.0.0.1", 8480},
        .name = "",
        .fault = "none",
        .pace_ms = STANDIN_PACE_MS,
    };
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "+:", known, NULL)) != -1) {
        if (option == ':')
            return wrong(why, why_size, "%.60s needs a value; see --help", argv[optind - 1]);
        if (option == '?')
            return wrong(why, why_size, "'%.60s' is no option; see --help", argv[optind - 1]);
        int err = read_option(option, optarg, &found, why, why_size);
        if (err < 0)
            return err;
    }
    if (optind < argc)
        return wrong(why, why_size, "'%.60s' belongs to no option; see --help", argv[optind]);
    if (!found.state[0] && !found.help && !found.version &&
        default_state(found.state, sizeof found.state) < 0)
        return wrong(why, why_size, "there is no home folder: name the state folder with --state");
    *options = found;
    return CC_OK;
}
