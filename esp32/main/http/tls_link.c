#include "http/tls_link.h"

#include <errno.h>
#include <esp_crt_bundle.h>
#include <esp_timer.h>
#include <fcntl.h>
#include <lwip/netdb.h>
#include <lwip/sockets.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <sdkconfig.h>
#include <string.h>
#include <unistd.h>
#if CONFIG_MBEDTLS_SSL_PROTO_TLS1_3
#include <psa/crypto.h>
#endif

#include "util/err.h"
#include "util/text.h"

#if !CONFIG_MBEDTLS_HAVE_TIME_DATE
#error "certificates would never expire: set CONFIG_MBEDTLS_HAVE_TIME_DATE"
#endif
#if !CONFIG_MBEDTLS_CERTIFICATE_BUNDLE
#error "there would be nobody to trust: set CONFIG_MBEDTLS_CERTIFICATE_BUNDLE"
#endif

enum {
    LOOK_AROUND_MS = 100, // how late an interrupt is noticed
    KEEPALIVE_IDLE_S = 30,
    KEEPALIVE_INTERVAL_S = 10,
    KEEPALIVE_COUNT = 3,
};

static uint64_t now_ms(void)
{
    return (uint64_t)(esp_timer_get_time() / 1000) + 1;
}

// Waits until the socket can be read, or written where `write`. CC_ERR_AGAIN: asked for write, and
// there is something to read first.
static int wait_for(const cc_tls_link_t *link, bool read, bool write, uint64_t until_ms)
{
    for (;;) {
        if (atomic_load(link->tls->stop))
            return CC_ERR_STOPPED;
        uint64_t now = now_ms();
        uint64_t left_ms = until_ms > now ? until_ms - now : 0;
        uint32_t slice_ms = left_ms < LOOK_AROUND_MS ? (uint32_t)left_ms : LOOK_AROUND_MS;
        fd_set readable, writable;
        FD_ZERO(&readable);
        FD_ZERO(&writable);
        if (read)
            FD_SET(link->fd, &readable);
        if (write)
            FD_SET(link->fd, &writable);
        struct timeval timeout = {.tv_usec = (suseconds_t)slice_ms * 1000};
        int n = select(link->fd + 1, &readable, &writable, NULL, &timeout);
        if (n < 0)
            return CC_ERR_NETWORK;
        if (n > 0 && write && FD_ISSET(link->fd, &writable))
            return CC_OK;
        if (n > 0)
            return write ? CC_ERR_AGAIN : CC_OK;
        if (left_ms <= slice_ms)
            return CC_ERR_TIMEOUT;
    }
}

int cc_tls_init(cc_tls_t *tls, const atomic_bool *stop)
{
    tls->stop = stop;
    mbedtls_entropy_init(&tls->entropy);
    mbedtls_ctr_drbg_init(&tls->random);
    mbedtls_ssl_session_init(&tls->session);
#if CONFIG_MBEDTLS_SSL_PROTO_TLS1_3
    if (psa_crypto_init() != PSA_SUCCESS)
        return CC_ERR_MEMORY;
#endif
    if (mbedtls_ctr_drbg_seed(&tls->random, mbedtls_entropy_func, &tls->entropy, NULL, 0))
        return CC_ERR_MEMORY;
    return CC_OK;
}

void cc_tls_forget_session(cc_tls_t *tls)
{
    mbedtls_ssl_session_free(&tls->session);
    mbedtls_ssl_session_init(&tls->session);
    tls->has_session = false;
}

static const char *connect_reason(int number)
{
    switch (number) {
    case ECONNREFUSED:
    case ECONNRESET:
        return "the server refused the connection";
    case ENETUNREACH:
    case EHOSTUNREACH:
        return "no way leads to the server: is the network up?";
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return "the camera has no more connections to give";
    default:
        return "the server did not answer the connection";
    }
}

