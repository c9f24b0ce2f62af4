#include "terminal.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 512
};

struct cc_terminal {
    cc_console_t console;
    pthread_t thread;
    int stop;      // eventfd
    bool skipping; // until the end of the line
};

static void print(void *ctx, const char *text)
{
    (void)ctx;
    fputs(text, stdout);
    fflush(stdout);
}

// Runs the whole lines in `buffer`, and keeps what is left. Returns how much that is.
static size_t run_lines(cc_terminal_t *terminal, char *buffer, size_t len)
{
    char *end;
    while ((end = memchr(buffer, '\n', len))) {
        *end = '\0';
        if (!terminal->skipping)
            cc_console_run(&terminal->console, buffer);
        terminal->skipping = false;
        len -= (size_t)(end + 1 - buffer);
        memmove(buffer, end + 1, len);
    }
    if (len < LINE_MAX_BYTES - 1)
        return len;
    terminal->skipping = true; // what is so long is no command, nor is its end
    return 0;
}

static void *run(void *arg)
{
    cc_terminal_t *terminal = arg;
    char buffer[LINE_MAX_BYTES];
    size_t len = 0;
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = terminal->stop, .events = POLLIN}};
    while (poll(fds, 2, -1) >= 0 && !fds[1].revents) {
        ssize_t n = read(STDIN_FILENO, buffer + len, sizeof buffer - len);
        if (n <= 0)
            break;
        len = run_lines(terminal, buffer, len + (size_t)n);
    }
    return NULL;
}

cc_terminal_t *cc_terminal_open(const cc_console_t *console)
{
    cc_terminal_t *terminal = calloc(1, sizeof *terminal);
    if (!terminal)
        return NULL;
    terminal->console = *console;
    terminal->console.print = print;
    terminal->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (terminal->stop < 0 || pthread_create(&terminal->thread, NULL, run, terminal) != 0) {
        if (terminal->stop >= 0)
            close(terminal->stop);
        free(terminal);
        return NULL;
    }
    return terminal;
}

void cc_terminal_close(cc_terminal_t *terminal)
{
    if (!terminal)
        return;
    eventfd_write(terminal->stop, 1);
    pthread_join(terminal->thread, NULL);
    close(terminal->stop);
    free(terminal);
}
