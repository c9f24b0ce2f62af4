// How the camera comes into its Wi-Fi, and back into it: pure decisions over made-up time.
//
//     cc_network_step_t step = cc_network_plan_next(&plan, now_ms);
//     if (step.action == CC_NETWORK_JOIN)
//         …tell the driver…, cc_network_plan_trying(&plan, now_ms);
//
// It goes on for as long as a network is chosen: pauses grow from 1 s to 60 s, and nothing but the
// network itself starts them. The camera is never restarted for it; a driver that does not move any
// more is, seldom.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CC_NETWORK_PAUSE_MS = 1000, // the first one; doubles
    CC_NETWORK_PAUSE_LAST_MS = 60 * 1000,
    // Looking for the network leaves the channel that a guest of our own is on.
    CC_NETWORK_PAUSE_GUESTS_MS = 20 * 1000,
    CC_NETWORK_LEAVING_MS = 2000,  // the driver says much sooner that it left
    CC_NETWORK_TRY_MS = 45 * 1000, // all channels, and two logins at each of three access points
    CC_NETWORK_ADDRESS_SAID_MS = 15 * 1000, // from then on a missing address is said
    CC_NETWORK_ADDRESS_MS = 60 * 1000,      // from then on another access point is tried
    CC_NETWORK_STEADY_MS = 30 * 1000,       // a connection that lasted so long was a good one
    CC_NETWORK_WEAK_DBM = -82,              // below, frames are lost in numbers
    CC_NETWORK_KEY_WRONG = 2,   // logins that failed in a row, for a password that never worked
    CC_NETWORK_KEY_CHANGED = 5, // and for one that did
    CC_NETWORK_STUCK = 3,       // tries that the driver never ended: it is restarted
    CC_NETWORK_FAILURES = 20,   // failures in a row after which it is restarted on suspicion
    CC_NETWORK_RESTART_MS = 5 * 60 * 1000, // between two restarts; doubles
    CC_NETWORK_RESTART_LAST_MS = 60 * 60 * 1000,
};

typedef enum {
    CC_JOIN_OFF,     // no network is chosen
    CC_JOIN_PAUSE,   // between two tries
    CC_JOIN_TRYING,  // looking for it, logging in
    CC_JOIN_ADDRESS, // in it, without an address yet
    CC_JOIN_UP,
} cc_join_state_t;

// What the driver says of a try that ended, or of a connection that did.
typedef enum {
    CC_CAUSE_NOT_FOUND, // nobody of this name answered
    CC_CAUSE_KEY,       // the login or the key exchange failed
    CC_CAUSE_SECURITY,  // a kind of security that this camera does not have
    CC_CAUSE_REFUSED,   // the access point said no
    CC_CAUSE_GONE,      // it was there, and is silent now
    CC_CAUSE_OTHER,
} cc_join_cause_t;

// Why there is no network, as far as one can know.
typedef enum {
    CC_FAULT_NONE,
    CC_FAULT_NOT_FOUND, // never yet
    CC_FAULT_AWAY,      // we were in it, and cannot find it now
    CC_FAULT_PASSWORD,
    CC_FAULT_SECURITY,
    CC_FAULT_REFUSED,
    CC_FAULT_WEAK, // out of reach
    CC_FAULT_LOST,
    CC_FAULT_ADDRESS, // in the network, which gives no address
    CC_FAULT_DRIVER,
} cc_join_fault_t;

typedef struct {
    cc_join_state_t state;
    cc_join_fault_t fault; // of the last try, or of the connection that was lost; NONE once up
    uint64_t since_ms;     // of state
    uint64_t until_ms;     // CC_JOIN_PAUSE: the next try
    uint64_t restart_ms;   // the driver is not restarted before
    uint32_t restart_pause_ms;
    unsigned failures;     // in a row
    unsigned key_failures; // in a row
    unsigned stuck;        // tries in a row that the driver never ended
    bool proven;           // the password got us in since it was chosen
    bool guests;           // somebody is connected to our own network
    bool leaving;          // a pause that ends when the driver has left what was before
    bool suspicious;       // the driver is due for a restart
    int8_t rssi_dbm;       // the last that was heard of the network; 0 nothing yet
} cc_network_plan_t;

typedef enum {
    CC_NETWORK_WAIT,    // wait_ms; UINT64_MAX: until something happens
    CC_NETWORK_JOIN,    // then cc_network_plan_trying, or …_ended with CC_CAUSE_OTHER
    CC_NETWORK_LEAVE,   // this leads nowhere; then cc_network_plan_gave_up
    CC_NETWORK_RESTART, // the driver, from the ground; then cc_network_plan_restarted
} cc_network_action_t;

typedef struct {
    cc_network_action_t action;
    uint64_t wait_ms;
} cc_network_step_t;

cc_network_step_t cc_network_plan_next(const cc_network_plan_t *plan, uint64_t now_ms);

// Another network or password was chosen, or none. The driver is told to leave where it is.
void cc_network_plan_choose(cc_network_plan_t *plan, bool chosen, uint64_t now_ms);
// The driver was told to leave, and to try again after that, because there is something better, or
// to do first: no fault of the network's.
void cc_network_plan_change(cc_network_plan_t *plan, uint64_t now_ms);
// The driver tries from now on.
void cc_network_plan_trying(cc_network_plan_t *plan, uint64_t now_ms);
// The driver says that we are in.
void cc_network_plan_joined(cc_network_plan_t *plan, uint64_t now_ms);
// A try or a connection ended. rssi_dbm: of the access point, 0 unknown. random: any 32 bits.
void cc_network_plan_ended(cc_network_plan_t *plan, cc_join_cause_t cause, int8_t rssi_dbm,
                           uint64_t now_ms, uint32_t random);
// There is an address (static ones count), or there is none any more.
void cc_network_plan_address(cc_network_plan_t *plan, bool there, uint64_t now_ms);
// The signal, while connected.
void cc_network_plan_heard(cc_network_plan_t *plan, int8_t rssi_dbm);
// CC_NETWORK_LEAVE was carried out.
void cc_network_plan_gave_up(cc_network_plan_t *plan, uint64_t now_ms, uint32_t random);
// CC_NETWORK_RESTART was carried out.
void cc_network_plan_restarted(cc_network_plan_t *plan, uint64_t now_ms);

// Whether what is wrong should be told to people now: a missing address takes its time.
bool cc_network_plan_in_trouble(const cc_network_plan_t *plan, uint64_t now_ms);

#define CC_NETWORK_SENTENCE_MAX 256

// What is wrong and what to do, for people; "" where nothing is. ssid: as text.
void cc_network_sentence(cc_join_fault_t fault, const char *ssid, char *out, size_t cap);