static socklen_t socket_address(const ip_addr_t *address, uint16_t port,
                                struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
#if CONFIG_LWIP_IPV6
    if (IP_IS_V6(address)) {
        struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)out;
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = htons(port);
        inet6_addr_from_ip6addr(&ipv6->sin6_addr, ip_2_ip6(address));
        return sizeof *ipv6;
    }
#endif
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)out;
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(port);
    inet_addr_from_ip4addr(&ipv4->sin_addr, ip_2_ip4(address));
    return sizeof *ipv4;
}

static void set_up_socket(int fd)
{
    const struct {
        int level;
        int name;
        int value;
    } options[] = {
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S},
        {IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT},
        // The last, short piece of a picture must not wait until the ones before are confirmed.
        {IPPROTO_TCP, TCP_NODELAY, 1},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                   sizeof options[i].value);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
}

int cc_tls_link_connect(cc_tls_link_t *link, const cc_tls_place_t *place, const ip_addr_t *address,
                        uint64_t until_ms, const char **reason)
{
    struct sockaddr_storage to;
    socklen_t len = socket_address(address, place->port, &to);
    link->place = *place;
    link->fd = socket(to.ss_family, SOCK_STREAM, IPPROTO_TCP);
    if (link->fd < 0) {
        *reason = connect_reason(errno);
        return CC_ERR_NETWORK;
    }
    link->open = true;
    set_up_socket(link->fd);
    if (connect(link->fd, (const struct sockaddr *)&to, len) == 0)
        return CC_OK;
    int number = errno;
    if (number == EINPROGRESS) {
        int err = wait_for(link, false, true, until_ms);
        if (err < 0 && err != CC_ERR_NETWORK)
            return err;
        socklen_t number_len = sizeof number;
        if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &number, &number_len) < 0)
            number = errno;
    }
    if (number == 0)
        return CC_OK;
    *reason = connect_reason(number);
    return CC_ERR_NETWORK;
}

static int send_now(void *ctx, const unsigned char *bytes, size_t len)
{
    const cc_tls_link_t *link = ctx;
    ssize_t n = send(link->fd, bytes, len, 0);
    if (n >= 0)
        return (int)n;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    return errno == EPIPE || errno == ECONNRESET ? MBEDTLS_ERR_NET_CONN_RESET
                                                 : MBEDTLS_ERR_NET_SEND_FAILED;
}

static int receive_now(void *ctx, unsigned char *bytes, size_t len)
{
    const cc_tls_link_t *link = ctx;
    ssize_t n = recv(link->fd, bytes, len, 0);
    if (n >= 0)
        return (int)n;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return MBEDTLS_ERR_SSL_WANT_READ;
    return errno == EPIPE || errno == ECONNRESET ? MBEDTLS_ERR_NET_CONN_RESET
                                                 : MBEDTLS_ERR_NET_RECV_FAILED;
}

// The bundle's own check, with what is wrong written down: a failed handshake does not tell.
static int on_certificate(void *ctx, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    cc_tls_link_t *link = ctx;
    link->saw_certificate = true;
    int err = link->verify ? link->verify(link->verify_ctx, certificate, depth, flags) : 0;
    link->flags |= *flags;
    return err;
}

static const char *certificate_reason(uint32_t flags)
{
    // Beside the bundle, "not trusted" is said of every chain until its other faults are gone.
    if (flags & MBEDTLS_X509_BADCERT_EXPIRED)
        return "the server's certificate has expired (or this camera's clock is wrong)";
    if (flags & MBEDTLS_X509_BADCERT_FUTURE)
        return "the server's certificate is not valid yet: is this camera's clock right?";
    if (flags & MBEDTLS_X509_BADCERT_CN_MISMATCH)
        return "the server's certificate is for another host";
    if (flags & MBEDTLS_X509_BADCERT_REVOKED)
        return "the server's certificate was revoked";
    if (flags &
        (MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY))
        return "the server's certificate is signed in a way that is not safe any more";
    if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
        return "the server's certificate is from an authority that is not trusted here";
    return "the server's certificate is not in order";
}

