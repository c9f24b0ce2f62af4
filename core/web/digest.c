#include "web/digest.h"

#include <string.h>

#include "util/err.h"
#include "util/text.h"

static size_t digest_len(cc_digest_t algorithm)
{
    return algorithm == CC_DIGEST_MD5 ? 16 : 32;
}

static const char *skip_blank(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == ',')
        at++;
    return at;
}

// Reads `name = value` or `name = "value"` (RFC 9110 section 11.2). Returns what is behind it, NULL
// when it is none or does not fit.
static const char *read_parameter(const char *at, char *name, size_t name_cap, char *value,
                                  size_t value_cap)
{
    size_t n = 0;
    while (*at && *at != '=' && *at != ' ' && *at != ',') {
        if (n + 1 >= name_cap)
            return NULL;
        name[n++] = *at++;
    }
    name[n] = '\0';
    while (*at == ' ')
        at++;
    if (n == 0 || *at++ != '=')
        return NULL;
    while (*at == ' ')
        at++;

    bool quoted = *at == '"';
    at += quoted;
    for (n = 0; *at && (quoted ? *at != '"' : *at != ',' && *at != ' '); at++) {
        if (quoted && *at == '\\' && *++at == '\0')
            return NULL;
        if (n + 1 >= value_cap)
            return NULL;
        value[n++] = *at;
    }
    value[n] = '\0';
    if (quoted && *at++ != '"')
        return NULL;
    return at;
}

int cc_digest_read(const char *header, cc_digest_login_t *login)
{
    cc_digest_login_t found = {.algorithm = CC_DIGEST_MD5}; // the default of section 3.4
    const struct {
        const char *name;
        char *value;
        size_t cap;
    } known[] = {
        {"username", found.username, sizeof found.username},
        {"realm", found.realm, sizeof found.realm},
        {"nonce", found.nonce, sizeof found.nonce},
        {"uri", found.uri, sizeof found.uri},
        {"response", found.response, sizeof found.response},
        {"cnonce", found.cnonce, sizeof found.cnonce},
        {"nc", found.nc, sizeof found.nc},
    };
    char name[32], value[2048];

    if (!cc_text_starts_nocase(header, "Digest "))
        return CC_ERR_FORMAT;
    for (const char *at = skip_blank(header + strlen("Digest ")); *at; at = skip_blank(at)) {
        at = read_parameter(at, name, sizeof name, value, sizeof value);
        if (!at)
            return CC_ERR_FORMAT;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (cc_text_equal_nocase(name, known[i].name) &&
                !cc_text_copy(known[i].value, known[i].cap, value))
                return CC_ERR_FORMAT;
        if (cc_text_equal_nocase(name, "algorithm")) {
            if (cc_text_equal_nocase(value, "SHA-256"))
                found.algorithm = CC_DIGEST_SHA256;
            else if (!cc_text_equal_nocase(value, "MD5"))
                return CC_ERR_UNSUPPORTED;
        }
        if (cc_text_equal_nocase(name, "qop")) {
            if (!cc_text_equal_nocase(value, "auth"))
                return CC_ERR_UNSUPPORTED;
            found.has_qop = true;
        }
    }
    if (!*found.nonce || !*found.uri || strlen(found.response) != 2 * digest_len(found.algorithm) ||
        !found.has_qop || !*found.cnonce || strlen(found.nc) != 8)
        return CC_ERR_FORMAT;
    *login = found;
    return CC_OK;
}

static cc_span_t span(const char *text)
{
    return (cc_span_t){(const uint8_t *)text, strlen(text)};
}

bool cc_digest_is_right(const cc_crypto_t *crypto, const cc_digest_login_t *login,
                        const char *credential, const char *method)
{
    uint8_t digest[CC_DIGEST_MAX];
    char a2[2 * CC_DIGEST_MAX + 1], expected[2 * CC_DIGEST_MAX + 1];
    size_t len = digest_len(login->algorithm);

    const cc_span_t a2_parts[] = {span(method), span(":"), span(login->uri)};
    crypto->digest(crypto->ctx, login->algorithm, a2_parts, 3, digest);
    cc_text_hex(digest, len, a2);

    const cc_span_t parts[] = {
        span(credential), span(":"),           span(login->nonce), span(":"), span(login->nc),
        span(":"),        span(login->cnonce), span(":auth:"),     span(a2),
    };
    crypto->digest(crypto->ctx, login->algorithm, parts, sizeof parts / sizeof parts[0], digest);
    cc_text_hex(digest, len, expected);
    return cc_text_equal_secret(expected, login->response, 2 * len);
}
