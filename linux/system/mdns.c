#include "system/mdns.h"

#include <avahi-client/client.h>
#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/thread-watch.h>
#include <avahi-common/timeval.h>
#include <stdlib.h>

#include "system/thread.h"

#define RETRY_MS   60000u // without D-Bus there is nothing to wait on but time
#define RESTART_MS 1000u  // D-Bus broke off: it restarts

struct cc_linux_mdns {
    AvahiThreadedPoll *poll;
    AvahiClient *client;    // NULL while there is no D-Bus
    AvahiEntryGroup *group; // NULL while the daemon is not ready
    AvahiTimeout *retry;
    char *name;
    uint16_t port;
};

static void publish(cc_linux_mdns_t *mdns);

static void rename_service(cc_linux_mdns_t *mdns)
{
    char *next = avahi_alternative_service_name(mdns->name);
    if (!next)
        return;
    avahi_free(mdns->name);
    mdns->name = next;
}

static void group_changed(AvahiEntryGroup *group, AvahiEntryGroupState state, void *arg)
{
    cc_linux_mdns_t *mdns = arg;
    // The first call comes before avahi_entry_group_new has returned.
    mdns->group = group;
    if (state != AVAHI_ENTRY_GROUP_COLLISION)
        return;
    rename_service(mdns);
    avahi_entry_group_reset(group);
    publish(mdns);
}

static void publish(cc_linux_mdns_t *mdns)
{
    if (!mdns->group)
        mdns->group = avahi_entry_group_new(mdns->client, group_changed, mdns);
    if (!mdns->group || !avahi_entry_group_is_empty(mdns->group))
        return;
    for (;;) {
        int err = avahi_entry_group_add_service(mdns->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, 0,
                                                mdns->name, "_http._tcp", NULL, NULL, mdns->port,
                                                "path=/", NULL);
        if (err == AVAHI_OK)
            break;
        // Another program of this machine has the name.
        if (err != AVAHI_ERR_COLLISION)
            return;
        rename_service(mdns);
    }
    avahi_entry_group_commit(mdns->group);
}

static void retry_in(cc_linux_mdns_t *mdns, unsigned wait_ms)
{
    const AvahiPoll *poll = avahi_threaded_poll_get(mdns->poll);
    // Filled and read by Avahi only: on 32 bits its seconds may be narrower than ours.
    struct timeval at;
    avahi_elapse_time(&at, wait_ms, 0);
    poll->timeout_update(mdns->retry, &at);
}

static void client_changed(AvahiClient *client, AvahiClientState state, void *arg)
{
    cc_linux_mdns_t *mdns = arg;
    // The first call comes before avahi_client_new has returned.
    mdns->client = client;
    switch (state) {
    case AVAHI_CLIENT_S_RUNNING:
        publish(mdns);
        break;
    case AVAHI_CLIENT_S_COLLISION:
    case AVAHI_CLIENT_S_REGISTERING:
        // The machine's own name changes; the service follows when it is running again.
        if (mdns->group)
            avahi_entry_group_reset(mdns->group);
        break;
    case AVAHI_CLIENT_CONNECTING:
        // The daemon is gone, and took the service along.
        if (mdns->group)
            avahi_entry_group_free(mdns->group);
        mdns->group = NULL;
        break;
    case AVAHI_CLIENT_FAILURE:
        // Not freed here: the caller still uses it.
        retry_in(mdns, RESTART_MS);
        break;
    }
}

static void connect_anew(AvahiTimeout *retry, void *arg)
{
    cc_linux_mdns_t *mdns = arg;
    const AvahiPoll *poll = avahi_threaded_poll_get(mdns->poll);
    poll->timeout_update(retry, NULL);
    if (mdns->client)
        avahi_client_free(mdns->client); // frees the group too
    mdns->client = NULL;
    mdns->group = NULL;
    AvahiClient *client = avahi_client_new(poll, AVAHI_CLIENT_NO_FAIL, client_changed, mdns, NULL);
    mdns->client = client;
    if (!client)
        retry_in(mdns, RETRY_MS);
}

cc_linux_mdns_t *cc_linux_mdns_open(const char *name, uint16_t port)
{
    cc_linux_mdns_t *mdns = calloc(1, sizeof(*mdns));
    if (!mdns)
        return NULL;
    mdns->port = port;
    mdns->name = avahi_strdup(name);
    mdns->poll = avahi_threaded_poll_new();
    if (!mdns->name || !mdns->poll)
        goto failed;
    // The first try is the thread's too: D-Bus may take its time, and start-up has none.
    const AvahiPoll *poll = avahi_threaded_poll_get(mdns->poll);
    struct timeval at;
    avahi_elapse_time(&at, 0, 0);
    mdns->retry = poll->timeout_new(poll, &at, connect_anew, mdns);
    if (!mdns->retry)
        goto failed;
    sigset_t before;
    cc_linux_signals_block(&before);
    int err = avahi_threaded_poll_start(mdns->poll);
    cc_linux_signals_restore(&before);
    if (err < 0)
        goto failed;
    return mdns;
failed:
    cc_linux_mdns_close(mdns);
    return NULL;
}

void cc_linux_mdns_close(cc_linux_mdns_t *mdns)
{
    if (!mdns)
        return;
    if (mdns->poll)
        avahi_threaded_poll_stop(mdns->poll);
    if (mdns->client)
        avahi_client_free(mdns->client);
    if (mdns->retry)
        avahi_threaded_poll_get(mdns->poll)->timeout_free(mdns->retry);
    if (mdns->poll)
        avahi_threaded_poll_free(mdns->poll);
    avahi_free(mdns->name);
    free(mdns);
}
