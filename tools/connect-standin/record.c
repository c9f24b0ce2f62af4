#include "record.h"

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "util/err.h"

static void format_time(int64_t time_ms, char *text, size_t text_size)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm utc;
    char date[32];

    gmtime_r(&seconds, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, text_size, "%s.%03dZ", date, (int)(time_ms % 1000));
}

__attribute__((format(printf, 3, 4))) static void append(char *line, size_t line_size,
                                                         const char *format, ...)
{
    size_t len = strlen(line);
    va_list args;

    va_start(args, format);
    vsnprintf(line + len, line_size - len, format, args);
    va_end(args);
}

// A reader of stdout who has stopped reading loses lines, and holds nobody up: poll(2) finds a pipe
// writable when it takes PIPE_BUF bytes, which is more than a line has.
static void print_line(const standin_entry_t *entry)
{
    char line[PIPE_BUF / 2];
    char time_text[48];
    char status[16] = "no answer";
    struct pollfd reader = {.fd = STDOUT_FILENO, .events = POLLOUT};

    if (poll(&reader, 1, 0) < 1)
        return;
    format_time(entry->time_ms, time_text, sizeof time_text);
    if (entry->status)
        snprintf(status, sizeof status, "%d", entry->status);
    if (entry->handshake)
        snprintf(line, sizeof line, "%s handshake", time_text);
    else
        snprintf(line, sizeof line, "%s %s %s %s, %zu bytes", time_text, entry->method, entry->path,
                 status, entry->bytes);
    append(line, sizeof line, ", %s %s, connection %" PRIu64, entry->tls[0] ? entry->tls : "TLS",
           entry->resumed ? "resumed" : "new", entry->connection);
    if (!entry->handshake)
        append(line, sizeof line, " request %u", entry->on_connection);
    if (entry->width)
        append(line, sizeof line, ", %ux%u", entry->width, entry->height);
    if (entry->fault[0])
        append(line, sizeof line, ", as told: %s", entry->fault);
    if (entry->wrong[0])
        append(line, sizeof line, ", wrong: %s", entry->wrong);
    puts(line);
}

static standin_picture_t *picture_at(standin_record_t *record, size_t i)
{
    return &record->pictures[(record->picture_first + i) % STANDIN_RECORD_PICTURES];
}

static void drop_oldest_picture(standin_record_t *record)
{
    standin_picture_t *oldest = picture_at(record, 0);

    free(oldest->bytes);
    record->picture_bytes -= oldest->len;
    record->picture_first = (record->picture_first + 1) % STANDIN_RECORD_PICTURES;
    record->pictures_len--;
}

static const standin_picture_t *find_picture(standin_record_t *record, uint64_t seq)
{
    for (size_t i = 0; i < record->pictures_len; i++) {
        if (picture_at(record, i)->seq == seq)
            return picture_at(record, i);
    }
    return NULL;
}

// A picture that finds no memory is left out: the entry still tells of it.
static void keep_picture(standin_record_t *record, uint64_t seq, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len);

    if (!copy)
        return;
    memcpy(copy, bytes, len);
    while (record->pictures_len == STANDIN_RECORD_PICTURES ||
           (record->pictures_len && record->picture_bytes + len > STANDIN_RECORD_PICTURE_BYTES))
        drop_oldest_picture(record);
    *picture_at(record, record->pictures_len++) =
        (standin_picture_t){.seq = seq, .bytes = copy, .len = len};
    record->picture_bytes += len;
}

static standin_entry_t *entry_at(standin_record_t *record, size_t i)
{
    return &record->entries[(record->first + i) % STANDIN_RECORD_ENTRIES];
}

static bool add_text(cJSON *object, const char *name, const char *text)
{
    return text[0] ? cJSON_AddStringToObject(object, name, text) != NULL
                   : cJSON_AddNullToObject(object, name) != NULL;
}

static bool add_size(cJSON *object, const char *name, unsigned size)
{
    return size ? cJSON_AddNumberToObject(object, name, size) != NULL
                : cJSON_AddNullToObject(object, name) != NULL;
}

static bool add_info(cJSON *object, const cJSON *info)
{
    cJSON *item = info ? cJSON_Duplicate(info, true) : cJSON_CreateNull();

    return item && cJSON_AddItemToObject(object, "info", item);
}

static bool add_picture(cJSON *object, standin_record_t *record, uint64_t seq)
{
    char path[48] = "";

    if (find_picture(record, seq))
        snprintf(path, sizeof path, "/pictures/%" PRIu64 ".jpg", seq);
    return add_text(object, "picture", path);
}

