#include "picture.h"

#include "paint.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

enum {
    LOOP_MAX = 30,   // pictures of a JPEG loop
    LOOP_RAW = 8,    // raw pictures are large
    FILES_MAX = 256, // of the folder
    COPY_BYTES = 65536,
    COUNTER_LINES = 8, // of a raw frame
    COUNTER_BITS = 32,
};

static struct {
    char *path;
    struct fake_size size;
} files[FILES_MAX];
static unsigned file_count;

static struct {
    int fd;                    // 0 = no loop yet
    struct fake_picture asked; // of which only what decides the pictures' bytes
    unsigned count;
    off_t end;
    struct {
        off_t offset;
        size_t len; // 0 = not made yet
        size_t comment_at;
    } pictures[LOOP_MAX];
} loop;

static unsigned char *read_file(const char *path, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return NULL;
    unsigned char *bytes = NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        bytes = malloc((size_t)status.st_size);
    if (bytes != NULL && read(fd, bytes, (size_t)status.st_size) != status.st_size) {
        free(bytes);
        bytes = NULL;
    }
    close(fd);
    if (bytes != NULL)
        *len = (size_t)status.st_size;
    return bytes;
}

static int compare_sizes(const void *a, const void *b)
{
    const struct fake_size *left = a;
    const struct fake_size *right = b;
    unsigned left_area = left->width * left->height;
    unsigned right_area = right->width * right->height;
    return (left_area > right_area) - (left_area < right_area);
}

static bool add_file(const char *path)
{
    size_t len;
    unsigned char *bytes = read_file(path, &len);
    if (bytes == NULL)
        return false;
    int width = 0;
    int height = 0;
    int sampling;
    int colours;
    tjhandle reader = tjInitDecompress();
    bool fine = reader != NULL && tjDecompressHeader3(reader, bytes, (unsigned long)len, &width,
                                                      &height, &sampling, &colours) == 0;
    if (reader != NULL)
        tjDestroy(reader);
    free(bytes);
    if (!fine || width % 2 != 0 || height % 2 != 0)
        return false;
    files[file_count].path = strdup(path);
    files[file_count].size = (struct fake_size){(unsigned)width, (unsigned)height};
    return files[file_count].path != NULL;
}

unsigned fake_pictures_find(const char *path, struct fake_size sizes[FAKE_SIZES_MAX])
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    unsigned size_count = 0;
    for (int i = 0; i < count; i++) {
        char name[PATH_MAX];
        int len = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        free(entries[i]);
        if (len < 0 || (size_t)len >= sizeof name || file_count == FILES_MAX || !add_file(name))
            continue;
        struct fake_size size = files[file_count++].size;
        unsigned known = 0;
        while (known < size_count && memcmp(&sizes[known], &size, sizeof size) != 0)
            known++;
        if (known == size_count && size_count < FAKE_SIZES_MAX)
            sizes[size_count++] = size;
    }
    if (count >= 0)
        free(entries);
    qsort(sizes, size_count, sizeof sizes[0], compare_sizes);
    return size_count;
}

// The nth file of this size, again from the first after the last; NULL when there is none.
static const char *find_file(struct fake_size size, unsigned n, unsigned *count)
{
    const char *found[FILES_MAX];
    *count = 0;
    for (unsigned i = 0; i < file_count; i++)
        if (files[i].size.width == size.width && files[i].size.height == size.height)
            found[(*count)++] = files[i].path;
    return *count > 0 ? found[n % *count] : NULL;
}

static bool add_bytes(const void *bytes, size_t len)
{
    if (pwrite(loop.fd, bytes, len, loop.end) != (ssize_t)len)
        return false;
    loop.end += (off_t)len;
    return true;
}

// Adds a JPEG, without its Huffman tables when so asked, and finds where a comment may stand.
static bool add_jpeg(const unsigned char *bytes, size_t len, size_t *comment_at)
{
    off_t start = loop.end;
    size_t at = 2;
    if (len < 4 || !add_bytes(bytes, 2))
        return false;
    *comment_at = 2;
    while (at + 4 <= len && bytes[at] == 0xff && bytes[at + 1] != 0xda) {
        size_t segment_len = 2 + (size_t)bytes[at + 2] * 256 + bytes[at + 3];
        if (at + segment_len > len)
            return false;
        bool tables = bytes[at + 1] == 0xc4;
        if (!(tables && loop.asked.no_tables) && !add_bytes(bytes + at, segment_len))
            return false;
        // JFIF wants its own segment to be the first.
        if (at == 2 && bytes[at + 1] == 0xe0)
            *comment_at = (size_t)(loop.end - start);
        at += segment_len;
    }
    return add_bytes(bytes + at, len - at);
}

