#include "network/plan.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

static void enter(cc_network_plan_t *plan, cc_join_state_t state, uint64_t now_ms)
{
    plan->state = state;
    plan->since_ms = now_ms;
}

static uint64_t passed_ms(const cc_network_plan_t *plan, uint64_t now_ms)
{
    return now_ms > plan->since_ms ? now_ms - plan->since_ms : 0;
}

static cc_network_step_t wait_until(uint64_t then_ms, uint64_t now_ms)
{
    return (cc_network_step_t){CC_NETWORK_WAIT, then_ms - now_ms};
}

cc_network_step_t cc_network_plan_next(const cc_network_plan_t *plan, uint64_t now_ms)
{
    switch (plan->state) {
    case CC_JOIN_OFF:
    case CC_JOIN_UP:
        break;
    case CC_JOIN_PAUSE:
        if (now_ms < plan->until_ms)
            return wait_until(plan->until_ms, now_ms);
        if (plan->suspicious && now_ms >= plan->restart_ms)
            return (cc_network_step_t){CC_NETWORK_RESTART, 0};
        return (cc_network_step_t){CC_NETWORK_JOIN, 0};
    case CC_JOIN_TRYING:
    case CC_JOIN_ADDRESS: {
        uint64_t limit_ms =
            plan->state == CC_JOIN_TRYING ? CC_NETWORK_TRY_MS : CC_NETWORK_ADDRESS_MS;
        if (passed_ms(plan, now_ms) < limit_ms)
            return wait_until(plan->since_ms + limit_ms, now_ms);
        return (cc_network_step_t){CC_NETWORK_LEAVE, 0};
    }
    }
    return (cc_network_step_t){CC_NETWORK_WAIT, UINT64_MAX};
}

// Doubles with each failure and is spread over its upper half, so that a house full of cameras does
// not call in the same moment when the power comes back.
static uint64_t pause_ms(const cc_network_plan_t *plan, uint32_t random)
{
    uint64_t wait_ms = CC_NETWORK_PAUSE_MS;
    for (unsigned i = 1; i < plan->failures && wait_ms < CC_NETWORK_PAUSE_LAST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > CC_NETWORK_PAUSE_LAST_MS)
        wait_ms = CC_NETWORK_PAUSE_LAST_MS;
    if (plan->guests && wait_ms < CC_NETWORK_PAUSE_GUESTS_MS)
        wait_ms = CC_NETWORK_PAUSE_GUESTS_MS;
    return wait_ms / 2 + random % (wait_ms / 2 + 1);
}

static void pause(cc_network_plan_t *plan, uint64_t now_ms, uint32_t random)
{
    plan->failures++;
    if (plan->failures % CC_NETWORK_FAILURES == 0 || plan->stuck >= CC_NETWORK_STUCK)
        plan->suspicious = true;
    enter(plan, CC_JOIN_PAUSE, now_ms);
    plan->until_ms = now_ms + pause_ms(plan, random);
}

static bool is_with_driver(const cc_network_plan_t *plan)
{
    return plan->state != CC_JOIN_OFF && plan->state != CC_JOIN_PAUSE;
}

void cc_network_plan_choose(cc_network_plan_t *plan, bool chosen, uint64_t now_ms)
{
    bool leaving = is_with_driver(plan) || plan->leaving;
    // how often the driver may be restarted does not depend on what people choose
    *plan = (cc_network_plan_t){
        .state = chosen ? CC_JOIN_PAUSE : CC_JOIN_OFF,
        .since_ms = now_ms,
        .until_ms = leaving ? now_ms + CC_NETWORK_LEAVING_MS : now_ms,
        .leaving = leaving,
        .restart_ms = plan->restart_ms,
        .restart_pause_ms = plan->restart_pause_ms,
        .guests = plan->guests,
    };
}

void cc_network_plan_change(cc_network_plan_t *plan, uint64_t now_ms)
{
    if (!is_with_driver(plan))
        return;
    enter(plan, CC_JOIN_PAUSE, now_ms);
    plan->until_ms = now_ms + CC_NETWORK_LEAVING_MS;
    plan->leaving = true;
}

