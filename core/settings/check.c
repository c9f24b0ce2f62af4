#include "settings/check.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

static bool wrong(char *why, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool wrong(char *why, size_t cap, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, cap, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_printable(char c)
{
    return c > 0x20 && c < 0x7F;
}

// The character of UTF-8 text that begins at `at`, for a sentence; a space or control by its name.
static const char *name_character(const char *at, char out[12])
{
    if (*at == ' ')
        return "a space";
    if ((uint8_t)*at < 0x20 || *at == 0x7F)
        return "a control character";
    size_t len = 1;
    while (len < 4 && ((uint8_t)at[len] & 0xC0) == 0x80)
        len++;
    snprintf(out, 12, "\"%.*s\"", (int)len, at);
    return out;
}

bool cc_check_token(const char *text, char *why, size_t cap)
{
    char name[12];
    size_t n = cc_text_characters(text);
    if (n == 0)
        return true;
    size_t position = 0;
    for (const char *c = text; *c; c++) {
        position += ((uint8_t)*c & 0xC0) != 0x80;
        if (!is_letter_or_digit(*c))
            return wrong(why, cap,
                         "Character %zu is %s: a token has only letters A-Z a-z and digits.",
                         position, name_character(c, name));
    }
    if (n != 20)
        return wrong(why, cap,
                     "A token has 20 characters, this has %zu: copy it from Connect again.", n);
    return true;
}

bool cc_check_fingerprint(const char *text, char *why, size_t cap)
{
    char name[12];
    for (const char *c = text; *c; c++)
        if (!is_printable(*c))
            return wrong(why, cap, "A fingerprint has no blanks and only plain characters, not %s.",
                         name_character(c, name));
    return true;
}

static bool is_label(const char *label, size_t len)
{
    if (len == 0 || len > 63 || label[0] == '-' || label[len - 1] == '-')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!is_letter_or_digit(label[i]) && label[i] != '-')
            return false;
    return true;
}

static bool is_host_name(const char *host, size_t len)
{
    if (len == 0 || len > 253)
        return false;
    for (size_t at = 0; at <= len;) {
        const char *dot = memchr(host + at, '.', len - at);
        size_t label_len = dot ? (size_t)(dot - host) - at : len - at;
        bool trailing_dot = label_len == 0 && at == len && at > 0;
        if (!trailing_dot && !is_label(host + at, label_len))
            return false;
        at += label_len + 1;
    }
    return true;
}

static bool is_ipv6(const char *host, size_t len)
{
    if (len < 2 || len > 45)
        return false;
    size_t colons = 0;
    for (size_t i = 0; i < len; i++) {
        colons += host[i] == ':';
        if (!isxdigit((unsigned char)host[i]) && host[i] != ':' && host[i] != '.')
            return false;
    }
    return colons >= 2;
}

bool cc_check_https_url(const char *text, char *why, size_t cap)
{
    if (!cc_text_starts_nocase(text, "https://"))
        return wrong(why, cap,
                     "It must begin with https:// (the token never travels unprotected).");
    const char *host = text + strlen("https://");
    size_t len = strcspn(host, "/?#");
    const char *path = host + len;
    if (memchr(host, '@', len))
        return wrong(why, cap, "It must have no user name or password in it.");
    if (strpbrk(path, "?#"))
        return wrong(why, cap, "It must have no ? or # part.");
    for (const char *c = path; *c; c++)
        if (!is_printable(*c))
            return wrong(why, cap, "It has a blank or a character that no address has.");

    size_t host_len;
    if (host[0] == '[') {
        const char *bracket = memchr(host, ']', len);
        if (!bracket || !is_ipv6(host + 1, (size_t)(bracket - host) - 1))
            return wrong(why, cap, "The address between [ and ] is none.");
        host_len = (size_t)(bracket - host) + 1;
    } else {
        const char *colon = memchr(host, ':', len);
        host_len = colon ? (size_t)(colon - host) : len;
        if (!is_host_name(host, host_len))
            return wrong(why, cap,
                         "The host name in it is none: https://name.example or with :port.");
    }
    if (host_len < len) {
        unsigned port = 0;
        size_t digits = 0;
        for (const char *c = host + host_len + 1; c < host + len; c++, digits++)
            port =
                *c >= '0' && *c <= '9' && port < 65536 ? port * 10 + (unsigned)(*c - '0') : 65536;
        if (host[host_len] != ':' || digits == 0 || port == 0 || port > 65535)
            return wrong(why, cap, "The port in it must be 1 to 65535.");
    }
    return true;
}

bool cc_check_pem(const char *text, char *why, size_t cap)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    static const char end[] = "-----END CERTIFICATE-----";
    if (!*text)
        return true;
    if (strstr(text, "PRIVATE KEY"))
        return wrong(why, cap,
                     "This is a private key: keep it to yourself, and paste the certificate.");
    const char *at = strstr(text, begin);
    if (!at)
        return wrong(why, cap, "A certificate begins with %s.", begin);
    while (at) {
        at += strlen(begin);
        const char *stop = strstr(at, end);
        const char *next = strstr(at, begin);
        if (!stop || (next && next < stop))
            return wrong(why, cap, "A certificate ends with %s.", end);
        size_t len = 0;
        for (const char *c = at; c < stop; c++) {
            bool base64 = is_letter_or_digit(*c) || *c == '+' || *c == '/' || *c == '=';
            if (!base64 && *c != '\n' && *c != '\r' && *c != ' ')
                return wrong(why, cap, "The text between BEGIN and END is no certificate.");
            len += base64;
        }
        if (len < 64)
            return wrong(why, cap, "The text between BEGIN and END is no certificate.");
        at = next;
    }
    return true;
}

