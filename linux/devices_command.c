#include "devices_command.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "camera/child.h"
#include "camera/devices.h"
#include "system/monotonic.h"
#include "util/err.h"

enum {
    EXIT_USAGE = 2,
    RPICAM_WAIT_MS = 10000, // it asks each sensor
    RPICAM_TEXT_MAX = 32 * 1024,
};

// What Raspberry Pi OS calls it, newest first. The answer begins with the name of the one there is.
#define ASK_RPICAM                                                                                 \
    "for program in rpicam-vid libcamera-vid; do command -v $program >/dev/null && "               \
    "echo $program && exec $program --list-cameras 2>&1; done"

// As connectcam(1) has it.
#define RPICAM_OPTIONS "-t 0 -n --codec mjpeg --width 1280 --height 720 --framerate 10 -o -"

// What the looks came to.
typedef struct {
    unsigned cameras;    // that stand on stdout with their --camera
    bool has_rpicam;     // the program
    bool has_raw_sensor; // a node for it
    char denied[512];    // " /dev/video0 /dev/video1"
    char no_answer[512]; // the same
} found_t;

static void print_format(const cc_v4l2_modes_t *modes, uint32_t fourcc, const char *name)
{
    cc_v4l2_modes_t of_format = {0};
    cc_size_t sizes[CC_V4L2_MODES_MAX];
    for (size_t i = 0; i < modes->count; i++) {
        if (modes->list[i].fourcc == fourcc)
            cc_v4l2_modes_add(&of_format, fourcc, modes->list[i].size);
    }
    size_t n = cc_v4l2_modes_sizes(&of_format, sizes, CC_V4L2_MODES_MAX);
    if (n == 0)
        return;
    printf("  %-8s %s:", name, cc_v4l2_is_jpeg(fourcc) ? "passed on as it comes" : "encoded here");
    for (size_t i = 0; i < n; i++)
        printf(" %ux%u", sizes[i].width, sizes[i].height);
    putchar('\n');
}

static void print_device(const cc_device_t *device)
{
    printf("%s\n", device->model);
    if (device->kind == CC_DEVICE_CAMERA)
        printf("  --camera %s\n", device->camera);
    printf("  node     %s, driver %s\n", device->node, device->driver);
    print_format(&device->modes, V4L2_PIX_FMT_MJPEG, "MJPEG");
    print_format(&device->modes, V4L2_PIX_FMT_JPEG, "JPEG");
    print_format(&device->modes, V4L2_PIX_FMT_YUYV, "YUYV");
    print_format(&device->modes, V4L2_PIX_FMT_NV12, "NV12");
    if (device->kind == CC_DEVICE_FOREIGN)
        printf("  useless  it gives none of MJPEG, YUYV and NV12%s%s\n",
               device->modes.unusable[0] ? ", but " : "", device->modes.unusable);
    if (device->is_busy)
        printf("  busy     another program (the service?) takes pictures with it; `sudo fuser -v "
               "%s` names it\n",
               device->node);
}

static void note(char *list, size_t cap, const char *node)
{
    size_t len = strlen(list);
    snprintf(list + len, cap - len, " %s", node);
}

static void look_at_nodes(found_t *found)
{
    unsigned numbers[CC_DEVICES_MAX];
    size_t n = cc_devices_list(numbers, CC_DEVICES_MAX);
    for (size_t i = 0; i < n; i++) {
        cc_device_t device;
        cc_device_look(numbers[i], &device);
        switch (device.kind) {
        case CC_DEVICE_CAMERA:
            found->cameras++;
            print_device(&device);
            break;
        case CC_DEVICE_FOREIGN:
            print_device(&device);
            break;
        case CC_DEVICE_FOR_RPICAM:
            found->has_raw_sensor = true;
            break;
        case CC_DEVICE_DENIED:
            note(found->denied, sizeof found->denied, device.node);
            break;
        case CC_DEVICE_NO_ANSWER:
            note(found->no_answer, sizeof found->no_answer, device.node);
            break;
        case CC_DEVICE_NO_CAMERA:
            break;
        }
    }
}