void cc_network_plan_trying(cc_network_plan_t *plan, uint64_t now_ms)
{
    plan->leaving = false;
    enter(plan, CC_JOIN_TRYING, now_ms);
}

void cc_network_plan_joined(cc_network_plan_t *plan, uint64_t now_ms)
{
    if (plan->state == CC_JOIN_OFF)
        return;
    plan->proven = true;
    plan->key_failures = 0;
    plan->stuck = 0;
    if (plan->state != CC_JOIN_UP)
        enter(plan, CC_JOIN_ADDRESS, now_ms);
}

static bool is_weak(int8_t rssi_dbm)
{
    return rssi_dbm < CC_NETWORK_WEAK_DBM; // 0, unknown, is not
}

static cc_join_fault_t fault_of(const cc_network_plan_t *plan, cc_join_cause_t cause,
                                bool connected)
{
    bool weak = is_weak(plan->rssi_dbm);
    switch (cause) {
    case CC_CAUSE_NOT_FOUND:
        if (weak)
            return CC_FAULT_WEAK;
        return plan->proven ? CC_FAULT_AWAY : CC_FAULT_NOT_FOUND;
    case CC_CAUSE_KEY:
        // A key exchange fails through lost frames too. A wrong password fails each time, and never
        // worked; once may be chance, and nothing is said of it.
        if (weak)
            return CC_FAULT_WEAK;
        if (connected)
            return CC_FAULT_LOST;
        if (plan->key_failures >= (plan->proven ? CC_NETWORK_KEY_CHANGED : CC_NETWORK_KEY_WRONG))
            return CC_FAULT_PASSWORD;
        return plan->proven ? CC_FAULT_LOST : CC_FAULT_NONE;
    case CC_CAUSE_SECURITY:
        return CC_FAULT_SECURITY;
    case CC_CAUSE_REFUSED:
        return connected ? CC_FAULT_LOST : CC_FAULT_REFUSED;
    case CC_CAUSE_GONE:
    case CC_CAUSE_OTHER:
        break;
    }
    return weak ? CC_FAULT_WEAK : CC_FAULT_LOST;
}

void cc_network_plan_ended(cc_network_plan_t *plan, cc_join_cause_t cause, int8_t rssi_dbm,
                           uint64_t now_ms, uint32_t random)
{
    if (!is_with_driver(plan)) { // the echo of our own leaving
        if (plan->leaving && plan->until_ms > now_ms)
            plan->until_ms = now_ms;
        plan->leaving = false;
        return;
    }
    bool connected = plan->state == CC_JOIN_UP || plan->state == CC_JOIN_ADDRESS;
    bool steady = plan->state == CC_JOIN_UP && passed_ms(plan, now_ms) >= CC_NETWORK_STEADY_MS;
    if (rssi_dbm < 0 && rssi_dbm > -127)
        plan->rssi_dbm = rssi_dbm;
    if (cause == CC_CAUSE_KEY && !connected)
        plan->key_failures++;
    plan->stuck = 0;
    plan->fault = fault_of(plan, cause, connected);
    if (cause == CC_CAUSE_NOT_FOUND)
        plan->rssi_dbm = 0; // once it was "out of reach"; from the next time on it is not there
    if (steady)
        plan->failures = 0;
    pause(plan, now_ms, random);
}

void cc_network_plan_address(cc_network_plan_t *plan, bool there, uint64_t now_ms)
{
    if (there && plan->state == CC_JOIN_ADDRESS) {
        enter(plan, CC_JOIN_UP, now_ms);
        plan->fault = CC_FAULT_NONE;
        plan->suspicious = false;
    } else if (!there && plan->state == CC_JOIN_UP) {
        if (passed_ms(plan, now_ms) >= CC_NETWORK_STEADY_MS)
            plan->failures = 0;
        enter(plan, CC_JOIN_ADDRESS, now_ms);
    }
}

