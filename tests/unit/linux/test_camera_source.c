// What SRC on the command line may be, what a wrong one is told, and what the simple sources do
// with it: a folder, a command, an address.
#define _GNU_SOURCE 1

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "camera/camera.h"
#include "frame/jpeg.h"
#include "system/monotonic.h"
#include "util/err.h"

#define WAIT_MS 5000

typedef struct {
    cc_camera_t *camera;
    cc_camera_traits_t traits;
    cc_camera_want_t want;
    char reason[256];
} fixture_t;

static void create(fixture_t *f, const char *source)
{
    memset(f, 0, sizeof *f);
    assert_int_equal(cc_camera_create(source, &f->camera, f->reason, sizeof f->reason), CC_OK);
    f->want.fps = 30;
}

static int open_camera(fixture_t *f)
{
    int err = f->camera->open(f->camera->ctx, &f->traits, f->reason, sizeof f->reason);
    for (int i = 0; err == CC_OK && i < CC_CONTROL_COUNT; i++)
        f->want.control[i] = f->traits.controls[i].default_value;
    return err;
}

static int start(fixture_t *f)
{
    return f->camera->start(f->camera->ctx, &f->want);
}

static int grab(fixture_t *f, cc_picture_t *picture)
{
    return f->camera->grab(f->camera->ctx, WAIT_MS, false, picture);
}

static void give_back(fixture_t *f, const cc_picture_t *picture)
{
    f->camera->give_back(f->camera->ctx, picture->token);
}

// A folder of its own for a test, with one JPEG of the test camera's in it.
static void make_folder(char *path, const char *name)
{
    fixture_t f;
    cc_picture_t picture;
    char file_path[128];
    assert_non_null(mkdtemp(path));
    create(&f, "test");
    assert_int_equal(open_camera(&f), CC_OK);
    f.want.size = (cc_size_t){320, 240};
    assert_int_equal(start(&f), CC_OK);
    assert_int_equal(grab(&f, &picture), CC_OK);
    snprintf(file_path, sizeof file_path, "%s/%s", path, name);
    FILE *file = fopen(file_path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(picture.bytes, 1, picture.len, file), picture.len);
    fclose(file);
    give_back(&f, &picture);
    cc_camera_destroy(f.camera);
}

static void write_file(const char *folder, const char *name, const char *bytes)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
}

static void remove_folder(const char *path)
{
    char command[160];
    snprintf(command, sizeof command, "rm -r '%s'", path);
    assert_int_equal(system(command), 0);
}

