#include "web/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/credential.h"
#include "util/err.h"
#include "web/digest.h"
#include "web/lockout.h"
#include "web/nonce.h"

struct cc_login {
    const cc_task_t *task;
    const cc_clock_t *clock;
    const cc_crypto_t *crypto;
    cc_settings_t *settings;
    cc_monitor_t *monitor; // guards nonces and lockout
    cc_nonces_t nonces;
    cc_lockout_t lockout;
};

int cc_login_new(const cc_task_t *task, const cc_clock_t *clock, const cc_crypto_t *crypto,
                 cc_settings_t *settings, cc_login_t **out)
{
    cc_login_t *login = calloc(1, sizeof *login);
    if (!login)
        return CC_ERR_MEMORY;
    login->task = task;
    login->clock = clock;
    login->crypto = crypto;
    login->settings = settings;
    int err = cc_nonces_init(&login->nonces, crypto);
    if (err == CC_OK) {
        login->monitor = task->monitor_new(task->ctx);
        err = login->monitor ? CC_OK : CC_ERR_MEMORY;
    }
    if (err < 0) {
        free(login);
        return err;
    }
    *out = login;
    return CC_OK;
}

void cc_login_free(cc_login_t *login)
{
    if (!login)
        return;
    login->task->monitor_free(login->task->ctx, login->monitor);
    free(login);
}

// Whether the password behind this login is right, whatever its nonce.
static bool knows_password(cc_login_t *login, const cc_digest_login_t *given,
                           const cc_http_request_t *request)
{
    char credential[2 * CC_DIGEST_MAX + 1];
    cc_setting_t id = given->algorithm == CC_DIGEST_MD5 ? CC_SETTING_SYSTEM_PASSWORD_MD5
                                                        : CC_SETTING_SYSTEM_PASSWORD_SHA256;
    cc_settings_text(login->settings, id, credential, sizeof credential);
    return *credential && strcmp(given->username, CC_LOGIN_USER) == 0 &&
           strcmp(given->realm, CC_LOGIN_REALM) == 0 && strcmp(given->uri, request->target) == 0 &&
           cc_digest_is_right(login->crypto, given, credential, request->method_name);
}

static cc_login_verdict_t judge_locked(cc_login_t *login, const cc_digest_login_t *given,
                                       bool knows, const char *peer, uint64_t now_ms)
{
    if (!knows) {
        cc_lockout_failed(&login->lockout, peer, now_ms);
        return CC_LOGIN_WRONG;
    }
    switch (cc_nonce_use(&login->nonces, login->crypto, given->nonce, given->nc, now_ms)) {
    case CC_NONCE_GOOD:
        cc_lockout_succeeded(&login->lockout, peer);
        return CC_LOGIN_IN;
    case CC_NONCE_STALE:
    case CC_NONCE_FORGED: // of the run before a restart, most likely
    case CC_NONCE_REPLAYED:
        break;
    }
    return CC_LOGIN_STALE;
}

cc_login_verdict_t cc_login_check(cc_login_t *login, const cc_http_request_t *request,
                                  uint32_t *wait_s)
{
    const char *header = request->header(request->ctx, "Authorization");
    uint64_t now_ms = cc_clock_now(login->clock);

    cc_enter(login->task, login->monitor);
    uint64_t wait_ms = cc_lockout_wait_ms(&login->lockout, request->peer, now_ms);
    cc_leave(login->task, login->monitor);
    if (wait_ms > 0) {
        *wait_s = (uint32_t)((wait_ms + 999) / 1000);
        return CC_LOGIN_LOCKED;
    }
    // 2.5 KB: too much for the stack that calls this for each request
    cc_digest_login_t *given = header ? malloc(sizeof *given) : NULL;
    cc_login_verdict_t verdict = CC_LOGIN_ASK;
    if (given && cc_digest_read(header, given) == CC_OK) {
        bool knows = knows_password(login, given, request);
        cc_enter(login->task, login->monitor);
        verdict = judge_locked(login, given, knows, request->peer, now_ms);
        cc_leave(login->task, login->monitor);
    }
    free(given);
    return verdict;
}

void cc_login_challenge(cc_login_t *login, bool stale, char sha256[256], char md5[256])
{
    static const char format[] = "Digest realm=\"" CC_LOGIN_REALM
                                 "\", qop=\"auth\", algorithm=%s, charset=UTF-8, nonce=\"%s\"%s";
    char nonce[CC_NONCE_TEXT_MAX];
    cc_enter(login->task, login->monitor);
    cc_nonce_make(&login->nonces, login->crypto, cc_clock_now(login->clock), nonce);
    cc_leave(login->task, login->monitor);
    const char *stale_text = stale ? ", stale=true" : "";
    snprintf(sha256, 256, format, "SHA-256", nonce, stale_text);
    snprintf(md5, 256, format, "MD5", nonce, stale_text);
}
