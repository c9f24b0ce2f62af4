#include "fake/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

cc_guard_t cc_guard_new(const void *bytes, size_t len)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (len + page - 1) / page * page;
    uint8_t *memory =
        mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + room, page, PROT_NONE) < 0) {
        perror("guard page");
        abort();
    }
    cc_guard_t guard = {
        .bytes = memory + room - len, .len = len, .memory = memory, .size = room + page};
    if (len > 0)
        memcpy(guard.bytes, bytes, len);
    return guard;
}

cc_guard_t cc_guard_text(const char *text)
{
    return cc_guard_new(text, strlen(text) + 1);
}

void cc_guard_free(cc_guard_t *guard)
{
    munmap(guard->memory, guard->size);
    *guard = (cc_guard_t){0};
}
