// Digest login: RFC 7616's own examples, and everything a client may send instead.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_crypto.h"
#include "fake/guard.h"
#include "util/err.h"
#include "util/text.h"
#include "web/digest.h"

// RFC 7616 section 3.9.1
#define NONCE  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
#define CNONCE "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
#define OPAQUE "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
#define MD5    "8ca523f5e9506fed4657c9700eebdbec"
#define SHA256 "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
#define HEADER(algorithm, response)                                                                \
    "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "       \
    "algorithm=" algorithm ", nonce=\"" NONCE "\", nc=00000001, cnonce=\"" CNONCE                  \
    "\", qop=auth, response=\"" response "\", opaque=\"" OPAQUE "\""

static int read_header(const char *header, cc_digest_login_t *login)
{
    cc_guard_t guard = cc_guard_text(header);
    int err = cc_digest_read((const char *)guard.bytes, login);
    cc_guard_free(&guard);
    return err;
}

static const char *example(cc_digest_t algorithm)
{
    return algorithm == CC_DIGEST_MD5 ? HEADER("MD5", MD5) : HEADER("SHA-256", SHA256);
}

static void credential(const cc_crypto_t *crypto, cc_digest_t algorithm, char out[65])
{
    static const char a1[] = "Mufasa:http-auth@example.org:Circle of Life";
    uint8_t digest[CC_DIGEST_MAX];
    cc_span_t part = {(const uint8_t *)a1, sizeof a1 - 1};
    crypto->digest(crypto->ctx, algorithm, &part, 1, digest);
    cc_text_hex(digest, algorithm == CC_DIGEST_MD5 ? 16 : 32, out);
}

static void the_standards_own_examples_log_in(void **state)
{
    (void)state;
    cc_fake_crypto_t fake = {0};
    cc_crypto_t crypto = cc_fake_crypto_port(&fake);
    static const cc_digest_t algorithms[] = {CC_DIGEST_MD5, CC_DIGEST_SHA256};
    for (size_t i = 0; i < 2; i++) {
        cc_digest_login_t login;
        char right[65];
        assert_int_equal(read_header(example(algorithms[i]), &login), CC_OK);
        assert_int_equal(login.algorithm, algorithms[i]);
        assert_string_equal(login.username, "Mufasa");
        assert_string_equal(login.realm, "http-auth@example.org");
        assert_string_equal(login.uri, "/dir/index.html");
        assert_string_equal(login.nonce, NONCE);
        assert_string_equal(login.cnonce, CNONCE);
        assert_string_equal(login.nc, "00000001");
        credential(&crypto, algorithms[i], right);
        assert_true(cc_digest_is_right(&crypto, &login, right, "GET"));
    }
}

static void one_difference_anywhere_does_not_log_in(void **state)
{
    (void)state;
    cc_fake_crypto_t fake = {0};
    cc_crypto_t crypto = cc_fake_crypto_port(&fake);
    char right[65];
    cc_digest_login_t login, other;
    assert_int_equal(read_header(example(CC_DIGEST_SHA256), &login), CC_OK);
    credential(&crypto, CC_DIGEST_SHA256, right);
    assert_false(cc_digest_is_right(&crypto, &login, right, "PUT"));
    assert_false(cc_digest_is_right(&crypto, &login, "", "GET"));
    other = login;
    other.uri[1] = 'D';
    assert_false(cc_digest_is_right(&crypto, &other, right, "GET"));
    other = login;
    other.nc[7] = '2';
    assert_false(cc_digest_is_right(&crypto, &other, right, "GET"));
    other = login;
    other.nonce[0] ^= 1;
    assert_false(cc_digest_is_right(&crypto, &other, right, "GET"));
    other = login;
    other.cnonce[0] ^= 1;
    assert_false(cc_digest_is_right(&crypto, &other, right, "GET"));
    for (size_t i = 0; i < 64; i++) {
        other = login;
        other.response[i] ^= 1;
        assert_false(cc_digest_is_right(&crypto, &other, right, "GET"));
    }
    right[0] ^= 1;
    assert_false(cc_digest_is_right(&crypto, &login, right, "GET"));
}

