// One TLS connection to a server, made and used step by step: nothing in it blocks for longer than
// its time limit, and any of it ends soon when `stop` becomes true.
//
// Only the connect thread.
#pragma once

#include <lwip/ip_addr.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/http_client.h"

#define CC_TLS_HOST_MAX 256

typedef struct {
    char host[CC_TLS_HOST_MAX]; // without brackets
    uint16_t port;
} cc_tls_place_t;

// What it takes to make connections; kept over all of them.
typedef struct {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_session session; // of the last connection to session_place
    cc_tls_place_t session_place;
    bool has_session;
    const atomic_bool *stop;
} cc_tls_t;

typedef struct {
    cc_tls_t *tls;
    bool open;
    cc_tls_place_t place;
    int fd;
    bool secured; // ssl and its parts are set up
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_x509_crt own_ca;
    // What the check of certificates found.
    int (*verify)(void *ctx, mbedtls_x509_crt *certificate, int depth, uint32_t *flags);
    void *verify_ctx;
    uint32_t flags;       // MBEDTLS_X509_BADCERT_…
    bool saw_certificate; // false after a handshake: the session was resumed
} cc_tls_link_t;

// tls is zeroed memory. Errors: CC_ERR_MEMORY.
int cc_tls_init(cc_tls_t *tls, const atomic_bool *stop);
void cc_tls_forget_session(cc_tls_t *tls);

// The steps. until_ms: on esp_timer's clock plus one, as cc_clock's. All of them return CC_OK,
// CC_ERR_TIMEOUT, CC_ERR_STOPPED, CC_ERR_MEMORY, or another error with one sentence for people,
// without a full stop, in `reason`. After any error: cc_tls_link_close.
//
// A plain connection to an address of the place's.
int cc_tls_link_connect(cc_tls_link_t *link, const cc_tls_place_t *place, const ip_addr_t *address,
                        uint64_t until_ms, const char **reason);
// ca_pem: trust only these; NULL or "": the bundle.
int cc_tls_link_secure(cc_tls_link_t *link, const char *ca_pem, uint64_t until_ms,
                       const char **reason);

// Sends what can be sent; returns how many bytes, CC_ERR_AGAIN when the other end has something to
// say first.
int cc_tls_link_send(cc_tls_link_t *link, const uint8_t *bytes, size_t len, uint64_t until_ms);
// Returns how many bytes came, 0 at the end of the connection. until_ms 0: what is there already,
// else CC_ERR_TIMEOUT.
int cc_tls_link_receive(cc_tls_link_t *link, uint8_t *bytes, size_t cap, uint64_t until_ms);

// Whether the connection that was kept still stands: the other end has neither closed it nor said
// anything unasked.
bool cc_tls_link_stands(cc_tls_link_t *link);
void cc_tls_link_close(cc_tls_link_t *link);
