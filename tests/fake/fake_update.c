#include "fake/fake_update.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "update/image.h"
#include "util/err.h"

static void must(bool fine)
{
    if (!fine)
        abort();
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static size_t add_segment(uint8_t *bytes, size_t at, uint32_t len)
{
    put_u32(bytes + at, 0x3F400020);
    put_u32(bytes + at + 4, len);
    for (uint32_t i = 0; i < len; i++)
        bytes[at + 8 + i] = (uint8_t)(i * 7 + len);
    return at + 8 + len;
}

size_t cc_fake_image(const cc_fake_image_t *what, uint8_t *bytes)
{
    uint8_t *description = bytes + CC_IMAGE_DESCRIPTION_AT;
    memset(bytes, 0, CC_FAKE_SLOT_BYTES);
    bytes[0] = 0xE9;
    bytes[1] = 3;
    bytes[12] = (uint8_t)what->chip;
    bytes[13] = (uint8_t)(what->chip >> 8);
    bytes[23] = !what->no_sha256;
    size_t at = add_segment(bytes, 24, what->first_len ? what->first_len : 700);
    at = add_segment(bytes, at, 0);
    at = add_segment(bytes, at, 1001);
    memset(description, 0, 256 + sizeof(cc_image_mark_t));
    put_u32(description, 0xABCD5432);
    strncpy((char *)description + 16, what->version, 32);
    strncpy((char *)description + 48, what->project ? what->project : CC_IMAGE_PROJECT, 32);
    if (what->board) {
        memcpy(bytes + CC_IMAGE_MARK_AT, CC_IMAGE_MARK, 16);
        strncpy((char *)bytes + CC_IMAGE_MARK_AT + 16, what->board, CC_IMAGE_BOARD_MAX);
    }
    at = (at + 16) / 16 * 16;
    bytes[at - 1] = 0xEF; // the chip's checksum, which core does not check
    must(EVP_Digest(bytes, at, bytes + at, NULL, EVP_sha256(), NULL) == 1);
    return at + 32;
}

static int fails(cc_fake_update_t *slot)
{
    return slot->fail_in > 0 && --slot->fail_in == 0 ? slot->fail_err : CC_OK;
}

static int begin(void *ctx)
{
    cc_fake_update_t *slot = ctx;
    int err = slot->on_trial ? CC_ERR_BUSY : fails(slot);
    if (err < 0)
        return err;
    slot->begins++;
    slot->len = 0;
    return CC_OK;
}

static int write_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    cc_fake_update_t *slot = ctx;
    int err = fails(slot);
    if (err < 0)
        return err;
    must(len <= sizeof slot->bytes - slot->len);
    memcpy(slot->bytes + slot->len, bytes, len);
    slot->len += len;
    return CC_OK;
}

static int digest(void *ctx, size_t len, uint8_t out[32])
{
    cc_fake_update_t *slot = ctx;
    int err = fails(slot);
    if (err < 0)
        return err;
    must(len <= slot->len);
    must(EVP_Digest(slot->bytes, len, out, NULL, EVP_sha256(), NULL) == 1);
    return CC_OK;
}

static bool verify(void *ctx, const uint8_t sha256[32], const uint8_t *signature, size_t len)
{
    cc_fake_update_t *slot = ctx;
    EVP_PKEY_CTX *state = EVP_PKEY_CTX_new(slot->key, NULL);
    must(state && EVP_PKEY_verify_init(state) == 1);
    bool fine = EVP_PKEY_verify(state, signature, len, sha256, 32) == 1;
    EVP_PKEY_CTX_free(state);
    return fine;
}

static int end(void *ctx)
{
    cc_fake_update_t *slot = ctx;
    int err = fails(slot);
    if (err == CC_OK)
        slot->ends++;
    return err;
}

static void abort_update(void *ctx)
{
    ((cc_fake_update_t *)ctx)->aborts++;
}

static bool on_trial(void *ctx)
{
    return ((cc_fake_update_t *)ctx)->on_trial;
}

static int confirm(void *ctx)
{
    ((cc_fake_update_t *)ctx)->on_trial = false;
    return CC_OK;
}

static void go_back(void *ctx)
{
    ((cc_fake_update_t *)ctx)->went_back++;
}

void cc_fake_update_init(cc_fake_update_t *slot)
{
    memset(slot, 0, sizeof *slot);
    slot->key = EVP_EC_gen("P-256");
    must(slot->key != NULL);
}

void cc_fake_update_deinit(cc_fake_update_t *slot)
{
    EVP_PKEY_free(slot->key);
}

cc_update_t cc_fake_update_port(cc_fake_update_t *slot)
{
    return (cc_update_t){
        .ctx = slot,
        .board = "here",
        .slot_bytes = CC_FAKE_SLOT_BYTES,
        .is_signed = slot->is_signed,
        .begin = begin,
        .write = write_bytes,
        .digest = digest,
        .verify = verify,
        .end = end,
        .abort = abort_update,
        .on_trial = on_trial,
        .confirm = confirm,
        .go_back = go_back,
    };
}

size_t cc_fake_update_sign(const cc_fake_update_t *slot, uint8_t *bytes, size_t len)
{
    uint8_t sha256[32];
    uint8_t *trailer = bytes + len;
    size_t signature_len = CC_IMAGE_SIGNATURE_MAX;
    must(len + CC_IMAGE_TRAILER_BYTES <= CC_FAKE_SLOT_BYTES);
    must(EVP_Digest(bytes, len, sha256, NULL, EVP_sha256(), NULL) == 1);
    memset(trailer, 0, CC_IMAGE_TRAILER_BYTES);
    memcpy(trailer, CC_IMAGE_SIGNATURE_MARK, 8);
    EVP_PKEY_CTX *state = EVP_PKEY_CTX_new(slot->key, NULL);
    must(state && EVP_PKEY_sign_init(state) == 1);
    must(EVP_PKEY_sign(state, trailer + 9, &signature_len, sha256, sizeof sha256) == 1);
    EVP_PKEY_CTX_free(state);
    trailer[8] = (uint8_t)signature_len;
    return len + CC_IMAGE_TRAILER_BYTES;
}
