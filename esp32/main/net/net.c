#include "net/net.h"

#include <esp_eth.h>
#include <esp_event.h>
#include <esp_mac.h>
#include <esp_netif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mdns.h"
#include "net/time.h"
#include "net/wanted.h"
#include "net/wifi.h"
#include "network/plan.h"
#include "network/roam.h"
#include "util/err.h"
#include "util/text.h"

enum {
    // Its depth is in the log (a line and vsnprintf, 1.2 KB) below esp_wifi_set_config (1.5 KB).
    STACK = 5 * 1024,
    TICK_MS = 1000,
    ANSWER_LEAVES_MS = 1000, // a change over the network that it ends: the answer goes out first
    SCAN_WAIT_MS = 30 * 1000,
    SCAN_TRIES = 10,
    SCAN_AGAIN_MS = 200,
    EVENTS_MAX = 8,
    ROAM_MAX = 12, // access points of one name that are compared
};

typedef enum {
    ETHERNET,
    STATION,
    INTERFACES
} interface_t;

// What an interface has.
typedef struct {
    esp_netif_t *netif; // NULL: not there (yet)
    bool ipv4;
    bool ipv6;
} link_t;

typedef struct {
    cc_wifi_network_t *networks;
    size_t max;
    int result;
    bool asked;
    bool done;
} scan_t;

struct cc_esp32_net {
    cc_esp32_net_config_t config;
    cc_monitor_t *monitor; // guards all down to the line
    cc_thread_t *thread;
    cc_wifi_event_t events[EVENTS_MAX];
    size_t n_events;
    link_t links[INTERFACES];
    bool ipv4_came[INTERFACES]; // since the thread looked last
    uint64_t apply_ms;          // the settings changed: read them anew then; 0 they did not
    bool join_again;
    bool rename;
    bool set_time;
    scan_t scan;
    cc_monitor_t *scan_turn; // one scan at a time
    bool scanning;           // guarded by scan_turn
    cc_net_info_t info;
    cc_esp32_net_state_t state;
    // The line: the thread's own.
    cc_wanted_t wanted;
    cc_network_plan_t plan;
    cc_roam_t roam;
    cc_roam_candidate_t nearer; // where to go next
    bool has_nearer;
    uint64_t heard_ms;
    cc_access_point_t access_point;
    bool access_point_on;
    bool access_point_failed; // said in the log
    cc_access_point_way_in_t way_in;
    bool was_up;
    char told_address[sizeof((cc_net_info_t *)0)->ipv6]; // in the log
    cc_join_fault_t told;                                // in the log
};

static const char *const if_keys[INTERFACES] = {"ETH_DEF", "WIFI_STA_DEF"};

static void enter(cc_esp32_net_t *net)
{
    cc_enter(net->config.task, net->monitor);
}

static void leave(cc_esp32_net_t *net)
{
    cc_leave(net->config.task, net->monitor);
}

static uint64_t now(const cc_esp32_net_t *net)
{
    return cc_clock_now(net->config.clock);
}

static uint32_t random_bits(const cc_esp32_net_t *net)
{
    uint32_t bits = 0;
    net->config.crypto->random(net->config.crypto->ctx, (uint8_t *)&bits, sizeof bits);
    return bits;
}

// What ESP-IDF's event task tells.

static void on_wifi(void *ctx, const cc_wifi_event_t *event)
{
    cc_esp32_net_t *net = ctx;
    enter(net);
    // A full list loses the oldest: what is the case now is in the newest.
    if (net->n_events == EVENTS_MAX) {
        memmove(net->events, net->events + 1, (EVENTS_MAX - 1) * sizeof *net->events);
        net->n_events--;
    }
    net->events[net->n_events++] = *event;
    if (event->kind == CC_WIFI_ENDED)
        net->links[STATION].ipv4 = net->links[STATION].ipv6 = false;
    cc_notify_all(net->config.task, net->monitor);
    leave(net);
}

