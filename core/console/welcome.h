// The framed lines that tell whoever set the camera up where it is and what comes next: on the
// serial line of a board, on the terminal of a computer. The set-up network's passphrase is in
// them, so they go there and nowhere else. Pure.
//
//     cc_console_welcome(&facts, text);
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *firmware;   // "connectcam 0.1.0"
    const char *page;       // "http://192.168.1.20/"; "" no address yet
    const char *name_page;  // the same by name, "http://workshop.local/"; "" it has none
    const char *setup_ssid; // of the set-up network; "" it is off
    const char *passphrase; // of it
    const char *setup_page; // in it
    bool needs_password;    // set-up is not done
    bool needs_token;       // nothing can be sent to Connect
    bool has_console;       // commands are taken where this is shown
} cc_welcome_t;

#define CC_WELCOME_MAX 1200 // bytes, with NUL

// Returns the length of the lines.
size_t cc_console_welcome(const cc_welcome_t *facts, char out[CC_WELCOME_MAX]);
