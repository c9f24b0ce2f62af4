// The stand-in's own certificate authority, the certificate it shows, and the broken ones it shows
// when told. ECDSA P-256 throughout. The CA and the server's certificate are kept in the state
// folder.
//
//     standin_certificates_t certificates;
//     err = standin_certificates_open(&certificates, &state, names, names_len);
//     err = standin_certificates_get(&certificates, STANDIN_DETAIL_NONE, &shown);
#pragma once

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stddef.h>

#include "faults.h"
#include "state.h"

enum {
    STANDIN_CERTIFICATE_NAMES = 32,
    STANDIN_CERTIFICATE_NAME_SIZE = 254, // RFC 1035: 253 characters
    STANDIN_CERTIFICATE_FAULTS = 4,
    STANDIN_CA_PEM_SIZE = 4096, // the camera's setting connect.ca takes 4 KB
};

// A name or an address, in text, that the certificate is for.
typedef char standin_certificate_name_t[STANDIN_CERTIFICATE_NAME_SIZE];

// What a TLS handshake shows: the certificate in the form that GnuTLS sends, and its key.
typedef struct {
    gnutls_pcert_st chain;
    gnutls_privkey_t key;
    bool made;
} standin_certificate_t;

typedef struct {
    gnutls_x509_crt_t ca;
    gnutls_x509_privkey_t ca_key;
    char ca_pem[STANDIN_CA_PEM_SIZE];
    size_t ca_pem_len;
    size_t names_len;
    standin_certificate_name_t names[STANDIN_CERTIFICATE_NAMES];
    standin_certificate_t server;
    pthread_mutex_t lock; // guards `broken`
    standin_certificate_t broken[STANDIN_CERTIFICATE_FAULTS];
} standin_certificates_t;

// Reads the CA and the server's certificate, or makes them: at the first start, when they are at
// their end, or (the server's) when it is not for all of `names`. Writes ca.pem into the folder.
// Errors: those of the state, CC_ERR_MEMORY, CC_ERR_FORMAT (the CA's file is none of ours: it is
// never overwritten).
int standin_certificates_open(standin_certificates_t *certificates, standin_state_t *state,
                              standin_certificate_name_t *names, size_t names_len);
void standin_certificates_close(standin_certificates_t *certificates);

// The certificate for `fault` (STANDIN_CERT_…, or STANDIN_DETAIL_NONE for the good one). It stays
// valid until close. Any thread. Errors: CC_ERR_MEMORY.
int standin_certificates_get(standin_certificates_t *certificates, standin_fault_detail_t fault,
                             standin_certificate_t **shown);
