// The status LED: what it tells, and when it changes. Pure; a timer carries it out.
//
// It is on and off for the same time each, and that time is the message, as the users of the older
// firmware know it: 400 ms set-up only, 800 ms connecting, 4 s connected, 100 ms trouble.
//
//     cc_led_step_t step = cc_led_step(state, now_ms - state_began_ms);
//     switch_led(step.on); call_me_in(step.wait_ms);
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    CC_LED_OFF,
    CC_LED_SETUP,      // only the set-up network is there
    CC_LED_CONNECTING, // looking for the network
    CC_LED_CONNECTED,
    CC_LED_TROUBLE, // the camera does not work, or a factory reset waits to be confirmed
} cc_led_state_t;

typedef struct {
    bool trouble;    // the camera is failing or gone, or joining a network needs people
    bool network_up; // there is an address
    bool has_ssid;   // a network to join was chosen, or there is a cable
} cc_led_facts_t;

// Which state tells that. Trouble comes first: a person at the board sees it before the page does.
cc_led_state_t cc_led_state(const cc_led_facts_t *facts);

typedef struct {
    bool on;
    uint32_t wait_ms; // until it changes; 0: it stays so
} cc_led_step_t;

// The LED `age_ms` after its state began. It begins with on.
cc_led_step_t cc_led_step(cc_led_state_t state, uint64_t age_ms);
