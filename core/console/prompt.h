// The line that somebody types, as the terminal shows it: what a line editor writes passes through
// here, secrets turn into stars, and what is shown is remembered, so that a log line can come
// between. Pure.
//
//     n = cc_prompt_pass(&prompt, bytes, len, out, sizeof out); // for what the editor writes
//     n = cc_prompt_hide(&prompt, out, sizeof out);             // before a log line
//     n = cc_prompt_show(&prompt, out, sizeof out);             // after it
//
// It knows the few things that linenoise writes in single-line mode: text, CR, LF, backspace, and
// the sequences that move the cursor right (CUF) or erase to the right (EL); ECMA-48, 8.3.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CC_PROMPT        "> "
#define CC_PROMPT_COLUMN 2 // where the typed line begins
#define CC_PROMPT_MAX    600

typedef struct {
    char shown[CC_PROMPT_MAX]; // what stands in the line, secrets as they are
    size_t len;
    size_t column; // the cursor
    enum {
        CC_PROMPT_TEXT,
        CC_PROMPT_ESCAPE,
        CC_PROMPT_SEQUENCE,
    } state;
    unsigned number; // of the sequence
} cc_prompt_t;

// What the terminal gets for what the editor writes. Never longer than `len`; returns its length.
size_t cc_prompt_pass(cc_prompt_t *prompt, const char *bytes, size_t len, char *out);

// Bytes that take the line away and leave the cursor at the left margin; nothing when nothing is
// shown. No escape sequences: simple terminals would print them. out has room for CC_PROMPT_MAX
// + 2.
size_t cc_prompt_hide(const cc_prompt_t *prompt, char *out);

// Bytes that bring it back, and the cursor to its place. out has room for 2 * CC_PROMPT_MAX.
size_t cc_prompt_show(const cc_prompt_t *prompt, char *out);
