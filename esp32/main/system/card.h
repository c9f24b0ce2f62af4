// A microSD card: where pictures and logs go, while there is one.
//
// Cards come and go as people like. Whoever uses it holds it, for one file's work at most, and is
// told no when it is not there:
//
//     const char *root = cc_esp32_card_hold();
//     if (root) {
//         bool worked = write_file(root, …);   // paths below root, by stdio
//         cc_esp32_card_release(worked);
//     }
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "status/log.h"

typedef struct {
    bool there;
    uint32_t mount;      // which one since the start, 1, 2, 3 …; 0 while none is there
    uint64_t free_bytes; // as of the last look, a minute ago at most
    uint64_t total_bytes;
} cc_esp32_card_info_t;

// Starts the task that looks for cards. A board without slot: nothing is ever there. `board` and
// `log` stay the caller's, for good. Errors: CC_ERR_MEMORY.
int cc_esp32_card_open(const cc_board_t *board, cc_log_t *log);

// The folder that is the card's root, without a slash at its end; NULL when there is no card. To be
// released. Any task.
const char *cc_esp32_card_hold(void);

// `worked` false: something failed, so that the card is asked at once whether it is still there.
void cc_esp32_card_release(bool worked);

void cc_esp32_card_info(cc_esp32_card_info_t *info);
