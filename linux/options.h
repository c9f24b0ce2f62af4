// The command line. Pure but for files that "--set key=@FILE" names.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "http/http_listen.h"

#define CC_OPTIONS_SETS_MAX 64

typedef struct {
    const char *camera; // SRC
    cc_linux_http_listen_t listen;
    const char *state;                     // NULL: the default folder
    const char *sets[CC_OPTIONS_SETS_MAX]; // "key=value"
    size_t n_sets;
    bool console;    // commands from the terminal
    bool more_ports; // a taken port moves on to the next free one
    bool show_help;
    bool show_version;
} cc_options_t;

// Reads argv. CC_ERR_ARGUMENT with one line on what is right in `why`.
int cc_options_read(int argc, char *const argv[], cc_options_t *options, char *why, size_t cap);

extern const char cc_options_help[];
