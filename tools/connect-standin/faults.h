// What the stand-in does next instead of answering well: a script of steps, written as text. Pure:
// no lock, no clock, no socket; the caller serialises.
//
//     standin_script_t script;
//     char why[STANDIN_WHY_SIZE];
//     if (standin_script_parse("status=503 x2,reset=middle", &script, why, sizeof why) < 0)
//         puts(why);
//
// Steps are separated by commas. A step is one action, its options behind colons, and how often it
// happens: once, `xN` times, or `forever`. `path=/c/info` or `path=/c/snapshot` limits it to that
// path. Each request takes the first step that is for it. A step of the TLS handshake (cert,
// handshake) is for a new connection: it waits until every step before it is spent, and those
// behind it wait for it.
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STANDIN_SCRIPT_STEPS = 32,   // more than a test needs; a longer script is refused
    STANDIN_SCRIPT_TEXT = 8192,  // bytes of a whole script
    STANDIN_FAULT_TEXT = 1024,   // bytes of a body or a URL, NUL included
    STANDIN_WHY_SIZE = 256,      // room for any sentence of this program
    STANDIN_SILENCE_S_MAX = 600, // longer than any client's deadline
};

typedef enum {
    STANDIN_FAULT_OK,
    STANDIN_FAULT_STATUS,
    STANDIN_FAULT_RESET,
    STANDIN_FAULT_SILENCE,
    STANDIN_FAULT_DRIP,
    STANDIN_FAULT_WRONG_LENGTH,
    STANDIN_FAULT_CLOSE,
    STANDIN_FAULT_REDIRECT,
    STANDIN_FAULT_CERT,
    STANDIN_FAULT_HANDSHAKE,
} standin_fault_kind_t;

typedef enum {
    STANDIN_DETAIL_NONE,
    STANDIN_RESET_BEFORE, // as soon as the headers were read
    STANDIN_RESET_MIDDLE, // when half of the body was read
    STANDIN_RESET_AFTER,  // when all of the body was read, instead of an answer
    STANDIN_LENGTH_SHORT, // Content-Length says less than is sent
    STANDIN_LENGTH_LONG,  // Content-Length says more than is sent
    STANDIN_CERT_EXPIRED,
    STANDIN_CERT_FUTURE,
    STANDIN_CERT_OTHER_HOST,
    STANDIN_CERT_OTHER_CA,
    STANDIN_HANDSHAKE_RESET,
    STANDIN_HANDSHAKE_SILENCE,
} standin_fault_detail_t;

typedef struct {
    standin_fault_kind_t kind;
    standin_fault_detail_t detail; // of RESET, WRONG_LENGTH, CERT, HANDSHAKE
    uint32_t times;                // how often it still happens; 0 = forever
    int status;                    // of STATUS 200..599, of REDIRECT 301, 302, 303, 307 or 308
    int seconds;                   // of SILENCE 1..600; of STATUS its Retry-After, -1 = none
    char path[16];                 // "" = any path
    char text[STANDIN_FAULT_TEXT]; // of STATUS its body ("" = the usual one), of REDIRECT its URL
} standin_fault_t;

typedef struct {
    size_t len; // steps left, 0 = everything is answered well
    standin_fault_t steps[STANDIN_SCRIPT_STEPS];
} standin_script_t;

// Reads a script; "" and "none" are the empty one. Errors: CC_ERR_FORMAT with one sentence in `why`
// that says what is right; `script` stays untouched.
int standin_script_parse(const char *spec, standin_script_t *script, char *why, size_t why_size);

// Takes the step for a request to `path` (without its query) into `fault`; kind OK when there is
// none.
void standin_script_take_request(standin_script_t *script, const char *path,
                                 standin_fault_t *fault);

// Takes the step for a new connection into `fault`; kind OK when there is none.
void standin_script_take_connection(standin_script_t *script, standin_fault_t *fault);

// Whether the next step is for a new connection: an open one must end for it to come.
bool standin_script_wants_connection(const standin_script_t *script);

// Writes the step as it could have been asked for, without path and times:
// "status=429:retry-after=30".
void standin_fault_format(const standin_fault_t *fault, char *text, size_t text_size);

// The script as a JSON list of {"step","path","times"}; `times` is a number or "forever", `path` is
// absent when any. The caller deletes it. NULL when out of memory.
cJSON *standin_script_json(const standin_script_t *script);
