// The machine around the camera. Any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t memory_used; // bytes: resident set, or heap in use
    uint64_t memory_free; // bytes: available on the machine, or free heap
    // Bytes of a microcontroller's own memory, the scarce one: the lowest that was ever free since
    // the start, and the largest piece that can be had now. Both 0: there is no such memory.
    uint64_t internal_lowest;
    uint64_t internal_largest;
    uint64_t storage_free; // bytes, where pictures are kept; 0 with storage_total 0: nowhere, or
                           // unknown
    uint64_t storage_total;
    int16_t temperature_c; // of the chip; INT16_MIN unknown
} cc_system_info_t;

typedef struct cc_system {
    void *ctx;
    const char *platform; // "Linux", "ESP32", for people
    void (*info)(void *ctx, cc_system_info_t *info);
    // Asks for a restart; returns at once, and the restart happens when the answer had time to
    // leave.
    void (*restart)(void *ctx);
    // How this kind is updated, one sentence, where it is not through the page.
    const char *update_hint;
    // How the run before this one ended, as a part of a sentence ("the power was off"); NULL: that
    // says nothing about this machine.
    const char *ended;
    uint32_t boots; // times that it was ever started; 0 unknown
    // What the last crash left for those who look for its cause: its first bytes, cap at most.
    // Returns the length of all of it, 0 when there is none. NULL: this machine keeps none.
    size_t (*core_dump)(void *ctx, uint8_t *out, size_t cap);
    // Errors: CC_ERR_IO. Takes a second.
    int (*forget_core_dump)(void *ctx);
} cc_system_t;
