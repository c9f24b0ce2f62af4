// When the first pictures of a sensor are good.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture/settle.h"

static void it_takes_two_readings_that_agree(void **state)
{
    (void)state;
    cc_settle_t settle = {0};
    cc_settle_begin(&settle, 1000, 2000);
    assert_false(cc_settle_frame(&settle, 4000, 1080));
    assert_false(cc_settle_frame(&settle, 2000, 1160));
    assert_false(cc_settle_frame(&settle, 1000, 1240));
    assert_true(cc_settle_frame(&settle, 1010, 1320));
    assert_true(cc_settle_frame(&settle, 9000, 1400)); // it stays settled
}

static void the_first_two_prove_nothing(void **state)
{
    (void)state;
    cc_settle_t settle = {0};
    cc_settle_begin(&settle, 1000, 2000);
    assert_false(cc_settle_frame(&settle, 768, 1080));
    assert_false(cc_settle_frame(&settle, 768, 1160));
    assert_true(cc_settle_frame(&settle, 768, 1240));
}

static void a_sixteenth_agrees_and_more_does_not(void **state)
{
    (void)state;
    cc_settle_t settle = {0};
    cc_settle_begin(&settle, 0, 2000);
    assert_false(cc_settle_frame(&settle, 1, 80));
    assert_false(cc_settle_frame(&settle, 1600, 160));
    assert_false(cc_settle_frame(&settle, 1499, 240));
    assert_false(cc_settle_frame(&settle, 1600, 320));
    assert_true(cc_settle_frame(&settle, 1500, 400));
}

static void darkness_reads_zero_and_agrees(void **state)
{
    (void)state;
    cc_settle_t settle = {0};
    cc_settle_begin(&settle, 0, 2000);
    assert_false(cc_settle_frame(&settle, 0, 80));
    assert_false(cc_settle_frame(&settle, 0, 160));
    assert_true(cc_settle_frame(&settle, 0, 240));
}

static void light_that_flickers_does_not_keep_the_pictures(void **state)
{
    (void)state;
    cc_settle_t settle = {0};
    cc_settle_begin(&settle, 1000, 2000);
    for (unsigned i = 0; i < 20; i++)
        assert_false(cc_settle_frame(&settle, i % 2 ? 1000 : 3000, 1000 + i * 100));
    assert_true(cc_settle_frame(&settle, 3000, 3000));
}

static void a_lamp_does_not_shorten_the_wait_after_power_up(void **state)
{
    (void)state;
    cc_settle_t settle = {0};
    cc_settle_begin(&settle, 1000, 2000);
    cc_settle_begin(&settle, 1100, 500);
    assert_false(cc_settle_frame(&settle, 100, 1700));
    assert_false(cc_settle_frame(&settle, 200, 2999));
    assert_true(cc_settle_frame(&settle, 300, 3000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_two_readings_that_agree),
        cmocka_unit_test(the_first_two_prove_nothing),
        cmocka_unit_test(a_sixteenth_agrees_and_more_does_not),
        cmocka_unit_test(darkness_reads_zero_and_agrees),
        cmocka_unit_test(light_that_flickers_does_not_keep_the_pictures),
        cmocka_unit_test(a_lamp_does_not_shorten_the_wait_after_power_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
