// "--set KEY=VALUE": settings for this run, from the command line.
#pragma once

#include "options.h"
#include "settings/settings.h"

// Applies them all or none; nothing is saved. CC_ERR_ARGUMENT with one line on what is right in
// `why`.
int cc_sets_apply(cc_settings_t *settings, const cc_options_t *options, char *why, size_t cap);
