// The C library's printf, sscanf and strtod for the whole firmware, ESP-IDF's own code included:
// the linker (--wrap, in CMakeLists.txt) sends their callers here. What core/util/format cannot do
// is what nobody in a camera asks for.
#include <stdio.h>
#include <string.h>

#include "util/format.h"

// The linker's names, which no header declares.
int __wrap_vsnprintf(char *text, size_t cap, const char *format, va_list args);
int __wrap_snprintf(char *text, size_t cap, const char *format, ...);
int __wrap_vsprintf(char *text, const char *format, va_list args);
int __wrap_sprintf(char *text, const char *format, ...);
int __wrap_vfprintf(FILE *file, const char *format, va_list args);
int __wrap_fprintf(FILE *file, const char *format, ...);
int __wrap_vprintf(const char *format, va_list args);
int __wrap_printf(const char *format, ...);
int __wrap_sscanf(const char *text, const char *format, ...);
double __wrap_strtod(const char *text, char **end);

// --- Into memory

typedef struct {
    char *at;
    size_t room; // without the NUL
} memory_t;

static void put_memory(void *ctx, const char *bytes, size_t len)
{
    memory_t *memory = ctx;
    if (len > memory->room)
        len = memory->room;
    memcpy(memory->at, bytes, len);
    memory->at += len;
    memory->room -= len;
}

int __wrap_vsnprintf(char *text, size_t cap, const char *format, va_list args)
{
    memory_t memory = {.at = text, .room = cap ? cap - 1 : 0};
    int len = cc_format_print(put_memory, &memory, format, args);
    if (cap)
        *memory.at = '\0';
    return len;
}

int __wrap_snprintf(char *text, size_t cap, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = __wrap_vsnprintf(text, cap, format, args);
    va_end(args);
    return len;
}

int __wrap_vsprintf(char *text, const char *format, va_list args)
{
    return __wrap_vsnprintf(text, INT32_MAX, format, args);
}

int __wrap_sprintf(char *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = __wrap_vsprintf(text, format, args);
    va_end(args);
    return len;
}

// --- Into files

// What is this short goes out by one write, and lines of several tasks stay whole.
typedef struct {
    FILE *file;
    size_t len;
    char bytes[128];
} line_t;

static void flush_line(line_t *line)
{
    fwrite(line->bytes, 1, line->len, line->file);
    line->len = 0;
}

static void put_line(void *ctx, const char *bytes, size_t len)
{
    line_t *line = ctx;
    while (len > 0) {
        size_t part = sizeof line->bytes - line->len;
        if (part > len)
            part = len;
        memcpy(line->bytes + line->len, bytes, part);
        line->len += part;
        bytes += part;
        len -= part;
        if (line->len == sizeof line->bytes)
            flush_line(line);
    }
}

int __wrap_vfprintf(FILE *file, const char *format, va_list args)
{
    line_t line;
    line.file = file;
    line.len = 0;
    int len = cc_format_print(put_line, &line, format, args);
    flush_line(&line);
    return ferror(file) ? -1 : len;
}

int __wrap_fprintf(FILE *file, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = __wrap_vfprintf(file, format, args);
    va_end(args);
    return len;
}

int __wrap_vprintf(const char *format, va_list args)
{
    return __wrap_vfprintf(stdout, format, args);
}

int __wrap_printf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = __wrap_vfprintf(stdout, format, args);
    va_end(args);
    return len;
}

// --- From text

int __wrap_sscanf(const char *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int stored = cc_format_scan(text, format, args);
    va_end(args);
    return stored;
}

// What newlib's headers make of it where no fractions are read.
int __wrap_siscanf(const char *text, const char *format, ...)
    __attribute__((alias("__wrap_sscanf")));

double __wrap_strtod(const char *text, char **end)
{
    return cc_format_number(text, end);
}
