// Text that grows inside a room and never past it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake/guard.h"
#include "util/strbuf.h"

// A room that ends at a guard page.
static cc_guard_t room_of(size_t cap, cc_strbuf_t *text)
{
    static const char junk[64] = "what stood there before";
    cc_guard_t room = cc_guard_new(junk, cap);
    cc_strbuf_init(text, (char *)room.bytes, cap);
    return room;
}

static void it_starts_empty_and_grows(void **state)
{
    (void)state;
    cc_strbuf_t text;
    cc_guard_t room = room_of(16, &text);
    assert_string_equal(text.text, "");
    cc_strbuf_add(&text, "three ");
    cc_strbuf_format(&text, "%d+%d", 1, 2);
    cc_strbuf_add_bytes(&text, "!!!", 1);
    assert_string_equal(text.text, "three 1+2!");
    assert_int_equal(text.len, 10);
    assert_false(text.cut);
    cc_guard_free(&room);
}

static void what_just_fits_is_not_cut(void **state)
{
    (void)state;
    cc_strbuf_t text;
    cc_guard_t room = room_of(6, &text);
    cc_strbuf_format(&text, "%s", "12345");
    assert_string_equal(text.text, "12345");
    assert_false(text.cut);
    cc_strbuf_add(&text, "");
    assert_false(text.cut);
    cc_strbuf_add(&text, "6");
    assert_true(text.cut);
    assert_string_equal(text.text, "12345");
    cc_guard_free(&room);
}

static void what_does_not_fit_is_cut_and_says_so(void **state)
{
    (void)state;
    cc_strbuf_t text;
    cc_guard_t room = room_of(6, &text);
    cc_strbuf_add(&text, "123");
    cc_strbuf_format(&text, "%s", "4567");
    assert_string_equal(text.text, "12345");
    assert_int_equal(text.len, 5);
    assert_true(text.cut);
    cc_strbuf_format(&text, "%s", "more");
    cc_strbuf_add_bytes(&text, "more", 4);
    assert_string_equal(text.text, "12345");
    cc_guard_free(&room);
}

static void what_is_one_byte_too_long_is_cut_by_one_byte(void **state)
{
    (void)state;
    cc_strbuf_t text;
    cc_guard_t room = room_of(6, &text);
    cc_strbuf_format(&text, "%s", "123456");
    assert_string_equal(text.text, "12345");
    assert_int_equal(text.len, 5);
    assert_true(text.cut);
    cc_guard_free(&room);
}

static void a_room_of_one_byte_holds_the_end_only(void **state)
{
    (void)state;
    cc_strbuf_t text;
    cc_guard_t room = room_of(1, &text);
    cc_strbuf_add(&text, "x");
    cc_strbuf_format(&text, "%d", 1);
    assert_string_equal(text.text, "");
    assert_true(text.cut);
    cc_guard_free(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_starts_empty_and_grows),
        cmocka_unit_test(what_just_fits_is_not_cut),
        cmocka_unit_test(what_does_not_fit_is_cut_and_says_so),
        cmocka_unit_test(what_is_one_byte_too_long_is_cut_by_one_byte),
        cmocka_unit_test(a_room_of_one_byte_holds_the_end_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
