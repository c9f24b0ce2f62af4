// Tells the network where the page is: "_http._tcp" with a name and a port, by the Avahi daemon.
//
// Nothing here is an error, because a machine without Avahi or D-Bus is a fine machine: the service
// appears once the daemon does, again after it was restarted, and under "NAME #2" when another
// machine has the name. Avahi's own thread does it; while there is no D-Bus it tries again each
// minute, otherwise it sleeps until something happens.
#pragma once

#include <stdint.h>

typedef struct cc_linux_mdns cc_linux_mdns_t;

// name: for people, at most 63 bytes of UTF-8, copied. port: the page's. NULL when there is no
// memory; the camera works without.
cc_linux_mdns_t *cc_linux_mdns_open(const char *name, uint16_t port);

// Takes the service back and ends the thread. NULL is fine.
void cc_linux_mdns_close(cc_linux_mdns_t *mdns);
