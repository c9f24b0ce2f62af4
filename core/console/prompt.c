#include "console/prompt.h"

#include <string.h>

#include "console/secret.h"

static bool is_secret_column(const cc_prompt_t *prompt, size_t column)
{
    if (column < CC_PROMPT_COLUMN)
        return false;
    size_t typed = column - CC_PROMPT_COLUMN;
    int at = cc_console_secret_at(prompt->shown + CC_PROMPT_COLUMN, typed);
    return at >= 0 && (size_t)at <= typed;
}

static char put_text(cc_prompt_t *prompt, char c)
{
    bool is_secret = c != ' ' && is_secret_column(prompt, prompt->column);
    if (prompt->column < CC_PROMPT_MAX) {
        prompt->shown[prompt->column++] = c;
        if (prompt->len < prompt->column)
            prompt->len = prompt->column;
    }
    return is_secret ? '*' : c;
}

static void end_sequence(cc_prompt_t *prompt, char final)
{
    if (final == 'C')
        prompt->column += prompt->number ? prompt->number : 1;
    if (prompt->column > prompt->len)
        prompt->column = prompt->len;
    if (final == 'K')
        prompt->len = prompt->column;
}

static char put_control(cc_prompt_t *prompt, char c)
{
    if (c == '\r')
        prompt->column = 0;
    else if (c == '\n')
        prompt->len = prompt->column = 0;
    else if (c == '\b' && prompt->column > 0)
        prompt->column--;
    else if (c == '\x1b')
        prompt->state = CC_PROMPT_ESCAPE;
    return c;
}

static char pass(cc_prompt_t *prompt, char c)
{
    switch (prompt->state) {
    case CC_PROMPT_ESCAPE:
        prompt->state = c == '[' ? CC_PROMPT_SEQUENCE : CC_PROMPT_TEXT;
        prompt->number = 0;
        return c;
    case CC_PROMPT_SEQUENCE:
        if (c >= '0' && c <= '9') {
            if (prompt->number < CC_PROMPT_MAX)
                prompt->number = prompt->number * 10 + (unsigned)(c - '0');
        } else if (c >= '@') {
            prompt->state = CC_PROMPT_TEXT;
            end_sequence(prompt, c);
        }
        return c;
    default:
        return (unsigned char)c < ' ' ? put_control(prompt, c) : put_text(prompt, c);
    }
}

size_t cc_prompt_pass(cc_prompt_t *prompt, const char *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++)
        out[i] = pass(prompt, bytes[i]);
    return len;
}

size_t cc_prompt_hide(const cc_prompt_t *prompt, char *out)
{
    if (prompt->len == 0)
        return 0;
    out[0] = '\r';
    memset(out + 1, ' ', prompt->len);
    out[prompt->len + 1] = '\r';
    return prompt->len + 2;
}

size_t cc_prompt_show(const cc_prompt_t *prompt, char *out)
{
    size_t n = 0;
    int secret = prompt->len < CC_PROMPT_COLUMN
                     ? -1
                     : cc_console_secret_at(prompt->shown + CC_PROMPT_COLUMN,
                                            prompt->len - CC_PROMPT_COLUMN);
    for (size_t i = 0; i < prompt->len; i++) {
        bool hidden = secret >= 0 && i >= CC_PROMPT_COLUMN + (size_t)secret;
        out[n++] = hidden && prompt->shown[i] != ' ' ? '*' : prompt->shown[i];
    }
    for (size_t i = prompt->column; i < prompt->len; i++)
        out[n++] = '\b';
    return n;
}
