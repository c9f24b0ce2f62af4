#include "certificates.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/err.h"

enum {
    DAY_S = 24 * 60 * 60,
    CA_DAYS = 3650,
    SERVER_DAYS = 800, // some clients refuse a server's certificate that lives longer than 825 days
    RENEW_DAYS = 30,
    SECRET_SIZE = 8192, // a key and a certificate in PEM
};

// Each file holds the key and the certificate: a crash between two files could not part them.
static const char ca_file[] = "ca-secret.pem";
static const char server_file[] = "server-secret.pem";

// A certificate together with its key.
typedef struct {
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
} pair_t;

// What a new certificate says.
typedef struct {
    const char *common_name;
    const standin_certificate_name_t *names;
    size_t names_len;
    bool is_ca;
    int days_from; // counted from today, negative is the past
    int days_to;
} claim_t;

static int err_of_gnutls(int result)
{
    if (result >= 0)
        return CC_OK;
    return result == GNUTLS_E_MEMORY_ERROR ? CC_ERR_MEMORY : CC_ERR_FORMAT;
}

static void free_pair(pair_t *pair)
{
    if (pair->crt)
        gnutls_x509_crt_deinit(pair->crt);
    if (pair->key)
        gnutls_x509_privkey_deinit(pair->key);
    *pair = (pair_t){0};
}

static int init_pair(pair_t *pair)
{
    int result = gnutls_x509_crt_init(&pair->crt);
    if (result >= 0)
        result = gnutls_x509_privkey_init(&pair->key);
    return result;
}

static int set_names(gnutls_x509_crt_t crt, const claim_t *claim)
{
    int result = 0;

    for (size_t i = 0; i < claim->names_len && result >= 0; i++) {
        const char *name = claim->names[i];
        unsigned char address[16];
        if (inet_pton(AF_INET, name, address) == 1)
            result = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address, 4,
                                                          GNUTLS_FSAN_APPEND);
        else if (inet_pton(AF_INET6, name, address) == 1)
            result = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address, 16,
                                                          GNUTLS_FSAN_APPEND);
        else
            result = gnutls_x509_crt_set_subject_alt_name(
                crt, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
    }
    return result;
}

static int set_extensions(gnutls_x509_crt_t crt, const claim_t *claim)
{
    int result = gnutls_x509_crt_set_basic_constraints(crt, claim->is_ca, claim->is_ca ? 0 : -1);

    if (result >= 0)
        result = gnutls_x509_crt_set_key_usage(crt, claim->is_ca ? GNUTLS_KEY_KEY_CERT_SIGN |
                                                                       GNUTLS_KEY_CRL_SIGN
                                                                 : GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (result >= 0 && !claim->is_ca)
        result = gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
    return result < 0 ? result : set_names(crt, claim);
}

static int set_key_ids(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
    unsigned char id[64];
    size_t id_len = sizeof id;

    int result = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA1, id, &id_len);
    if (result >= 0)
        result = gnutls_x509_crt_set_subject_key_id(crt, id, id_len);
    id_len = sizeof id;
    if (result >= 0)
        result = gnutls_x509_crt_get_key_id(issuer, GNUTLS_KEYID_USE_SHA1, id, &id_len);
    if (result >= 0)
        result = gnutls_x509_crt_set_authority_key_id(crt, id, id_len);
    return result;
}

static int set_serial(gnutls_x509_crt_t crt)
{
    unsigned char serial[16];

    int result = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
    serial[0] = (unsigned char)((serial[0] & 0x7F) | 0x40); // positive, and never shorter
    return result < 0 ? result : gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
}