void cc_network_plan_heard(cc_network_plan_t *plan, int8_t rssi_dbm)
{
    plan->rssi_dbm = rssi_dbm;
}

void cc_network_plan_gave_up(cc_network_plan_t *plan, uint64_t now_ms, uint32_t random)
{
    if (plan->state == CC_JOIN_TRYING) {
        plan->stuck++;
        plan->fault = CC_FAULT_DRIVER;
    } else {
        plan->fault = CC_FAULT_ADDRESS;
    }
    pause(plan, now_ms, random);
}

void cc_network_plan_restarted(cc_network_plan_t *plan, uint64_t now_ms)
{
    uint64_t pause_ms = 2 * (uint64_t)plan->restart_pause_ms;
    if (pause_ms < CC_NETWORK_RESTART_MS)
        pause_ms = CC_NETWORK_RESTART_MS;
    if (pause_ms > CC_NETWORK_RESTART_LAST_MS)
        pause_ms = CC_NETWORK_RESTART_LAST_MS;
    plan->restart_pause_ms = (uint32_t)pause_ms;
    plan->restart_ms = now_ms + pause_ms;
    plan->suspicious = false;
    plan->stuck = 0;
    if (plan->state == CC_JOIN_OFF)
        return;
    enter(plan, CC_JOIN_PAUSE, now_ms);
    plan->until_ms = now_ms;
}

bool cc_network_plan_in_trouble(const cc_network_plan_t *plan, uint64_t now_ms)
{
    if (plan->state == CC_JOIN_ADDRESS)
        return plan->fault != CC_FAULT_NONE ||
               passed_ms(plan, now_ms) >= CC_NETWORK_ADDRESS_SAID_MS;
    return plan->state != CC_JOIN_OFF && plan->fault != CC_FAULT_NONE;
}

void cc_network_sentence(cc_join_fault_t fault, const char *ssid, char *out, size_t cap)
{
    switch (fault) {
    case CC_FAULT_NONE:
        out[0] = '\0';
        break;
    case CC_FAULT_NOT_FOUND:
        snprintf(out, cap,
                 "No Wi-Fi network \"%s\" is in reach. Is the name right? This camera needs "
                 "2.4 GHz; it cannot see networks that are 5 GHz only.",
                 ssid);
        break;
    case CC_FAULT_AWAY:
        snprintf(out, cap,
                 "\"%s\" cannot be found at the moment. Is the router on? It is tried again by "
                 "itself.",
                 ssid);
        break;
    case CC_FAULT_PASSWORD:
        snprintf(out, cap, "\"%s\" does not take the Wi-Fi password. Enter it again.", ssid);
        break;
    case CC_FAULT_SECURITY:
        snprintf(out, cap,
                 "\"%s\" asks for other security. Is the password missing? This camera takes "
                 "WPA2 and WPA3 with a password, and networks without one.",
                 ssid);
        break;
    case CC_FAULT_REFUSED:
        snprintf(out, cap,
                 "\"%s\" did not let the camera in. It is tried again by itself; are too many "
                 "devices in it, or is this one locked out in the router?",
                 ssid);
        break;
    case CC_FAULT_WEAK:
        snprintf(out, cap,
                 "\"%s\" is out of reach or nearly so. Move the camera or the router, or turn "
                 "the antenna.",
                 ssid);
        break;
    case CC_FAULT_LOST:
        snprintf(out, cap, "The connection to \"%s\" was lost. It is tried again by itself.", ssid);
        break;
    case CC_FAULT_ADDRESS:
        snprintf(out, cap,
                 "\"%s\" let the camera in but gives it no address. Is DHCP on in the router?",
                 ssid);
        break;
    case CC_FAULT_DRIVER:
        snprintf(out, cap,
                 "The camera's radio does not answer. It is started anew by itself; if that does "
                 "not help, take the power off for a moment.");
        break;
    }
    cc_text_mend_cut(out);
}
