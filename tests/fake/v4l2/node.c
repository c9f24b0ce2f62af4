#include "node.h"

#include "camera.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

static const char by_id_name[] = "usb-Fake_Camera_Fake_Camera_0001-video-index0";
static const char by_path_name[] = "pci-0000:00:14.0-usb-0:1:1.0-video-index0";

// Writes the path with single slashes and none at its end; false when it is too long to be ours.
static bool tidy(enum fake_folder folder, const char *path, char *tidied, size_t size)
{
    static const char *const starts[] = {
        [FAKE_FOLDER_NONE] = "",
        [FAKE_FOLDER_DEV] = "/dev/",
        [FAKE_FOLDER_V4L] = "/dev/v4l/",
        [FAKE_FOLDER_BY_ID] = "/dev/v4l/by-id/",
        [FAKE_FOLDER_BY_PATH] = "/dev/v4l/by-path/",
    };
    size_t len = 0;
    if (path[0] != '/') {
        len = strlen(starts[folder]);
        memcpy(tidied, starts[folder], len);
    }
    for (; *path != '\0'; path++) {
        if (*path == '/' && len > 0 && tidied[len - 1] == '/')
            continue;
        if (len + 1 >= size)
            return false;
        tidied[len++] = *path;
    }
    while (len > 1 && tidied[len - 1] == '/')
        len--;
    tidied[len] = '\0';
    return true;
}

static bool find_text(const char *path, unsigned *number, bool *is_name)
{
    int end = 0;
    *is_name = false;
    if (sscanf(path, "/sys/dev/char/81:%u/%n", number, &end) != 1 || end == 0)
        if (sscanf(path, "/sys/class/video4linux/video%u/%n", number, &end) != 1 || end == 0)
            return false;
    *is_name = strcmp(path + end, "name") == 0;
    return *is_name || strcmp(path + end, "uevent") == 0;
}

struct fake_node fake_node_find(enum fake_folder folder, const char *path)
{
    struct fake_node node = {.kind = FAKE_NODE_NONE};
    char name[128];
    unsigned number;
    // The cheap questions first: every open of the process comes by here.
    if (path == NULL || fake_config() == NULL || !tidy(folder, path, name, sizeof name))
        return node;
    if (strncmp(name, "/sys/", 5) == 0 && find_text(name, &number, &node.is_name)) {
        if (fake_camera_present(&node.number) && number == node.number)
            node.kind = FAKE_NODE_TEXT;
        return node;
    }
    if (strncmp(name, "/dev/v", 6) != 0)
        return node;
    int end = 0;
    bool numbered = sscanf(name, "/dev/video%u%n", &number, &end) == 1 && name[end] == '\0';
    if ((!numbered && strncmp(name, "/dev/v4l", 8) != 0) || !fake_camera_present(&node.number))
        return node;
    if (numbered && number == node.number)
        node.kind = FAKE_NODE_CAMERA;
    if (numbered)
        return node;

    static const struct {
        const char *path;
        enum fake_folder folder;
    } folders[] = {
        {"/dev/v4l", FAKE_FOLDER_V4L},
        {"/dev/v4l/by-id", FAKE_FOLDER_BY_ID},
        {"/dev/v4l/by-path", FAKE_FOLDER_BY_PATH},
    };
    for (unsigned i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (strcmp(name, folders[i].path) == 0) {
            node.kind = FAKE_NODE_FOLDER;
            node.folder = folders[i].folder;
        }
    }
    if ((strncmp(name, "/dev/v4l/by-id/", 15) == 0 && strcmp(name + 15, by_id_name) == 0) ||
        (strncmp(name, "/dev/v4l/by-path/", 17) == 0 && strcmp(name + 17, by_path_name) == 0))
        node.kind = FAKE_NODE_LINK;
    return node;
}

enum fake_folder fake_node_folder(const char *path, unsigned *number)
{
    char name[128];
    if (path == NULL || fake_config() == NULL || !tidy(FAKE_FOLDER_NONE, path, name, sizeof name) ||
        strncmp(name, "/dev", 4) != 0)
        return FAKE_FOLDER_NONE;
    if (strcmp(name, "/dev") == 0)
        return fake_camera_present(number) ? FAKE_FOLDER_DEV : FAKE_FOLDER_NONE;
    struct fake_node node = fake_node_find(FAKE_FOLDER_NONE, name);
    *number = node.number;
    return node.kind == FAKE_NODE_FOLDER ? node.folder : FAKE_FOLDER_NONE;
}

const char *fake_node_entry(enum fake_folder folder, unsigned number, unsigned n, char *name,
                            unsigned char *type)
{
    const char *entry = NULL;
    *type = DT_DIR;
    if (folder == FAKE_FOLDER_DEV) {
        snprintf(name, 64, "video%u", number);
        if (n == 0)
            *type = DT_CHR;
        return n == 0 ? name : n == 1 ? strcpy(name, "v4l") : NULL;
    }
    if (n < 2)
        return strcpy(name, n == 0 ? "." : "..");
    if (folder == FAKE_FOLDER_V4L) {
        entry = n == 2 ? "by-id" : n == 3 ? "by-path" : NULL;
    } else if (n == 2) {
        *type = DT_LNK;
        entry = folder == FAKE_FOLDER_BY_ID ? by_id_name : by_path_name;
    }
    return entry != NULL ? strcpy(name, entry) : NULL;
}

int fake_node_open_text(const struct fake_node *node)
{
    char text[128];
    int len = node->is_name ? snprintf(text, sizeof text, "%s\n", fake_config()->card)
                            : snprintf(text, sizeof text, "MAJOR=81\nMINOR=%u\nDEVNAME=video%u\n",
                                       node->number, node->number);
    int fd = memfd_create("fake_v4l2 text", MFD_CLOEXEC);
    if (fd >= 0 && pwrite(fd, text, (size_t)len, 0) != len) {
        close(fd);
        fd = -1;
    }
    return fd;
}

void fake_node_stat(const struct fake_node *node, bool follow, struct stat *status)
{
    memset(status, 0, sizeof *status);
    status->st_dev = makedev(0, 5);
    status->st_ino = 810 + node->number;
    status->st_nlink = 1;
    status->st_blksize = 4096;
    clock_gettime(CLOCK_REALTIME_COARSE, &status->st_mtim);
    status->st_atim = status->st_mtim;
    status->st_ctim = status->st_mtim;
    if (node->kind == FAKE_NODE_TEXT) {
        status->st_mode = S_IFREG | 0444;
        status->st_size = 4096;
        status->st_ino = 820 + node->is_name;
    } else if (node->kind == FAKE_NODE_FOLDER) {
        status->st_mode = S_IFDIR | 0755;
        status->st_ino = 800 + node->folder;
    } else if (node->kind == FAKE_NODE_LINK && !follow) {
        status->st_mode = S_IFLNK | 0777;
        status->st_ino = 809;
        status->st_size = (off_t)strlen("../../video0");
    } else {
        status->st_mode = S_IFCHR | 0660;
        status->st_rdev = makedev(81, node->number);
    }
}
