#include "system/thread.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>

#include "util/err.h"

void cc_linux_signals_block(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
}

void cc_linux_signals_restore(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

int cc_linux_thread_start(const char *name, size_t stack, void *(*run)(void *arg), void *arg,
                          pthread_t *thread)
{
    if (stack == 0)
        stack = CC_LINUX_STACK_BYTES;
    if (stack < (size_t)PTHREAD_STACK_MIN)
        stack = (size_t)PTHREAD_STACK_MIN;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack);
    sigset_t before;
    cc_linux_signals_block(&before);
    int failed = pthread_create(thread, &attributes, run, arg);
    cc_linux_signals_restore(&before);
    pthread_attr_destroy(&attributes);
    if (failed)
        return CC_ERR_MEMORY;
    // The kernel keeps 15 characters and refuses more.
    char cut[16];
    snprintf(cut, sizeof(cut), "%s", name);
    pthread_setname_np(*thread, cut);
    return 0;
}
