#include "util/strbuf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cc_strbuf_init(cc_strbuf_t *buf, char *memory, size_t cap)
{
    assert(cap > 0);
    *buf = (cc_strbuf_t){.text = memory, .cap = cap};
    memory[0] = '\0';
}

void cc_strbuf_add_bytes(cc_strbuf_t *buf, const char *bytes, size_t len)
{
    size_t room = buf->cap - 1 - buf->len;
    if (len > room) {
        len = room;
        buf->cut = true;
    }
    memcpy(buf->text + buf->len, bytes, len);
    buf->len += len;
    buf->text[buf->len] = '\0';
}

void cc_strbuf_add(cc_strbuf_t *buf, const char *text)
{
    cc_strbuf_add_bytes(buf, text, strlen(text));
}

void cc_strbuf_format(cc_strbuf_t *buf, const char *format, ...)
{
    size_t room = buf->cap - buf->len;
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(buf->text + buf->len, room, format, arguments);
    va_end(arguments);
    if (wanted < 0)
        return;
    if ((size_t)wanted >= room) {
        buf->len = buf->cap - 1;
        buf->cut = true;
    } else {
        buf->len += (size_t)wanted;
    }
}