static bool is_memory(int err)
{
    return err == MBEDTLS_ERR_SSL_ALLOC_FAILED || err == MBEDTLS_ERR_X509_ALLOC_FAILED ||
           err == MBEDTLS_ERR_MPI_ALLOC_FAILED || err == MBEDTLS_ERR_PK_ALLOC_FAILED ||
           err == MBEDTLS_ERR_ECP_ALLOC_FAILED || err == MBEDTLS_ERR_MD_ALLOC_FAILED;
}

static const char *handshake_reason(int err)
{
    switch (err) {
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        return "the server refused the TLS handshake";
    case 0: // the other end closed it
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
    case MBEDTLS_ERR_NET_CONN_RESET:
    case MBEDTLS_ERR_NET_RECV_FAILED:
    case MBEDTLS_ERR_NET_SEND_FAILED:
        return "the server broke off the TLS handshake";
    case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION:
    case MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE:
        return "the server and the camera have no kind of TLS in common";
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
        return "what answers there is no TLS server";
    default:
        return "the TLS handshake failed";
    }
}

static int trust(cc_tls_link_t *link, const char *ca_pem, const char **reason)
{
    if (!ca_pem || !*ca_pem) {
        if (esp_crt_bundle_attach(&link->config) != ESP_OK)
            return CC_ERR_MEMORY;
        // Its check stays what decides; ours stands before it and listens.
        link->verify = link->config.MBEDTLS_PRIVATE(f_vrfy);
        link->verify_ctx = link->config.MBEDTLS_PRIVATE(p_vrfy);
        return CC_OK;
    }
    link->verify = NULL;
    int err =
        mbedtls_x509_crt_parse(&link->own_ca, (const unsigned char *)ca_pem, strlen(ca_pem) + 1);
    if (is_memory(err))
        return CC_ERR_MEMORY;
    if (err) { // negative, or the number of those that could not be read
        *reason = "the certificate of your own server, in the settings, cannot be read";
        return CC_ERR_FORMAT;
    }
    mbedtls_ssl_conf_ca_chain(&link->config, &link->own_ca, NULL);
    return CC_OK;
}

static bool is_same_place(const cc_tls_place_t *a, const cc_tls_place_t *b)
{
    return a->port == b->port && cc_text_equal_nocase(a->host, b->host);
}

