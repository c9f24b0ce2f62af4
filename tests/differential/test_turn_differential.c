// Pictures of every sampling, quality, size and table, turned here and by jpegtran: the pixels are
// equal. Broken ones, too, where both take them.
//
//     test_turn_differential [PICTURES]      60 when none is said; thousands take minutes
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "differential/drawn.h"
#include "fake/corpus.h"
#include "fake/guard.h"
#include "frame/turn.h"
#include "util/err.h"

extern char **environ;

static unsigned n_pictures = 60;
static char folder[] = "/tmp/connectcam-turn-XXXXXX";
static char in_path[64], out_path[64];

static const char *const jpegtran_options[8][2] = {
    [CC_TURN_MIRROR] = {"-flip", "horizontal"},   [CC_TURN_FLIP] = {"-flip", "vertical"},
    [CC_TURN_180] = {"-rotate", "180"},           [CC_TURN_TRANSPOSE] = {"-transpose", NULL},
    [CC_TURN_270] = {"-rotate", "270"},           [CC_TURN_90] = {"-rotate", "90"},
    [CC_TURN_TRANSVERSE] = {"-transverse", NULL},
};

static void write_file(const char *path, const uint8_t *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

// What jpegtran makes of in_path; NULL: it refuses.
static uint8_t *jpegtran(cc_turn_t turn, size_t *len)
{
    const char *const *option = jpegtran_options[turn];
    char *arguments[] = {"jpegtran", "-copy", "all", "-trim", (char *)option[0],
                         NULL,       NULL,    NULL,  NULL,    NULL};
    size_t n = 5;
    if (option[1])
        arguments[n++] = (char *)option[1];
    arguments[n++] = "-outfile";
    arguments[n++] = out_path;
    arguments[n++] = in_path;
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&pid, arguments[0], &actions, NULL, arguments, environ) != 0)
        fail_msg("there is no jpegtran: tools/packages test installs it");
    posix_spawn_file_actions_destroy(&actions);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    // 2: with warnings
    if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 2))
        return NULL;
    return cc_corpus_read_file(out_path, len);
}

// What we make of the bytes, in memory that ends where it should; NULL: refused.
static uint8_t *turn_here(const uint8_t *bytes, size_t len, cc_turn_t turn, size_t *out_len,
                          int *error, const char **why)
{
    cc_guard_t guard = cc_guard_new(bytes, len);
    cc_turn_plan_t plan;
    uint8_t *out = NULL;
    *error = cc_turn_plan(guard.bytes, guard.len, turn, &plan, why);
    if (*error == CC_OK) {
        void *work = malloc(plan.work_len);
        *error = cc_turn_write(&plan, work, NULL, 0, out_len, why);
        if (*error == CC_ERR_SPACE) {
            out = malloc(*out_len);
            *error = cc_turn_write(&plan, work, out, *out_len, out_len, why);
        }
        free(work);
    }
    cc_guard_free(&guard);
    if (*error == CC_OK)
        return out;
    free(out);
    return NULL;
}

static void assert_same_pixels(const cc_drawn_pixels_t *ours, const cc_drawn_pixels_t *theirs,
                               const char *what)
{
    size_t len = (size_t)ours->width * ours->height * ours->n_components;
    if (ours->width != theirs->width || ours->height != theirs->height ||
        ours->n_components != theirs->n_components)
        fail_msg("%s: %ux%u, by jpegtran %ux%u", what, ours->width, ours->height, theirs->width,
                 theirs->height);
    if (memcmp(ours->bytes, theirs->bytes, len) != 0)
        fail_msg("%s: the pixels differ", what);
}

// Returns whether both took the picture.
static bool compare(const uint8_t *bytes, size_t len, cc_turn_t turn, bool is_good,
                    const char *what)
{
    size_t out_len, their_len;
    int err;
    const char *why = "";
    uint8_t *out = turn_here(bytes, len, turn, &out_len, &err, &why);
    if (!out) {
        if (is_good)
            fail_msg("%s: refused: %s (%s)", what, cc_err_text(err), why);
        return false;
    }
    uint8_t *their = jpegtran(turn, &their_len);
    bool both = false;
    if (!their && is_good)
        fail_msg("%s: jpegtran refuses it", what);
    if (their) {
        cc_drawn_pixels_t ours, theirs;
        assert_true(cc_drawn_decode(their, their_len, &theirs));
        if (!cc_drawn_decode(out, out_len, &ours))
            fail_msg("%s: libjpeg refuses it when turned", what);
        assert_true(ours.warnings == 0 || !is_good); // its head may be odd
        assert_same_pixels(&ours, &theirs, what);
        both = true;
        free(ours.bytes);
        free(theirs.bytes);
        free(their);
    }
    free(out);
    return both;
}