// Makes a key and a certificate for it, signed by `issuer`, by itself when that is NULL.
static int make_pair(const claim_t *claim, const pair_t *issuer, pair_t *pair)
{
    pair_t made = {0};
    const char *wrong_at;
    char name[STANDIN_CERTIFICATE_NAME_SIZE + 64];
    time_t now = time(NULL);

    snprintf(name, sizeof name, "CN=%s,O=connect-standin", claim->common_name);
    int result = init_pair(&made);
    if (result >= 0)
        result = gnutls_x509_privkey_generate(made.key, GNUTLS_PK_ECDSA,
                                              GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (result >= 0)
        result = gnutls_x509_crt_set_version(made.crt, 3);
    if (result >= 0)
        result = set_serial(made.crt);
    if (result >= 0)
        result = gnutls_x509_crt_set_dn(made.crt, name, &wrong_at);
    if (result >= 0)
        result =
            gnutls_x509_crt_set_activation_time(made.crt, now + (time_t)claim->days_from * DAY_S);
    if (result >= 0)
        result =
            gnutls_x509_crt_set_expiration_time(made.crt, now + (time_t)claim->days_to * DAY_S);
    if (result >= 0)
        result = gnutls_x509_crt_set_key(made.crt, made.key);
    if (result >= 0)
        result = set_extensions(made.crt, claim);
    if (result >= 0)
        result = set_key_ids(made.crt, issuer ? issuer->crt : made.crt);
    if (result >= 0)
        result = gnutls_x509_crt_sign2(made.crt, issuer ? issuer->crt : made.crt,
                                       issuer ? issuer->key : made.key, GNUTLS_DIG_SHA256, 0);
    if (result < 0) {
        free_pair(&made);
        return err_of_gnutls(result);
    }
    *pair = made;
    return CC_OK;
}

static int load_pair(const standin_state_t *state, const char *file, pair_t *pair)
{
    pair_t found = {0};
    char *text;
    size_t len;

    int err = standin_state_read(state, file, &text, &len);
    if (err < 0)
        return err;
    gnutls_datum_t pem = {(unsigned char *)text, (unsigned)len};
    int result = init_pair(&found);
    if (result >= 0)
        result = gnutls_x509_crt_import(found.crt, &pem, GNUTLS_X509_FMT_PEM);
    if (result >= 0)
        result = gnutls_x509_privkey_import(found.key, &pem, GNUTLS_X509_FMT_PEM);
    gnutls_memset(text, 0, len);
    free(text);
    if (result < 0) {
        free_pair(&found);
        return err_of_gnutls(result);
    }
    *pair = found;
    return CC_OK;
}

static int save_pair(const standin_state_t *state, const char *file, const pair_t *pair)
{
    char text[SECRET_SIZE];
    size_t key_len = sizeof text;

    int result = gnutls_x509_privkey_export(pair->key, GNUTLS_X509_FMT_PEM, text, &key_len);
    size_t crt_len = sizeof text - key_len;
    if (result >= 0)
        result = gnutls_x509_crt_export(pair->crt, GNUTLS_X509_FMT_PEM, text + key_len, &crt_len);
    int err = err_of_gnutls(result);
    if (err == CC_OK)
        err = standin_state_write(state, file, text, key_len + crt_len);
    gnutls_memset(text, 0, sizeof text);
    return err;
}

static int open_ca(const standin_state_t *state, pair_t *ca)
{
    static const claim_t claim = {.common_name = "connect-standin's own CA",
                                  .is_ca = true,
                                  .days_from = -1,
                                  .days_to = CA_DAYS};

    int err = load_pair(state, ca_file, ca);
    if (err == CC_OK && gnutls_x509_crt_get_expiration_time(ca->crt) > time(NULL))
        return CC_OK;
    if (err == CC_OK)
        free_pair(ca);
    else if (err != CC_ERR_NOT_FOUND)
        return err;
    err = make_pair(&claim, NULL, ca);
    if (err < 0)
        return err;
    err = save_pair(state, ca_file, ca);
    if (err < 0)
        free_pair(ca);
    return err;
}

// Whether a client that knows the CA accepts the certificate under every name.
static bool still_good(const pair_t *server, const pair_t *ca,
                       const standin_certificates_t *certificates)
{
    unsigned status = 0;

    if (gnutls_x509_crt_verify(server->crt, &ca->crt, 1, 0, &status) < 0 || status)
        return false;
    if (gnutls_x509_crt_get_expiration_time(server->crt) < time(NULL) + RENEW_DAYS * DAY_S)
        return false;
    for (size_t i = 0; i < certificates->names_len; i++) {
        if (!gnutls_x509_crt_check_hostname(server->crt, certificates->names[i]))
            return false;
    }
    return true;
}

static int open_server(const standin_state_t *state, const pair_t *ca,
                       const standin_certificates_t *certificates, pair_t *server)
{
    const claim_t claim = {.common_name = "localhost",
                           .names = certificates->names,
                           .names_len = certificates->names_len,
                           .days_from = -1,
                           .days_to = SERVER_DAYS};

    int err = load_pair(state, server_file, server);
    if (err == CC_OK && still_good(server, ca, certificates))
        return CC_OK;
    if (err == CC_OK)
        free_pair(server);
    err = make_pair(&claim, ca, server);
    if (err < 0)
        return err;
    err = save_pair(state, server_file, server);
    if (err < 0)
        free_pair(server);
    return err;
}

// Takes over the pair's key; the certificate is copied.
static int show_pair(pair_t *pair, standin_certificate_t *shown)
{
    int result = gnutls_privkey_init(&shown->key);
    if (result < 0)
        return err_of_gnutls(result);
    result = gnutls_privkey_import_x509(shown->key, pair->key, GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE);
    if (result >= 0) {
        pair->key = NULL;
        result = gnutls_pcert_import_x509(&shown->chain, pair->crt, 0);
    }
    if (result < 0)
        gnutls_privkey_deinit(shown->key);
    else
        shown->made = true;
    return err_of_gnutls(result);
}

static void free_shown(standin_certificate_t *shown)
{
    if (!shown->made)
        return;
    gnutls_pcert_deinit(&shown->chain);
    gnutls_privkey_deinit(shown->key);
    shown->made = false;
}

static int make_broken(const standin_certificates_t *certificates, standin_fault_detail_t fault,
                       standin_certificate_t *shown)
{
    static const standin_certificate_name_t other_host[] = {"other-host.invalid"};
    static const claim_t other_ca = {
        .common_name = "somebody else's CA", .is_ca = true, .days_from = -1, .days_to = CA_DAYS};
    pair_t issuer = {certificates->ca, certificates->ca_key};
    pair_t stranger = {0};
    pair_t pair = {0};
    int err = CC_OK;
    claim_t claim = {.common_name = "localhost",
                     .names = certificates->names,
                     .names_len = certificates->names_len,
                     .days_from = -1,
                     .days_to = RENEW_DAYS};

    if (fault == STANDIN_CERT_EXPIRED) {
        claim.days_from = -60;
        claim.days_to = -30;
    } else if (fault == STANDIN_CERT_FUTURE) {
        claim.days_from = 30;
        claim.days_to = 60;
    } else if (fault == STANDIN_CERT_OTHER_HOST) {
        claim.common_name = other_host[0];
        claim.names = other_host;
        claim.names_len = 1;
    } else {
        err = make_pair(&other_ca, NULL, &stranger);
        issuer = stranger;
    }
    if (err == CC_OK)
        err = make_pair(&claim, &issuer, &pair);
    if (err == CC_OK)
        err = show_pair(&pair, shown);
    free_pair(&pair);
    free_pair(&stranger);
    return err;
}

int standin_certificates_open(standin_certificates_t *certificates, standin_state_t *state,
                              standin_certificate_name_t *names, size_t names_len)
{
    standin_certificates_t made = {.names_len = names_len};
    pair_t ca = {0};
    pair_t server = {0};
    char ca_path[PATH_MAX + 8];

    memcpy(made.names, names, names_len * sizeof names[0]);
    standin_state_lock(state);
    int err = open_ca(state, &ca);
    if (err == CC_OK)
        err = open_server(state, &ca, &made, &server);
    standin_state_unlock(state);
    if (err == CC_OK)
        err = show_pair(&server, &made.server);
    if (err < 0)
        goto out;
    made.ca_pem_len = sizeof made.ca_pem;
    err = err_of_gnutls(
        gnutls_x509_crt_export(ca.crt, GNUTLS_X509_FMT_PEM, made.ca_pem, &made.ca_pem_len));
    if (err < 0)
        goto out;
    snprintf(ca_path, sizeof ca_path, "%s/ca.pem", state->path);
    err = standin_state_publish(ca_path, made.ca_pem, made.ca_pem_len);
    if (err < 0)
        goto out;
    made.ca = ca.crt;
    made.ca_key = ca.key;
    ca = (pair_t){0};
    *certificates = made;
    pthread_mutex_init(&certificates->lock, NULL);
out:
    free_pair(&server);
    free_pair(&ca);
    if (err < 0)
        free_shown(&made.server);
    return err;
}

void standin_certificates_close(standin_certificates_t *certificates)
{
    free_shown(&certificates->server);
    for (size_t i = 0; i < STANDIN_CERTIFICATE_FAULTS; i++)
        free_shown(&certificates->broken[i]);
    gnutls_x509_crt_deinit(certificates->ca);
    gnutls_x509_privkey_deinit(certificates->ca_key);
    pthread_mutex_destroy(&certificates->lock);
}

int standin_certificates_get(standin_certificates_t *certificates, standin_fault_detail_t fault,
                             standin_certificate_t **shown)
{
    int err = CC_OK;

    if (fault == STANDIN_DETAIL_NONE) {
        *shown = &certificates->server;
        return CC_OK;
    }
    standin_certificate_t *broken = &certificates->broken[fault - STANDIN_CERT_EXPIRED];
    pthread_mutex_lock(&certificates->lock);
    if (!broken->made)
        err = make_broken(certificates, fault, broken);
    pthread_mutex_unlock(&certificates->lock);
    if (err == CC_OK)
        *shown = broken;
    return err;
}
