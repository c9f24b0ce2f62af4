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

// Reads `name =` (RFC 9110 section 11.2). Returns where its value begins, NULL when it is none or
// does not fit.
static const char *read_name(const char *at, char *name, size_t cap)
{
    size_t n = 0;
    while (*at && *at != '=' && *at != ' ' && *at != ',') {
        if (n + 1 >= cap)
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
    return at;
}

// Reads `value` or `"value"`; cap 0: passes it over. Returns what is behind it.
static const char *read_value(const char *at, char *value, size_t cap)
{
    bool quoted = *at == '"';
    size_t n = 0;
    at += quoted;
    for (; *at && (quoted ? *at != '"' : *at != ',' && *at != ' '); at++) {
        if (quoted && *at == '\\' && *++at == '\0')
            return NULL;
        if (cap == 0)
            continue;
        if (n + 1 >= cap)
            return NULL;
        value[n++] = *at;
    }
    if (cap > 0)
        value[n] = '\0';
    if (quoted && *at++ != '"')
        return NULL;
    return at;
}

int cc_digest_read(const char *header, cc_digest_login_t *login)
{
    char name[32], algorithm[16] = "MD5", qop[16] = ""; // MD5: the default of section 3.4
    const struct {
        const char *name;
        char *value;
        size_t cap;
    } known[] = {
        {"username", login->username, sizeof login->username},
        {"realm", login->realm, sizeof login->realm},
        {"nonce", login->nonce, sizeof login->nonce},
        {"uri", login->uri, sizeof login->uri},
        {"response", login->response, sizeof login->response},
        {"cnonce", login->cnonce, sizeof login->cnonce},
        {"nc", login->nc, sizeof login->nc},
        {"algorithm", algorithm, sizeof algorithm},
        {"qop", qop, sizeof qop},
    };

    memset(login, 0, sizeof *login);
    if (!cc_text_starts_nocase(header, "Digest "))
        return CC_ERR_FORMAT;
    for (const char *at = skip_blank(header + strlen("Digest ")); *at; at = skip_blank(at)) {
        char *value = NULL;
        size_t cap = 0;
        at = read_name(at, name, sizeof name);
        for (size_t i = 0; at && i < sizeof known / sizeof known[0]; i++) {
            if (cc_text_equal_nocase(name, known[i].name)) {
                value = known[i].value;
                cap = known[i].cap;
            }
        }
        at = at ? read_value(at, value, cap) : NULL;
        if (!at)
            return CC_ERR_FORMAT;
    }
    if (cc_text_equal_nocase(algorithm, "SHA-256"))
        login->algorithm = CC_DIGEST_SHA256;
    else if (cc_text_equal_nocase(algorithm, "MD5"))
        login->algorithm = CC_DIGEST_MD5;
    else
        return CC_ERR_UNSUPPORTED;
    if (*qop && !cc_text_equal_nocase(qop, "auth"))
        return CC_ERR_UNSUPPORTED;
    if (!*login->nonce || !*login->uri || !*qop || !*login->cnonce || strlen(login->nc) != 8 ||
        strlen(login->response) != 2 * digest_len(login->algorithm))
        return CC_ERR_FORMAT;
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
