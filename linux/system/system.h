// The system port on Linux.
#pragma once

#include "port/system.h"

typedef struct cc_linux_system cc_linux_system_t;

// storage: the folder of the settings, copied; its disk is the one that info tells of.
// `restart` is called when a restart is asked for, from any thread, as often as it is asked; it
// must return at once (set a flag, wake the main loop). Errors: CC_ERR_MEMORY.
int cc_linux_system_open(const char *storage, void (*restart)(void *arg), void *arg,
                         cc_linux_system_t **system);

// NULL is fine.
void cc_linux_system_close(cc_linux_system_t *system);

cc_system_t cc_linux_system_port(cc_linux_system_t *system);
