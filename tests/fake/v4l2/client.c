// A client that holds the library to what the kernel's documentation says, and that is small enough
// to be built with any sanitizer:
//
//     FAKE_V4L2_CONTROL=file FAKE_V4L2_CONTROLS=all LD_PRELOAD=libfake_v4l2.so client
//
// It writes the file of commands itself, and says nothing but what is wrong.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    BUFFERS = 4,
    WAIT_MS = 10000
};

static unsigned failures;

static void check(bool fine, int line, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "client.c:%d: not so: %s (errno %s)\n", line, what, strerror(errno));
    failures++;
}

#define CHECK(condition) check((condition), __LINE__, #condition)
// The call fails, and with just this errno.
#define CHECK_ERRNO(call, wanted)                                                                  \
    check((call) < 0 && errno == (wanted), __LINE__, #call " is " #wanted)

static void command(const char *words, bool anew)
{
    FILE *file = fopen(getenv("FAKE_V4L2_CONTROL"), anew ? "w" : "a");
    if (file == NULL || fprintf(file, "%s\n", words) < 0 || fclose(file) != 0) {
        perror("FAKE_V4L2_CONTROL");
        exit(2);
    }
}

static int open_camera(int flags)
{
    int fd = open("/dev/video0", O_RDWR | O_CLOEXEC | flags);
    CHECK(fd >= 0);
    return fd;
}

static void choose(int fd, uint32_t pixel_format, uint32_t width, uint32_t height)
{
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    format.fmt.pix.pixelformat = pixel_format;
    format.fmt.pix.width = width;
    format.fmt.pix.height = height;
    CHECK(ioctl(fd, VIDIOC_S_FMT, &format) == 0);
    CHECK(format.fmt.pix.pixelformat == pixel_format);
    CHECK(format.fmt.pix.width == width && format.fmt.pix.height == height);
}

static struct v4l2_buffer buffer_at(uint32_t index)
{
    return (struct v4l2_buffer){
        .index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
}

static int request(int fd, uint32_t count)
{
    struct v4l2_requestbuffers request = {
        .count = count, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    return ioctl(fd, VIDIOC_REQBUFS, &request) < 0 ? -1 : (int)request.count;
}

static int start(int fd)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    return ioctl(fd, VIDIOC_STREAMON, &type);
}

static int stop(int fd)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    return ioctl(fd, VIDIOC_STREAMOFF, &type);
}

static int put(int fd, uint32_t index)
{
    struct v4l2_buffer buffer = buffer_at(index);
    return ioctl(fd, VIDIOC_QBUF, &buffer);
}

static short wait_for(int fd, short events, int timeout_ms)
{
    struct pollfd wait = {.fd = fd, .events = events};
    return poll(&wait, 1, timeout_ms) == 1 ? wait.revents : 0;
}

static const unsigned char *maps[BUFFERS];
static size_t map_len;

static void map_and_queue(int fd)
{
    CHECK(request(fd, BUFFERS) == BUFFERS);
    for (uint32_t i = 0; i < BUFFERS; i++) {
        struct v4l2_buffer buffer = buffer_at(i);
        CHECK(ioctl(fd, VIDIOC_QUERYBUF, &buffer) == 0);
        map_len = buffer.length;
        maps[i] = mmap(NULL, map_len, PROT_READ, MAP_SHARED, fd, buffer.m.offset);
        CHECK(maps[i] != MAP_FAILED);
        CHECK(ioctl(fd, VIDIOC_QUERYBUF, &buffer) == 0 && buffer.flags & V4L2_BUF_FLAG_MAPPED);
        CHECK(put(fd, i) == 0);
        CHECK_ERRNO(put(fd, i), EINVAL);
    }
}

static void unmap(void)
{
    for (unsigned i = 0; i < BUFFERS; i++)
        CHECK(munmap((void *)(uintptr_t)maps[i], map_len) == 0);
}

static bool contains(const unsigned char *bytes, size_t len, const void *text, size_t text_len)
{
    for (size_t i = 0; i + text_len <= len; i++)
        if (memcmp(bytes + i, text, text_len) == 0)
            return true;
    return false;
}

static void names_are_there(void)
{
    struct stat status;
    CHECK(stat("/dev/video0", &status) == 0 && S_ISCHR(status.st_mode));
    CHECK(major(status.st_rdev) == 81 && minor(status.st_rdev) == 0);
    CHECK(access("/dev/video0", R_OK | W_OK) == 0);
    CHECK_ERRNO(stat("/dev/video7", &status), ENOENT);
    CHECK_ERRNO(open("/dev/video7", O_RDWR), ENOENT);
    int fd = open_camera(0);
    CHECK(fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && major(status.st_rdev) == 81);
    CHECK(close(fd) == 0);
    CHECK_ERRNO(close(fd), EBADF);

    unsigned links = 0;
    DIR *dir = opendir("/dev/v4l/by-id");
    CHECK(dir != NULL);
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        char path[512];
        char target[64] = "";
        char *real;
        links++;
        snprintf(path, sizeof path, "/dev/v4l/by-id/%s", entry->d_name);
        CHECK(lstat(path, &status) == 0 && S_ISLNK(status.st_mode));
        CHECK(fstatat(dirfd(dir), entry->d_name, &status, 0) == 0 && S_ISCHR(status.st_mode));
        CHECK(readlink(path, target, sizeof target - 1) > 0);
        CHECK(strcmp(target, "../../video0") == 0);
        real = realpath(path, NULL);
        CHECK(real != NULL && strcmp(real, "/dev/video0") == 0);
        free(real);
        fd = open(path, O_RDWR | O_NONBLOCK);
        CHECK(fd >= 0 && close(fd) == 0);
    }
    CHECK(links == 1);
    CHECK(dir != NULL && closedir(dir) == 0);

    glob_t matches;
    CHECK(glob("/dev/video*", 0, NULL, &matches) == 0);
    CHECK(matches.gl_pathc >= 1 && strcmp(matches.gl_pathv[0], "/dev/video0") == 0);
    globfree(&matches);

    struct dirent **entries;
    int count = scandir("/dev", &entries, NULL, alphasort);
    unsigned found = 0;
    for (int i = 0; i < count; i++) {
        found += strcmp(entries[i]->d_name, "video0") == 0;
        found += strcmp(entries[i]->d_name, "null") == 0;
        free(entries[i]);
    }
    CHECK(count > 0 && found == 2);
    if (count >= 0)
        free(entries);
}

