// A camera that ran an older firmware keeps its settings: read once, at the first start of ours,
// from where the older one left them in NVS, which is never changed (core/settings/older_blob.h
// knows what is in it). A mark in our own store says that it was done; it stays through a factory
// reset.
#pragma once

#include "port/store.h"
#include "settings/settings.h"
#include "status/log.h"

// After the store and the settings were opened and the board's settings are known, before anything
// reads them. Never fails: what cannot be taken over is said in the log, and tried again at the
// next start where that helps.
void cc_esp32_older_take_over(const cc_store_t *store, cc_settings_t *settings, cc_log_t *log);
