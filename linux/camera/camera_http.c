// A camera that answers a GET with a JPEG. One transfer at a time, over a connection that is kept.
//
// A grab begins a transfer when one is due, and goes on with the one that an earlier grab began and
// had no time to end. The answer's body is written into the buffer that is lent out.
#include "camera/camera_source.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/buffer_pool.h"
#include "camera/rate.h"
#include "camera/stop_event.h"
#include "frame/jpeg.h"
#include "system/monotonic.h"
#include "util/err.h"

#define ANSWER_MS     10000 // for a whole transfer
#define REDIRECTS_MAX 3
#define ABANDONED_MS  2000 // without a grab: what runs then is begun anew, it answers the past

typedef struct {
    char *url;   // without user and password
    char *shown; // without query too: what people see
    char *user;  // NULL: the URL has none
    char *password;
    cc_stop_event_t stop;
    cc_rate_t rate;
    uint8_t fps;

    CURLM *multi; // NULL while closed
    CURL *easy;
    cc_buffer_pool_t *pool;
    cc_buffer_t *filling; // NULL: no transfer runs
    size_t len;
    uint64_t asked_ms;   // monotonic: when the transfer began
    uint64_t grabbed_ms; // monotonic: when the last grab returned
    bool is_too_large;
    char curl_reason[CURL_ERROR_SIZE];
} camera_t;

static size_t take_body(char *bytes, size_t one, size_t n, void *arg)
{
    camera_t *self = arg;
    size_t len = one * n;
    if (len > self->filling->cap - self->len) {
        self->is_too_large = true;
        return 0;
    }
    memcpy(self->filling->bytes + self->len, bytes, len);
    self->len += len;
    return len;
}

// libcurl hands over the whole chain of answers; only the last one's body counts.
static size_t take_header(char *line, size_t one, size_t n, void *arg)
{
    camera_t *self = arg;
    size_t len = one * n;
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
        self->len = 0;
    return len;
}

static int set_options(camera_t *self)
{
    CURL *easy = self->easy;
    CURLcode failed = CURLE_OK;
    failed |= curl_easy_setopt(easy, CURLOPT_URL, self->url);
    failed |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    failed |= curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    failed |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    failed |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)ANSWER_MS);
    failed |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_USERAGENT, "connectcam");
    failed |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->curl_reason);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, self);
    if (self->user) {
        failed |=
            curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST));
        failed |= curl_easy_setopt(easy, CURLOPT_USERNAME, self->user);
        failed |= curl_easy_setopt(easy, CURLOPT_PASSWORD, self->password ? self->password : "");
    }
    return failed ? CC_ERR_MEMORY : CC_OK;
}

static int begin(camera_t *self, cc_buffer_t *buffer)
{
    self->filling = buffer;
    self->len = 0;
    self->is_too_large = false;
    self->curl_reason[0] = '\0';
    self->asked_ms = cc_monotonic_ms();
    return curl_multi_add_handle(self->multi, self->easy) ? CC_ERR_MEMORY : CC_OK;
}

// Ends the transfer, whole or not. The buffer is the caller's from here on.
static cc_buffer_t *end(camera_t *self)
{
    cc_buffer_t *buffer = self->filling;
    if (buffer)
        curl_multi_remove_handle(self->multi, self->easy);
    self->filling = NULL;
    return buffer;
}

