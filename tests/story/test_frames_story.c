// Where frames go, and what they cost.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "frame/exif.h"
#include "frame/jpeg.h"
#include "house.h"
#include "util/err.h"

// The sanitizers' own, which gcc ships without its header.
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));

static house_t house;
static unsigned long allocations;

static void on_malloc(const volatile void *pointer, size_t size)
{
    (void)pointer;
    (void)size;
    allocations++;
}

static void on_free(const volatile void *pointer)
{
    (void)pointer;
}

static int set_up(void **state)
{
    (void)state;
    house_open(&house, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

// A viewer that takes `budget` bytes each time it is pumped.
typedef struct {
    cc_http_source_t source;
    bool closed;
    uint64_t bytes;
} viewer_t;

static void open_viewer(viewer_t *viewer)
{
    *viewer = (viewer_t){0};
    assert_int_equal(cc_stream_open(house.modules.stream, &viewer->source), 0);
}

static void close_viewer(viewer_t *viewer)
{
    if (!viewer->closed)
        viewer->source.close(viewer->source.ctx);
    viewer->closed = true;
}

// Returns whether it is still there.
static bool pump(viewer_t *viewer, size_t budget)
{
    while (!viewer->closed) {
        cc_span_t spans[CC_HTTP_SPANS_MAX];
        int n = viewer->source.next(viewer->source.ctx, spans, CC_HTTP_SPANS_MAX);
        if (n < 0)
            close_viewer(viewer);
        if (n <= 0 || budget == 0)
            break;
        size_t len = spans[0].len < budget ? spans[0].len : budget;
        viewer->source.sent(viewer->source.ctx, len);
        viewer->bytes += len;
        budget -= len;
    }
    return !viewer->closed;
}

enum {
    FRAME_MAX = 2048,
};

// All bytes of a frame, in order. Returns how many.
static size_t join(const cc_frame_t *frame, uint8_t bytes[FRAME_MAX])
{
    size_t len = 0;
    assert_in_range(frame->n_spans, 1, CC_FRAME_SPANS_MAX);
    for (size_t i = 0; i < frame->n_spans; i++) {
        assert_true(len + frame->spans[i].len <= FRAME_MAX);
        memcpy(bytes + len, frame->spans[i].bytes, frame->spans[i].len);
        len += frame->spans[i].len;
    }
    assert_int_equal(len, frame->len);
    return len;
}

// Behind SOI stands what is known about a picture, as exif.h writes it. Returns how long that is.
static size_t assert_says_of_itself(const cc_frame_t *frame)
{
    uint8_t bytes[FRAME_MAX], segment[CC_EXIF_MAX];
    const cc_exif_t exif = {
        .make = "Nobody",
        .model = "Fake",
        .software = "house 1",
        .taken_unix_ms = frame->begun_unix_ms,
        .offset_s = house.fake_clock.offset_s,
        .width = frame->width,
        .height = frame->height,
        .lit = frame->lit,
    };
    size_t len = cc_exif_write(&exif, segment);
    assert_true(join(frame, bytes) > 2 + len);
    assert_memory_equal(bytes, "\xFF\xD8", 2);
    assert_memory_equal(bytes + 2, segment, len);
    return len;
}

static void assert_a_running_camera_allocates_nothing(void)
{
    viewer_t viewers[4];
    for (size_t i = 0; i < 4; i++)
        open_viewer(&viewers[i]);
    house_live(&house, MINUTE);
    allocations = 0;
    unsigned before = house.camera_there.grabbed;
    for (int i = 0; i < 600; i++) { // a minute, with uploads and live viewers
        house_live(&house, 100);
        for (size_t v = 0; v < 4; v++)
            pump(&viewers[v], 1 << 20);
    }
    assert_true(house.camera_there.grabbed - before >= 590);
    assert_in_range(house.connect_there.n_snapshots, 11, 13);
    assert_int_equal(allocations, 0);
    for (size_t v = 0; v < 4; v++)
        close_viewer(&viewers[v]);
}

static void a_running_camera_allocates_nothing_per_frame(void **state)
{
    (void)state;
    house_start(&house);
    assert_a_running_camera_allocates_nothing();
}

// A camera that cannot turn, whose pictures can be turned, on its side.
static void start_on_its_side(void)
{
    house.camera_there.pictures = FAKE_PICTURE_GREY;
    house_start(&house);
    house_live(&house, SECOND); // its sizes are known
    house_set(&house, "camera.resolution", "320x240");
    house_set(&house, "camera.rotation", "90");
    house_live(&house, SECOND);
}

static void a_camera_on_its_side_allocates_nothing_per_frame_either(void **state)
{
    (void)state;
    cc_measured_t measured;
    start_on_its_side();
    cc_capture_measured(house.modules.capture, &measured);
    assert_a_running_camera_allocates_nothing();
}

static void a_camera_on_its_side_gives_upright_pictures(void **state)
{
    (void)state;
    cc_frame_t *frame;
    cc_capture_state_t camera;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    start_on_its_side();
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_int_equal(frame->width, 240);
    assert_int_equal(frame->height, 320);
    cc_capture_state(house.modules.capture, &camera);
    assert_int_equal(camera.frame_size.width, 240);
    assert_string_equal(camera.not_turned, "");
    // the camera has its buffer back, and may go: the picture stays
    assert_int_equal(house.camera_there.lent, 0);
    assert_int_equal(house.camera_there.want.control[CC_CONTROL_ROTATION], 0);
    house.camera_there.present = false;
    house_live(&house, MINUTE);
    cc_jpeg_info_t info;
    uint8_t bytes[FRAME_MAX];
    assert_int_equal(cc_jpeg_read(bytes, join(frame, bytes), &info), 0);
    assert_int_equal(info.height, 320);
    assert_int_equal(info.len, frame->len);
    assert_says_of_itself(frame);
    cc_frame_release(frame);
}

static void what_the_camera_turns_itself_is_not_turned_again(void **state)
{
    (void)state;
    cc_frame_t *frame;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    house.camera_there.turns = true; // by 180 degrees
    start_on_its_side();
    house_set(&house, "camera.rotation", "180");
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_int_equal(frame->width, 320);
    assert_int_equal(house.camera_there.want.control[CC_CONTROL_ROTATION], 180);
    assert_true(house.camera_there.lent > 0); // its own buffer
    cc_frame_release(frame);
    house_set(&house, "camera.rotation", "270");
    house_live(&house, SECOND); // one may be under way
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_int_equal(frame->width, 240);
    assert_int_equal(house.camera_there.want.control[CC_CONTROL_ROTATION], 0);
    cc_frame_release(frame);
}

static void a_picture_that_cannot_be_turned_comes_as_it_is_and_the_reason_is_told(void **state)
{
    (void)state;
    cc_frame_t *frame;
    cc_capture_state_t camera;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    start_on_its_side();
    house.camera_there.pictures = FAKE_PICTURE_GOOD; // to the end, but with hardly any data
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_int_equal(frame->width, 320);
    cc_frame_release(frame);
    cc_capture_state(house.modules.capture, &camera);
    assert_int_equal(camera.state, CC_CAMERA_READY);
    assert_non_null(strstr(camera.not_turned, "lacks tables"));
    house.camera_there.pictures = FAKE_PICTURE_GREY;
    house_live(&house, SECOND);
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_int_equal(frame->width, 240);
    cc_frame_release(frame);
    cc_capture_state(house.modules.capture, &camera);
    assert_string_equal(camera.not_turned, "");
}

static void pictures_are_measured_while_somebody_asks(void **state)
{
    (void)state;
    viewer_t viewer;
    cc_measured_t measured = {0};
    start_on_its_side();
    open_viewer(&viewer);
    house_live(&house, 5 * SECOND);
    assert_false(cc_capture_measured(house.modules.capture, &measured));
    house_live(&house, 2 * SECOND);
    assert_true(cc_capture_measured(house.modules.capture, &measured));
    assert_int_equal(measured.brightness, 128);
    assert_int_equal(measured.sharpness, 0);
    house_live(&house, 20 * SECOND);
    assert_false(cc_capture_measured(house.modules.capture, &measured)); // that was long ago
    close_viewer(&viewer);
}

static uint8_t brightness_of(const cc_frame_t *frame)
{
    static cc_measure_work_t work;
    cc_measured_t measured;
    static uint8_t bytes[FRAME_MAX];
    assert_int_equal(cc_measure(bytes, join(frame, bytes), &work, &measured), 0);
    return measured.brightness;
}

static uint8_t brightness_now(bool flash)
{
    cc_frame_t *frame;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND, .flash = flash};
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_true(!flash || frame->lit);
    uint8_t brightness = brightness_of(frame);
    cc_frame_release(frame);
    return brightness;
}

// A camera that nobody asks, whose pictures begin far too bright.
static void start_overexposed(void)
{
    house_set(&house, "connect.enabled", "false");
    house.camera_there.pictures = FAKE_PICTURE_GREY;
    house.camera_there.first_brightness = 250;
    house_start(&house);
    house_live(&house, SECOND); // its sizes are known
    house_set(&house, "camera.resolution", "320x240");
}

enum {
    NEAR_LEAST = FAKE_BRIGHTNESS - 16,
    NEAR_MOST = FAKE_BRIGHTNESS + 16,
};

static void the_first_picture_is_neither_too_bright_nor_too_dark(void **state)
{
    (void)state;
    start_overexposed();
    for (int i = 0; i < 10; i++) {
        house.camera_there.first_brightness = i % 2 ? 250 : 4;
        assert_in_range(brightness_now(false), NEAR_LEAST, NEAR_MOST);
        house_live(&house, 10 * SECOND);
        assert_false(house.camera_there.started);
    }
    assert_int_equal(cc_counted(&house.counters.capture_frames), 10);
}

static void nobody_sees_how_a_camera_follows_another_light_or_exposure(void **state)
{
    (void)state;
    viewer_t viewer;
    start_overexposed();
    open_viewer(&viewer);
    for (int i = 0; i < 1200; i++) {
        if (i == 300)
            house_set(&house, "camera.ae_level", "1");
        if (i == 600)
            assert_int_equal(cc_capture_set_light(house.modules.capture, true), 0);
        if (i == 900)
            assert_int_equal(cc_capture_set_light(house.modules.capture, false), 0);
        house_live(&house, 10);
        pump(&viewer, 1 << 20);
        cc_frame_t *frame = cc_capture_last(house.modules.capture);
        if (!frame)
            continue;
        // the one that was on its way when it changed is an older one
        assert_in_range(brightness_of(frame), NEAR_LEAST, NEAR_MOST);
        cc_frame_release(frame);
    }
    // the rest of the time, video flows
    assert_true(cc_counted(&house.counters.stream_parts) > 80);
    close_viewer(&viewer);
}

static void a_picture_with_flash_is_exposed_for_the_flash(void **state)
{
    (void)state;
    static const char *const durations[] = {"20", "200", "1000"};
    viewer_t viewer;
    start_overexposed();
    for (size_t i = 0; i < 6; i++) {
        if (i == 3) // it runs already from here on
            open_viewer(&viewer);
        house_set(&house, "flash.duration_ms", durations[i % 3]);
        assert_in_range(brightness_now(true), NEAR_LEAST, NEAR_MOST);
        assert_in_range(brightness_now(false), NEAR_LEAST, NEAR_MOST); // and that one for the dark
        assert_int_equal(house.camera_there.light_percent, 0);
        house_live(&house, 10 * SECOND);
    }
    close_viewer(&viewer);
}

static void light_that_flickers_costs_no_more_than_two_seconds(void **state)
{
    (void)state;
    start_overexposed();
    house.camera_there.flickers = true;
    uint64_t asked_ms = house.fake_clock.now_ms;
    brightness_now(false);
    assert_in_range(house.fake_clock.now_ms - asked_ms, 2 * SECOND, 2 * SECOND + 200);
    asked_ms = house.fake_clock.now_ms;
    house_set(&house, "flash.duration_ms", "1000");
    brightness_now(true);
    assert_in_range(house.fake_clock.now_ms - asked_ms, 1500, 1500 + 300);
}

static void pictures_that_cannot_be_measured_are_counted(void **state)
{
    (void)state;
    start_overexposed();
    house.camera_there.pictures = FAKE_PICTURE_GOOD; // to the end, but with hardly any data
    house.camera_there.warmup_frames = 6;
    cc_frame_t *frame;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    cc_frame_release(frame);
    assert_in_range(house.camera_there.skipped + house.camera_there.grabbed, 6, 10);
}

static void a_camera_whose_pictures_are_good_at_once_is_not_kept_waiting(void **state)
{
    (void)state;
    house.camera_there.warmup_frames = 0;
    start_overexposed();
    brightness_now(false);
    assert_int_equal(house.camera_there.grabbed, 1);
    assert_int_equal(house.camera_there.skipped, 0);
}

static void an_idle_camera_is_stopped_and_takes_only_what_connect_needs(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, 10 * MINUTE);
    // one for each picture sent, and before it one that tells that its exposure has settled
    assert_in_range(cc_counted(&house.counters.capture_frames), 59, 75);
    assert_in_range(house.camera_there.grabbed, 2 * 59, 2 * 75);
    // each time it warms up for 3 frames, and lingers for 2 s
    assert_in_range(house.camera_there.skipped, 60 * 3, 60 * 40);
}