static void formats_are_negotiated(void)
{
    int fd = open_camera(0);
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    format.fmt.pix.pixelformat = v4l2_fourcc('N', 'O', 'N', 'E');
    format.fmt.pix.width = 1100;
    format.fmt.pix.height = 700;
    CHECK(ioctl(fd, VIDIOC_TRY_FMT, &format) == 0);
    CHECK(format.fmt.pix.pixelformat == V4L2_PIX_FMT_MJPEG && format.fmt.pix.width == 1280);
    CHECK(ioctl(fd, VIDIOC_G_FMT, &format) == 0 && format.fmt.pix.width == 640);
    format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    CHECK_ERRNO(ioctl(fd, VIDIOC_G_FMT, &format), EINVAL);

    struct v4l2_streamparm rate = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    rate.parm.capture.timeperframe = (struct v4l2_fract){1, 12};
    CHECK(ioctl(fd, VIDIOC_S_PARM, &rate) == 0);
    CHECK(rate.parm.capture.timeperframe.denominator == 15);
    choose(fd, V4L2_PIX_FMT_NV12, 800, 600);
    CHECK(ioctl(fd, VIDIOC_G_PARM, &rate) == 0);
    CHECK(rate.parm.capture.timeperframe.denominator == 30);

    v4l2_std_id standard;
    char byte;
    CHECK_ERRNO(ioctl(fd, VIDIOC_G_STD, &standard), ENOTTY);
    CHECK_ERRNO(read(fd, &byte, 1), EINVAL);
    CHECK_ERRNO(ioctl(fd, VIDIOC_QUERYCAP, NULL), EFAULT);
    CHECK(close(fd) == 0);
}

