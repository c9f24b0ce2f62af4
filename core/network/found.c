#include "network/found.h"

#include <string.h>

static void take_out(cc_wifi_network_t *list, size_t n, size_t at)
{
    memmove(list + at, list + at + 1, (n - at - 1) * sizeof *list);
}

size_t cc_found_add(cc_wifi_network_t *list, size_t n, size_t max, const cc_wifi_network_t *one)
{
    if (!*one->ssid || max == 0)
        return n;
    for (size_t i = 0; i < n; i++) {
        // An open network under the name of a secured one is another network.
        if (strcmp(list[i].ssid, one->ssid) != 0 || list[i].secured != one->secured)
            continue;
        if (list[i].rssi_dbm >= one->rssi_dbm)
            return n;
        take_out(list, n--, i);
        break;
    }
    size_t at = n;
    while (at > 0 && list[at - 1].rssi_dbm < one->rssi_dbm)
        at--;
    if (n == max) {
        if (at == n)
            return n;
        n--;
    }
    memmove(list + at + 1, list + at, (n - at) * sizeof *list);
    list[at] = *one;
    return n + 1;
}