static void a_viewer_gets_whole_parts_in_any_portions(void **state)
{
    (void)state;
    viewer_t viewer;
    uint8_t text[4096];
    size_t len = 0;
    house_start(&house);
    open_viewer(&viewer);
    while (len < 1500) {
        cc_span_t spans[CC_HTTP_SPANS_MAX];
        int n = viewer.source.next(viewer.source.ctx, spans, CC_HTTP_SPANS_MAX);
        if (n == 0) {
            house_live(&house, 50);
            continue;
        }
        assert_true(n > 0);
        size_t take = 1 + len % 7 < spans[0].len ? 1 + len % 7 : spans[0].len;
        memcpy(text + len, spans[0].bytes, take);
        len += take;
        viewer.source.sent(viewer.source.ctx, take);
    }
    close_viewer(&viewer);
    text[len] = '\0';
    uint8_t jpeg[512];
    char head[64];
    size_t jpeg_len = fake_jpeg(800, 600, jpeg);
    const uint8_t *body = (const uint8_t *)strstr((const char *)text, "\r\n\r\n");
    assert_non_null(body);
    body += 4;
    assert_memory_equal(body, "\xFF\xD8\xFF\xE1", 4);
    size_t exif_len = 2 + (size_t)(body[4] << 8 | body[5]);
    snprintf(head, sizeof head, "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %zu\r\n",
             jpeg_len + exif_len);
    assert_memory_equal(text, head, strlen(head));
    assert_memory_equal(body + 2 + exif_len, jpeg + 2, jpeg_len - 2);
    assert_memory_equal(body + exif_len + jpeg_len, "\r\n--frame\r\nContent-Type", 22);
}

