// The wall clock: SNTP sets it, and the C library is told the time zone.
//
// The time is known once it was set (system/clock.h); a restart without a loss of power keeps it.
#pragma once

// Takes the settings' server and zone, from now on; both are copied. Called again when they change.
// Returns whether the zone is one (CC_ERR_NOT_FOUND: UTC is used).
int cc_esp32_time_set(const char *ntp_server, const char *timezone);

// The network is there: asks at once. SNTP by itself would go on with the pauses that it made while
// nobody could be reached.
void cc_esp32_time_network_up(void);
