// Brightness and sharpness of a picture, as one turns the lens or the light changes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "differential/drawn.h"
#include "fake/corpus.h"
#include "fake/guard.h"
#include "frame/measure.h"
#include "util/err.h"

static int measure(const uint8_t *bytes, size_t len, cc_measured_t *measured)
{
    cc_guard_t guard = cc_guard_new(bytes, len);
    cc_measure_work_t *work = malloc(sizeof *work);
    int err = cc_measure(guard.bytes, guard.len, work, measured);
    free(work);
    cc_guard_free(&guard);
    return err;
}

static cc_measured_t measure_drawn(const cc_drawn_t *drawn)
{
    size_t len;
    cc_measured_t measured;
    uint8_t *bytes = cc_drawn_jpeg(drawn, &len);
    assert_int_equal(measure(bytes, len, &measured), CC_OK);
    free(bytes);
    return measured;
}

static const cc_drawn_t colour = {.width = 320,
                                  .height = 240,
                                  .quality = 85,
                                  .n_components = 3,
                                  .across = {2},
                                  .down = {2},
                                  .seed = 9};

// The mean of luminance, from the pixels.
static double mean_of(const cc_drawn_t *drawn)
{
    size_t len;
    uint8_t *bytes = cc_drawn_jpeg(drawn, &len);
    cc_drawn_pixels_t pixels;
    double sum = 0;
    assert_true(cc_drawn_decode(bytes, len, &pixels));
    size_t n = (size_t)pixels.width * pixels.height;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *pixel = pixels.bytes + pixels.n_components * i;
        sum += pixels.n_components == 1 ? pixel[0]
                                        : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
    }
    free(pixels.bytes);
    free(bytes);
    return sum / (double)n;
}

static void brightness_is_the_mean_of_the_pixels(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    for (drawn.brightness = 10; drawn.brightness <= 120; drawn.brightness += 22) {
        for (drawn.n_components = 1; drawn.n_components <= 3; drawn.n_components += 2) {
            double mean = mean_of(&drawn);
            int measured = measure_drawn(&drawn).brightness;
            if (measured < mean - 2 || measured > mean + 2)
                fail_msg("%d percent: %d instead of %f", drawn.brightness, measured, mean);
        }
    }
    drawn = colour;
    drawn.restart_mcus = 7;
    assert_int_equal(measure_drawn(&drawn).brightness, measure_drawn(&colour).brightness);
    assert_int_equal(measure_drawn(&drawn).sharpness, measure_drawn(&colour).sharpness);
}

static void the_more_blurred_the_less_sharp(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour;
    uint16_t before = UINT16_MAX;
    for (drawn.smooth = 1; drawn.smooth <= 64; drawn.smooth *= 2) {
        uint16_t sharpness = measure_drawn(&drawn).sharpness;
        if (sharpness >= before)
            fail_msg("blurred by %u: %u, before %u", drawn.smooth, sharpness, before);
        before = sharpness;
    }
}

static void brightness_does_not_count_as_sharpness(void **state)
{
    (void)state;
    cc_drawn_t drawn = colour, blurred = colour;
    drawn.smooth = 1;
    blurred.smooth = 8;
    blurred.brightness = 120;
    uint16_t sharpness = measure_drawn(&drawn).sharpness;
    assert_true(measure_drawn(&blurred).sharpness < sharpness / 2);
    for (drawn.brightness = 60; drawn.brightness <= 120; drawn.brightness += 20) {
        int other = measure_drawn(&drawn).sharpness;
        if (other < sharpness * 3 / 4 || other > sharpness * 5 / 4)
            fail_msg("at %d percent: %d instead of %u", drawn.brightness, other, sharpness);
    }
}

static void pictures_that_cannot_be_measured_say_so(void **state)
{
    (void)state;
    cc_measured_t measured = {7, 7};
    cc_drawn_t drawn = {.width = 40, .height = 24, .quality = 70, .n_components = 3};
    size_t len;
    uint8_t *bytes = cc_drawn_jpeg(&drawn, &len);
    for (size_t cut = 0; cut < len; cut++)
        assert_int_equal(measure(bytes, cut, &measured), CC_ERR_CUT);
    free(bytes);
    bytes = cc_corpus_read("jpeg/progressive.jpg", &len);
    assert_int_equal(measure(bytes, len, &measured), CC_ERR_UNSUPPORTED);
    free(bytes);
    assert_int_equal(measured.sharpness, 7);
    assert_int_equal(measured.brightness, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brightness_is_the_mean_of_the_pixels),
        cmocka_unit_test(the_more_blurred_the_less_sharp),
        cmocka_unit_test(brightness_does_not_count_as_sharpness),
        cmocka_unit_test(pictures_that_cannot_be_measured_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