static void a_picture_says_when_and_by_what_it_was_taken(void **state)
{
    (void)state;
    uint8_t bytes[FRAME_MAX], jpeg[512];
    cc_frame_t *frame;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    house.fake_clock.offset_s = -(3 * 3600 + 1800);
    house_start(&house);
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_true(frame->begun_unix_ms > 0);
    size_t exif_len = assert_says_of_itself(frame);
    size_t jpeg_len = fake_jpeg(800, 600, jpeg);
    assert_int_equal(join(frame, bytes), exif_len + jpeg_len);
    assert_memory_equal(bytes + 2 + exif_len, jpeg + 2, jpeg_len - 2);
    cc_frame_release(frame);
    request.flash = true;
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_true(frame->lit);
    assert_says_of_itself(frame);
    cc_frame_release(frame);
}

static void a_picture_of_an_unknown_time_names_none(void **state)
{
    (void)state;
    cc_frame_t *frame;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    house.fake_clock.unix_ms = 0;
    house.fake_clock.offset_s = 3600;
    house_start(&house);
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_int_equal(frame->begun_unix_ms, 0);
    assert_says_of_itself(frame);
    cc_frame_release(frame);
}

static void a_picture_that_says_so_itself_is_left_as_it_is(void **state)
{
    (void)state;
    uint8_t bytes[FRAME_MAX];
    cc_jpeg_info_t info;
    cc_frame_t *frame;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    house.camera_there.pictures = FAKE_PICTURE_WITH_EXIF;
    house_start(&house);
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    assert_int_equal(frame->n_spans, 1);
    assert_int_equal(cc_jpeg_read(bytes, join(frame, bytes), &info), 0);
    assert_true(info.has_exif);
    assert_memory_equal(bytes + 2, "\xFF\xFE\0\4hi\xFF\xE1\0\26", 10);
    cc_frame_release(frame);
}

