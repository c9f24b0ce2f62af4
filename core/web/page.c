// The page's files.
#include <string.h>

#include "util/err.h"
#include "web/assets.h"
#include "web/call.h"

static const cc_asset_t *find(const char *path)
{
    for (size_t i = 0; i < cc_n_assets; i++)
        if (strcmp(cc_assets[i].path, path) == 0)
            return &cc_assets[i];
    return NULL;
}

bool cc_page_has(const char *path)
{
    return find(path) != NULL;
}

int cc_page_asset(cc_call_t *call)
{
    const cc_asset_t *asset = find(call->path);
    if (!asset)
        return CC_ERR_NOT_FOUND;
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
