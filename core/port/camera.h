// A camera: JPEGs in memory of its own, lent out one by one.
//
// All calls come from the capture thread, but for give_back and interrupt, which any thread may
// call. The camera never touches the bytes of a picture between grab and give_back, whatever else
// happens in between: stop, close, open again, an unplug.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint16_t width;  // pixels
    uint16_t height; // pixels
} cc_size_t;

#define CC_CAMERA_SIZES_MAX 32

// What can be turned on a camera. Values are the settings table's: camera.quality is 4..63
// everywhere, and the driver maps it.
typedef enum {
    CC_CONTROL_QUALITY,
    CC_CONTROL_BRIGHTNESS,
    CC_CONTROL_CONTRAST,
    CC_CONTROL_SATURATION,
    CC_CONTROL_AE_LEVEL,
    CC_CONTROL_SHARPNESS,
    CC_CONTROL_HMIRROR,
    CC_CONTROL_VFLIP,
    CC_CONTROL_ROTATION, // degrees; max is the largest of 0, 90, 180, 270 that it can do, step the
                         // distance
    CC_CONTROL_LENS_CORRECTION,
    CC_CONTROL_EXPOSURE_AUTO,
    CC_CONTROL_AWB,
    CC_CONTROL_AWB_GAIN,
    CC_CONTROL_AGC,
    CC_CONTROL_BPC,
    CC_CONTROL_WPC,
    CC_CONTROL_RAW_GAMMA,
    CC_CONTROL_DCW,
    CC_CONTROL_AEC2,
    CC_CONTROL_WB_MODE,
    CC_CONTROL_EXPOSURE,
    CC_CONTROL_GAIN,
    CC_CONTROL_GAIN_CEILING,
    CC_CONTROL_EFFECT,
    CC_CONTROL_XCLK_MHZ,
    CC_CONTROL_TEST_PATTERN,
    CC_CONTROL_COUNT,
} cc_control_t;

typedef struct {
    bool present; // false: the camera lacks it, and its setting is absent
    int32_t min;
    int32_t max;
    int32_t step;          // 0 reads as 1
    int32_t default_value; // the device's own
} cc_control_range_t;

// What a camera is and can do; filled by open.
typedef struct {
    char model[64];        // as the device says it, UTF-8; "" unknown
    char manufacturer[64]; // "" unknown
    char driver[16];       // "V4L2", "test", …: what Connect is told
    char path[128];        // as it was opened; "" none
    cc_size_t sizes[CC_CAMERA_SIZES_MAX];
    size_t n_sizes; // 0: pictures come as they come, camera.resolution is absent
    cc_control_range_t controls[CC_CONTROL_COUNT];
    uint8_t buffers; // pictures that may be lent out at once, >= 3; fewer left stalls the camera
    // First frames after start that are no good yet; then, and after another light or exposure,
    // capture waits until their brightness has settled. 0: pictures are good at once, or the
    // driver itself drops those that are not.
    uint8_t warmup_frames;
    bool stops; // start and stop save work; false: frames cost nothing until grabbed
} cc_camera_traits_t;

// What the user wants of it.
typedef struct {
    cc_size_t size; // one of traits.sizes; 0x0 before they are known: the driver picks
    uint8_t fps;    // 1..30; the driver picks the nearest rate that is not slower
    int32_t control[CC_CONTROL_COUNT]; // only those present count
} cc_camera_want_t;

// One picture on loan. bytes may be followed by padding; len counts what the device delivered.
typedef struct {
    const uint8_t *bytes;
    size_t len;
    size_t room;       // bytes that the driver has for a picture; 0 as many as it takes
    uint64_t begun_ms; // monotonic: when its exposure began, or the latest moment it can have begun
    void *token;       // the driver's own; goes back by give_back
} cc_picture_t;

typedef struct cc_camera {
    void *ctx;
    // Finds the device and learns what it can do. Errors: CC_ERR_NOT_FOUND, CC_ERR_BUSY,
    // CC_ERR_DENIED, CC_ERR_UNSUPPORTED, CC_ERR_NETWORK, CC_ERR_IO. `reason` gets one sentence for
    // people that says what to do, on error only.
    int (*open)(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap);
    // Pictures on loan stay valid; the driver keeps their memory until the last came back.
    void (*close)(void *ctx);
    // Begins to deliver as wanted. CC_ERR_GONE and friends mean: close and open again.
    int (*start)(void *ctx, const cc_camera_want_t *want);
    void (*stop)(void *ctx);
    // Turns controls while it runs or stands. Returns 0, CC_ERR_AGAIN when it takes a stop and a
    // start (another size), or an error.
    int (*apply)(void *ctx, const cc_camera_want_t *want);
    // Waits at most timeout_ms for the next picture. With `skip` it is taken off the queue and
    // dropped: nothing is encoded, *picture stays untouched, 0 is returned. CC_ERR_TIMEOUT: none
    // yet. CC_ERR_FORMAT: one came, and it is broken; go on. Anything else: close and open again.
    int (*grab)(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture);
    void (*give_back)(void *ctx, void *token);
    // Makes a call that waits in another thread return soon with CC_ERR_STOPPED, for good: the
    // program ends.
    void (*interrupt)(void *ctx);
} cc_camera_t;
