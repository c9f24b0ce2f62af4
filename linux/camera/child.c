#include "camera/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/monotonic.h"
#include "util/err.h"

#define TERM_MS 500
#define REAP_MS 200

extern char **environ;

static int prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes, int output_fd)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    // What we ignore or block must not be ignored or blocked in the command: it could not be ended.
    if (posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
        posix_spawn_file_actions_adddup2(files, output_fd, STDOUT_FILENO) != 0 ||
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                 POSIX_SPAWN_SETSIGDEF) != 0 ||
        posix_spawnattr_setpgroup(attributes, 0) != 0 ||
        posix_spawnattr_setsigmask(attributes, &none) != 0 ||
        posix_spawnattr_setsigdefault(attributes, &all) != 0)
        return CC_ERR_MEMORY;
    return CC_OK;
}

static int spawn(const char *command, int output_fd, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&files) != 0)
        return CC_ERR_MEMORY;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return CC_ERR_MEMORY;
    }
    char *const arguments[] = {"sh", "-c", (char *)(uintptr_t)command, NULL};
    int err = prepare(&files, &attributes, output_fd);
    if (err == CC_OK && posix_spawn(pid, "/bin/sh", &files, &attributes, arguments, environ) != 0)
        err = CC_ERR_IO;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return err;
}

int cc_child_start(const char *command, cc_child_t *child)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return CC_ERR_MEMORY;
    pid_t pid;
    int err =
        fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK) < 0 ? CC_ERR_IO : spawn(command, pipe_fds[1], &pid);
    close(pipe_fds[1]);
    if (err < 0) {
        close(pipe_fds[0]);
        return err;
    }
    *child = (cc_child_t){
        .pid = pid,
        .exited_fd = (int)syscall(SYS_pidfd_open, pid, 0), // Linux 5.3
        .output_fd = pipe_fds[0],
    };
    return CC_OK;
}

// Throws away what stands in the pipe. Returns false once no process holds its other end.
static bool drain(int fd)
{
    char ignored[4096];
    for (;;) {
        ssize_t n = read(fd, ignored, sizeof ignored);
        if (n == 0)
            return false;
        if (n < 0 && errno != EINTR)
            return errno == EAGAIN;
    }
}

// Waits until the shell has ended and, with `group`, until nobody writes to the pipe any more.
static void await(const cc_child_t *child, bool group, uint64_t until_ms)
{
    bool is_writing = group;
    bool is_running = child->exited_fd >= 0;
    while (is_writing || is_running) {
        struct pollfd fds[2] = {
            {.fd = is_running ? child->exited_fd : -1, .events = POLLIN},
            {.fd = is_writing ? child->output_fd : -1, .events = POLLIN},
        };
        uint64_t now_ms = cc_monotonic_ms();
        if (now_ms >= until_ms || (poll(fds, 2, (int)(until_ms - now_ms)) < 0 && errno != EINTR))
            return;
        if (fds[0].revents)
            is_running = false;
        if (fds[1].revents)
            is_writing = drain(child->output_fd);
    }
}

// What still runs is killed. The shell is reaped last: until then nobody else can get its number.
static int finish(cc_child_t *child)
{
    int status = 0;
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(child->output_fd);
    if (child->exited_fd >= 0)
        close(child->exited_fd);
    *child = (cc_child_t){.exited_fd = -1, .output_fd = -1};
    return status;
}

int cc_child_end(cc_child_t *child)
{
    kill(-child->pid, SIGTERM);
    await(child, true, cc_monotonic_ms() + TERM_MS);
    return finish(child);
}

int cc_child_reap(cc_child_t *child)
{
    await(child, false, cc_monotonic_ms() + REAP_MS);
    return finish(child);
}

void cc_child_describe(int status, char *words, size_t cap)
{
    if (WIFSIGNALED(status))
        snprintf(words, cap, "it was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == 127)
        snprintf(words, cap, "it ended with exit status 127: no such command");
    else if (WEXITSTATUS(status) == 126)
        snprintf(words, cap, "it ended with exit status 126: it may not be run");
    else
        snprintf(words, cap, "it ended with exit status %d", WEXITSTATUS(status));
}