static void a_frame_on_loan_stays_what_it_is_while_others_come(void **state)
{
    (void)state;
    uint8_t before[FRAME_MAX], after[FRAME_MAX];
    viewer_t viewer;
    cc_frame_t *frame;
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    house_start(&house);
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), 0);
    size_t len = join(frame, before);
    unsigned grabbed = house.camera_there.grabbed;
    open_viewer(&viewer);
    house_live(&house, MINUTE); // each place in the pool was taken again and again
    close_viewer(&viewer);
    assert_true(house.camera_there.grabbed - grabbed > 4 * CC_CAPTURE_FRAMES);
    assert_int_equal(join(frame, after), len);
    assert_memory_equal(before, after, len);
    cc_frame_release(frame);
}

static void a_stalled_viewer_costs_others_no_frame(void **state)
{
    (void)state;
    viewer_t good, stalled[3];
    house_set(&house, "stream.fps", "15");
    house_start(&house);
    for (size_t i = 0; i < 3; i++) { // each of them keeps another frame
        open_viewer(&stalled[i]);
        house_live(&house, 200);
        pump(&stalled[i], 1);
    }
    open_viewer(&good);
    house_live(&house, SECOND);
    pump(&good, 1 << 20);
    unsigned long parts = cc_counted(&house.counters.stream_parts);
    unsigned grabbed = house.camera_there.grabbed;
    for (int i = 0; i < 1000; i++) {
        house_live(&house, 20);
        pump(&good, 1 << 20);
    }
    unsigned taken = house.camera_there.grabbed - grabbed;
    assert_in_range(taken, 290, 310);
    assert_in_range(cc_counted(&house.counters.stream_parts) - parts, taken - 3, taken + 1);
    for (size_t i = 0; i < 3; i++)
        close_viewer(&stalled[i]);
    close_viewer(&good);
}

