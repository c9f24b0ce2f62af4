// Kept pictures on a real disk, in a folder of their own.
#define _GNU_SOURCE 1

#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "system/files.h"
#include "util/err.h"

#define PATH "2026-11-22/08/08-15-30.jpg"

static char dir[64];
static cc_linux_files_t *opened;
static cc_files_t files;

static int remove_any(const char *path, const struct stat *about, int kind, struct FTW *at)
{
    (void)about;
    (void)kind;
    (void)at;
    return remove(path);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/connectcam-files-XXXXXX");
    if (!mkdtemp(dir) || cc_linux_files_open(dir, "timelapse", &opened) < 0)
        return -1;
    files = cc_linux_files_port(opened);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cc_linux_files_close(opened);
    return nftw(dir, remove_any, 8, FTW_DEPTH | FTW_PHYS);
}

static int save(const char *path, size_t len)
{
    static uint8_t bytes[10000];
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 3 + len);
    const cc_span_t parts[] = {{bytes, len / 2}, {bytes, 0}, {bytes + len / 2, len - len / 2}};
    return files.save(files.ctx, path, parts, 3);
}

typedef struct {
    unsigned n;
    char name[64]; // the last one
    uint64_t len;
} seen_t;

static void see(void *arg, const char *name, uint64_t len)
{
    seen_t *seen = arg;
    seen->n++;
    snprintf(seen->name, sizeof seen->name, "%s", name);
    seen->len = len;
}

static seen_t list(const char *folder)
{
    seen_t seen = {0};
    assert_int_equal(files.list(files.ctx, folder, see, &seen), CC_OK);
    return seen;
}

static void what_is_saved_is_listed_read_and_removed(void **state)
{
    (void)state;
    seen_t none = {0};
    uint8_t bytes[2000];
    uint64_t len;
    cc_file_t *file;
    cc_files_room_t room = {0};
    assert_int_equal(files.room(files.ctx, &room), CC_OK);
    assert_true(room.total_bytes >= room.free_bytes && room.free_bytes > 0);
    assert_int_equal(files.list(files.ctx, "", see, &none), CC_ERR_NOT_FOUND);
    assert_int_equal(files.open(files.ctx, PATH, &file, &len), CC_ERR_NOT_FOUND);
    assert_int_equal(save(PATH, 1001), CC_OK);
    assert_int_equal(save(PATH, 1003), CC_OK); // in the place of the other
    seen_t seen = list("2026-11-22/08");
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.name, "08-15-30.jpg");
    assert_int_equal(seen.len, 1003);
    assert_string_equal(list("").name, "2026-11-22");

    assert_int_equal(files.open(files.ctx, PATH, &file, &len), CC_OK);
    assert_int_equal(len, 1003);
    assert_int_equal(files.read(files.ctx, file, bytes, 3), 3);
    assert_int_equal(files.read(files.ctx, file, bytes, sizeof bytes), 1000);
    assert_int_equal(files.seek(files.ctx, file, 500), CC_OK);
    assert_int_equal(files.read(files.ctx, file, bytes, 1), 1);
    assert_int_equal(bytes[0], (uint8_t)(500 * 3 + 1003));
    files.close(files.ctx, file);

    assert_true(files.remove(files.ctx, "2026-11-22/08") < 0); // it is not empty
    assert_int_equal(files.remove(files.ctx, PATH), CC_OK);
    assert_int_equal(files.remove(files.ctx, PATH), CC_ERR_NOT_FOUND);
    assert_int_equal(files.remove(files.ctx, "2026-11-22/08"), CC_OK);
    assert_int_equal(list("2026-11-22").n, 0);
}

static void others_of_the_machine_do_not_see_them(void **state)
{
    (void)state;
    char path[128];
    struct stat about;
    assert_int_equal(save(PATH, 10), CC_OK);
    snprintf(path, sizeof path, "%s/timelapse/2026-11-22", dir);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    snprintf(path, sizeof path, "%s/timelapse/" PATH, dir);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void what_is_no_file_or_folder_is_not_found(void **state)
{
    (void)state;
    char path[128];
    cc_file_t *file;
    uint64_t len;
    seen_t seen = {0};
    assert_int_equal(save(PATH, 10), CC_OK);
    snprintf(path, sizeof path, "%s/timelapse/2026-11-22/08/08-15-31.jpg", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(files.open(files.ctx, "2026-11-22/08/08-15-31.jpg", &file, &len),
                     CC_ERR_NOT_FOUND);
    assert_int_equal(files.open(files.ctx, "2026-11-22/08", &file, &len), CC_ERR_NOT_FOUND);
    assert_int_equal(files.list(files.ctx, PATH, see, &seen), CC_ERR_NOT_FOUND);
}

static void limit_files(size_t bytes)
{
    const struct rlimit limit = {bytes, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void a_disk_that_is_full_at_any_byte_keeps_nothing(void **state)
{
    (void)state;
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN); // the write fails instead
    for (size_t bytes = 0; bytes < 1000; bytes += 37) {
        limit_files(bytes);
        int err = save(PATH, 1000);
        limit_files(RLIM_INFINITY);
        assert_true(err < 0);
        assert_int_equal(list("2026-11-22/08").n, 0);
    }
    signal(SIGXFSZ, before);
    assert_int_equal(save(PATH, 1000), CC_OK);
}

static void a_death_at_any_byte_leaves_a_leftover_and_no_picture(void **state)
{
    (void)state;
    assert_int_equal(save("2026-11-22/08/08-15-29.jpg", 10), CC_OK);
    for (size_t bytes = 0; bytes < 1000; bytes += 37) {
        pid_t child = fork();
        if (child == 0) {
            const struct rlimit no_core = {0, 0};
            setrlimit(RLIMIT_CORE, &no_core);
            signal(SIGXFSZ, SIG_DFL); // kills
            limit_files(bytes);
            save(PATH, 1000);
            _exit(0);
        }
        int how = 0;
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how));
        cc_file_t *file;
        uint64_t len;
        assert_int_equal(files.open(files.ctx, PATH, &file, &len), CC_ERR_NOT_FOUND);
        assert_int_equal(list("2026-11-22/08").n, 2);
        assert_int_equal(files.remove(files.ctx, PATH CC_FILES_LEFTOVER), CC_OK);
    }
    // a leftover that stays is in nobody's way
    assert_int_equal(save(PATH CC_FILES_LEFTOVER, 5), CC_OK);
    assert_int_equal(save(PATH, 1000), CC_OK);
    assert_int_equal(list("2026-11-22/08").n, 2);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_saved_is_listed_read_and_removed),
        TEST(others_of_the_machine_do_not_see_them),
        TEST(what_is_no_file_or_folder_is_not_found),
        TEST(a_disk_that_is_full_at_any_byte_keeps_nothing),
        TEST(a_death_at_any_byte_leaves_a_leftover_and_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
