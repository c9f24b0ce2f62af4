// The kept pictures: days, one day's, a picture, a film of the day.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/date.h"
#include "util/err.h"
#include "util/json.h"
#include "util/strbuf.h"
#include "web/call.h"
#include "web/range.h"

#define FOLDER "/api/v1/timelapse/"

enum {
    DAY_LEN = CC_DAY_TEXT_MAX - 1,
    ETAG_MAX = 40,
};

// The timelapse, when this call may wait for its medium; else *err is what the handler returns.
static cc_timelapse_t *open_timelapse(cc_call_t *call, int *err)
{
    cc_timelapse_t *timelapse = call->web->config.timelapse;
    *err = CC_OK;
    if (!timelapse)
        cc_reply_problem(call, 404, "This camera keeps no pictures.");
    else if (!call->request->may_wait)
        *err = CC_ERR_AGAIN;
    return *err == CC_OK ? timelapse : NULL;
}

static void reply_trouble(cc_call_t *call, int err)
{
    if (err == CC_ERR_NOT_FOUND) {
        cc_reply_problem(call, 404, "There are no such pictures.");
    } else if (err == CC_ERR_GONE) {
        cc_reply_problem(call, 503, "%s", cc_timelapse_missing(call->web->config.timelapse));
    } else if (err == CC_ERR_BUSY) {
        cc_reply_header(call, "Retry-After", "30");
        cc_reply_problem(call, 503,
                         "Other films are being fetched. Try again when one is through.");
    } else {
        cc_reply_problem(call, 503, "The pictures cannot be read: %s.", cc_err_text(err));
    }
}

// The day, and where `second` is not NULL the picture, that the path names; false: there is none
// of that name, which is answered.
static bool read_names(cc_call_t *call, cc_day_t *day, uint32_t *second)
{
    char name[CC_DAY_TEXT_MAX];
    const char *at = call->path + strlen(FOLDER);
    snprintf(name, sizeof name, "%s", at);
    // the route has seen to what stands between and behind them
    if (cc_day_read(name, day) && strspn(at, "0123456789-") == DAY_LEN &&
        (!second || cc_picture_read(at + DAY_LEN + 1, second)))
        return true;
    reply_trouble(call, CC_ERR_NOT_FOUND);
    return false;
}

int cc_api_timelapse(cc_call_t *call)
{
    int err;
    cc_timelapse_t *timelapse = open_timelapse(call, &err);
    if (!timelapse)
        return err;
    cc_timelapse_kept_t kept;
    cc_timelapse_status_t status;
    err = cc_timelapse_kept(timelapse, &kept);
    if (err < 0 && err != CC_ERR_GONE) {
        reply_trouble(call, err);
        return CC_OK;
    }
    cc_timelapse_status(timelapse, &status);
    cJSON *json = cJSON_CreateObject();
    cJSON *days = cJSON_AddArrayToObject(json, "days");
    for (size_t i = 0; i < kept.n_days; i++) {
        char name[CC_DAY_TEXT_MAX];
        cJSON *day = cJSON_CreateObject();
        cc_day_text(kept.days[i].day, name);
        cJSON_AddStringToObject(day, "day", name);
        cJSON_AddNumberToObject(day, "pictures", kept.days[i].pictures);
        cc_json_add_unsigned(day, "bytes", kept.days[i].bytes);
        cJSON_AddItemToArray(days, day);
    }
    free(kept.days);
    cc_json_add_unsigned(json, "used_bytes", kept.used_bytes);
    cc_json_add_unsigned(json, "keep_bytes", kept.keep_bytes);
    cc_json_add_unsigned(json, "free_bytes", kept.free_bytes);
    bool is_gone = err == CC_ERR_GONE;
    cJSON_AddStringToObject(json, "state",
                            cc_timelapse_state_name(is_gone ? CC_TIMELAPSE_MISSING : status.state));
    cJSON_AddStringToObject(json, "sentence",
                            is_gone ? cc_timelapse_missing(timelapse) : status.sentence);
    cc_reply_json(call, 200, json);
    return CC_OK;
}

// A day at an interval of a second has 86400 names: no tree of JSON is made of them.
static void reply_names(cc_call_t *call, cc_day_t day, const cc_kept_t *pictures, uint32_t n)
{
    char name[CC_DAY_TEXT_MAX], file[CC_PICTURE_TEXT_MAX];
    size_t cap = 64 + (size_t)n * (CC_PICTURE_TEXT_MAX + 2);
    char *memory = malloc(cap);
    cc_strbuf_t text;
    if (!memory) {
        cc_reply_json(call, 503, NULL);
        return;
    }
    cc_day_text(day, name);
    cc_strbuf_init(&text, memory, cap);
    cc_strbuf_format(&text, "{\"day\":\"%s\",\"pictures\":[", name);
    for (uint32_t i = 0; i < n; i++) {
        cc_picture_text(pictures[i].second, file);
        cc_strbuf_add(&text, i > 0 ? ",\"" : "\"");
        cc_strbuf_add(&text, file);
        cc_strbuf_add(&text, "\"");
    }
    cc_strbuf_add(&text, "]}");
    cc_reply_text(call, 200, "application/json", text.text, text.len);
}

