// Chosen by the build where libsystemd is missing.
#include "notify.h"

void cc_linux_notify_ready(void)
{
}

void cc_linux_notify_status(const char *text)
{
    (void)text;
}

void cc_linux_notify_stopping(void)
{
}

uint32_t cc_linux_notify_watchdog_ms(void)
{
    return 0;
}

void cc_linux_notify_alive(void)
{
}