static void a_wrong_source_is_told_what_is_right(void **state)
{
    (void)state;
    static const struct {
        const char *source, *hint;
    } wrong[] = {
        {"", "test"},
        {"webcam", "/dev/videoN"},
        {"/dev/", "/dev/videoN"},
        {"video0", "dir:"},
        {"dir:", "dir:/"},
        {"exec:", "rpicam-vid"},
        {"exec: \t", "exec:"},
        {"http://", "http://"},
        {"TEST", "test"},
        {"ftp://host/", "http"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cc_camera_t *camera = NULL;
        char reason[256] = "";
        assert_int_equal(cc_camera_create(wrong[i].source, &camera, reason, sizeof reason),
                         CC_ERR_ARGUMENT);
        assert_non_null(strstr(reason, wrong[i].hint));
        assert_null(strchr(reason, '\n'));
        assert_null(camera);
    }
}

static void only_the_test_camera_has_a_lamp(void **state)
{
    (void)state;
    fixture_t f;
    create(&f, "test");
    assert_non_null(cc_camera_light(f.camera));
    cc_camera_destroy(f.camera);
    create(&f, "exec:true");
    assert_null(cc_camera_light(f.camera));
    cc_camera_destroy(f.camera);
}

static void a_camera_that_is_not_there_says_how_to_find_it(void **state)
{
    (void)state;
    fixture_t f;
    create(&f, "/dev/video-that-is-not-there");
    assert_int_equal(open_camera(&f), CC_ERR_NOT_FOUND);
    assert_non_null(strstr(f.reason, "connectcam devices"));
    cc_camera_destroy(f.camera);
    create(&f, "/dev/null");
    assert_int_equal(open_camera(&f), CC_ERR_UNSUPPORTED);
    assert_non_null(strstr(f.reason, "no camera"));
    cc_camera_destroy(f.camera);
}

static void a_folder_without_pictures_says_so(void **state)
{
    (void)state;
    fixture_t f;
    char folder[] = "/tmp/test_camera_XXXXXX";
    char source[64];
    assert_non_null(mkdtemp(folder));
    snprintf(source, sizeof source, "dir:%s", folder);
    create(&f, source);
    assert_int_equal(open_camera(&f), CC_ERR_NOT_FOUND);
    assert_non_null(strstr(f.reason, "no JPEG"));
    rmdir(folder);
    assert_int_equal(open_camera(&f), CC_ERR_NOT_FOUND);
    assert_non_null(strstr(f.reason, "no such folder"));
    cc_camera_destroy(f.camera);
}

static void a_folder_plays_in_order_and_notices_new_files(void **state)
{
    (void)state;
    fixture_t f;
    cc_picture_t picture;
    cc_jpeg_info_t info;
    char folder[] = "/tmp/test_camera_XXXXXX";
    char source[64];
    make_folder(folder, "b.jpg");
    snprintf(source, sizeof source, "dir:%s", folder);
    create(&f, source);
    assert_int_equal(open_camera(&f), CC_OK);
    assert_int_equal(f.traits.n_sizes, 0);
    assert_int_equal(start(&f), CC_OK);
    assert_int_equal(grab(&f, &picture), CC_OK);
    assert_int_equal(cc_jpeg_read(picture.bytes, picture.len, &info), CC_OK);
    assert_int_equal(info.width, 320);

    write_file(folder, "a.jpeg", "first");
    write_file(folder, "c.txt", "no picture");
    write_file(folder, "d.jpg", "");
    cc_picture_t second;
    assert_int_equal(grab(&f, &second), CC_OK);
    assert_int_equal(second.len, 5);
    assert_memory_equal(second.bytes, "first", 5);
    give_back(&f, &second);
    assert_int_equal(grab(&f, &second), CC_OK);
    assert_int_equal(second.len, picture.len);
    give_back(&f, &second);
    assert_int_equal(grab(&f, &second), CC_ERR_FORMAT);

    remove_folder(folder);
    int err;
    do {
        err = grab(&f, &second);
    } while (err == CC_ERR_FORMAT);
    assert_int_equal(err, CC_ERR_GONE);
    cc_camera_t *camera = f.camera;
    void (*give)(void *, void *) = camera->give_back;
    cc_camera_destroy(camera);
    // What is on loan outlives the camera.
    assert_int_equal(cc_jpeg_read(picture.bytes, picture.len, &info), CC_OK);
    give(NULL, picture.token);
}

static void a_command_gives_pictures_until_it_is_stopped(void **state)
{
    (void)state;
    fixture_t f;
    char folder[] = "/tmp/test_camera_XXXXXX";
    char source[256];
    make_folder(folder, "a.jpg");
    // In two processes, with noise before the picture: all of them must end.
    snprintf(source, sizeof source,
             "exec:echo noise; while :; do cat %s/a.jpg; done | cat; echo never", folder);
    create(&f, source);
    assert_int_equal(open_camera(&f), CC_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(start(&f), CC_OK);
        for (int i = 0; i < 20; i++) {
            cc_picture_t picture;
            cc_jpeg_info_t info;
            assert_int_equal(grab(&f, &picture), CC_OK);
            assert_int_equal(cc_jpeg_read(picture.bytes, picture.len, &info), CC_OK);
            assert_int_equal(info.len, picture.len);
            give_back(&f, &picture);
        }
        f.camera->stop(f.camera->ctx);
    }
    cc_camera_destroy(f.camera);
    remove_folder(folder);
}

static void a_command_that_ends_tells_how(void **state)
{
    (void)state;
    static const struct {
        const char *source, *words;
    } ends[] = {
        {"exec:exit 3", "exit status 3"},
        {"exec:kill -9 $$", "signal 9"},
        {"exec:exit 127", "no such command"},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        fixture_t f;
        cc_picture_t picture;
        create(&f, ends[i].source);
        assert_int_equal(open_camera(&f), CC_OK);
        assert_int_equal(start(&f), CC_OK);
        assert_int_equal(grab(&f, &picture), CC_ERR_GONE);
        f.camera->close(f.camera->ctx);
        assert_int_equal(open_camera(&f), CC_ERR_GONE);
        assert_non_null(strstr(f.reason, ends[i].words));
        assert_int_equal(open_camera(&f), CC_OK); // and is tried again
        cc_camera_destroy(f.camera);
    }
}

static void a_password_in_an_address_stays_secret(void **state)
{
    (void)state;
    fixture_t f;
    create(&f, "http://user:geheim@127.0.0.1:1/snapshot.jpg?token=geheim");
    assert_int_equal(open_camera(&f), CC_ERR_NETWORK);
    assert_non_null(strstr(f.reason, "http://127.0.0.1:1/snapshot.jpg"));
    assert_null(strstr(f.reason, "geheim"));
    assert_null(strstr(f.reason, "user"));
    cc_camera_destroy(f.camera);
}

static void *interrupt(void *arg)
{
    fixture_t *f = arg;
    f->camera->interrupt(f->camera->ctx);
    return NULL;
}

static void a_wait_ends_when_the_program_does(void **state)
{
    (void)state;
    static const char *const sources[] = {"test", "exec:sleep 60"};
    for (size_t i = 0; i < 2; i++) {
        fixture_t f;
        pthread_t thread;
        int err;
        create(&f, sources[i]);
        f.want.fps = 1;
        assert_int_equal(open_camera(&f), CC_OK);
        assert_int_equal(start(&f), CC_OK);
        uint64_t began_ms = cc_monotonic_ms();
        assert_int_equal(pthread_create(&thread, NULL, interrupt, &f), 0);
        do {
            err = f.camera->grab(f.camera->ctx, 60000, true, NULL);
        } while (err == CC_OK);
        assert_int_equal(err, CC_ERR_STOPPED);
        assert_in_range(cc_monotonic_ms() - began_ms, 0, 10000);
        pthread_join(thread, NULL);
        assert_int_equal(f.camera->grab(f.camera->ctx, 0, true, NULL), CC_ERR_STOPPED);
        cc_camera_destroy(f.camera);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_source_is_told_what_is_right),
        cmocka_unit_test(only_the_test_camera_has_a_lamp),
        cmocka_unit_test(a_camera_that_is_not_there_says_how_to_find_it),
        cmocka_unit_test(a_folder_without_pictures_says_so),
        cmocka_unit_test(a_folder_plays_in_order_and_notices_new_files),
        cmocka_unit_test(a_command_gives_pictures_until_it_is_stopped),
        cmocka_unit_test(a_command_that_ends_tells_how),
        cmocka_unit_test(a_password_in_an_address_stays_secret),
        cmocka_unit_test(a_wait_ends_when_the_program_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
