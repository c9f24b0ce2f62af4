// The function that a name of ours hides: the C library's, or a sanitizer's in front of it.
//
//     return FAKE_NEXT(close)(fd);
//
// Looked up at the first call, so it works from any library's constructor; looking up calls none of
// the functions that we take the place of.
#pragma once

#include <stdatomic.h>

#define FAKE_EXPORT __attribute__((visibility("default")))

#define FAKE_NEXT(name)                                                                            \
    (__extension__({                                                                               \
        static _Atomic(void *) next_##name;                                                        \
        (__typeof__(&name))fake_next(&next_##name, #name);                                         \
    }))

// Never NULL: a name that is nowhere ends the process with a sentence.
void *fake_next(_Atomic(void *) *slot, const char *name);
