// Documents on a real disk, in a folder of their own.
#define _GNU_SOURCE 1

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "system/store.h"
#include "util/err.h"

typedef struct {
    char root[64];
    char dir[128]; // does not exist at first, nor does its parent
    cc_linux_store_t *opened;
    cc_store_t store;
} folder_t;

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *at)
{
    (void)about;
    (void)kind;
    (void)at;
    return remove(path);
}

static int set_up(void **state)
{
    folder_t *folder = calloc(1, sizeof(*folder));
    if (!folder)
        return -1;
    strcpy(folder->root, "/tmp/connectcam-store-XXXXXX");
    if (!mkdtemp(folder->root))
        return -1;
    snprintf(folder->dir, sizeof(folder->dir), "%s/state/camera", folder->root);
    if (cc_linux_store_open(folder->dir, &folder->opened))
        return -1;
    folder->store = cc_linux_store_port(folder->opened);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    folder_t *folder = *state;
    cc_linux_store_close(folder->opened);
    nftw(folder->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(folder);
    return 0;
}

static int save(folder_t *folder, const char *text)
{
    return folder->store.save(folder->store.ctx, "settings", text, strlen(text));
}

static void assert_loads(folder_t *folder, const char *text)
{
    char buf[64];
    int len = folder->store.load(folder->store.ctx, "settings", buf, sizeof(buf));
    assert_int_equal(len, (int)strlen(text));
    assert_memory_equal(buf, text, strlen(text));
}

static void write_file(const folder_t *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static bool exists(const folder_t *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder->dir, name);
    return access(path, F_OK) == 0;
}

static void what_is_saved_is_loaded(void **state)
{
    folder_t *folder = *state;
    char buf[8];
    assert_int_equal(folder->store.load(folder->store.ctx, "settings", buf, sizeof(buf)),
                     CC_ERR_NOT_FOUND);
    assert_int_equal(save(folder, "{\"a\":1}"), 0);
    assert_loads(folder, "{\"a\":1}");
    assert_int_equal(save(folder, ""), 0);
    assert_loads(folder, "");
    assert_int_equal(save(folder, "123456789"), 0);
    assert_int_equal(folder->store.load(folder->store.ctx, "settings", buf, sizeof(buf)),
                     CC_ERR_SPACE);
}

static void nobody_else_may_read_it(void **state)
{
    folder_t *folder = *state;
    char path[256];
    struct stat about;
    assert_int_equal(save(folder, "secret"), 0);
    snprintf(path, sizeof(path), "%s/settings.json", folder->dir);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(stat(folder->dir, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0700);
}

static void a_second_program_is_refused(void **state)
{
    folder_t *folder = *state;
    cc_linux_store_t *second = NULL;
    assert_int_equal(cc_linux_store_open(folder->dir, &second), CC_ERR_BUSY);
    assert_null(second);
    cc_linux_store_close(folder->opened);
    assert_int_equal(cc_linux_store_open(folder->dir, &folder->opened), 0);
}

static void leftovers_of_a_dead_write_are_removed(void **state)
{
    folder_t *folder = *state;
    assert_int_equal(save(folder, "old"), 0);
    write_file(folder, "settings.json.tmp-a1B2c3", "{\"torn");
    write_file(folder, "settings.json.tmp-mine", "somebody's own");
    cc_linux_store_close(folder->opened);
    assert_int_equal(cc_linux_store_open(folder->dir, &folder->opened), 0);
    folder->store = cc_linux_store_port(folder->opened);
    assert_false(exists(folder, "settings.json.tmp-a1B2c3"));
    assert_true(exists(folder, "settings.json.tmp-mine"));
    assert_loads(folder, "old");
}

static void what_is_set_aside_is_never_overwritten(void **state)
{
    folder_t *folder = *state;
    char kept[32];
    write_file(folder, "settings.bad-1", "the first one");
    write_file(folder, "settings.bad-3", "the third one");
    assert_int_equal(save(folder, "broken"), 0);
    assert_int_equal(folder->store.set_aside(folder->store.ctx, "settings", kept, sizeof(kept)), 0);
    assert_string_equal(kept, "settings.bad-2");
    assert_false(exists(folder, "settings.json"));
    assert_int_equal(save(folder, "again"), 0);
    assert_int_equal(folder->store.set_aside(folder->store.ctx, "settings", kept, sizeof(kept)), 0);
    assert_string_equal(kept, "settings.bad-4");
    assert_int_equal(folder->store.set_aside(folder->store.ctx, "settings", kept, sizeof(kept)),
                     CC_ERR_NOT_FOUND);
}

static void a_save_that_fails_keeps_the_old_text(void **state)
{
    folder_t *folder = *state;
    assert_int_equal(save(folder, "old"), 0);
    // A limit on file sizes stands for a full disk: write(2) fails in the middle.
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    struct rlimit none = {4, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    int err = save(folder, "a longer text");
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(err, CC_ERR_IO);
    assert_loads(folder, "old");
    cc_linux_store_close(folder->opened);
    assert_int_equal(cc_linux_store_open(folder->dir, &folder->opened), 0);
    folder->store = cc_linux_store_port(folder->opened);
    assert_loads(folder, "old");
}

static void names_lead_nowhere_else(void **state)
{
    folder_t *folder = *state;
    static const char *const names[] = {"", "../settings", "a/b", ".", "Settings", "a.b"};
    char buf[8];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(folder->store.load(folder->store.ctx, names[i], buf, sizeof(buf)),
                         CC_ERR_ARGUMENT);
        assert_int_equal(folder->store.save(folder->store.ctx, names[i], "", 0), CC_ERR_ARGUMENT);
    }
}

static void what_is_no_file_is_not_read(void **state)
{
    folder_t *folder = *state;
    char path[256];
    char buf[8];
    snprintf(path, sizeof(path), "%s/settings.json", folder->dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(folder->store.load(folder->store.ctx, "settings", buf, sizeof(buf)),
                     CC_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_saved_is_loaded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_else_may_read_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_program_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leftovers_of_a_dead_write_are_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_set_aside_is_never_overwritten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_save_that_fails_keeps_the_old_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_lead_nowhere_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_not_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
