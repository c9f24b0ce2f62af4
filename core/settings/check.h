// What a text setting may hold. Pure. Each returns whether the trimmed text is right, else a
// sentence for people in `why`. An empty text is right where the table's minimum allows it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

bool cc_check_token(const char *text, char *why, size_t cap);       // 20 of A-Z a-z 0-9
bool cc_check_fingerprint(const char *text, char *why, size_t cap); // 16..64 printable ASCII
bool cc_check_https_url(const char *text, char *why, size_t cap);   // https://host[:port][/path]
bool cc_check_pem(const char *text, char *why, size_t cap);         // certificates in PEM form
bool cc_check_line(const char *text, char *why, size_t cap);        // no control characters
bool cc_check_hostname(const char *text, char *why, size_t cap); // one label, RFC 1123 section 2.1
bool cc_check_host(const char *text, char *why, size_t cap);     // a host name or an address
bool cc_check_ssid(const char *text, char *why, size_t cap);     // 0..32 bytes, others as \xNN
bool cc_check_wifi_password(const char *text, char *why, size_t cap); // 0 or 8..63 printable ASCII
bool cc_check_ipv4(const char *text, char *why, size_t cap);          // dotted decimal
bool cc_check_view_key(const char *text, char *why, size_t cap);      // 16..64 of A-Z a-z 0-9
bool cc_check_password(const char *text, char *why, size_t cap);      // 8..64 characters, or empty
