// The command line.
//
//     standin_options_t options;
//     char why[STANDIN_WHY_SIZE];
//     if (standin_options_parse(argc, argv, &options, why, sizeof why) < 0)
//         puts(why);
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faults.h"
#include "listener.h"

typedef struct {
    standin_endpoint_t listen;
    standin_endpoint_t page;
    char state[PATH_MAX];
    const char *name;   // "" = no more than it knows itself; of argv
    const char *ca_out; // NULL = only the state folder's ca.pem; of argv
    const char *fault;  // a script that standin_script_parse takes; of argv
    int64_t pace_ms;    // 0 = any pace
    bool help;          // nothing else counts then
    bool version;       // the same
} standin_options_t;

// Reads the command line and, for the state folder's default, the environment. Main thread only.
// Errors: CC_ERR_ARGUMENT with one sentence in `why` that says what is right.
int standin_options_parse(int argc, char **argv, standin_options_t *options, char *why,
                          size_t why_size);

// What --help prints.
extern const char standin_options_help[];
