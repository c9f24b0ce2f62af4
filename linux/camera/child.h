// A shell command whose standard output we read. It runs in a process group of its own, so that
// all of a pipeline ends together.
//
// One thread.
#pragma once

#include <stddef.h>
#include <sys/types.h>

typedef struct {
    pid_t pid;     // of the shell, and of the group; 0: none runs
    int exited_fd; // a pidfd: readable when the shell has ended; -1 where the kernel has none
    int output_fd; // its standard output; does not block
} cc_child_t;

// Runs `/bin/sh -c command`, its input empty, its messages going where ours go. The caller ends it.
// Errors: CC_ERR_MEMORY, CC_ERR_IO.
int cc_child_start(const char *command, cc_child_t *child);

// Asks the group to end, makes it end after 500 ms, and reaps the shell. Returns its wait status.
int cc_child_end(cc_child_t *child);

// As cc_child_end, for a command that closed its output and so is about to end by itself: gives it
// 200 ms to do so.
int cc_child_reap(cc_child_t *child);

// What a wait status means: "it ended with exit status 1".
void cc_child_describe(int status, char *words, size_t cap);