bool cc_check_line(const char *text, char *why, size_t cap)
{
    if (cc_text_has_control(text))
        return wrong(why, cap, "It must be one line of text.");
    return true;
}

bool cc_check_hostname(const char *text, char *why, size_t cap)
{
    if (!is_label(text, strlen(text)))
        return wrong(
            why, cap,
            "A name has letters a-z, digits and hyphens, and neither begins nor ends with one.");
    return true;
}

bool cc_check_host(const char *text, char *why, size_t cap)
{
    if (!is_host_name(text, strlen(text)) && !is_ipv6(text, strlen(text)))
        return wrong(why, cap, "It must be a host name or an address.");
    return true;
}

bool cc_check_ssid(const char *text, char *why, size_t cap)
{
    size_t bytes = 0;
    for (const char *c = text; *c; c++, bytes++)
        if (c[0] == '\\' && c[1] == 'x' && isxdigit((unsigned char)c[2]) &&
            isxdigit((unsigned char)c[3]))
            c += 3;
    if (bytes > 32)
        return wrong(why, cap, "A network's name has 32 bytes at most, this has %zu.", bytes);
    return true;
}

bool cc_check_wifi_password(const char *text, char *why, size_t cap)
{
    size_t n = strlen(text);
    for (const char *c = text; *c; c++)
        if ((uint8_t)*c < 0x20 || (uint8_t)*c >= 0x7F)
            return wrong(why, cap, "A Wi-Fi password has plain characters only.");
    if (n != 0 && n < 8)
        return wrong(why, cap,
                     "A Wi-Fi password has 8 to 63 characters, or none for an open network.");
    return true;
}

bool cc_check_ipv4(const char *text, char *why, size_t cap)
{
    if (!*text)
        return true;
    const char *at = text;
    for (int part = 0; part < 4; part++) {
        unsigned value = 0;
        size_t digits = 0;
        for (; *at >= '0' && *at <= '9' && digits < 4; at++, digits++)
            value = value * 10 + (unsigned)(*at - '0');
        char separator = part < 3 ? '.' : '\0';
        if (digits == 0 || digits > 3 || value > 255 || *at != separator)
            return wrong(why, cap, "It must be four numbers from 0 to 255, as in 192.168.1.20.");
        at++;
    }
    return true;
}

bool cc_check_password(const char *text, char *why, size_t cap)
{
    size_t n = cc_text_characters(text);
    if (n != 0 && n < 8)
        return wrong(why, cap, "A password has at least 8 characters.");
    return true;
}

bool cc_check_view_key(const char *text, char *why, size_t cap)
{
    // long, because guesses are not counted; plain, because it stands in addresses
    size_t n = 0;
    while (is_letter_or_digit(text[n]))
        n++;
    if (text[n] || (n > 0 && n < 16))
        return wrong(why, cap,
                     "A key has at least 16 characters, only letters A-Z a-z and digits.");
    return true;
}
