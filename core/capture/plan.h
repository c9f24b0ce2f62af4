// When the camera is opened, started, asked for a picture, left alone: decided here, carried out by
// the capture thread. Pure: state and time in, the next step out.
//
//     cc_plan_step_t step = cc_plan_next(&plan, now_ms);
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture/settle.h"

enum {
    CC_PLAN_STALL_MS = 5000,  // a started camera that gives nothing good for so long is opened anew
    CC_PLAN_LINGER_MS = 2000, // a camera that nobody wants any more goes on for so long
    CC_PLAN_RETRY_FIRST_MS = 500, // after a failed open; doubles
    CC_PLAN_RETRY_LAST_MS = 4000, // up to this
    CC_PLAN_POLL_MS = 250,        // a grab waits so long at a time: how soon a change is noticed
    // A camera whose automatic exposure shows in nothing but its pictures is judged by these:
    // how long apart two are measured, since from one frame to the next even an exposure that is
    // far off hardly moves;
    CC_PLAN_JUDGE_MS = 100,
    // how many are dropped unseen after another setting or light: those on their way, and the
    // automatic's answer;
    CC_PLAN_DROP_FRAMES = 3,
    // and for how long at most: after a start, after another setting or light, and for a flash,
    // beyond flash.duration_ms: that is what a person sets.
    CC_PLAN_SETTLE_START_MS = 2000,
    CC_PLAN_SETTLE_CHANGE_MS = 1000,
    CC_PLAN_SETTLE_FLASH_MS = 500,
};

typedef struct {
    // What is.
    bool opened;
    bool started;
    bool stops;           // the camera saves work when stopped
    bool judges;          // pictures tell whether its exposure has settled
    cc_settle_t settle;   // whether it has
    unsigned warmup_left; // pictures to drop unseen before the next one is measured
    uint64_t judge_ms;    // when that is
    unsigned failures;    // opens that failed in a row
    uint64_t retry_ms;    // when to open again
    uint64_t good_ms;     // last good picture, or the start
    uint64_t arrived_ms;  // when the last picture came
    uint32_t period_ms;   // between the last two pictures; 0 not known
    uint64_t used_ms;     // when somebody wanted something last
    uint64_t due_ms;      // when the next live picture is due
    bool lamp_on;         // for the flash
    uint64_t lamp_steady_ms;
    bool lamp_judged; // the exposure has been looked at since it is steady
    // What is wanted.
    unsigned wanted;       // how many wait for one picture
    unsigned wanted_flash; // how many of them with flash
    bool watched;          // live viewers
    uint32_t interval_ms;  // between live pictures
    bool demanded;         // wanted or watched when it was noted last
    bool changed;          // settings to apply
    bool starved;          // too few of the camera's buffers are home
} cc_plan_t;

typedef enum {
    CC_PLAN_WAIT, // for wait_ms, or until something changes
    CC_PLAN_OPEN,
    CC_PLAN_CLOSE, // it stalled
    CC_PLAN_START,
    CC_PLAN_STOP,
    CC_PLAN_APPLY,
    CC_PLAN_LAMP_ON,
    CC_PLAN_LAMP_OFF,
    CC_PLAN_GRAB, // take a picture, waiting wait_ms at most
    CC_PLAN_SKIP, // take one off the queue and drop it
} cc_plan_action_t;

typedef struct {
    cc_plan_action_t action;
    uint32_t wait_ms;
} cc_plan_step_t;

// To be called before each step: time without demand, or without buffers, is not the camera's
// silence.
void cc_plan_note(cc_plan_t *plan, uint64_t now_ms);

cc_plan_step_t cc_plan_next(const cc_plan_t *plan, uint64_t now_ms);

// What happened, told to the plan.
void cc_plan_opened(cc_plan_t *plan, bool stops);
void cc_plan_failed(cc_plan_t *plan,
                    uint64_t now_ms); // an open failed, or an open camera was given up
// No warmup_frames: its pictures are good at once.
void cc_plan_started(cc_plan_t *plan, unsigned warmup_frames, uint64_t now_ms);
void cc_plan_stopped(cc_plan_t *plan);
void cc_plan_skipped(cc_plan_t *plan, uint64_t now_ms);
void cc_plan_published(cc_plan_t *plan, uint64_t now_ms);
// The lamp was switched on for a flash; it is steady wait_ms later. Or it was switched, or a
// setting changed, so that the exposure follows.
void cc_plan_flashed(cc_plan_t *plan, uint32_t wait_ms, uint64_t now_ms);
void cc_plan_light_changed(cc_plan_t *plan, uint64_t now_ms);

// Whether the picture that came now has to be measured before anybody gets it.
bool cc_plan_judges(cc_plan_t *plan, uint64_t now_ms);
// Then: whether it is good. `brightness` is its mean, 0..255; negative: it cannot be measured, and
// such pictures are only counted. One that is not good counts as dropped.
bool cc_plan_judge(cc_plan_t *plan, int brightness, uint64_t now_ms);
// Whether a picture has the flash's light.
bool cc_plan_is_lit(const cc_plan_t *plan, uint64_t begun_ms);