static bool add_yuyv(const struct fake_planes *planes)
{
    size_t row_len = (size_t)planes->width * 2;
    unsigned char *row = malloc(row_len);
    bool fine = row != NULL;
    for (unsigned y = 0; y < planes->height && fine; y++) {
        const unsigned char *luma = planes->y + (size_t)y * planes->width;
        const unsigned char *blue = planes->u + (size_t)y * planes->width / 2;
        const unsigned char *red = planes->v + (size_t)y * planes->width / 2;
        for (unsigned x = 0; x < planes->width / 2; x++) {
            row[4 * x] = luma[2 * x];
            row[4 * x + 1] = blue[x];
            row[4 * x + 2] = luma[2 * x + 1];
            row[4 * x + 3] = red[x];
        }
        fine = add_bytes(row, row_len);
    }
    free(row);
    return fine;
}

static bool add_nv12(const struct fake_planes *planes)
{
    unsigned char *row = malloc(planes->width);
    bool fine = row != NULL && add_bytes(planes->y, (size_t)planes->width * planes->height);
    for (unsigned y = 0; y < planes->height && fine; y += 2) {
        for (unsigned x = 0; x < planes->width / 2; x++) {
            row[2 * x] = planes->u[(size_t)y * planes->width / 2 + x];
            row[2 * x + 1] = planes->v[(size_t)y * planes->width / 2 + x];
        }
        fine = add_bytes(row, planes->width);
    }
    free(row);
    return fine;
}

static bool encode(const struct fake_planes *planes, size_t *comment_at)
{
    const unsigned char *sources[3] = {planes->y, planes->u, planes->v};
    unsigned char *jpeg = NULL;
    unsigned long len = 0;
    tjhandle writer = tjInitCompress();
    bool fine = writer != NULL &&
                tjCompressFromYUVPlanes(writer, sources, (int)planes->width, NULL,
                                        (int)planes->height, TJSAMP_422, &jpeg, &len,
                                        (int)fake_config()->quality, TJFLAG_FASTDCT) == 0 &&
                add_jpeg(jpeg, (size_t)len, comment_at);
    tjFree(jpeg);
    if (writer != NULL)
        tjDestroy(writer);
    return fine;
}

// A file's picture as planes, by way of RGB: its own sampling may be any.
static bool decode(const unsigned char *bytes, size_t len, const struct fake_planes *planes)
{
    unsigned char *targets[3] = {planes->y, planes->u, planes->v};
    unsigned char *rgb = malloc((size_t)planes->width * planes->height * 3);
    tjhandle reader = tjInitDecompress();
    tjhandle writer = tjInitCompress();
    int width = (int)planes->width;
    int height = (int)planes->height;
    bool fine = rgb != NULL && reader != NULL && writer != NULL &&
                tjDecompress2(reader, bytes, (unsigned long)len, rgb, width, 0, height, TJPF_RGB,
                              TJFLAG_ACCURATEDCT) == 0 &&
                tjEncodeYUVPlanes(writer, rgb, width, 0, height, TJPF_RGB, targets, NULL,
                                  TJSAMP_422, 0) == 0;
    if (reader != NULL)
        tjDestroy(reader);
    if (writer != NULL)
        tjDestroy(writer);
    free(rgb);
    return fine;
}

static bool add_picture(unsigned n)
{
    const struct fake_picture *asked = &loop.asked;
    unsigned found;
    const char *path = find_file(asked->size, n, &found);
    unsigned char *bytes = NULL;
    size_t len = 0;
    size_t *comment_at = &loop.pictures[n].comment_at;
    if (path != NULL && (bytes = read_file(path, &len)) == NULL)
        return false;

    bool fine = false;
    struct fake_planes planes = {0};
    if (bytes != NULL && asked->format == V4L2_PIX_FMT_MJPEG) {
        fine = add_jpeg(bytes, len, comment_at);
        goto out;
    }
    if (!fake_planes_make(asked->size, &planes))
        goto out;
    if (bytes == NULL)
        fake_planes_paint(&planes, &asked->look, n, loop.count);
    else if (!decode(bytes, len, &planes))
        goto out;
    if (asked->format == V4L2_PIX_FMT_MJPEG)
        fine = encode(&planes, comment_at);
    else if (asked->format == V4L2_PIX_FMT_YUYV)
        fine = add_yuyv(&planes);
    else
        fine = add_nv12(&planes);
out:
    fake_planes_free(&planes);
    free(bytes);
    return fine;
}

// Makes `asked` the loop's, with no picture made yet, unless it is already.
static bool prepare_loop(const struct fake_picture *picture)
{
    struct fake_picture asked;
    memset(&asked, 0, sizeof asked);
    asked.format = picture->format;
    asked.size = picture->size;
    asked.no_tables = picture->no_tables;
    unsigned found;
    if (find_file(picture->size, 0, &found) == NULL)
        memcpy(&asked.look, &picture->look, sizeof asked.look);
    if (loop.fd > 0 && memcmp(&asked, &loop.asked, sizeof asked) == 0)
        return true;
    fake_pictures_close();
    loop.fd = memfd_create("fake_v4l2 pictures", MFD_CLOEXEC);
    if (loop.fd < 0)
        return false;
    loop.asked = asked;
    unsigned most = asked.format == V4L2_PIX_FMT_MJPEG ? LOOP_MAX : LOOP_RAW;
    loop.count = found > 0 && found < most ? found : most;
    return true;
}

