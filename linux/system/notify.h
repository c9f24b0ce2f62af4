// What systemd is told: that the program is up, what it does, that it lives, that it ends.
//
// Without systemd around it (no $NOTIFY_SOCKET) every call does nothing. Any thread.
//
//     uint32_t every_ms = cc_linux_notify_watchdog_ms() / 2;
//     cc_linux_notify_ready();
#pragma once

#include <stdint.h>

// Start-up is done; with Type=notify, units that wait for this one go on.
void cc_linux_notify_ready(void);

// One line that `systemctl status` shows.
void cc_linux_notify_status(const char *text);

// The program ends on purpose.
void cc_linux_notify_stopping(void);

// Milliseconds within which systemd wants to hear cc_linux_notify_alive, or it restarts the
// program; 0: it does not watch. Call it at twice that pace.
uint32_t cc_linux_notify_watchdog_ms(void);
void cc_linux_notify_alive(void);
