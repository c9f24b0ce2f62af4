// The Wi-Fi networks that a look around found, as people choose among them: each name once, by its
// strongest access point, the strongest first. Pure.
#pragma once

#include <stddef.h>

#include "port/net.h"

// Adds one to a list of `n`, within `max`; what is weaker than all of a full list is left out, and
// so is one that hides its name. Returns the new n.
size_t cc_found_add(cc_wifi_network_t *list, size_t n, size_t max, const cc_wifi_network_t *one);
