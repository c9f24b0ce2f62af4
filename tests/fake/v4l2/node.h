// The names that the camera has while it is plugged in: its node under /dev, what udev adds there,
// and of /sys the few lines by which programs tell a camera from another device.
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

enum fake_folder {
    FAKE_FOLDER_NONE,
    FAKE_FOLDER_DEV,
    FAKE_FOLDER_V4L,
    FAKE_FOLDER_BY_ID,
    FAKE_FOLDER_BY_PATH,
};

enum fake_node_kind {
    FAKE_NODE_NONE, // not ours
    FAKE_NODE_CAMERA,
    FAKE_NODE_LINK,
    FAKE_NODE_FOLDER,
    FAKE_NODE_TEXT,
};

struct fake_node {
    enum fake_node_kind kind;
    unsigned number;         // of the camera, for a node and a link
    enum fake_folder folder; // for a folder
    bool is_name;            // for a text: the camera's name, otherwise its uevent
};

// Finds a path. Relative ones are found when `folder` says where they start from.
struct fake_node fake_node_find(enum fake_folder folder, const char *path);

// The folder that a path names, /dev too; FAKE_FOLDER_NONE when it is none of ours or the camera is
// unplugged.
enum fake_folder fake_node_folder(const char *path, unsigned *number);

// The nth name in a folder, NULL past the last; `name` has room for 64 bytes. `type` is DT_….
const char *fake_node_entry(enum fake_folder folder, unsigned number, unsigned n, char *name,
                            unsigned char *type);

// Opens a text for reading: a descriptor that has nothing to do with the camera, or -1 and errno.
int fake_node_open_text(const struct fake_node *node);

// What stat(2) says of a node; of a link itself, when `follow` is false.
void fake_node_stat(const struct fake_node *node, bool follow, struct stat *status);