static void controls_obey_the_rules(void)
{
    int fd = open_camera(O_NONBLOCK);
    int other = open_camera(O_NONBLOCK);
    struct v4l2_event_subscription all = {.type = V4L2_EVENT_CTRL,
                                          .id = V4L2_CID_EXPOSURE_ABSOLUTE};
    CHECK(ioctl(other, VIDIOC_SUBSCRIBE_EVENT, &all) == 0);
    struct v4l2_event event;
    CHECK_ERRNO(ioctl(other, VIDIOC_DQEVENT, &event), ENOENT);

    struct v4l2_control control = {.id = V4L2_CID_BRIGHTNESS, .value = 1000};
    CHECK(ioctl(fd, VIDIOC_S_CTRL, &control) == 0 && control.value == 64);
    CHECK(ioctl(other, VIDIOC_G_CTRL, &control) == 0 && control.value == 64);
    control = (struct v4l2_control){.id = V4L2_CID_EXPOSURE_ABSOLUTE, .value = 100};
    CHECK_ERRNO(ioctl(fd, VIDIOC_S_CTRL, &control), EACCES);
    control = (struct v4l2_control){.id = V4L2_CID_EXPOSURE_AUTO, .value = 2};
    CHECK_ERRNO(ioctl(fd, VIDIOC_S_CTRL, &control), EINVAL);
    control.value = 4;
    CHECK_ERRNO(ioctl(fd, VIDIOC_S_CTRL, &control), ERANGE);
    control.id = V4L2_CID_FOCUS_AUTO;
    CHECK_ERRNO(ioctl(fd, VIDIOC_G_CTRL, &control), EINVAL);

    // The one gives the other free, so the two can be set in one call, in this order only.
    struct v4l2_ext_control pair[2] = {
        {.id = V4L2_CID_EXPOSURE_AUTO, .value = V4L2_EXPOSURE_MANUAL},
        {.id = V4L2_CID_EXPOSURE_ABSOLUTE, .value = 100},
    };
    struct v4l2_ext_controls controls = {
        .which = V4L2_CTRL_CLASS_CAMERA, .count = 2, .controls = pair};
    CHECK(ioctl(fd, VIDIOC_S_EXT_CTRLS, &controls) == 0);
    CHECK(wait_for(other, POLLPRI, WAIT_MS) == POLLPRI);
    CHECK(ioctl(other, VIDIOC_DQEVENT, &event) == 0);
    CHECK(event.u.ctrl.changes == (V4L2_EVENT_CTRL_CH_VALUE | V4L2_EVENT_CTRL_CH_FLAGS));
    CHECK(event.u.ctrl.value == 100 && event.u.ctrl.flags == 0);
    CHECK(wait_for(other, POLLPRI, 0) == 0);

    pair[1].id = V4L2_CID_FOCUS_AUTO;
    controls.which = V4L2_CTRL_WHICH_CUR_VAL;
    pair[0].value = V4L2_EXPOSURE_APERTURE_PRIORITY;
    CHECK_ERRNO(ioctl(fd, VIDIOC_S_EXT_CTRLS, &controls), EINVAL);
    CHECK(controls.error_idx == 2);
    CHECK_ERRNO(ioctl(fd, VIDIOC_TRY_EXT_CTRLS, &controls), EINVAL);
    CHECK(controls.error_idx == 1);
    control = (struct v4l2_control){.id = V4L2_CID_EXPOSURE_AUTO};
    CHECK(ioctl(fd, VIDIOC_G_CTRL, &control) == 0 && control.value == V4L2_EXPOSURE_MANUAL);

    unsigned count = 0;
    struct v4l2_query_ext_ctrl query = {.id = V4L2_CTRL_FLAG_NEXT_CTRL};
    for (uint32_t last = 0; ioctl(fd, VIDIOC_QUERY_EXT_CTRL, &query) == 0; count++) {
        CHECK(query.id > last);
        last = query.id;
        query.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
    }
    CHECK(errno == EINVAL && count == 15);
    CHECK(close(fd) == 0);
    CHECK(close(other) == 0);
}

