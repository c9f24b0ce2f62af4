// The login: digest access with SHA-256, and MD5 for clients that know no other; guessing gets
// slow.
#pragma once

#include <stdint.h>

#include "port/clock.h"
#include "port/crypto.h"
#include "port/http_server.h"
#include "port/task.h"
#include "settings/settings.h"

typedef struct cc_login cc_login_t;

// Errors: CC_ERR_MEMORY, CC_ERR_IO.
int cc_login_new(const cc_task_t *task, const cc_clock_t *clock, const cc_crypto_t *crypto,
                 cc_settings_t *settings, cc_login_t **login);
void cc_login_free(cc_login_t *login);

typedef enum {
    CC_LOGIN_IN,
    CC_LOGIN_ASK,   // no login yet, or a nonce that is too old: ask for one
    CC_LOGIN_STALE, // right but for the nonce: the client tries again by itself
    CC_LOGIN_WRONG,
    CC_LOGIN_LOCKED, // too many failures: wait_s
} cc_login_verdict_t;

cc_login_verdict_t cc_login_check(cc_login_t *login, const cc_http_request_t *request,
                                  uint32_t *wait_s);

// The two WWW-Authenticate values, SHA-256's first.
void cc_login_challenge(cc_login_t *login, bool stale, char sha256[256], char md5[256]);
