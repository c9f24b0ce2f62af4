// Under which names and addresses a client may reach this machine.
#pragma once

#include "certificates.h"
#include "listener.h"

// Writes localhost, the loopback addresses, the host's name and what `listener` listens on (every
// address of the machine when that is any) into `names`, as many as fit; returns how many.
size_t standin_names_find(const standin_listener_t *listener, standin_certificate_name_t *names);
