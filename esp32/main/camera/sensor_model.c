#include "camera/sensor_model.h"

#include "util/err.h"

const cc_sensor_model_t *cc_sensor_model(uint16_t id)
{
    static const cc_sensor_model_t *const models[] = {
        &cc_sensor_ov2640,
        &cc_sensor_ov3660,
        &cc_sensor_ov5640,
    };
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        if (models[i]->id == id)
            return models[i];
    return NULL;
}

static bool knows(const cc_sensor_told_t *told, const cc_sensor_step_t *step, const int32_t *want)
{
    for (int control = 0; control < CC_CONTROL_COUNT; control++) {
        uint32_t bit = UINT32_C(1) << control;
        if ((step->controls & bit) &&
            (!(told->known & bit) || told->value[control] != want[control]))
            return false;
    }
    return true;
}

static void note(cc_sensor_told_t *told, const cc_sensor_step_t *step, const int32_t *want)
{
    for (int control = 0; control < CC_CONTROL_COUNT; control++)
        if (step->controls & UINT32_C(1) << control)
            told->value[control] = want[control];
    told->known |= step->controls;
}

int cc_sensor_tell(const cc_sensor_model_t *model, sensor_t *sensor,
                   const int32_t want[CC_CONTROL_COUNT], cc_sensor_told_t *told)
{
    int err = CC_OK;
    for (size_t i = 0; i < model->n_steps; i++) {
        const cc_sensor_step_t *step = &model->steps[i];
        if (knows(told, step, want))
            continue;
        int failed = step->write(sensor, want);
        if (failed) {
            if (model->recover)
                model->recover(sensor);
            failed = step->write(sensor, want);
        }
        if (failed) {
            told->known &= ~step->controls;
            err = CC_ERR_IO;
        } else {
            note(told, step, want);
        }
    }
    return err;
}

int cc_sensor_check(sensor_t *sensor, int reg, int mask, int bits)
{
    return sensor->get_reg(sensor, reg, mask) == bits ? 0 : -1;
}

cc_control_range_t cc_sensor_switch(bool default_value)
{
    return cc_sensor_range(0, 1, default_value);
}

cc_control_range_t cc_sensor_range(int32_t min, int32_t max, int32_t default_value)
{
    return (cc_control_range_t){
        .present = true, .min = min, .max = max, .step = 1, .default_value = default_value};
}

void cc_sensor_common_ranges(cc_control_range_t ranges[CC_CONTROL_COUNT])
{
    ranges[CC_CONTROL_QUALITY] = cc_sensor_range(4, 63, 12);
    ranges[CC_CONTROL_HMIRROR] = cc_sensor_switch(false);
    ranges[CC_CONTROL_VFLIP] = cc_sensor_switch(false);
    ranges[CC_CONTROL_LENS_CORRECTION] = cc_sensor_switch(true);
    ranges[CC_CONTROL_EXPOSURE_AUTO] = cc_sensor_switch(true);
    ranges[CC_CONTROL_AWB] = cc_sensor_switch(true);
    ranges[CC_CONTROL_AGC] = cc_sensor_switch(true);
    ranges[CC_CONTROL_WPC] = cc_sensor_switch(true);
    ranges[CC_CONTROL_RAW_GAMMA] = cc_sensor_switch(true);
    ranges[CC_CONTROL_AEC2] = cc_sensor_switch(false);
    ranges[CC_CONTROL_WB_MODE] = cc_sensor_range(0, 4, 0);
    ranges[CC_CONTROL_EXPOSURE] = cc_sensor_range(0, 1200, 300);
    ranges[CC_CONTROL_EFFECT] = cc_sensor_range(0, 6, 0);
    ranges[CC_CONTROL_TEST_PATTERN] = cc_sensor_switch(false);
}

int cc_sensor_set_ae_level(sensor_t *sensor, const int32_t want[CC_CONTROL_COUNT])
{
    return sensor->set_ae_level(sensor, (int)want[CC_CONTROL_AE_LEVEL]);
}

int cc_sensor_set_exposure(sensor_t *sensor, const int32_t want[CC_CONTROL_COUNT])
{
    bool is_auto = want[CC_CONTROL_EXPOSURE_AUTO];
    int err = sensor->set_exposure_ctrl(sensor, is_auto);
    if (!err)
        err = sensor->set_aec2(sensor, want[CC_CONTROL_AEC2] != 0);
    if (!err && !is_auto)
        err = sensor->set_aec_value(sensor, (int)want[CC_CONTROL_EXPOSURE]);
    return err;
}

int cc_sensor_set_gain(sensor_t *sensor, const int32_t want[CC_CONTROL_COUNT], int ceiling)
{
    bool is_auto = want[CC_CONTROL_AGC];
    int err = sensor->set_gain_ctrl(sensor, is_auto);
    if (!err)
        err = sensor->set_gainceiling(sensor, (gainceiling_t)ceiling);
    if (!err && !is_auto)
        err = sensor->set_agc_gain(sensor, (int)want[CC_CONTROL_GAIN]);
    return err;
}

bool cc_sensor_mirrors(const int32_t want[CC_CONTROL_COUNT])
{
    return (want[CC_CONTROL_HMIRROR] != 0) != (want[CC_CONTROL_ROTATION] == 180);
}

bool cc_sensor_flips(const int32_t want[CC_CONTROL_COUNT])
{
    return (want[CC_CONTROL_VFLIP] != 0) != (want[CC_CONTROL_ROTATION] == 180);
}