static void streaming_obeys_the_rules(void)
{
    int fd = open_camera(O_NONBLOCK);
    int other = open_camera(O_NONBLOCK);
    struct v4l2_buffer buffer = buffer_at(0);
    choose(fd, V4L2_PIX_FMT_MJPEG, 320, 240);
    CHECK_ERRNO(ioctl(fd, VIDIOC_DQBUF, &buffer), EINVAL);
    CHECK_ERRNO(start(fd), EINVAL);
    CHECK(wait_for(fd, POLLIN, 0) == POLLERR);
    map_and_queue(fd);
    CHECK_ERRNO(request(other, 2), EBUSY);
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    CHECK_ERRNO(ioctl(fd, VIDIOC_S_FMT, &format), EBUSY);
    CHECK(start(fd) == 0 && start(fd) == 0);
    CHECK_ERRNO(request(fd, 0), EBUSY);
    CHECK_ERRNO(ioctl(fd, VIDIOC_DQBUF, &buffer), EAGAIN);
    CHECK(wait_for(fd, POLLIN | POLLOUT, 0) == 0);

    uint32_t last = 0;
    for (unsigned i = 0; i < 20; i++) {
        CHECK(wait_for(fd, POLLIN | POLLOUT, WAIT_MS) == POLLIN);
        CHECK(ioctl(fd, VIDIOC_DQBUF, &buffer) == 0);
        CHECK(buffer.flags & V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC);
        CHECK(buffer.flags & V4L2_BUF_FLAG_TSTAMP_SRC_SOE);
        CHECK(!(buffer.flags & (V4L2_BUF_FLAG_QUEUED | V4L2_BUF_FLAG_ERROR)));
        CHECK(i == 0 || buffer.sequence > last);
        last = buffer.sequence;
        const unsigned char *jpeg = maps[buffer.index];
        char comment[32];
        snprintf(comment, sizeof comment, "sequence %010u", last);
        CHECK(jpeg[0] == 0xff && jpeg[1] == 0xd8);
        CHECK(jpeg[buffer.bytesused - 2] == 0xff && jpeg[buffer.bytesused - 1] == 0xd9);
        CHECK(contains(jpeg, 100, comment, strlen(comment)));
        CHECK(put(fd, buffer.index) == 0);
    }
    CHECK(stop(fd) == 0);
    CHECK(wait_for(fd, POLLIN, 0) == POLLERR);
    CHECK_ERRNO(ioctl(fd, VIDIOC_DQBUF, &buffer), EINVAL);
    for (uint32_t i = 0; i < BUFFERS; i++)
        CHECK(put(fd, i) == 0);
    CHECK(start(fd) == 0);
    fd_set reads;
    FD_ZERO(&reads);
    FD_SET(fd, &reads);
    struct timeval timeout = {WAIT_MS / 1000, 0};
    CHECK(select(fd + 1, &reads, NULL, NULL, &timeout) == 1 && FD_ISSET(fd, &reads));
    // What is mapped outlives the descriptor.
    int copy = dup(fd);
    CHECK(close(fd) == 0);
    CHECK(wait_for(copy, POLLIN, WAIT_MS) == POLLIN);
    CHECK(ioctl(copy, VIDIOC_DQBUF, &buffer) == 0);
    CHECK(close(copy) == 0);
    CHECK(maps[buffer.index][0] == 0xff);
    CHECK(request(other, 2) == 2);
    CHECK(close(other) == 0);
    unmap();
}

static void raw_frames_count(uint32_t pixel_format)
{
    int fd = open_camera(0);
    choose(fd, pixel_format, 640, 480);
    map_and_queue(fd);
    CHECK(start(fd) == 0);
    unsigned step = pixel_format == V4L2_PIX_FMT_YUYV ? 2 : 1;
    for (unsigned i = 0; i < 5; i++) {
        struct v4l2_buffer buffer = buffer_at(0);
        // No O_NONBLOCK: it waits.
        CHECK(ioctl(fd, VIDIOC_DQBUF, &buffer) == 0);
        CHECK(buffer.bytesused == map_len);
        uint32_t sequence = 0;
        for (unsigned bit = 0; bit < 32; bit++)
            sequence = sequence << 1 | (maps[buffer.index][(bit * 20 + 10) * step] > 128);
        CHECK(sequence == buffer.sequence);
        CHECK(put(fd, buffer.index) == 0);
    }
    CHECK(close(fd) == 0);
    unmap();
}

