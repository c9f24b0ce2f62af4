// How every thread of the Linux program begins: 256 KB of stack, a name for top -H, signals blocked
// (they are the main thread's).
#pragma once

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#define CC_LINUX_STACK_BYTES (256u * 1024u)

// name: 15 characters are kept. stack: bytes, 0 for the usual. Errors: CC_ERR_MEMORY.
int cc_linux_thread_start(const char *name, size_t stack, void *(*run)(void *arg), void *arg,
                          pthread_t *thread);

// For libraries that start threads of their own: blocks all signals in this thread, and so in the
// threads it starts, until they are restored. `before` keeps what was blocked until now.
void cc_linux_signals_block(sigset_t *before);
void cc_linux_signals_restore(const sigset_t *before);
