// Where a program's state lives when nobody says: $STATE_DIRECTORY (systemd's), else below
// $XDG_STATE_HOME, else below ~/.local/state (XDG base directory specification).
#pragma once

#include <stddef.h>

// Errors: CC_ERR_NOT_FOUND when there is no home, CC_ERR_SPACE.
int cc_linux_state_dir(char *out, size_t cap);