static link_t *link_of(cc_esp32_net_t *net, const esp_netif_t *netif)
{
    for (int i = 0; i < INTERFACES; i++) {
        if (!net->links[i].netif)
            net->links[i].netif = esp_netif_get_handle_from_ifkey(if_keys[i]);
        if (net->links[i].netif && net->links[i].netif == netif)
            return &net->links[i];
    }
    return NULL;
}

static bool is_reachable(const esp_ip6_addr_t *address)
{
    esp_ip6_addr_type_t type = esp_netif_ip6_get_addr_type((esp_ip6_addr_t *)address);
    return type == ESP_IP6_ADDR_IS_GLOBAL || type == ESP_IP6_ADDR_IS_UNIQUE_LOCAL;
}

static void on_address(void *ctx, esp_event_base_t base, int32_t id, void *data)
{
    cc_esp32_net_t *net = ctx;
    (void)base;
    enter(net);
    if (id == IP_EVENT_STA_GOT_IP || id == IP_EVENT_ETH_GOT_IP) {
        link_t *link = link_of(net, ((const ip_event_got_ip_t *)data)->esp_netif);
        if (link) {
            link->ipv4 = true;
            net->ipv4_came[link - net->links] = true;
        }
    } else if (id == IP_EVENT_GOT_IP6) {
        const ip_event_got_ip6_t *event = data;
        link_t *link = link_of(net, event->esp_netif);
        if (link && is_reachable(&event->ip6_info.ip))
            link->ipv6 = true;
    } else if (id == IP_EVENT_STA_LOST_IP) {
        net->links[STATION].ipv4 = false;
    } else if (id == IP_EVENT_ETH_LOST_IP) {
        net->links[ETHERNET].ipv4 = false;
    }
    cc_notify_all(net->config.task, net->monitor);
    leave(net);
}

// Ethernet begins by itself (net/ethernet.h); what it is to be called and how it comes to its
// address must be said between its start and its link. It starts before our thread does.
static void on_ethernet(void *ctx, esp_event_base_t base, int32_t id, void *data)
{
    cc_esp32_net_t *net = ctx;
    esp_netif_t *netif = esp_netif_get_handle_from_ifkey(if_keys[ETHERNET]);
    (void)base;
    (void)data;
    if (!netif)
        return;
    if (id == ETHERNET_EVENT_START) {
        esp_netif_set_hostname(netif, net->wanted.hostname);
        cc_wanted_set_address(&net->wanted, netif);
    } else if (id == ETHERNET_EVENT_DISCONNECTED) {
        enter(net);
        net->links[ETHERNET].ipv4 = net->links[ETHERNET].ipv6 = false;
        cc_notify_all(net->config.task, net->monitor);
        leave(net);
    }
}

// What changes.

static void settings_changed(void *ctx, const cc_setting_ids_t *changed)
{
    static const cc_setting_t joins[] = {
        CC_SETTING_NETWORK_WIFI_SSID, CC_SETTING_NETWORK_WIFI_PASSWORD, CC_SETTING_NETWORK_DHCP,
        CC_SETTING_NETWORK_IP,        CC_SETTING_NETWORK_NETMASK,       CC_SETTING_NETWORK_GATEWAY,
        CC_SETTING_NETWORK_DNS1,      CC_SETTING_NETWORK_DNS2,
    };
    cc_esp32_net_t *net = ctx;
    bool join = false;
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++)
        join |= cc_setting_ids_has(changed, joins[i]);
    bool rename = cc_setting_ids_has(changed, CC_SETTING_NETWORK_HOSTNAME);
    bool time = cc_setting_ids_has(changed, CC_SETTING_NETWORK_NTP_SERVER) ||
                cc_setting_ids_has(changed, CC_SETTING_NETWORK_TIMEZONE);
    if (!join && !rename && !time && !cc_setting_ids_has(changed, CC_SETTING_NETWORK_AP))
        return;
    enter(net);
    net->apply_ms = now(net) + ANSWER_LEAVES_MS;
    net->join_again |= join;
    net->rename |= rename;
    net->set_time |= time;
    cc_notify_all(net->config.task, net->monitor);
    leave(net);
}

