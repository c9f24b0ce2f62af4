// The set-up network leads nowhere but here. A phone that joins it asks some well-known address
// whether there is the internet, each maker its own (/generate_204, /hotspot-detect.html,
// /connecttest.txt, /canonical.html …), all of them by plain HTTP at a name of theirs. An answer
// that leads elsewhere makes the phone show that page (RFC 8952). What counts is that the name is
// not ours, and not which address is asked for: makers change these.
#include "web/call.h"

bool cc_captive_redirects(cc_call_t *call)
{
    const cc_net_t *net = call->web->config.net;
    const cc_http_request_t *request = call->request;
    bool reads = request->method == CC_HTTP_GET || request->method == CC_HTTP_HEAD;
    if (!reads || !net->guest_page || !request->peer)
        return false;
    const char *page = net->guest_page(net->ctx, request->peer);
    if (!page)
        return false;
    char hostname[64];
    cc_settings_text(call->web->config.settings, CC_SETTING_NETWORK_HOSTNAME, hostname,
                     sizeof hostname);
    if (!cc_guard_host_is_foreign(cc_call_header(call, "Host"), hostname))
        return false;
    cc_reply_header(call, "Location", "%s", page);
    cc_reply_static(call, 302, "text/plain; charset=utf-8",
                    "This is a camera's own network. Its page opens by itself.\n");
    return true;
}
