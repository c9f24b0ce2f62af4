#include "system/state_dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

int cc_linux_state_dir(char *out, size_t cap)
{
    const char *systemd = getenv("STATE_DIRECTORY");
    const char *xdg = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int n;
    if (systemd && *systemd) // several are separated by colons; ours is the first
        n = snprintf(out, cap, "%.*s", (int)strcspn(systemd, ":"), systemd);
    else if (xdg && *xdg == '/')
        n = snprintf(out, cap, "%s/connectcam", xdg);
    else if (home && *home)
        n = snprintf(out, cap, "%s/.local/state/connectcam", home);
    else
        return CC_ERR_NOT_FOUND;
    return n >= 0 && (size_t)n < cap ? CC_OK : CC_ERR_SPACE;
}