static uint64_t luma(int fd)
{
    struct v4l2_buffer buffer = buffer_at(0);
    uint64_t sum = 0;
    CHECK(ioctl(fd, VIDIOC_DQBUF, &buffer) == 0);
    for (size_t i = 640 * 2 * 8; i < buffer.bytesused; i += 2)
        sum += maps[buffer.index][i];
    CHECK(put(fd, buffer.index) == 0);
    return sum;
}

static void brightness_shows(void)
{
    int fd = open_camera(0);
    choose(fd, V4L2_PIX_FMT_YUYV, 640, 480);
    map_and_queue(fd);
    struct v4l2_control control = {.id = V4L2_CID_BRIGHTNESS, .value = -20};
    CHECK(ioctl(fd, VIDIOC_S_CTRL, &control) == 0);
    CHECK(start(fd) == 0);
    uint64_t dark = luma(fd);
    control.value = 20;
    CHECK(ioctl(fd, VIDIOC_S_CTRL, &control) == 0);
    // What waits and what is being made may still be dark.
    for (unsigned i = 0; i < BUFFERS; i++)
        luma(fd);
    uint64_t bright = luma(fd);
    CHECK(bright > dark + 640 * 472 * 20ull);
    CHECK(close(fd) == 0);
    unmap();
}

static struct v4l2_buffer frame_after(int fd, const char *words)
{
    struct v4l2_buffer buffer = buffer_at(0);
    command(words, true);
    // At most so many frames were made before the command was read.
    for (unsigned i = 0; i < 3 * BUFFERS; i++) {
        CHECK(wait_for(fd, POLLIN, WAIT_MS) == POLLIN);
        CHECK(ioctl(fd, VIDIOC_DQBUF, &buffer) == 0);
        CHECK(put(fd, buffer.index) == 0);
    }
    return buffer;
}

static void faults_show(void)
{
    int fd = open_camera(O_NONBLOCK);
    choose(fd, V4L2_PIX_FMT_MJPEG, 320, 240);
    map_and_queue(fd);
    CHECK(start(fd) == 0);
    struct v4l2_buffer whole = frame_after(fd, "normal");
    CHECK(contains(maps[whole.index], whole.bytesused, "\xff\xc4", 2));
    struct v4l2_buffer frame = frame_after(fd, "cut 40%");
    CHECK(frame.bytesused > 0 && frame.bytesused < whole.bytesused * 2 / 3);
    frame = frame_after(fd, "empty");
    CHECK(frame.bytesused == 0 && !(frame.flags & V4L2_BUF_FLAG_ERROR));
    frame = frame_after(fd, "corrupt");
    CHECK(frame.flags & V4L2_BUF_FLAG_ERROR);
    frame = frame_after(fd, "padding 100");
    CHECK(maps[frame.index][frame.bytesused - 101] == 0xd9);
    CHECK(maps[frame.index][frame.bytesused - 1] == 0);
    frame = frame_after(fd, "no-dht");
    CHECK(!contains(maps[frame.index], 700, "\xff\xc4", 2));
    frame = frame_after(fd, "wrong-size");
    CHECK(!contains(maps[frame.index], 700, "\xff\xc0\x00\x11\x08\x00\xf0\x01\x40", 9));
    command("stall", true);
    while (wait_for(fd, POLLIN, 300) == POLLIN) {
        CHECK(ioctl(fd, VIDIOC_DQBUF, &frame) == 0);
        CHECK(put(fd, frame.index) == 0);
    }
    struct v4l2_buffer later = frame_after(fd, "go");
    CHECK(later.sequence > frame.sequence && later.sequence < frame.sequence + 100);

    command("normal", true);
    command("refuse open=EBUSY", false);
    CHECK_ERRNO(open("/dev/video0", O_RDWR), EBUSY);
    command("normal", true);
    CHECK(close(fd) == 0);
    unmap();
}

