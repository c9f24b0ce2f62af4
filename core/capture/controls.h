// The settings of a camera and the controls it has: which belong together.
#pragma once

#include "frame/turn.h"
#include "port/camera.h"
#include "settings/settings.h"

// Tells settings what this camera has: ranges, defaults, sizes; the rest becomes absent. A rotation
// that it lacks is ours.
void cc_controls_publish(cc_settings_t *settings, const cc_camera_traits_t *traits, bool has_light);

// What the settings ask of it now, and what is left for us: how to turn what it gives.
void cc_controls_want(cc_settings_t *settings, const cc_camera_traits_t *traits,
                      cc_camera_want_t *want, cc_turn_t *turn);

// Whether a change of these settings concerns the camera.
bool cc_controls_concern(const cc_setting_ids_t *changed);
