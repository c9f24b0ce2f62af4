// A camera whose pictures, troubles and pace a story decides. It runs in fake time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fake/fake_task.h"
#include "port/camera.h"
#include "port/light.h"

enum {
    FAKE_BRIGHTNESS = 128, // what the automatic exposure wants
};

typedef enum {
    FAKE_PICTURE_GOOD,
    FAKE_PICTURE_CUT,
    FAKE_PICTURE_EMPTY,
    FAKE_PICTURE_OF_ANOTHER_SIZE,
    FAKE_PICTURE_GREY,      // 320x240, of data that can be decoded: `brightness`
    FAKE_PICTURE_WITH_EXIF, // a good one with an EXIF segment of its own, behind another one
    FAKE_PICTURES,
} fake_picture_t;

typedef struct {
    cc_fake_task_t *tasks;
    uint32_t rate_hz;
    uint8_t warmup_frames;
    uint8_t buffers;
    bool present; // false: unplugged
    bool stalled; // started, and gives nothing
    bool stops;
    bool turns; // by 180 degrees
    fake_picture_t pictures;
    // At the start, and after another AE level; another one than FAKE_BRIGHTNESS also makes a light
    // that is switched too bright, or the dark too dark.
    uint8_t first_brightness;
    bool flickers; // no two pictures are of the same brightness
    // What happened.
    unsigned opens;
    unsigned starts;
    unsigned grabbed; // pictures handed out
    unsigned skipped;
    unsigned lent; // right now
    bool opened;
    bool started;
    cc_camera_want_t want; // as last asked for
    uint8_t brightness;    // of the last picture
    unsigned light_percent;
    uint64_t lit_ms; // how long the lamp was on, all in all
    uint64_t lit_since_ms;
    uint64_t last_ms; // when the last picture began
} fake_camera_t;

// A camera that works: 320x240 and 800x600, 15 pictures a second, 8 buffers, a lamp.
void fake_camera_init(fake_camera_t *fake, cc_fake_task_t *tasks);
cc_camera_t fake_camera_port(fake_camera_t *fake);
cc_light_t fake_camera_light(fake_camera_t *fake);

// One whole baseline JPEG of 8x8 grey blocks with that size in its header; `out` gets at most 512
// bytes.
size_t fake_jpeg(uint16_t width, uint16_t height, uint8_t out[512]);
// One of 320x240 with all its data: grey from edge to edge.
size_t fake_grey_jpeg(uint8_t brightness, uint8_t out[512]);
