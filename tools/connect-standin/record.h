// What happened: the last requests and the last pictures, for the page, for tests and for the log
// line each request gets on stdout. Locks itself; any thread.
//
//     standin_entry_t entry = {.method = "PUT", .status = 204};
//     standin_record_add(&record, &entry, NULL, 0);
//     char *json = standin_record_wait(&record, since, 25);
#pragma once

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STANDIN_RECORD_ENTRIES = 500,
    STANDIN_RECORD_PICTURES = 20,
    STANDIN_RECORD_PICTURE_BYTES = 64 << 20, // all kept pictures together; the oldest go first
    STANDIN_RECORD_WAIT_S_MAX = 30,
};

// One request, or one TLS handshake that no request followed. Texts are shown as they are: the
// caller copies them with standin_text_copy.
typedef struct {
    uint64_t seq;           // set by standin_record_add: 1, 2, 3 …
    int64_t time_ms;        // set by standin_record_add: since 1970, UTC
    bool handshake;         // true: a connection that ended before its first request
    char method[16];        // "" for a handshake
    char path[256];         // with its query
    int status;             // what was answered, 0 = nothing
    size_t bytes;           // of the body that were read
    uint64_t connection;    // 1, 2, 3 …
    unsigned on_connection; // which request of its connection: 1, 2, 3 …
    char tls[16];           // "TLS1.3"; "" before it is known
    bool resumed;           // the TLS session was resumed with a ticket
    char token[24];         // masked
    char fingerprint[72];   // cut when it is too long to be one
    char user_agent[128];   // cut when longer
    unsigned width, height; // of the JPEG, 0 = none was recognised
    cJSON *info;            // the checked body of /c/info, else NULL; the record takes it over
    char fault[256];        // the step of the script that was applied, "" = none
    char wrong[256];        // what was wrong, in words, "" = nothing
} standin_entry_t;

typedef struct {
    uint64_t seq;
    uint8_t *bytes;
    size_t len;
} standin_picture_t;

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopped;
    uint64_t seq;         // of the newest entry
    uint64_t connections; // opened since the start
    uint64_t handshakes;  // finished since the start, resumed ones included
    uint64_t resumed;     // of them
    size_t first, len;    // of the ring
    standin_entry_t entries[STANDIN_RECORD_ENTRIES];
    size_t picture_first, pictures_len;
    size_t picture_bytes;
    standin_picture_t pictures[STANDIN_RECORD_PICTURES];
} standin_record_t;

void standin_record_init(standin_record_t *record);
void standin_record_deinit(standin_record_t *record);

// Ends every wait, now and later.
void standin_record_stop(standin_record_t *record);

// Adds an entry, prints its line, wakes who waits. Takes `entry->info` over. A picture is copied;
// NULL when there is none to keep.
void standin_record_add(standin_record_t *record, standin_entry_t *entry, const uint8_t *picture,
                        size_t picture_len);

// Counts a connection and returns its number.
uint64_t standin_record_count_connection(standin_record_t *record);
void standin_record_count_handshake(standin_record_t *record, bool resumed);

// The entries newer than `since` as a JSON document; waits up to `wait_s` until there is one. The
// caller frees it with cJSON_free. NULL when out of memory.
char *standin_record_wait(standin_record_t *record, uint64_t since, int wait_s);

// Copies the picture of entry `seq`; the caller frees it. Errors: CC_ERR_NOT_FOUND, CC_ERR_MEMORY.
int standin_record_copy_picture(standin_record_t *record, uint64_t seq, uint8_t **bytes,
                                size_t *len);

// Forgets entries and pictures; the numbers run on.
void standin_record_forget(standin_record_t *record);