static cc_drawn_t random_kind(uint32_t *seed)
{
    // luminance's sampling; chrominance has 1x1
    static const uint8_t samplings[][2] = {{2, 2}, {2, 1}, {1, 2}, {1, 1}, {4, 1},
                                           {1, 4}, {4, 2}, {2, 4}, {3, 1}, {1, 3}};
    cc_drawn_t drawn = {.seed = *seed, .n_components = 3};
    bool is_large = cc_drawn_random(seed, 16) == 0;
    drawn.width = 1 + cc_drawn_random(seed, is_large ? 700 : 130);
    drawn.height = 1 + cc_drawn_random(seed, is_large ? 500 : 130);
    drawn.quality = 1 + (int)cc_drawn_random(seed, 100);
    drawn.smooth = cc_drawn_random(seed, 3);
    drawn.optimize = cc_drawn_random(seed, 3) == 0;
    drawn.no_huffman = cc_drawn_random(seed, 5) == 0;
    if (cc_drawn_random(seed, 3) == 0)
        drawn.restart_mcus = 1 + cc_drawn_random(seed, 20);
    switch (cc_drawn_random(seed, 10)) {
    case 0:
        drawn.n_components = 1; // its sampling means nothing, and must not
        drawn.across[0] = (uint8_t)(1 + cc_drawn_random(seed, 4));
        drawn.down[0] = (uint8_t)(1 + cc_drawn_random(seed, 4));
        break;
    case 1:
        drawn.n_components = cc_drawn_random(seed, 2) ? 2 : 4;
        for (int i = 0; i < 4; i++) {
            drawn.across[i] = (uint8_t)(1 + cc_drawn_random(seed, 2));
            drawn.down[i] = 1;
        }
        break;
    case 2: // chrominance finer than luminance
        drawn.across[1] = drawn.across[2] = (uint8_t)(1 + cc_drawn_random(seed, 2));
        drawn.down[1] = drawn.down[2] = 2;
        break;
    default: {
        size_t n = sizeof samplings / sizeof *samplings;
        uint32_t most = cc_drawn_random(seed, 2) ? (uint32_t)n : 4;
        const uint8_t *sampling = samplings[cc_drawn_random(seed, most)];
        drawn.across[0] = sampling[0];
        drawn.down[0] = sampling[1];
    }
    }
    return drawn;
}

static void describe(const cc_drawn_t *drawn, cc_turn_t turn, char *text, size_t cap)
{
    snprintf(
        text, cap, "seed %u turn %d: %ux%u, %u components, %ux%u %ux%u, quality %d, restart %u%s%s",
        drawn->seed, (int)turn, drawn->width, drawn->height, drawn->n_components, drawn->across[0],
        drawn->down[0], drawn->across[1], drawn->down[1], drawn->quality, drawn->restart_mcus,
        drawn->optimize ? ", optimized" : "", drawn->no_huffman ? ", no tables" : "");
}

static void every_picture_turns_as_by_jpegtran(void **state)
{
    (void)state;
    uint32_t seed = 1;
    char what[256];
    for (unsigned i = 0; i < n_pictures; i++) {
        cc_drawn_t drawn = random_kind(&seed);
        size_t len;
        uint8_t *bytes = cc_drawn_jpeg(&drawn, &len);
        write_file(in_path, bytes, len);
        for (cc_turn_t turn = CC_TURN_MIRROR; turn <= CC_TURN_TRANSVERSE; turn++) {
            describe(&drawn, turn, what, sizeof what);
            assert_true(compare(bytes, len, turn, true, what));
        }
        free(bytes);
    }
}

static void a_broken_picture_that_both_take_turns_the_same(void **state)
{
    (void)state;
    uint32_t seed = 77;
    unsigned taken = 0;
    for (unsigned i = 0; i < 2 * n_pictures; i++) {
        cc_drawn_t drawn = random_kind(&seed);
        size_t len;
        uint8_t *bytes = cc_drawn_jpeg(&drawn, &len);
        for (uint32_t n = 1 + cc_drawn_random(&seed, 2); n > 0; n--)
            bytes[2 + cc_drawn_random(&seed, (uint32_t)len - 4)] ^=
                (uint8_t)(1 << cc_drawn_random(&seed, 8));
        write_file(in_path, bytes, len);
        cc_turn_t turn = (cc_turn_t)(1 + cc_drawn_random(&seed, 7));
        char what[256];
        describe(&drawn, turn, what, sizeof what);
        taken += compare(bytes, len, turn, false, what);
        free(bytes);
    }
    assert_true(taken > n_pictures / 10);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(in_path, sizeof in_path, "%s/in.jpg", folder);
    snprintf(out_path, sizeof out_path, "%s/out.jpg", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(in_path);
    unlink(out_path);
    return rmdir(folder);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_picture_turns_as_by_jpegtran),
        cmocka_unit_test(a_broken_picture_that_both_take_turns_the_same),
    };
    if (argc == 2)
        n_pictures = (unsigned)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
