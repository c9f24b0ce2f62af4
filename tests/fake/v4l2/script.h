// What the camera is told while it runs: a file of commands, one a line.
//
// The state is what reading the whole file from its top gives. A test appends a line to tell the
// camera more, or writes the file anew to start over; a process that starts later reads the same
// file and comes to the same state, so nobody has to be there to listen. The last line counts only
// once its newline is written.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum fake_refusal {
    FAKE_REFUSE_OPEN,
    FAKE_REFUSE_MMAP,
    FAKE_REFUSE_QUERYCAP,
    FAKE_REFUSE_S_FMT,
    FAKE_REFUSE_S_PARM,
    FAKE_REFUSE_REQBUFS,
    FAKE_REFUSE_QUERYBUF,
    FAKE_REFUSE_QBUF,
    FAKE_REFUSE_DQBUF,
    FAKE_REFUSE_STREAMON,
    FAKE_REFUSE_S_CTRL,
    FAKE_REFUSE_COUNT,
};

struct fake_script {
    bool plugged;
    unsigned number;                 // N of /dev/videoN
    unsigned unplugs;                // so many times the camera went away
    unsigned lines;                  // commands read, the wrong ones too
    unsigned bad_line;               // number of the last line that made no sense, 0 = none
    bool stall;                      // streams, but no frame comes
    unsigned keep_percent;           // of each frame's bytes, 100 = whole
    bool empty;                      // frames of no bytes
    bool corrupt;                    // garbage, flagged as the driver flags it
    bool wrong_size;                 // pictures of another size than agreed
    bool no_tables;                  // JPEGs without Huffman tables
    unsigned padding;                // zero bytes behind each JPEG
    int refusals[FAKE_REFUSE_COUNT]; // errno that the call gives, 0 = it works
};

// Reads commands from `text` into `script`. `number` is the device's N when nothing else is said.
void fake_script_parse(const char *text, size_t len, unsigned number, struct fake_script *script);

// Reads the file of commands; no file is no commands. False when it could not be read now, and then
// `script` is untouched.
bool fake_script_read(const char *path, unsigned number, struct fake_script *script);