static void many_stalled_viewers_cannot_stop_the_camera(void **state)
{
    (void)state;
    viewer_t good, stalled[20];
    house_start(&house);
    open_viewer(&good);
    for (size_t i = 0; i < 20; i++) {
        open_viewer(&stalled[i]);
        house_live(&house, 150);
        pump(&stalled[i], 1);
        pump(&good, 1 << 20);
    }
    for (int i = 0; i < 1500; i++) { // half a minute; the web server pumps everybody that it wakes
        house_live(&house, 20);
        pump(&good, 1 << 20);
        for (size_t v = 0; v < 20; v++)
            pump(&stalled[v], 0);
    }
    unsigned sent = house.connect_there.n_snapshots;
    unsigned long parts = cc_counted(&house.counters.stream_parts);
    for (int i = 0; i < 1500; i++) {
        house_live(&house, 20);
        pump(&good, 1 << 20);
    }
    assert_true(cc_counted(&house.counters.stream_parts) - parts > 250);
    assert_in_range(house.connect_there.n_snapshots - sent, 2, 4);
    assert_int_equal(house.camera_there.opens, 1); // it never looked as if it had stalled
    for (size_t v = 0; v < 20; v++)
        close_viewer(&stalled[v]);
    close_viewer(&good);
}

static const char *only_host(void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "Host") == 0 ? "192.168.1.5" : NULL;
}

// As GET /snapshot.jpg answers.
static int snapshot_status(void)
{
    const cc_http_request_t request = {
        .method = CC_HTTP_GET,
        .method_name = "GET",
        .target = "/snapshot.jpg",
        .peer = "192.168.1.9",
        .header = only_host,
    };
    cc_http_response_t response = {0};
    cc_web_handle(house.modules.web, &request, &response);
    if (response.release)
        response.release(response.owner);
    return response.status;
}

static void stalled_viewers_make_room_for_a_snapshot(void **state)
{
    (void)state;
    enum {
        n = 4 // as many as may keep a picture each
    };
    viewer_t stalled[n];
    house_start(&house);
    for (size_t v = 0; v < n; v++) {
        open_viewer(&stalled[v]);
        house_live(&house, SECOND);
        pump(&stalled[v], 1);
        assert_true(stalled[v].bytes > 0);
    }
    house_live(&house, 3 * SECOND);
    assert_int_equal(snapshot_status(), 503);
    for (size_t v = 0; v < n; v++) // they may be only slow
        assert_true(pump(&stalled[v], 0));
    house_live(&house, 10 * SECOND);
    int tries = 0;
    while (snapshot_status() == 503 && ++tries < n) { // each time one more is ended
        for (size_t v = 0; v < n; v++)
            pump(&stalled[v], 0);
        house_live(&house, SECOND);
    }
    assert_in_range(tries, 1, n - 1);
    for (size_t v = 0; v < n; v++)
        close_viewer(&stalled[v]);
}