static int set_up_tls(cc_tls_link_t *link, const char *ca_pem, const char **reason)
{
    cc_tls_t *tls = link->tls;
    mbedtls_ssl_init(&link->ssl);
    mbedtls_ssl_config_init(&link->config);
    mbedtls_x509_crt_init(&link->own_ca);
    link->secured = true; // from here on there is something to free
    link->flags = 0;
    link->saw_certificate = false;
    if (mbedtls_ssl_config_defaults(&link->config, MBEDTLS_SSL_IS_CLIENT,
                                    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT))
        return CC_ERR_MEMORY;
    mbedtls_ssl_conf_authmode(&link->config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_rng(&link->config, mbedtls_ctr_drbg_random, &tls->random);
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
    mbedtls_ssl_conf_session_tickets(&link->config, MBEDTLS_SSL_SESSION_TICKETS_ENABLED);
#if CONFIG_MBEDTLS_SSL_PROTO_TLS1_3
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        &link->config, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
#endif
    int err = trust(link, ca_pem, reason);
    if (err < 0)
        return err;
    if (mbedtls_ssl_setup(&link->ssl, &link->config) ||
        mbedtls_ssl_set_hostname(&link->ssl, link->place.host))
        return CC_ERR_MEMORY;
    mbedtls_ssl_set_verify(&link->ssl, on_certificate, link);
    mbedtls_ssl_set_bio(&link->ssl, link, send_now, receive_now, NULL);
    if (tls->has_session && is_same_place(&tls->session_place, &link->place))
        mbedtls_ssl_set_session(&link->ssl, &tls->session); // at worst a whole handshake
    return CC_OK;
}

static void keep_session(cc_tls_link_t *link)
{
    cc_tls_t *tls = link->tls;
    cc_tls_forget_session(tls);
    tls->has_session = mbedtls_ssl_get_session(&link->ssl, &tls->session) == 0;
    tls->session_place = link->place;
}

int cc_tls_link_secure(cc_tls_link_t *link, const char *ca_pem, uint64_t until_ms,
                       const char **reason)
{
    int err = set_up_tls(link, ca_pem, reason);
    if (err < 0)
        return err;
    for (;;) {
        int result = mbedtls_ssl_handshake(&link->ssl);
        if (result == 0) {
            // TLS 1.3 hands its tickets out later: cc_tls_link_receive.
            if (mbedtls_ssl_get_version_number(&link->ssl) == MBEDTLS_SSL_VERSION_TLS1_2)
                keep_session(link);
            return CC_OK;
        }
        bool write = result == MBEDTLS_ERR_SSL_WANT_WRITE;
        if (write || result == MBEDTLS_ERR_SSL_WANT_READ) {
            err = wait_for(link, !write, write, until_ms);
            if (err < 0 && err != CC_ERR_NETWORK)
                return err;
            continue;
        }
        // A server that stumbles over an old session gets a whole handshake the next time.
        cc_tls_forget_session(link->tls);
        if (is_memory(result))
            return CC_ERR_MEMORY;
        bool refused = link->flags != 0 && result != MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
        *reason = refused ? certificate_reason(link->flags) : handshake_reason(result);
        return CC_ERR_NETWORK;
    }
}

int cc_tls_link_send(cc_tls_link_t *link, const uint8_t *bytes, size_t len, uint64_t until_ms)
{
    for (;;) {
        int n = mbedtls_ssl_write(&link->ssl, bytes, len);
        if (n > 0)
            return n;
        // What reading began while our own bytes were stuck goes on here.
        if (n == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            keep_session(link);
            continue;
        }
        bool read = n == MBEDTLS_ERR_SSL_WANT_READ;
        if (!read && n != MBEDTLS_ERR_SSL_WANT_WRITE)
            return is_memory(n) ? CC_ERR_MEMORY : CC_ERR_NETWORK;
        int err = wait_for(link, true, !read, until_ms);
        if (err < 0)
            return err;
    }
}

int cc_tls_link_receive(cc_tls_link_t *link, uint8_t *bytes, size_t cap, uint64_t until_ms)
{
    for (;;) {
        int n = mbedtls_ssl_read(&link->ssl, bytes, cap);
        if (n > 0)
            return n;
        if (n == 0 || n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY || n == MBEDTLS_ERR_SSL_CONN_EOF)
            return 0;
        if (n == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            keep_session(link);
            continue;
        }
        bool write = n == MBEDTLS_ERR_SSL_WANT_WRITE;
        if (!write && n != MBEDTLS_ERR_SSL_WANT_READ)
            return is_memory(n) ? CC_ERR_MEMORY : CC_ERR_NETWORK;
        if (until_ms == 0)
            return CC_ERR_TIMEOUT;
        int err = wait_for(link, !write, write, until_ms);
        if (err < 0)
            return err;
    }
}

bool cc_tls_link_stands(cc_tls_link_t *link)
{
    uint8_t byte;
    return link->open && link->secured && cc_tls_link_receive(link, &byte, 1, 0) == CC_ERR_TIMEOUT;
}

void cc_tls_link_close(cc_tls_link_t *link)
{
    if (link->secured) {
        // A word of farewell where the socket takes it at once.
        mbedtls_ssl_close_notify(&link->ssl);
        mbedtls_ssl_free(&link->ssl);
        mbedtls_ssl_config_free(&link->config);
        mbedtls_x509_crt_free(&link->own_ca);
    }
    if (link->open)
        close(link->fd);
    link->secured = false;
    link->open = false;
}
