// What a kind of sensor can do and how it is told: one table each, found by the sensor's own id.
//
// A step writes the registers of one or more controls that belong together, checks each answer, and
// reads back what matters: the bus to the sensor is a wire of ten centimetres beside a transmitter.
#pragma once

#include <esp_camera.h>
#include <stddef.h>
#include <stdint.h>

#include "port/camera.h"

#define CC_SENSOR_BIT(control) (UINT32_C(1) << CC_CONTROL_##control)

typedef struct {
    cc_size_t size;
    framesize_t framesize; // the driver's name for it
} cc_sensor_size_t;

typedef struct {
    uint32_t controls; // CC_SENSOR_BIT of each that it writes
    int (*write)(sensor_t *sensor, const int32_t want[CC_CONTROL_COUNT]); // 0, or not
} cc_sensor_step_t;

typedef struct {
    uint16_t id;
    const cc_sensor_size_t *sizes;
    size_t n_sizes;
    const cc_sensor_step_t *steps; // in the order of writing
    size_t n_steps;
    void (*ranges)(cc_control_range_t ranges[CC_CONTROL_COUNT]);
    int (*set_size)(sensor_t *sensor, const cc_sensor_size_t *size); // 0, or not
    // Exposure times gain, in units of its own: what settles.
    uint32_t (*exposure)(sensor_t *sensor);
    // After a write that failed: makes driver and sensor agree on where writes go. NULL: they do.
    void (*recover)(sensor_t *sensor);
} cc_sensor_model_t;

extern const cc_sensor_model_t cc_sensor_ov2640;
extern const cc_sensor_model_t cc_sensor_ov3660;
extern const cc_sensor_model_t cc_sensor_ov5640;

// What the sensor was told already.
typedef struct {
    uint32_t known; // CC_SENSOR_BIT of each
    int32_t value[CC_CONTROL_COUNT];
} cc_sensor_told_t;

// NULL: nobody wrote a table for it.
const cc_sensor_model_t *cc_sensor_model(uint16_t id);

// Tells the sensor what it does not know. A step that fails is done once more; if that fails too
// the others are done all the same, and CC_ERR_IO comes back.
int cc_sensor_tell(const cc_sensor_model_t *model, sensor_t *sensor,
                   const int32_t want[CC_CONTROL_COUNT], cc_sensor_told_t *told);

// For the tables.

// Whether the register has these bits now. 0, or not.
int cc_sensor_check(sensor_t *sensor, int reg, int mask, int bits);
// A switch: a present control of false and true.
cc_control_range_t cc_sensor_switch(bool default_value);
cc_control_range_t cc_sensor_range(int32_t min, int32_t max, int32_t default_value);
// The controls that are the same on all of them.
void cc_sensor_common_ranges(cc_control_range_t ranges[CC_CONTROL_COUNT]);
// What the driver writes alike for all of them; what it wrote is to be checked. 0, or not.
int cc_sensor_set_ae_level(sensor_t *sensor, const int32_t want[CC_CONTROL_COUNT]);
int cc_sensor_set_exposure(sensor_t *sensor, const int32_t want[CC_CONTROL_COUNT]);
// `ceiling` as the sensor's own setter takes it.
int cc_sensor_set_gain(sensor_t *sensor, const int32_t want[CC_CONTROL_COUNT], int ceiling);
// Mirror and flip, with half a turn put in.
bool cc_sensor_mirrors(const int32_t want[CC_CONTROL_COUNT]);
bool cc_sensor_flips(const int32_t want[CC_CONTROL_COUNT]);