static void a_stalled_camera_is_opened_anew_after_five_seconds(void **state)
{
    (void)state;
    viewer_t viewer;
    cc_capture_state_t camera;
    house_start(&house);
    open_viewer(&viewer);
    house_live(&house, 5 * SECOND);
    house.camera_there.stalled = true;
    house_live(&house, 4 * SECOND);
    assert_int_equal(house.camera_there.opens, 1);
    house_live(&house, 3 * SECOND);
    assert_in_range(house.camera_there.opens, 2, 3);
    cc_capture_state(house.modules.capture, &camera);
    assert_int_equal(camera.state, CC_CAMERA_FAILING);
    house.camera_there.stalled = false;
    house_live(&house, 6 * SECOND);
    cc_capture_state(house.modules.capture, &camera);
    assert_int_equal(camera.state, CC_CAMERA_READY);
    close_viewer(&viewer);
}

static void the_last_good_picture_survives_the_camera(void **state)
{
    (void)state;
    house_start(&house);
    house_live(&house, 15 * SECOND);
    house.camera_there.present = false;
    house_live(&house, MINUTE);
    cc_frame_t *frame = cc_capture_last(house.modules.capture);
    assert_non_null(frame);
    assert_int_equal(frame->width, 800);
    cc_frame_release(frame);
    cc_capture_request_t request = {.wait_ms = 10 * SECOND};
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &frame), CC_ERR_GONE);
}

static void whoever_asks_at_once_shares_one_picture(void **state)
{
    (void)state;
    cc_frame_t *first, *second;
    cc_capture_request_t request = {.max_age_ms = SECOND, .wait_ms = 10 * SECOND};
    house_set(&house, "connect.enabled", "false");
    house_start(&house);
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &first), 0);
    assert_int_equal(cc_capture_get(house.modules.capture, &request, &second), 0);
    assert_ptr_equal(first, second);
    assert_int_equal(cc_counted(&house.counters.capture_frames), 1);
    cc_frame_release(first);
    cc_frame_release(second);
}

static void viewers_beyond_the_setting_are_turned_away(void **state)
{
    (void)state;
    viewer_t first;
    cc_http_source_t source;
    house_set(&house, "stream.viewers", "1");
    house_start(&house);
    open_viewer(&first);
    assert_int_equal(cc_stream_open(house.modules.stream, &source), CC_ERR_BUSY);
    close_viewer(&first);
    assert_int_equal(cc_stream_open(house.modules.stream, &source), 0);
    source.close(source.ctx);
}

int main(void)
{
    __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        STORY(a_running_camera_allocates_nothing_per_frame),
        STORY(a_camera_on_its_side_allocates_nothing_per_frame_either),
        STORY(a_camera_on_its_side_gives_upright_pictures),
        STORY(what_the_camera_turns_itself_is_not_turned_again),
        STORY(a_picture_that_cannot_be_turned_comes_as_it_is_and_the_reason_is_told),
        STORY(pictures_are_measured_while_somebody_asks),
        STORY(the_first_picture_is_neither_too_bright_nor_too_dark),
        STORY(nobody_sees_how_a_camera_follows_another_light_or_exposure),
        STORY(a_picture_with_flash_is_exposed_for_the_flash),
        STORY(light_that_flickers_costs_no_more_than_two_seconds),
        STORY(pictures_that_cannot_be_measured_are_counted),
        STORY(a_camera_whose_pictures_are_good_at_once_is_not_kept_waiting),
        STORY(an_idle_camera_is_stopped_and_takes_only_what_connect_needs),
        STORY(a_viewer_gets_whole_parts_in_any_portions),
        STORY(a_picture_says_when_and_by_what_it_was_taken),
        STORY(a_picture_of_an_unknown_time_names_none),
        STORY(a_picture_that_says_so_itself_is_left_as_it_is),
        STORY(a_frame_on_loan_stays_what_it_is_while_others_come),
        STORY(a_stalled_viewer_costs_others_no_frame),
        STORY(many_stalled_viewers_cannot_stop_the_camera),
        STORY(stalled_viewers_make_room_for_a_snapshot),
        STORY(a_stalled_camera_is_opened_anew_after_five_seconds),
        STORY(the_last_good_picture_survives_the_camera),
        STORY(whoever_asks_at_once_shares_one_picture),
        STORY(viewers_beyond_the_setting_are_turned_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