static void unplug_is_told(void)
{
    int fd = open_camera(O_NONBLOCK);
    choose(fd, V4L2_PIX_FMT_MJPEG, 320, 240);
    struct v4l2_control control = {.id = V4L2_CID_BRIGHTNESS, .value = 5};
    CHECK(ioctl(fd, VIDIOC_S_CTRL, &control) == 0);
    map_and_queue(fd);
    CHECK(start(fd) == 0);
    int queue = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    CHECK(epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event) == 0);
    CHECK(epoll_wait(queue, &event, 1, WAIT_MS) == 1 && event.events == EPOLLIN);
    command("unplug", true);
    do
        CHECK(epoll_wait(queue, &event, 1, WAIT_MS) == 1);
    while (!(event.events & EPOLLHUP));
    CHECK(event.events & EPOLLERR);
    CHECK(close(queue) == 0);
    CHECK(wait_for(fd, POLLIN, 0) == (POLLERR | POLLHUP));
    struct v4l2_buffer buffer = buffer_at(0);
    CHECK_ERRNO(ioctl(fd, VIDIOC_DQBUF, &buffer), ENODEV);
    CHECK_ERRNO(open("/dev/video0", O_RDWR), ENOENT);
    CHECK_ERRNO(access("/dev/video0", F_OK), ENOENT);
    command("plug 2", false);
    CHECK_ERRNO(open("/dev/video0", O_RDWR), ENOENT);
    CHECK_ERRNO(stop(fd), ENODEV);
    int back = open("/dev/video2", O_RDWR);
    CHECK(back >= 0);
    CHECK(ioctl(back, VIDIOC_G_CTRL, &control) == 0 && control.value == 0);
    CHECK(close(fd) == 0);
    CHECK(close(back) == 0);
    command("normal", true);
    unmap();
}

static sem_t has_frames;

static void *end_soon(void *fd)
{
    CHECK(sem_wait(&has_frames) == 0);
    CHECK(stop(*(int *)fd) == 0);
    return NULL;
}

static void threads_may_share(void)
{
    int fd = open_camera(0);
    choose(fd, V4L2_PIX_FMT_MJPEG, 320, 240);
    map_and_queue(fd);
    CHECK(start(fd) == 0);
    pthread_t thread;
    CHECK(sem_init(&has_frames, 0, 0) == 0);
    CHECK(pthread_create(&thread, NULL, end_soon, &fd) == 0);
    struct v4l2_buffer buffer = buffer_at(0);
    // Waits here until the other thread ends the stream.
    while (ioctl(fd, VIDIOC_DQBUF, &buffer) == 0) {
        CHECK(put(fd, buffer.index) == 0 || errno == EINVAL);
        CHECK(sem_post(&has_frames) == 0);
    }
    CHECK(errno == EINVAL);
    pthread_join(thread, NULL);

    // A child has no camera, and its end takes nothing from us.
    pid_t child = fork();
    if (child == 0) {
        close(fd);
        int own = open("/dev/video0", O_RDWR);
        _exit(own >= 0 && start(own) < 0 && errno == EINVAL ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    // The buffer that was put last may have come after the end: it is taken back.
    CHECK(stop(fd) == 0 && put(fd, 0) == 0 && start(fd) == 0);
    CHECK(ioctl(fd, VIDIOC_DQBUF, &buffer) == 0);
    CHECK(close(fd) == 0);
    unmap();
}

int main(void)
{
    if (getenv("FAKE_V4L2_CONTROL") == NULL) {
        fprintf(stderr, "FAKE_V4L2_CONTROL=FILE is missing\n");
        return 2;
    }
    command("normal", true);
    names_are_there();
    formats_are_negotiated();
    controls_obey_the_rules();
    streaming_obeys_the_rules();
    raw_frames_count(V4L2_PIX_FMT_YUYV);
    raw_frames_count(V4L2_PIX_FMT_NV12);
    brightness_shows();
    faults_show();
    unplug_is_told();
    threads_may_share();
    return failures > 0 ? 1 : 0;
}
