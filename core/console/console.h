// Commands typed on the serial line (or a terminal): help, status, get, set and the rest, and the
// successor firmware's `setwifissid:…;` family, so that old guides work. Secrets are never printed.
//
//     cc_console_run(&console, "set camera.quality 10");
#pragma once

#include "capture/capture.h"
#include "connect/connect.h"
#include "port/clock.h"
#include "port/net.h"
#include "port/system.h"
#include "settings/settings.h"
#include "status/log.h"

typedef struct cc_console {
    const cc_clock_t *clock;
    const cc_net_t *net;
    const cc_system_t *system;
    cc_settings_t *settings;
    cc_capture_t *capture;
    cc_connect_t *connect;
    cc_log_t *log;
    const char *version;
    // Where answers go: whole lines with "\n".
    void (*print)(void *ctx, const char *text);
    void *print_ctx;
} cc_console_t;

// Carries out one line (without its newline) and prints what came of it. May wait for a picture or
// for Connect; one thread at a time.
void cc_console_run(const cc_console_t *console, const char *line);

// The name of command i, in the order of help; NULL behind the last. Static.
const char *cc_console_command(size_t i);
