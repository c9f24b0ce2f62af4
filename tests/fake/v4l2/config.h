// What the environment asks of the camera, read once when the library is loaded.
//
// A variable that makes no sense ends the process with a sentence: a test that runs with another
// camera than it asked for proves nothing.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    FAKE_FORMATS_MAX = 3,
    FAKE_SIZES_MAX = 16,
    FAKE_RATES_MAX = 8,
};

struct fake_size {
    unsigned width; // pixels, even
    unsigned height;
};

struct fake_config {
    unsigned number; // N of /dev/videoN
    const char *card;
    const char *driver;
    uint32_t formats[FAKE_FORMATS_MAX]; // V4L2_PIX_FMT_…; the first is the default
    unsigned format_count;
    struct fake_size sizes[FAKE_SIZES_MAX];
    unsigned size_count;
    unsigned rates_hz[FAKE_RATES_MAX]; // the first is the default
    unsigned rate_count;
    const char *control_names; // as given, "" for the usual ones; controls.c reads it
    const char *pictures_path; // folder with JPEG files, NULL = pictures are made
    const char *script_path;   // file with commands, NULL = none
    const char *stats_path;    // folder for the counters, NULL = none
    unsigned quality;          // of the JPEGs made, 1..100
};

// NULL until the environment has been read: other libraries' constructors may run before ours, and
// what they open is passed on untouched.
const struct fake_config *fake_config(void);

// Replaces the sizes by those of the files in the folder of pictures. Called once, under the
// camera's lock, before anything asks for a size.
void fake_config_set_sizes(const struct fake_size *sizes, unsigned count);