// What the child writes until it ends, or until time is up.
static void read_child(const cc_child_t *child, char *text, size_t cap)
{
    uint64_t end_ms = cc_monotonic_ms() + RPICAM_WAIT_MS;
    struct pollfd output = {.fd = child->output_fd, .events = POLLIN};
    size_t len = 0;
    for (uint64_t now_ms; (now_ms = cc_monotonic_ms()) < end_ms && len + 1 < cap;) {
        ssize_t n = poll(&output, 1, (int)(end_ms - now_ms)) > 0
                        ? read(child->output_fd, text + len, cap - 1 - len)
                        : -1;
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
            break;
        len += n > 0 ? (size_t)n : 0;
    }
    text[len] = '\0';
}

static size_t read_rpicams(char *lines, cc_rpicam_t *cameras, size_t cap)
{
    size_t n = 0;
    char *rest;
    for (const char *line = strtok_r(lines, "\n", &rest); line && n < cap;
         line = strtok_r(NULL, "\n", &rest)) {
        if (cc_rpicam_read(line, &cameras[n]))
            n++;
    }
    return n;
}

static void print_rpicam(const char *program, const cc_rpicam_t *camera, bool is_only_one)
{
    char which[32] = "";
    if (!is_only_one)
        snprintf(which, sizeof which, "--camera %u ", camera->number);
    printf("Raspberry Pi camera %s\n", camera->model);
    printf("  --camera 'exec:%s %s" RPICAM_OPTIONS "'\n", program, which);
    printf("  MJPEG    encoded by %s: up to %ux%u, by its --width and --height\n", program,
           camera->size.width, camera->size.height);
}

// Cameras at a Raspberry Pi's flat cables.
static void look_at_rpicams(found_t *found)
{
    static char text[RPICAM_TEXT_MAX];
    cc_rpicam_t cameras[8];
    cc_child_t child;
    if (cc_child_start(ASK_RPICAM, &child) < 0)
        return;
    read_child(&child, text, sizeof text);
    (void)cc_child_reap(&child);
    char *lines = strchr(text, '\n');
    if (!lines)
        return;
    *lines++ = '\0';
    size_t n = read_rpicams(lines, cameras, sizeof cameras / sizeof *cameras);
    for (size_t i = 0; i < n; i++)
        print_rpicam(text, &cameras[i], n == 1);
    found->has_rpicam = true;
    found->cameras += (unsigned)n;
}

static void say_what_is_in_the_way(const found_t *found)
{
    if (*found->denied)
        fprintf(stderr,
                "connectcam: no permission to look at%s: try sudo connectcam devices. To use "
                "cameras yourself: sudo usermod -aG video $USER, then log in anew. The service may "
                "use them as it is.\n",
                found->denied);
    if (*found->no_answer)
        fprintf(stderr, "connectcam: no answer from%s: unplug the camera and plug it in again\n",
                found->no_answer);
    if (found->has_raw_sensor && !found->has_rpicam)
        fputs("connectcam: there is a Raspberry Pi camera, but not the program that takes its "
              "pictures: sudo apt install rpicam-apps-lite, then look again\n",
              stderr);
    else if (found->cameras == 0 && !*found->denied && !*found->no_answer)
        fprintf(stderr,
                "connectcam: there is no camera here: plug in a webcam and look again%s. A network "
                "camera is named by its address: see CAMERA SOURCES in man connectcam\n",
                found->has_rpicam ? ", or check the flat cable at both of its ends while the "
                                    "computer is off"
                                  : "");
}

int cc_devices_command(int argc, char *const argv[])
{
    (void)argv;
    if (argc > 1) {
        fputs("connectcam: connectcam devices\n", stderr);
        return EXIT_USAGE;
    }
    found_t found = {0};
    look_at_nodes(&found);
    look_at_rpicams(&found);
    fflush(stdout);
    say_what_is_in_the_way(&found);
    return found.cameras > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
