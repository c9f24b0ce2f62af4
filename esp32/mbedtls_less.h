// What mbedTLS leaves out beyond ESP-IDF's options, for its size: nobody here asks for it. Its
// headers read this last (MBEDTLS_USER_CONFIG_FILE), in every component alike.
#pragma once

#undef MBEDTLS_ARIA_C
#undef MBEDTLS_CIPHER_MODE_CFB
#undef MBEDTLS_CIPHER_MODE_OFB
// XTS stays: NVS names it, encrypted or not.

// A handshake hashes a few KB, an update a MB: half the speed is enough.
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER

// Forward secrecy and authenticated encryption, or nothing.
#define MBEDTLS_SSL_CIPHERSUITES                                                                   \
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,                                               \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,                                             \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,                                           \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
