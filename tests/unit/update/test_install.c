// An image on its way into flash: what is switched is whole, ours and signed, or nothing is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake/fake_update.h"
#include "update/install.h"
#include "util/err.h"

static const cc_fake_image_t ours = {.board = "here", .version = "1.2.0"};

static uint8_t bytes[CC_FAKE_SLOT_BYTES];
static cc_fake_update_t slot;
static cc_install_t install;

static int set_up(void **state)
{
    (void)state;
    cc_fake_update_init(&slot);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cc_fake_update_deinit(&slot);
    return 0;
}

static int put(size_t len)
{
    const cc_update_t update = cc_fake_update_port(&slot);
    int err = cc_install_begin(&install, &update, len);
    for (size_t at = 0; err == CC_OK && at < len; at += 100)
        err = cc_install_take(&install, bytes + at, len - at < 100 ? len - at : 100);
    int end = cc_install_end(&install);
    assert_true(err == CC_OK || end == err);
    assert_true(!install.open);
    return end;
}

static void an_image_is_written_as_it_came_and_switched(void **state)
{
    (void)state;
    size_t len = cc_fake_image(&ours, bytes);
    assert_int_equal(put(len), CC_OK);
    assert_int_equal(slot.len, len);
    assert_memory_equal(slot.bytes, bytes, len);
    assert_int_equal(slot.ends, 1);
    assert_int_equal(slot.aborts, 0);
    assert_string_equal(install.image.version, "1.2.0");
}

static void the_wrong_file_overwrites_nothing(void **state)
{
    (void)state;
    size_t len = cc_fake_image(&(cc_fake_image_t){.board = "there", .version = "1"}, bytes);
    assert_int_equal(put(len), CC_ERR_FORMAT);
    assert_string_equal(install.why,
                        "This image is for the board there; this camera is of the board here.");
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(put(sizeof bytes), CC_ERR_FORMAT);
    assert_int_equal(put(0), CC_ERR_CUT);
    assert_int_equal(slot.begins, 0);
    assert_int_equal(slot.ends, 0);
    const cc_update_t update = cc_fake_update_port(&slot);
    assert_int_equal(cc_install_begin(&install, &update, CC_FAKE_SLOT_BYTES + 1), CC_ERR_FORMAT);
}

static void any_changed_byte_is_noticed(void **state)
{
    (void)state;
    size_t len = cc_fake_image(&ours, bytes);
    for (size_t i = 0; i < len; i++) {
        bytes[i] ^= 0x10;
        assert_true(put(len) < 0);
        bytes[i] ^= 0x10;
    }
    assert_int_equal(slot.ends, 0);
    assert_int_equal(slot.aborts, slot.begins);
}

static void cut_anywhere_nothing_is_switched(void **state)
{
    (void)state;
    size_t len = cc_fake_image(&ours, bytes);
    for (size_t cut = 0; cut < len; cut += 5)
        assert_int_equal(put(cut), CC_ERR_CUT);
    assert_int_equal(slot.ends, 0);
    assert_int_equal(slot.aborts, slot.begins);
}

static void with_a_key_only_what_it_signed_is_taken(void **state)
{
    (void)state;
    cc_fake_update_t other;
    cc_fake_update_init(&other);
    slot.is_signed = true;
    size_t len = cc_fake_image(&ours, bytes);
    assert_int_equal(put(len), CC_ERR_FORMAT);
    assert_string_equal(install.why,
                        "This image is not signed, and this camera takes signed ones only.");
    size_t all = cc_fake_update_sign(&other, bytes, len);
    assert_int_equal(put(all), CC_ERR_FORMAT);
    assert_non_null(strstr(install.why, "signed by somebody else"));
    all = cc_fake_update_sign(&slot, bytes, len);
    bytes[len + 20] ^= 1;
    assert_int_equal(put(all), CC_ERR_FORMAT);
    assert_int_equal(slot.ends, 0);
    bytes[len + 20] ^= 1;
    assert_int_equal(put(all), CC_OK);
    assert_int_equal(slot.ends, 1);
    cc_fake_update_deinit(&other);
}

static void without_a_key_a_signature_does_no_harm(void **state)
{
    (void)state;
    size_t len = cc_fake_image(&ours, bytes);
    len = cc_fake_update_sign(&slot, bytes, len);
    assert_int_equal(put(len), CC_OK);
}

static void nothing_is_written_behind_the_slot(void **state)
{
    (void)state;
    size_t len = cc_fake_image(&ours, bytes);
    size_t all = cc_fake_update_sign(&slot, bytes, len);
    cc_update_t update = cc_fake_update_port(&slot);
    update.slot_bytes = (uint32_t)len + 50; // the image fits, and its signature does not
    assert_int_equal(cc_install_begin(&install, &update, 0), CC_OK);
    assert_int_equal(cc_install_take(&install, bytes, len), CC_OK);
    assert_int_equal(cc_install_take(&install, bytes + len, all - len), CC_ERR_FORMAT);
    assert_int_equal(slot.len, len);
    assert_int_equal(cc_install_end(&install), CC_ERR_FORMAT);
    assert_int_equal(slot.ends, 0);
}

static void flash_that_fails_at_any_moment_switches_nothing(void **state)
{
    (void)state;
    slot.is_signed = true;
    size_t len = cc_fake_image(&ours, bytes);
    len = cc_fake_update_sign(&slot, bytes, len);
    unsigned nth = 1;
    for (;; nth++) {
        slot.fail_in = nth;
        slot.fail_err = CC_ERR_IO;
        unsigned ends = slot.ends;
        int err = put(len);
        if (err == CC_OK)
            break;
        assert_int_equal(err, CC_ERR_IO);
        assert_non_null(strstr(install.why, "goes on running"));
        assert_int_equal(slot.ends, ends);
    }
    assert_true(nth > 20); // begin, each piece, two digests, end
    slot.fail_in = 0;
    slot.on_trial = true;
    assert_int_equal(put(len), CC_ERR_BUSY);
    assert_non_null(strstr(install.why, "on trial"));
}

static void what_the_chip_refuses_is_told(void **state)
{
    (void)state;
    size_t len = cc_fake_image(&ours, bytes);
    slot.fail_in = 0;
    assert_int_equal(put(len), CC_OK);
    unsigned calls = 1 + 1 + (unsigned)((len - 1) / 100 - 2) + 1; // begin, head, pieces, digest
    for (slot.fail_in = calls; slot.fail_in < calls + 4;) {
        unsigned nth = slot.fail_in;
        slot.fail_err = CC_ERR_FORMAT;
        if (put(len) == CC_OK)
            break;
        if (strstr(install.why, "chip's own check"))
            return;
        slot.fail_in = nth + 1;
    }
    fail_msg("the last call is the chip's check");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_image_is_written_as_it_came_and_switched, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_wrong_file_overwrites_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_changed_byte_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cut_anywhere_nothing_is_switched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(with_a_key_only_what_it_signed_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_key_a_signature_does_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_written_behind_the_slot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flash_that_fails_at_any_moment_switches_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_the_chip_refuses_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
