// The page's files.
#include <string.h>

#include "util/err.h"
#include "web/assets.h"
#include "web/call.h"

int cc_page_asset(cc_call_t *call)
{
    size_t i = 0;
    while (i < cc_n_assets && strcmp(cc_assets[i].path, call->path) != 0)
        i++;
    if (i == cc_n_assets)
        return CC_ERR_NOT_FOUND;
    const cc_asset_t *asset = &cc_assets[i];
    cc_http_response_t *response = call->response;
    const char *known = cc_call_header(call, "If-None-Match");

    cc_reply_header(call, "ETag", "%s", asset->etag);
    cc_reply_header(call, "Cache-Control", "no-cache"); // ask each time; the answer is a short 304
    if (known && strstr(known, asset->etag)) {
        response->status = 304;
        return CC_OK;
    }
    response->status = 200;
    response->content_type = asset->content_type;
    response->spans[0] = (cc_span_t){asset->gzip, asset->gzip_len};
    response->n_spans = 1;
    cc_reply_header(call, "Content-Encoding", "gzip");
    return CC_OK;
}