static void set_time(cc_esp32_net_t *net)
{
    char server[254], timezone[65];
    cc_settings_text(net->config.settings, CC_SETTING_NETWORK_NTP_SERVER, server, sizeof server);
    cc_settings_text(net->config.settings, CC_SETTING_NETWORK_TIMEZONE, timezone, sizeof timezone);
    if (cc_esp32_time_set(server, timezone) < 0)
        cc_log(net->config.log, CC_LOG_WARNING, "network",
               "The time zone \"%s\" is none that this camera knows; it uses UTC.", timezone);
}

static void publish_name(cc_esp32_net_t *net)
{
    if (cc_esp32_mdns_publish(net->wanted.hostname, net->config.port) < 0)
        cc_log(net->config.log, CC_LOG_WARNING, "network",
               "The name %s.local could not be told to the network: out of memory.",
               net->wanted.hostname);
}

static void say_bad_address(cc_esp32_net_t *net)
{
    if (*net->wanted.address_problem)
        cc_log(net->config.log, CC_LOG_WARNING, "network",
               "The fixed address cannot be used, the network is asked for one. %s",
               net->wanted.address_problem);
}

static void apply_settings(cc_esp32_net_t *net)
{
    enter(net);
    bool due = net->apply_ms && now(net) >= net->apply_ms;
    bool join = due && net->join_again, rename = due && net->rename, time = due && net->set_time;
    if (due) {
        net->apply_ms = 0;
        net->join_again = net->rename = net->set_time = false;
    }
    esp_netif_t *ethernet = net->links[ETHERNET].netif;
    leave(net);
    if (!due)
        return;
    cc_wanted_read(net->config.settings, &net->wanted);
    if (rename)
        publish_name(net);
    if (time) {
        set_time(net);
        if (net->was_up)
            cc_esp32_time_network_up();
    }
    if (!join)
        return;
    say_bad_address(net);
    if (ethernet)
        cc_wanted_set_address(&net->wanted, ethernet);
    if (!net->config.has_wifi)
        return;
    net->has_nearer = false;
    cc_esp32_wifi_leave();
    cc_network_plan_choose(&net->plan, net->wanted.target.ssid_len > 0, now(net));
    net->told = CC_FAULT_NONE;
}

// Joining.

static void take_events(cc_esp32_net_t *net)
{
    cc_wifi_event_t events[EVENTS_MAX];
    enter(net);
    size_t n = net->n_events;
    memcpy(events, net->events, n * sizeof *events);
    net->n_events = 0;
    leave(net);
    for (size_t i = 0; i < n; i++) {
        if (events[i].kind == CC_WIFI_JOINED) {
            cc_network_plan_joined(&net->plan, now(net));
            cc_roam_joined(&net->roam, now(net));
            net->heard_ms = 0;
        } else {
            cc_network_plan_ended(&net->plan, events[i].cause, events[i].rssi_dbm, now(net),
                                  random_bits(net));
        }
    }
}

static void join(cc_esp32_net_t *net)
{
    const cc_roam_candidate_t *only = net->has_nearer ? &net->nearer : NULL;
    esp_netif_t *station = net->links[STATION].netif;
    esp_netif_set_hostname(station, net->wanted.hostname);
    cc_wanted_set_address(&net->wanted, station);
    net->has_nearer = false; // once: where it fails, any access point will do
    cc_network_plan_trying(&net->plan, now(net));
    if (cc_esp32_wifi_join(&net->wanted.target, only) < 0)
        cc_network_plan_ended(&net->plan, CC_CAUSE_OTHER, 0, now(net), random_bits(net));
}

static void restart_driver(cc_esp32_net_t *net)
{
    cc_log(net->config.log, CC_LOG_WARNING, "network", "The radio's driver is restarted.");
    if (cc_esp32_wifi_restart() < 0)
        cc_log(net->config.log, CC_LOG_ERROR, "network", "The radio does not start again.");
    net->access_point_on = false;
    cc_network_plan_restarted(&net->plan, now(net));
}

