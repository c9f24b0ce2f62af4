// The net port on Linux: the interface that the default route leads through, or else the first one
// that is up. Everything is read anew at each call (a few small files of /proc and /sys), so a
// cable that changes hands is seen. It has no state; scan is NULL, because Wi-Fi is the system's to
// set up.
#pragma once

#include "port/net.h"

cc_net_t cc_linux_net_port(void);
