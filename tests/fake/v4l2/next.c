#include "next.h"

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

void *fake_next(_Atomic(void *) *slot, const char *name)
{
    void *function = atomic_load_explicit(slot, memory_order_relaxed);
    if (function != NULL)
        return function;
    function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        dprintf(STDERR_FILENO, "fake_v4l2: the C library has no %s\n", name);
        _exit(2);
    }
    atomic_store_explicit(slot, function, memory_order_relaxed);
    return function;
}