static bool take_result(camera_t *self, CURLcode *result)
{
    int left;
    const CURLMsg *message;
    while ((message = curl_multi_info_read(self->multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return true;
        }
    }
    return false;
}

// Goes on with the transfer until it is done: *result says how. Errors: CC_ERR_TIMEOUT, and it goes
// on at the next call; CC_ERR_STOPPED; CC_ERR_IO.
static int go_on(camera_t *self, uint64_t until_ms, CURLcode *result)
{
    for (;;) {
        int running;
        if (curl_multi_perform(self->multi, &running))
            return CC_ERR_IO;
        if (take_result(self, result))
            return CC_OK;
        uint64_t now_ms = cc_monotonic_ms();
        if (now_ms >= until_ms)
            return CC_ERR_TIMEOUT;
        struct curl_waitfd stop = {.fd = self->stop.fd, .events = CURL_WAIT_POLLIN};
        if (curl_multi_poll(self->multi, &stop, 1, (int)(until_ms - now_ms), NULL))
            return CC_ERR_IO;
        if (stop.revents)
            return CC_ERR_STOPPED;
    }
}

static void close_transfers(camera_t *self)
{
    cc_buffer_release(end(self));
    if (self->easy)
        curl_easy_cleanup(self->easy);
    if (self->multi)
        curl_multi_cleanup(self->multi);
    cc_buffer_pool_close(self->pool);
    self->easy = NULL;
    self->multi = NULL;
    self->pool = NULL;
}

static int open_transfers(camera_t *self)
{
    self->multi = curl_multi_init();
    self->easy = curl_easy_init();
    self->pool = cc_buffer_pool_open(CC_CAMERA_BUFFERS + 1, CC_CAMERA_JPEG_MAX);
    int err = self->multi && self->easy && self->pool ? set_options(self) : CC_ERR_MEMORY;
    if (err < 0)
        close_transfers(self);
    return err;
}

static long status_of(const camera_t *self)
{
    long status = 0;
    curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

// The sentence for a transfer that gave no picture.
static int refuse_transfer(const camera_t *self, CURLcode result, char *reason, size_t reason_cap)
{
    if (self->is_too_large) {
        snprintf(reason, reason_cap, "%s: the answer is larger than 16 MB", self->shown);
        return CC_ERR_UNSUPPORTED;
    }
    if (result == CURLE_TOO_MANY_REDIRECTS) {
        snprintf(reason, reason_cap, "%s: more than %d redirects; use the address they lead to",
                 self->shown, REDIRECTS_MAX);
        return CC_ERR_NETWORK;
    }
    snprintf(reason, reason_cap, "%s: %s", self->shown,
             self->curl_reason[0] ? self->curl_reason : curl_easy_strerror(result));
    return CC_ERR_NETWORK;
}

static int refuse_status(const camera_t *self, long status, char *reason, size_t reason_cap)
{
    if (status == 401 || status == 403) {
        snprintf(reason, reason_cap, "%s: the camera %s (status %ld)", self->shown,
                 self->user ? "does not accept this user and password"
                            : "wants a user and a password: http://USER:PASSWORD@HOST/…",
                 status);
        return CC_ERR_DENIED;
    }
    snprintf(reason, reason_cap, "%s: the camera answers with status %ld; check the address",
             self->shown, status);
    return status == 404 ? CC_ERR_NOT_FOUND : CC_ERR_NETWORK;
}

// One transfer, to learn whether the address gives pictures.
static int try_address(camera_t *self, char *reason, size_t reason_cap)
{
    uint64_t until_ms = cc_monotonic_ms() + ANSWER_MS + 1000; // libcurl's own limit comes first
    cc_buffer_t *buffer;
    CURLcode result = CURLE_OK;
    int err = cc_buffer_pool_hold(self->pool, &self->stop, until_ms, &buffer);
    if (err == CC_OK)
        err = begin(self, buffer);
    if (err == CC_OK)
        err = go_on(self, until_ms, &result);
    if (err < 0) {
        snprintf(reason, reason_cap, "%s: %s", self->shown, cc_err_text(err));
        return err;
    }
    if (result != CURLE_OK)
        return refuse_transfer(self, result, reason, reason_cap);
    if (status_of(self) != 200)
        return refuse_status(self, status_of(self), reason, reason_cap);
    cc_jpeg_info_t info;
    if (cc_jpeg_read(self->filling->bytes, self->len, &info) < 0) {
        const char *type = NULL;
        curl_easy_getinfo(self->easy, CURLINFO_CONTENT_TYPE, &type);
        snprintf(reason, reason_cap,
                 "%s: the answer is no JPEG (%.60s); find the camera's address for one picture",
                 self->shown, type ? type : "of unknown type");
        return CC_ERR_UNSUPPORTED;
    }
    return CC_OK;
}

static int camera_open(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    camera_t *self = ctx;
    int err = open_transfers(self);
    if (err < 0) {
        snprintf(reason, reason_cap, "%s", cc_err_text(err));
        return err;
    }
    err = try_address(self, reason, reason_cap);
    if (err < 0) {
        close_transfers(self);
        return err;
    }
    cc_buffer_release(end(self));
    *traits = (cc_camera_traits_t){
        .model = "pictures of a web address",
        .driver = "http",
        .buffers = CC_CAMERA_BUFFERS,
    };
    snprintf(traits->path, sizeof traits->path, "%s", self->shown);
    return CC_OK;
}

static void camera_close(void *ctx)
{
    close_transfers(ctx);
}

static int camera_start(void *ctx, const cc_camera_want_t *want)
{
    camera_t *self = ctx;
    self->fps = want->fps;
    return CC_OK;
}

static void camera_stop(void *ctx)
{
    cc_buffer_release(end(ctx));
}

static int camera_apply(void *ctx, const cc_camera_want_t *want)
{
    return camera_start(ctx, want);
}

static uint32_t left_ms(uint64_t until_ms)
{
    uint64_t now_ms = cc_monotonic_ms();
    return until_ms > now_ms ? (uint32_t)(until_ms - now_ms) : 0;
}

static int begin_when_due(camera_t *self, uint64_t until_ms)
{
    cc_buffer_t *buffer;
    int err = cc_buffer_pool_hold(self->pool, &self->stop, until_ms, &buffer);
    if (err < 0)
        return err;
    err = cc_rate_wait(&self->rate, &self->stop, self->fps, left_ms(until_ms));
    if (err == CC_OK)
        return begin(self, buffer);
    cc_buffer_release(buffer);
    return err;
}

static int grab(camera_t *self, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    uint64_t until_ms = cc_monotonic_ms() + timeout_ms;
    if (cc_monotonic_ms() > self->grabbed_ms + ABANDONED_MS)
        cc_buffer_release(end(self));
    if (skip && !self->filling) // nothing needs to be fetched to be dropped
        return cc_rate_wait(&self->rate, &self->stop, self->fps, timeout_ms);

    int err = CC_OK;
    if (!self->filling)
        err = begin_when_due(self, until_ms);
    if (err < 0)
        return err;
    CURLcode result;
    err = go_on(self, until_ms, &result);
    if (err < 0)
        return err;
    long status = status_of(self);
    cc_buffer_t *buffer = end(self);
    if (result != CURLE_OK)
        err = self->is_too_large ? CC_ERR_FORMAT : CC_ERR_NETWORK;
    else if (status != 200)
        err = CC_ERR_NETWORK; // open says what the status means
    if (err < 0 || skip) {
        cc_buffer_release(buffer);
        return err;
    }
    *picture = (cc_picture_t){
        .bytes = buffer->bytes, .len = self->len, .begun_ms = self->asked_ms, .token = buffer};
    return CC_OK;
}

static int camera_grab(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    camera_t *self = ctx;
    int err = grab(self, timeout_ms, skip, picture);
    self->grabbed_ms = cc_monotonic_ms();
    return err;
}

static void camera_give_back(void *ctx, void *token)
{
    (void)ctx;
    cc_buffer_release(token);
}

static void camera_interrupt(void *ctx)
{
    camera_t *self = ctx;
    cc_stop_event_raise(&self->stop);
}

static void free_camera(camera_t *self)
{
    curl_free(self->url);
    curl_free(self->shown);
    curl_free(self->user);
    curl_free(self->password);
    free(self);
    curl_global_cleanup();
}

static void camera_destroy(void *ctx)
{
    camera_t *self = ctx;
    close_transfers(self);
    cc_stop_event_deinit(&self->stop);
    free_camera(self);
}

// A part of the URL, decoded; NULL when it has none.
static char *part_of(CURLU *address, CURLUPart part)
{
    char *text = NULL;
    return curl_url_get(address, part, &text, CURLU_URLDECODE) ? NULL : text;
}

// Takes user and password out of the URL, so that nothing that shows it shows them.
static CURLUcode read_address(camera_t *self, CURLU *address, const char *url)
{
    CURLUcode bad = curl_url_set(address, CURLUPART_URL, url, 0);
    if (bad)
        return bad;
    self->user = part_of(address, CURLUPART_USER);
    self->password = part_of(address, CURLUPART_PASSWORD);
    bad |= curl_url_set(address, CURLUPART_USER, NULL, 0);
    bad |= curl_url_set(address, CURLUPART_PASSWORD, NULL, 0);
    bad |= curl_url_set(address, CURLUPART_OPTIONS, NULL, 0);
    bad |= curl_url_set(address, CURLUPART_FRAGMENT, NULL, 0);
    bad |= curl_url_get(address, CURLUPART_URL, &self->url, 0);
    bad |= curl_url_set(address, CURLUPART_QUERY, NULL, 0);
    bad |= curl_url_get(address, CURLUPART_URL, &self->shown, 0);
    return bad;
}

int cc_camera_http_make(const char *url, cc_camera_source_t *source, char *reason,
                        size_t reason_cap)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return CC_ERR_MEMORY;
    camera_t *self = calloc(1, sizeof *self);
    if (!self) {
        curl_global_cleanup();
        return CC_ERR_MEMORY;
    }
    int err = CC_ERR_MEMORY;
    CURLU *address = curl_url();
    if (!address)
        goto out;
    if (read_address(self, address, url)) {
        snprintf(reason, reason_cap,
                 "this is no web address; a camera's is like http://192.168.1.20/snapshot.jpg");
        err = CC_ERR_ARGUMENT;
        goto out;
    }
    err = cc_stop_event_init(&self->stop);
    if (err < 0)
        goto out;
    curl_url_cleanup(address);
    *source = (cc_camera_source_t){
        .port = {.ctx = self,
                 .open = camera_open,
                 .close = camera_close,
                 .start = camera_start,
                 .stop = camera_stop,
                 .apply = camera_apply,
                 .grab = camera_grab,
                 .give_back = camera_give_back,
                 .interrupt = camera_interrupt},
        .destroy = camera_destroy,
    };
    return CC_OK;
out:
    curl_url_cleanup(address);
    free_camera(self);
    return err;
}