static bool add_entry(cJSON *list, standin_record_t *record, const standin_entry_t *entry)
{
    char time_text[48];
    cJSON *object = cJSON_CreateObject();

    if (!object || !cJSON_AddItemToArray(list, object)) {
        cJSON_Delete(object);
        return false;
    }
    format_time(entry->time_ms, time_text, sizeof time_text);
    return cJSON_AddNumberToObject(object, "seq", (double)entry->seq) &&
           cJSON_AddStringToObject(object, "event", entry->handshake ? "handshake" : "request") &&
           cJSON_AddStringToObject(object, "time", time_text) &&
           cJSON_AddNumberToObject(object, "time_ms", (double)entry->time_ms) &&
           add_text(object, "method", entry->method) && add_text(object, "path", entry->path) &&
           cJSON_AddNumberToObject(object, "status", entry->status) &&
           cJSON_AddNumberToObject(object, "bytes", (double)entry->bytes) &&
           cJSON_AddNumberToObject(object, "connection", (double)entry->connection) &&
           cJSON_AddNumberToObject(object, "request_on_connection", entry->on_connection) &&
           add_text(object, "tls", entry->tls) &&
           cJSON_AddBoolToObject(object, "resumed", entry->resumed) &&
           add_text(object, "token", entry->token) &&
           add_text(object, "fingerprint", entry->fingerprint) &&
           add_text(object, "user_agent", entry->user_agent) &&
           add_size(object, "width", entry->width) && add_size(object, "height", entry->height) &&
           add_info(object, entry->info) && add_picture(object, record, entry->seq) &&
           add_text(object, "fault", entry->fault) && add_text(object, "wrong", entry->wrong);
}

static bool add_entries(cJSON *document, standin_record_t *record, uint64_t since)
{
    cJSON *list = cJSON_AddArrayToObject(document, "requests");

    if (!list)
        return false;
    for (size_t i = 0; i < record->len; i++) {
        const standin_entry_t *entry = entry_at(record, i);
        if (entry->seq > since && !add_entry(list, record, entry))
            return false;
    }
    return true;
}

// `first_seq` tells a page what it may still show after somebody said to forget.
static char *print_locked(standin_record_t *record, uint64_t since)
{
    uint64_t first_seq = record->len ? entry_at(record, 0)->seq : record->seq + 1;
    char *text = NULL;
    cJSON *document = cJSON_CreateObject();

    if (document && cJSON_AddNumberToObject(document, "seq", (double)record->seq) &&
        cJSON_AddNumberToObject(document, "first_seq", (double)first_seq) &&
        cJSON_AddNumberToObject(document, "connections", (double)record->connections) &&
        cJSON_AddNumberToObject(document, "handshakes", (double)record->handshakes) &&
        cJSON_AddNumberToObject(document, "resumed", (double)record->resumed) &&
        add_entries(document, record, since))
        text = cJSON_PrintUnformatted(document);
    cJSON_Delete(document);
    return text;
}

void standin_record_init(standin_record_t *record)
{
    pthread_condattr_t attributes;

    *record = (standin_record_t){0};
    pthread_mutex_init(&record->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&record->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void forget_locked(standin_record_t *record)
{
    for (size_t i = 0; i < record->len; i++)
        cJSON_Delete(entry_at(record, i)->info);
    record->len = 0;
    while (record->pictures_len)
        drop_oldest_picture(record);
}

void standin_record_deinit(standin_record_t *record)
{
    forget_locked(record);
    pthread_cond_destroy(&record->changed);
    pthread_mutex_destroy(&record->lock);
}

void standin_record_stop(standin_record_t *record)
{
    pthread_mutex_lock(&record->lock);
    record->stopped = true;
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

void standin_record_add(standin_record_t *record, standin_entry_t *entry, const uint8_t *picture,
                        size_t picture_len)
{
    pthread_mutex_lock(&record->lock);
    entry->seq = ++record->seq;
    entry->time_ms = standin_clock_wall_ms();
    if (record->len == STANDIN_RECORD_ENTRIES) {
        cJSON_Delete(entry_at(record, 0)->info);
        record->first = (record->first + 1) % STANDIN_RECORD_ENTRIES;
        record->len--;
    }
    *entry_at(record, record->len++) = *entry;
    if (picture)
        keep_picture(record, entry->seq, picture, picture_len);
    print_line(entry);
    entry->info = NULL;
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

uint64_t standin_record_count_connection(standin_record_t *record)
{
    pthread_mutex_lock(&record->lock);
    uint64_t number = ++record->connections;
    pthread_mutex_unlock(&record->lock);
    return number;
}

void standin_record_count_handshake(standin_record_t *record, bool resumed)
{
    pthread_mutex_lock(&record->lock);
    record->handshakes++;
    record->resumed += resumed;
    pthread_mutex_unlock(&record->lock);
}

char *standin_record_wait(standin_record_t *record, uint64_t since, int wait_s)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_s;
    pthread_mutex_lock(&record->lock);
    while (!record->stopped && !(record->len && record->seq > since)) {
        if (pthread_cond_timedwait(&record->changed, &record->lock, &until) != 0)
            break;
    }
    char *text = print_locked(record, since);
    pthread_mutex_unlock(&record->lock);
    return text;
}

int standin_record_copy_picture(standin_record_t *record, uint64_t seq, uint8_t **bytes,
                                size_t *len)
{
    int err = CC_ERR_NOT_FOUND;

    pthread_mutex_lock(&record->lock);
    const standin_picture_t *found = find_picture(record, seq);
    if (found) {
        uint8_t *copy = malloc(found->len);
        err = copy ? CC_OK : CC_ERR_MEMORY;
        if (copy) {
            memcpy(copy, found->bytes, found->len);
            *bytes = copy;
            *len = found->len;
        }
    }
    pthread_mutex_unlock(&record->lock);
    return err;
}

void standin_record_forget(standin_record_t *record)
{
    pthread_mutex_lock(&record->lock);
    forget_locked(record);
    pthread_mutex_unlock(&record->lock);
}