static void carry_out_plan(cc_esp32_net_t *net)
{
    switch (cc_network_plan_next(&net->plan, now(net)).action) {
    case CC_NETWORK_WAIT:
        break;
    case CC_NETWORK_JOIN:
        join(net);
        break;
    case CC_NETWORK_LEAVE:
        cc_esp32_wifi_leave();
        cc_network_plan_gave_up(&net->plan, now(net), random_bits(net));
        break;
    case CC_NETWORK_RESTART:
        restart_driver(net);
        break;
    }
}

// Looks for a nearer access point, and goes there.
static void look_for_better(cc_esp32_net_t *net, const cc_wifi_signal_t *signal)
{
    cc_roam_candidate_t found[ROAM_MAX];
    int n = cc_esp32_wifi_look(&net->wanted.target, found, ROAM_MAX);
    int best = cc_roam_choose(&net->roam, found, n > 0 ? (size_t)n : 0, signal->bssid, now(net));
    if (best < 0)
        return;
    cc_log(net->config.log, CC_LOG_INFO, "network",
           "The signal is weak (%d dBm); a nearer access point of \"%s\" has %d dBm.",
           cc_roam_signal(&net->roam), net->wanted.ssid, found[best].rssi_dbm);
    net->nearer = found[best];
    net->has_nearer = true;
    cc_esp32_wifi_leave();
    cc_network_plan_change(&net->plan, now(net));
}

static void listen_to_signal(cc_esp32_net_t *net)
{
    cc_wifi_signal_t signal;
    bool connected = net->plan.state == CC_JOIN_UP || net->plan.state == CC_JOIN_ADDRESS;
    if (!connected || now(net) < net->heard_ms + CC_ROAM_SAMPLE_MS ||
        !cc_esp32_wifi_signal(&signal))
        return;
    net->heard_ms = now(net);
    cc_roam_heard(&net->roam, signal.rssi_dbm);
    cc_network_plan_heard(&net->plan, cc_roam_signal(&net->roam));
    const uint8_t *b = signal.bssid;
    enter(net);
    net->info.rssi_dbm = signal.rssi_dbm;
    snprintf(net->info.bssid, sizeof net->info.bssid, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1],
             b[2], b[3], b[4], b[5]);
    leave(net);
    if (net->plan.state == CC_JOIN_UP && cc_roam_wants_look(&net->roam, now(net)))
        look_for_better(net, &signal);
}

static void look_after_access_point(cc_esp32_net_t *net, bool up)
{
    unsigned guests = net->access_point_on ? cc_esp32_access_point_guests() : 0;
    // Ethernet has the same time to be there as a network that is chosen.
    bool chosen = net->wanted.target.ssid_len > 0 || net->config.has_ethernet;
    bool on = cc_access_point_look(&net->access_point, net->wanted.access_point, chosen, up, guests,
                                   now(net));
    net->plan.guests = guests > 0;
    if (on == net->access_point_on)
        return;
    if (!on) {
        cc_esp32_access_point_stop();
        cc_log(net->config.log, CC_LOG_INFO, "network", "The set-up network is closed.");
    } else {
        int err = cc_esp32_access_point_start(&net->way_in);
        if (err < 0 && !net->access_point_failed)
            cc_log(net->config.log, CC_LOG_ERROR, "network",
                   "The set-up network cannot be opened (%s); it is tried again each second.",
                   cc_err_text(err));
        net->access_point_failed = err < 0;
        if (err < 0)
            return;
        cc_log(net->config.log, CC_LOG_INFO, "network",
               "The set-up network \"%s\" is open: the page is " CC_ACCESS_POINT_URL
               " and the passphrase on the serial line.",
               net->way_in.name);
    }
    net->access_point_on = on;
}

