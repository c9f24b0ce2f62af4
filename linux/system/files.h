// The files port on Linux: a folder, its folders 0700 and its files 0600.
//
// A save writes a file beside it, syncs that, renames it and syncs the folder: whenever the power
// goes, the name leads to the whole picture or to nothing. A death in between leaves NAME.tmp.
//
//     cc_linux_files_t *files;
//     int err = cc_linux_files_open("/var/lib/connectcam", CC_LINUX_TIMELAPSE, &files);
#pragma once

#include "port/files.h"

#define CC_LINUX_TIMELAPSE "timelapse" // in the state folder

typedef struct cc_linux_files cc_linux_files_t;

// DIR/NAME; it is made when something is saved, and may be a link to a folder elsewhere. Errors:
// CC_ERR_MEMORY.
int cc_linux_files_open(const char *dir, const char *name, cc_linux_files_t **files);
// NULL is fine.
void cc_linux_files_close(cc_linux_files_t *files);

cc_files_t cc_linux_files_port(cc_linux_files_t *files);
