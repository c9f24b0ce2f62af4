// Under which names and addresses a client may reach this machine.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "certificates.h"
#include "listener.h"

// Whether a certificate can have it: a host's name or an address.
bool standin_name_is_fine(const char *name);

// Writes localhost, the loopback addresses, the host's name, `more` ("" is nothing) and what
// `listener` listens on (every address of the machine when that is any) into `names`, as many as
// fit; returns how many.
size_t standin_names_find(const standin_listener_t *listener, const char *more,
                          standin_certificate_name_t *names);
