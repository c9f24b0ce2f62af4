#include "update/install.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

static int fail(cc_install_t *install, int err, const char *why)
{
    install->err = err;
    cc_text_copy(install->why, sizeof install->why, why);
    cc_install_abort(install);
    return err;
}

static int fail_platform(cc_install_t *install, int err)
{
    char why[160];
    if (err == CC_ERR_BUSY)
        return fail(install, err,
                    "This firmware is on trial itself after an update. Try again in two minutes.");
    snprintf(why, sizeof why, "The image could not be written: %s. What runs goes on running.",
             cc_err_text(err));
    return fail(install, err, why);
}

int cc_install_begin(cc_install_t *install, const cc_update_t *update, size_t len)
{
    *install = (cc_install_t){.update = update};
    const cc_image_wanted_t wanted = {update->board, update->chip, update->slot_bytes};
    cc_image_begin(&install->image, &wanted);
    if (len > update->slot_bytes)
        return fail(
            install, CC_ERR_FORMAT,
            "This file is larger than the room for a firmware: it is none for this camera.");
    return CC_OK;
}

static int write_slot(cc_install_t *install, const uint8_t *bytes, size_t len)
{
    const cc_update_t *update = install->update;
    int err = len > 0 ? update->write(update->ctx, bytes, len) : CC_OK;
    return err < 0 ? fail_platform(install, err) : CC_OK;
}

int cc_install_take(cc_install_t *install, const uint8_t *bytes, size_t len)
{
    const cc_update_t *update = install->update;
    cc_image_t *image = &install->image;
    if (install->err < 0)
        return install->err;
    uint32_t before = image->at;
    int err = cc_image_feed(image, bytes, len);
    if (err < 0)
        return fail(install, err, image->why);
    if (len > update->slot_bytes - before)
        return fail(install, CC_ERR_FORMAT, "This file is larger than the room for it.");
    if (!cc_image_is_ours(image))
        return CC_OK; // not much yet, and kept in the image's head
    if (!install->open) {
        err = update->begin(update->ctx);
        if (err < 0)
            return fail_platform(install, err);
        install->open = true;
        err = write_slot(install, image->head, sizeof image->head);
        if (err < 0)
            return err;
        size_t known = sizeof image->head - before;
        bytes += known;
        len -= known;
    }
    return write_slot(install, bytes, len);
}

static int check_signature(cc_install_t *install)
{
    const cc_update_t *update = install->update;
    const cc_image_t *image = &install->image;
    uint8_t sha256[CC_IMAGE_SHA256_BYTES];
    if (!image->signature)
        return fail(install, CC_ERR_FORMAT,
                    "This image is not signed, and this camera takes signed ones only.");
    int err = update->digest(update->ctx, image->len, sha256);
    if (err < 0)
        return fail_platform(install, err);
    if (!update->verify(update->ctx, sha256, image->signature, image->signature_len))
        return fail(install, CC_ERR_FORMAT,
                    "This image is signed by somebody else than those who made this firmware.");
    return CC_OK;
}

int cc_install_end(cc_install_t *install)
{
    const cc_update_t *update = install->update;
    cc_image_t *image = &install->image;
    uint8_t sha256[CC_IMAGE_SHA256_BYTES];
    if (install->err < 0)
        return install->err;
    int err = cc_image_end(image);
    if (err < 0)
        return fail(install, err, image->why);
    err = update->digest(update->ctx, image->len - CC_IMAGE_SHA256_BYTES, sha256);
    if (err < 0)
        return fail_platform(install, err);
    if (memcmp(sha256, image->sha256, sizeof sha256) != 0)
        return fail(install, CC_ERR_FORMAT,
                    "This file is damaged: its checksum is wrong. Download it again.");
    err = update->is_signed ? check_signature(install) : CC_OK;
    if (err < 0)
        return err;
    install->open = false; // whatever comes of it
    err = update->end(update->ctx);
    if (err == CC_ERR_FORMAT)
        return fail(install, err, "The chip's own check refuses this image.");
    return err < 0 ? fail_platform(install, err) : CC_OK;
}

void cc_install_abort(cc_install_t *install)
{
    if (install->open)
        install->update->abort(install->update->ctx);
    install->open = false;
}