static void quotes_blanks_and_escapes_are_read_as_the_standard_says(void **state)
{
    (void)state;
    cc_digest_login_t login;
    assert_int_equal(read_header("digest  ,, USERNAME = \"a \\\"b\\\\ c\" ,\tnonce=n,uri=\"/a,b\","
                                 "response=" MD5 " , qop=\"auth\", cnonce=c, nc=0000000a,,",
                                 &login),
                     CC_OK);
    assert_string_equal(login.username, "a \"b\\ c");
    assert_string_equal(login.uri, "/a,b");
    assert_int_equal(login.algorithm, CC_DIGEST_MD5); // where none is named
    assert_string_equal(login.nc, "0000000a");
}

static void what_was_not_offered_is_told_apart(void **state)
{
    (void)state;
    cc_digest_login_t login;
    assert_int_equal(read_header(HEADER("SHA-512-256", MD5), &login), CC_ERR_UNSUPPORTED);
    assert_int_equal(read_header(HEADER("MD5-sess", MD5), &login), CC_ERR_UNSUPPORTED);
    assert_int_equal(read_header("Digest nonce=n, qop=auth-int", &login), CC_ERR_UNSUPPORTED);
}

static void a_header_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    cc_digest_login_t login;
    const char *whole = example(CC_DIGEST_SHA256);
    // up to the response's last digit something is always missing
    size_t needed = (size_t)(strstr(whole, SHA256) - whole) + 64;
    char cut[600];
    for (size_t len = 0; len <= needed; len++) {
        memcpy(cut, whole, len);
        cut[len] = '\0';
        if (read_header(cut, &login) == CC_OK)
            fail_msg("a header that is cut at %zu is taken", len);
    }
    static const char *const wrong[] = {
        "",
        "Digest",
        "Basic YWRtaW46cHc=",
        "Bearer x",
        "Digest username=\"admin",
        "Digest username=\"admin\\",
        "Digest =x",
        "Digest username",
        "Digest a b c",
        HEADER("MD5", SHA256),
        HEADER("SHA-256", MD5),
        HEADER("MD5", ""),
        "Digest nonce=n,uri=/,response=" MD5 ",cnonce=c,nc=00000001",           // no qop
        "Digest nonce=n,uri=/,response=" MD5 ",qop=auth,nc=00000001",           // no cnonce
        "Digest nonce=n,uri=/,response=" MD5 ",qop=auth,cnonce=c",              // no nc
        "Digest nonce=n,uri=/,response=" MD5 ",qop=auth,cnonce=c,nc=1",         // a short one
        "Digest nonce=n,uri=/,response=" MD5 ",qop=auth,cnonce=c,nc=000000011", // a long one
        "Digest uri=/,response=" MD5 ",qop=auth,cnonce=c,nc=00000001",          // no nonce
        "Digest nonce=n,response=" MD5 ",qop=auth,cnonce=c,nc=00000001",        // no uri
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (read_header(wrong[i], &login) != CC_ERR_FORMAT)
            fail_msg("'%s' is not refused", wrong[i]);
}

static void values_without_end_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"username", "realm", "nonce",     "uri", "response",
                                        "cnonce",   "nc",    "algorithm", "qop"};
    cc_digest_login_t login;
    char *header = malloc(6000);
    char *value = malloc(5000);
    memset(value, 'v', 4999);
    value[4999] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(header, 6000, "%s, %s=\"%s\"", example(CC_DIGEST_MD5), names[i], value);
        assert_int_equal(read_header(header, &login), CC_ERR_FORMAT);
    }
    // nothing is kept of what is none of ours
    snprintf(header, 6000, "%s, unheardof=\"%s\"", example(CC_DIGEST_MD5), value);
    assert_int_equal(read_header(header, &login), CC_OK);
    snprintf(header, 6000, "Digest %s=1", value);
    assert_int_equal(read_header(header, &login), CC_ERR_FORMAT);
    free(value);
    free(header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standards_own_examples_log_in),
        cmocka_unit_test(one_difference_anywhere_does_not_log_in),
        cmocka_unit_test(quotes_blanks_and_escapes_are_read_as_the_standard_says),
        cmocka_unit_test(what_was_not_offered_is_told_apart),
        cmocka_unit_test(a_header_that_is_not_whole_is_refused),
        cmocka_unit_test(values_without_end_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