static void serve_scan(cc_esp32_net_t *net)
{
    enter(net);
    bool asked = net->scan.asked;
    cc_wifi_network_t *networks = net->scan.networks;
    size_t max = net->scan.max;
    net->scan.asked = false;
    leave(net);
    if (!asked)
        return;
    // The driver does one thing at a time, and a person waits for this one.
    if (net->plan.state == CC_JOIN_TRYING) {
        cc_esp32_wifi_leave();
        cc_network_plan_change(&net->plan, now(net));
    }
    int result = cc_esp32_wifi_scan(networks, max);
    for (int i = 0; i < SCAN_TRIES && result == CC_ERR_BUSY; i++) { // it has not left yet
        enter(net);
        cc_wait(net->config.task, net->monitor, SCAN_AGAIN_MS);
        leave(net);
        result = cc_esp32_wifi_scan(networks, max);
    }
    enter(net);
    net->scan.done = true;
    net->scan.result = result;
    cc_notify_all(net->config.task, net->monitor);
    leave(net);
}

// What there is now, for those who ask.

static void describe_addresses(const link_t *link, cc_net_info_t *info)
{
    esp_netif_ip_info_t ip;
    esp_ip6_addr_t ipv6[CONFIG_LWIP_IPV6_NUM_ADDRESSES];
    uint8_t mac[6];
    const esp_ip6_addr_t *best = NULL;
    info->ipv4[0] = info->ipv6[0] = '\0';
    if (esp_netif_get_mac(link->netif, mac) == ESP_OK)
        snprintf(info->mac, sizeof info->mac, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
                 mac[2], mac[3], mac[4], mac[5]);
    if (link->ipv4 && esp_netif_get_ip_info(link->netif, &ip) == ESP_OK)
        snprintf(info->ipv4, sizeof info->ipv4, IPSTR, IP2STR(&ip.ip));
    int n = link->ipv6 ? esp_netif_get_all_ip6(link->netif, ipv6) : 0;
    for (int i = 0; i < n; i++) {
        bool global = esp_netif_ip6_get_addr_type(&ipv6[i]) == ESP_IP6_ADDR_IS_GLOBAL;
        if (is_reachable(&ipv6[i]) && (!best || global))
            best = &ipv6[i];
    }
    if (best)
        snprintf(info->ipv6, sizeof info->ipv6, IPV6STR, IPV62STR(*best));
}

static bool has_address(const link_t *link)
{
    return link->ipv4 || link->ipv6;
}

static void publish(cc_esp32_net_t *net, const link_t links[INTERFACES])
{
    const link_t *link =
        has_address(&links[ETHERNET]) || !net->config.has_wifi ? &links[ETHERNET] : &links[STATION];
    bool joined = net->plan.state == CC_JOIN_UP || net->plan.state == CC_JOIN_ADDRESS;
    bool up = has_address(link);
    bool trouble = !up && cc_network_plan_in_trouble(&net->plan, now(net));
    cc_net_info_t info = {.up = up, .access_point = net->access_point_on};
    info.wifi = link == &links[STATION];
    cc_esp32_mdns_name(info.hostname);
    if (!*info.hostname)
        cc_text_copy(info.hostname, sizeof info.hostname, net->wanted.hostname);
    if (link->netif)
        describe_addresses(link, &info);
    if (joined)
        cc_text_copy(info.ssid, sizeof info.ssid, net->wanted.ssid);
    if (net->access_point_on)
        cc_text_copy(info.own_ssid, sizeof info.own_ssid, net->way_in.name);
    cc_join_fault_t fault =
        net->plan.state == CC_JOIN_ADDRESS && !net->plan.fault ? CC_FAULT_ADDRESS : net->plan.fault;
    if (trouble)
        cc_network_sentence(fault, net->wanted.ssid, info.reason, sizeof info.reason);
    else if (up && *net->wanted.address_problem)
        cc_text_copy(info.reason, sizeof info.reason, net->wanted.address_problem);
    enter(net);
    if (!*info.mac)
        cc_text_copy(info.mac, sizeof info.mac, net->info.mac);
    if (joined) {
        info.rssi_dbm = net->info.rssi_dbm;
        cc_text_copy(info.bssid, sizeof info.bssid, net->info.bssid);
    }
    net->info = info;
    net->state = (cc_esp32_net_state_t){
        .up = up,
        .joining = !up && net->plan.state != CC_JOIN_OFF,
        .access_point = net->access_point_on,
        .trouble = trouble,
    };
    leave(net);
    if (trouble && net->told != fault)
        cc_log(net->config.log, CC_LOG_WARNING, "network", "%s", info.reason);
    if (trouble || up)
        net->told = trouble ? fault : CC_FAULT_NONE;
}

