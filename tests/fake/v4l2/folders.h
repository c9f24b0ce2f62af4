// Which folder of ours an open folder is, for calls relative to it.
#pragma once

#include "node.h"

// FAKE_FOLDER_NONE for AT_FDCWD and for any other descriptor.
enum fake_folder fake_folder_of_fd(int fd);