int cc_api_timelapse_day(cc_call_t *call)
{
    int err;
    cc_timelapse_t *timelapse = open_timelapse(call, &err);
    cc_day_t day;
    cc_kept_t *pictures;
    uint32_t n;
    if (!timelapse || !read_names(call, &day, NULL))
        return err;
    err = cc_timelapse_pictures(timelapse, day, &pictures, &n);
    if (err < 0) {
        reply_trouble(call, err);
        return CC_OK;
    }
    reply_names(call, day, pictures, n);
    free(pictures);
    return CC_OK;
}

int cc_api_timelapse_delete(cc_call_t *call)
{
    int err;
    cc_timelapse_t *timelapse = open_timelapse(call, &err);
    cc_day_t day;
    if (!timelapse || !read_names(call, &day, NULL))
        return err;
    err = cc_timelapse_delete(timelapse, day);
    if (err < 0)
        reply_trouble(call, err);
    else
        call->response->status = 204;
    return CC_OK;
}

// The headers of a file, and 304 where the asker has it; then true.
static bool reply_known(cc_call_t *call, const char *etag, const char *modified)
{
    cc_reply_header(call, "ETag", "%s", etag);
    cc_reply_header(call, "Last-Modified", "%s", modified);
    cc_reply_header(call, "Cache-Control", "no-cache");
    if (!cc_range_is_known(cc_call_header(call, "If-None-Match"), etag))
        return false;
    call->response->status = 304;
    return true;
}

static void modified_text(cc_timelapse_t *timelapse, cc_day_t day, uint32_t second,
                          char out[CC_DATE_TEXT_MAX])
{
    int64_t unix_s = cc_timelapse_unix_s(timelapse, day, second);
    cc_date_http(unix_s > 0 ? unix_s : 0, out);
}

int cc_api_timelapse_picture(cc_call_t *call)
{
    int err;
    cc_timelapse_t *timelapse = open_timelapse(call, &err);
    char etag[ETAG_MAX], modified[CC_DATE_TEXT_MAX];
    cc_day_t day;
    uint32_t second;
    uint8_t *bytes;
    size_t len;
    if (!timelapse || !read_names(call, &day, &second))
        return err;
    err = cc_timelapse_read(timelapse, day, second, &bytes, &len);
    if (err < 0) {
        reply_trouble(call, err);
        return CC_OK;
    }
    snprintf(etag, sizeof etag, "\"%lu-%lu-%zu\"", (unsigned long)day, (unsigned long)second, len);
    modified_text(timelapse, day, second, modified);
    if (reply_known(call, etag, modified))
        free(bytes);
    else
        cc_reply_text(call, 200, "image/jpeg", (char *)bytes, len);
    return CC_OK;
}

// Sends a film, or the part of it that is wanted. Takes the reel over.
static void reply_film(cc_call_t *call, cc_reel_t *reel)
{
    const cc_film_t *film = cc_reel_film(reel);
    cc_http_response_t *response = call->response;
    char etag[ETAG_MAX], modified[CC_DATE_TEXT_MAX], day[CC_DAY_TEXT_MAX];
    uint64_t whole = film->avi.len, from = 0, n = whole;
    modified_text(call->web->config.timelapse, film->day, film->pictures[film->avi.n - 1].second,
                  modified);
    snprintf(etag, sizeof etag, "\"%016" PRIx64 "\"", cc_film_mark(film));
    cc_day_text(film->day, day);
    if (reply_known(call, etag, modified)) {
        cc_reel_free(reel);
        return;
    }
    cc_reply_header(call, "Accept-Ranges", "bytes");
    cc_range_t range = CC_RANGE_WHOLE;
    if (cc_range_counts(cc_call_header(call, "If-Range"), etag, modified))
        range = cc_range_read(cc_call_header(call, "Range"), whole, &from, &n);
    if (range == CC_RANGE_OUTSIDE) {
        cc_reel_free(reel);
        cc_reply_header(call, "Content-Range", "bytes */%" PRIu64, whole);
        cc_reply_problem(call, 416, "The film has %" PRIu64 " bytes.", whole);
        return;
    }
    int err = cc_reel_show(reel, from, n, &response->source);
    if (err < 0) {
        cc_reel_free(reel);
        reply_trouble(call, err);
        return;
    }
    if (range == CC_RANGE_PART)
        cc_reply_header(call, "Content-Range", "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, from,
                        from + n - 1, whole);
    cc_reply_header(call, "Content-Disposition", "attachment; filename=\"%s.avi\"", day);
    response->status = range == CC_RANGE_PART ? 206 : 200;
    response->content_type = "video/x-msvideo";
    response->source_len = n;
}

int cc_api_timelapse_film(cc_call_t *call)
{
    int err;
    cc_timelapse_t *timelapse = open_timelapse(call, &err);
    cc_day_t day;
    cc_reel_t *reel;
    int32_t fps = CC_FILM_FPS;
    if (!timelapse || cc_call_param_int(call, "fps", 1, CC_FILM_FPS_MAX, &fps) < 0 ||
        !read_names(call, &day, NULL))
        return err;
    err = cc_timelapse_film(timelapse, day, (uint32_t)fps, &reel);
    if (err < 0)
        reply_trouble(call, err);
    else
        reply_film(call, reel);
    return CC_OK;
}