// Copies in pieces: mapping either file would count as the process's memory.
static bool copy(int from, off_t from_at, int to, off_t to_at, size_t len)
{
    static char piece[COPY_BYTES];
    while (len > 0) {
        size_t piece_len = len < sizeof piece ? len : sizeof piece;
        if (pread(from, piece, piece_len, from_at) != (ssize_t)piece_len ||
            pwrite(to, piece, piece_len, to_at) != (ssize_t)piece_len)
            return false;
        from_at += (off_t)piece_len;
        to_at += (off_t)piece_len;
        len -= piece_len;
    }
    return true;
}

static size_t write_jpeg(const struct fake_picture *picture, unsigned n, int fd, size_t len_max)
{
    // Marker, length that counts itself, text.
    char comment[64];
    int text_len =
        snprintf(comment + 4, sizeof comment - 4, "fake_v4l2 sequence %010u", picture->sequence);
    comment[0] = (char)0xff;
    comment[1] = (char)0xfe;
    comment[2] = 0;
    comment[3] = (char)(text_len + 2);
    size_t comment_len = (size_t)text_len + 4;
    size_t head_len = loop.pictures[n].comment_at;
    size_t jpeg_len = loop.pictures[n].len + comment_len;
    off_t at = loop.pictures[n].offset;
    if (jpeg_len > len_max || !copy(loop.fd, at, fd, 0, head_len) ||
        pwrite(fd, comment, comment_len, (off_t)head_len) != (ssize_t)comment_len ||
        !copy(loop.fd, at + (off_t)head_len, fd, (off_t)(head_len + comment_len),
              loop.pictures[n].len - head_len))
        return 0;
    static const char zeros[16384];
    size_t padding = len_max - jpeg_len < picture->padding ? len_max - jpeg_len : picture->padding;
    if (pwrite(fd, zeros, padding, (off_t)jpeg_len) != (ssize_t)padding)
        return 0;
    return jpeg_len + padding;
}

static size_t write_raw(const struct fake_picture *picture, unsigned n, int fd, size_t len_max)
{
    size_t len = loop.pictures[n].len < len_max ? loop.pictures[n].len : len_max;
    if (!copy(loop.fd, loop.pictures[n].offset, fd, 0, len))
        return 0;
    unsigned char line[2 * 8192];
    unsigned width = picture->size.width;
    bool yuyv = picture->format == V4L2_PIX_FMT_YUYV;
    for (unsigned x = 0; x < width; x++) {
        unsigned bit = COUNTER_BITS - 1 - x * COUNTER_BITS / width;
        unsigned char luma = picture->sequence >> bit & 1 ? 235 : 16;
        line[yuyv ? 2 * x : x] = luma;
        if (yuyv)
            line[2 * x + 1] = 128;
    }
    size_t line_len = yuyv ? width * 2 : width;
    for (unsigned y = 0; y < COUNTER_LINES && (y + 1) * line_len <= len; y++)
        if (pwrite(fd, line, line_len, (off_t)(y * line_len)) != (ssize_t)line_len)
            return 0;
    return len;
}

// Overwrites the middle third with bytes that no decoder can make sense of.
static bool write_garbage(uint32_t seed, int fd, size_t len)
{
    unsigned char noise[4096];
    for (size_t at = len / 3; at < len * 2 / 3; at += sizeof noise) {
        size_t piece_len = len * 2 / 3 - at < sizeof noise ? len * 2 / 3 - at : sizeof noise;
        for (size_t i = 0; i < piece_len; i++) {
            seed = seed * 1664525u + 1013904223u;
            noise[i] = (unsigned char)(seed >> 24);
        }
        if (pwrite(fd, noise, piece_len, (off_t)at) != (ssize_t)piece_len)
            return false;
    }
    return true;
}

size_t fake_picture_write(const struct fake_picture *picture, int fd, size_t len_max)
{
    if (!prepare_loop(picture))
        return 0;
    unsigned n = picture->sequence % loop.count;
    if (loop.pictures[n].len == 0) {
        off_t start = loop.end;
        if (!add_picture(n)) {
            loop.end = start;
            return 0;
        }
        loop.pictures[n].offset = start;
        loop.pictures[n].len = (size_t)(loop.end - start);
    }
    size_t len = picture->format == V4L2_PIX_FMT_MJPEG ? write_jpeg(picture, n, fd, len_max)
                                                       : write_raw(picture, n, fd, len_max);
    if (picture->garbage && !write_garbage(picture->sequence, fd, len))
        return 0;
    return len * picture->keep_percent / 100;
}

void fake_pictures_close(void)
{
    if (loop.fd > 0)
        close(loop.fd);
    memset(&loop, 0, sizeof loop);
}
