// The folder where the stand-in keeps its keys and the cameras it knows. Files are written whole:
// to a new file, synced, renamed, the folder synced. Any thread.
//
//     standin_state_t state;
//     if (standin_state_open(&state, "/var/lib/connect-standin") == 0)
//         standin_state_write(&state, "cameras.json", text, strlen(text));
#pragma once

#include <limits.h>
#include <stddef.h>

typedef struct {
    char path[PATH_MAX];
    int lock_fd;
} standin_state_t;

// Makes the folder (0700, its parents too) and opens it. Errors: CC_ERR_SPACE (the path is too
// long), CC_ERR_DENIED, CC_ERR_READ_ONLY, CC_ERR_DISK_FULL, CC_ERR_IO.
int standin_state_open(standin_state_t *state, const char *path);
void standin_state_close(standin_state_t *state);

// Keeps other stand-ins that share the folder away for the time of a read and a write. Blocks.
void standin_state_lock(standin_state_t *state);
void standin_state_unlock(standin_state_t *state);

// Reads a whole file of 1 MB at most; `*text` ends in NUL and is freed by the caller. Errors:
// CC_ERR_NOT_FOUND, CC_ERR_SPACE, CC_ERR_MEMORY, CC_ERR_DENIED, CC_ERR_IO.
int standin_state_read(const standin_state_t *state, const char *name, char **text, size_t *len);

// Writes a file (0600) in the folder.
int standin_state_write(const standin_state_t *state, const char *name, const char *text,
                        size_t len);

// Writes a file that others may read (0644), anywhere.
int standin_state_publish(const char *path, const char *text, size_t len);