static void info_now(void *ctx, cc_net_info_t *info)
{
    cc_esp32_net_t *net = ctx;
    enter(net);
    *info = net->info;
    leave(net);
}

// The page's address, whenever it is another one.
static void say_address(cc_esp32_net_t *net, const cc_net_info_t *info)
{
    const char *address = *info->ipv4 ? info->ipv4 : info->ipv6;
    if (!*address || strcmp(address, net->told_address) == 0)
        return;
    cc_text_copy(net->told_address, sizeof net->told_address, address);
    bool bare = *info->ipv4;
    cc_log(net->config.log, CC_LOG_INFO, "network", "%s%s%s. The page is http://%s%s%s/",
           info->wifi ? "In \"" : "On Ethernet", info->wifi ? info->ssid : "",
           info->wifi ? "\"" : "", bare ? "" : "[", address, bare ? "" : "]");
}

static void tell_change(cc_esp32_net_t *net, bool up)
{
    cc_net_info_t info;
    info_now(net, &info);
    if (up)
        say_address(net, &info);
    if (up == net->was_up)
        return;
    net->was_up = up;
    if (up)
        cc_esp32_time_network_up();
    else
        net->told_address[0] = '\0';
    if (net->config.on_change)
        net->config.on_change(net->config.on_change_ctx, up);
}

static void take_addresses(cc_esp32_net_t *net, link_t links[INTERFACES])
{
    bool came[INTERFACES];
    enter(net);
    memcpy(came, net->ipv4_came, sizeof came);
    memset(net->ipv4_came, 0, sizeof net->ipv4_came);
    memcpy(links, net->links, sizeof net->links);
    leave(net);
    for (int i = 0; i < INTERFACES; i++)
        if (links[i].ipv4)
            cc_wanted_set_name_servers(&net->wanted, links[i].netif);
    cc_network_plan_address(&net->plan, has_address(&links[STATION]), now(net));
}

static void wait_for_news(cc_esp32_net_t *net)
{
    enter(net);
    bool news = net->n_events > 0 || net->scan.asked;
    for (int i = 0; i < INTERFACES; i++)
        news |= net->ipv4_came[i];
    if (!news)
        cc_wait(net->config.task, net->monitor, TICK_MS);
    leave(net);
}

static void run(void *arg)
{
    cc_esp32_net_t *net = arg;
    link_t links[INTERFACES];
    for (;;) {
        apply_settings(net);
        take_events(net);
        take_addresses(net, links);
        bool up = has_address(&links[ETHERNET]) || has_address(&links[STATION]);
        if (net->config.has_wifi) {
            carry_out_plan(net);
            listen_to_signal(net);
            look_after_access_point(net, up);
            serve_scan(net);
        }
        publish(net, links);
        tell_change(net, up);
        wait_for_news(net);
    }
}

// The port.

static int scan(void *ctx, cc_wifi_network_t *networks, size_t max)
{
    cc_esp32_net_t *net = ctx;
    const cc_task_t *task = net->config.task;
    uint64_t until_ms = now(net) + SCAN_WAIT_MS;
    int result = CC_ERR_TIMEOUT;
    cc_enter(task, net->scan_turn);
    while (net->scanning)
        cc_wait(task, net->scan_turn, CC_WAIT_FOREVER);
    net->scanning = true;
    cc_leave(task, net->scan_turn);

    enter(net);
    net->scan = (scan_t){.networks = networks, .max = max, .asked = true};
    cc_notify_all(task, net->monitor);
    // Once the thread has begun it is waited for: it writes into the caller's memory.
    while (!net->scan.done && (now(net) < until_ms || !net->scan.asked))
        cc_wait(task, net->monitor, TICK_MS);
    if (net->scan.done)
        result = net->scan.result;
    net->scan.asked = false;
    leave(net);

    cc_enter(task, net->scan_turn);
    net->scanning = false;
    cc_notify_all(task, net->scan_turn);
    cc_leave(task, net->scan_turn);
    return result;
}

