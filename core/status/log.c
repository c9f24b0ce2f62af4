#include "status/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util/date.h"
#include "util/err.h"
#include "util/strbuf.h"
#include "util/text.h"

int cc_log_init(cc_log_t *log, const cc_task_t *task, const cc_clock_t *clock,
                void (*sink)(void *ctx, cc_log_level_t level, const char *line, size_t len),
                void *sink_ctx)
{
    *log = (cc_log_t){
        .task = *task, .clock = *clock, .sink = sink, .sink_ctx = sink_ctx, .level = CC_LOG_INFO};
    log->monitor = task->monitor_new(task->ctx);
    return log->monitor ? CC_OK : CC_ERR_MEMORY;
}

void cc_log_deinit(cc_log_t *log)
{
    log->task.monitor_free(log->task.ctx, log->monitor);
}

void cc_log_set_level(cc_log_t *log, cc_log_level_t level)
{
    cc_enter(&log->task, log->monitor);
    log->level = level;
    cc_leave(&log->task, log->monitor);
}

static void add_time(cc_strbuf_t *line, const cc_clock_t *clock)
{
    int64_t unix_ms = cc_clock_unix(clock);
    if (unix_ms <= 0) { // no wall clock yet: seconds since the start
        uint64_t ms = cc_clock_now(clock);
        cc_strbuf_format(line, "%10llu.%03u ", (unsigned long long)(ms / 1000),
                         (unsigned)(ms % 1000));
        return;
    }
    char text[CC_DATE_TEXT_MAX];
    cc_date_iso(unix_ms / 1000, text);
    cc_strbuf_format(line, "%s ", text);
}

static void ring_add_locked(cc_log_t *log, const char *line, size_t len)
{
    size_t at = (size_t)(log->written % CC_LOG_RING_BYTES);
    size_t first = len < CC_LOG_RING_BYTES - at ? len : CC_LOG_RING_BYTES - at;
    memcpy(log->ring + at, line, first);
    memcpy(log->ring, line + first, len - first);
    log->written += len;
}

void cc_log(cc_log_t *log, cc_log_level_t level, const char *module, const char *format, ...)
{
    static const char *const names[] = {"ERROR", "WARN ", "INFO ", "DEBUG"};
    char memory[CC_LOG_LINE_MAX];
    char message[CC_LOG_LINE_MAX];
    cc_strbuf_t line;

    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    cc_text_mend_cut(message);
    for (char *c = message; *c; c++)
        if ((unsigned char)*c < 0x20)
            *c = ' ';

    cc_strbuf_init(&line, memory, sizeof memory - 1); // room for the newline, always
    cc_enter(&log->task, log->monitor);
    if (level <= log->level) {
        add_time(&line, &log->clock);
        cc_strbuf_format(&line, "%s %s: %s", names[level], module, message);
        cc_text_mend_cut(memory);
        line.len = strlen(memory);
        memory[line.len++] = '\n';
        ring_add_locked(log, memory, line.len);
        if (log->sink)
            log->sink(log->sink_ctx, level, memory, line.len);
    }
    cc_leave(&log->task, log->monitor);
}

size_t cc_log_copy(cc_log_t *log, uint64_t since, char *out, size_t cap, uint64_t *next)
{
    cc_enter(&log->task, log->monitor);
    uint64_t oldest = log->written > CC_LOG_RING_BYTES ? log->written - CC_LOG_RING_BYTES : 0;
    uint64_t from = since;
    if (from > log->written)
        from = oldest;
    // A line that was partly overwritten, or one that `since` points into, is passed over. What
    // stood before the oldest byte is gone, so that one counts as inside a line.
    bool inside = oldest > 0;
    if (from <= oldest)
        from = oldest;
    else
        inside = log->ring[(from - 1) % CC_LOG_RING_BYTES] != '\n';
    for (; inside && from < log->written; from++)
        inside = log->ring[from % CC_LOG_RING_BYTES] != '\n';
    size_t n = 0, whole = 0;
    for (uint64_t at = from; at < log->written && n < cap; at++) {
        out[n++] = log->ring[at % CC_LOG_RING_BYTES];
        if (out[n - 1] == '\n')
            whole = n;
    }
    *next = from + whole;
    cc_leave(&log->task, log->monitor);
    return whole;
}
