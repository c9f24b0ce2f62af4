#include "notify.h"

#include <systemd/sd-daemon.h>

void cc_linux_notify_ready(void)
{
    sd_notify(0, "READY=1");
}

void cc_linux_notify_status(const char *text)
{
    sd_notifyf(0, "STATUS=%s", text);
}

void cc_linux_notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

uint32_t cc_linux_notify_watchdog_ms(void)
{
    uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) <= 0)
        return 0;
    uint64_t limit_ms = limit_us / 1000u;
    return limit_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)limit_ms;
}

void cc_linux_notify_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}