static const char *guest_page(void *ctx, const char *peer)
{
    cc_esp32_net_t *net = ctx;
    if (!cc_access_point_holds(peer))
        return NULL;
    enter(net);
    bool on = net->state.access_point;
    leave(net);
    return on ? CC_ACCESS_POINT_URL : NULL;
}

// Opening.

static int open_events(cc_esp32_net_t *net)
{
    esp_err_t err = esp_netif_init();
    if (err == ESP_OK)
        err = esp_event_loop_create_default();
    if (err == ESP_OK)
        err = esp_event_handler_register(IP_EVENT, ESP_EVENT_ANY_ID, on_address, net);
    if (err == ESP_OK && net->config.has_ethernet)
        err = esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, on_ethernet, net);
    return err == ESP_OK ? CC_OK : CC_ERR_MEMORY;
}

static int open_wifi(cc_esp32_net_t *net)
{
    int err = cc_esp32_access_point_way_in(net->config.crypto, &net->way_in);
    if (err == CC_ERR_DISK_FULL)
        cc_log(net->config.log, CC_LOG_WARNING, "network",
               "There is no room to keep the set-up network's passphrase: it is another one after "
               "each restart.");
    else if (err < 0)
        return err;
    return cc_esp32_wifi_start(on_wifi, net, &net->links[STATION].netif);
}

int cc_esp32_net_open(const cc_esp32_net_config_t *config, cc_esp32_net_t **net)
{
    cc_esp32_net_t *opened = calloc(1, sizeof *opened);
    if (!opened)
        return CC_ERR_MEMORY;
    opened->config = *config;
    opened->monitor = config->task->monitor_new(config->task->ctx);
    opened->scan_turn = config->task->monitor_new(config->task->ctx);
    if (!opened->monitor || !opened->scan_turn)
        return CC_ERR_MEMORY;
    cc_wanted_read(config->settings, &opened->wanted);
    cc_text_copy(opened->info.hostname, sizeof opened->info.hostname, opened->wanted.hostname);
    uint8_t mac[6];
    // The fingerprint is made of it, before there is a network.
    if (esp_read_mac(mac, config->has_wifi ? ESP_MAC_WIFI_STA : ESP_MAC_ETH) == ESP_OK)
        snprintf(opened->info.mac, sizeof opened->info.mac, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
                 mac[1], mac[2], mac[3], mac[4], mac[5]);
    cc_access_point_init(&opened->access_point, now(opened));
    cc_network_plan_choose(&opened->plan, config->has_wifi && opened->wanted.target.ssid_len > 0,
                           now(opened));
    int err = open_events(opened);
    if (err == CC_OK && config->has_wifi)
        err = open_wifi(opened);
    if (err < 0)
        return err;
    set_time(opened);
    publish_name(opened);
    say_bad_address(opened);
    cc_settings_listen(config->settings, settings_changed, opened);
    *net = opened;
    return CC_OK;
}

int cc_esp32_net_start(cc_esp32_net_t *net)
{
    const cc_task_t *task = net->config.task;
    return task->start(task->ctx, "net", STACK, run, net, &net->thread);
}

cc_net_t cc_esp32_net_port(cc_esp32_net_t *net)
{
    cc_net_t port = {.ctx = net, .info = info_now};
    if (net->config.has_wifi) {
        port.scan = scan;
        port.guest_page = guest_page;
    }
    return port;
}

void cc_esp32_net_state(cc_esp32_net_t *net, cc_esp32_net_state_t *state)
{
    enter(net);
    *state = net->state;
    leave(net);
}

bool cc_esp32_net_way_in(cc_esp32_net_t *net, cc_access_point_way_in_t *way_in)
{
    if (net->config.has_wifi)
        *way_in = net->way_in;
    return net->config.has_wifi;
}
