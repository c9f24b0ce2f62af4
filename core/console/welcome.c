#include "console/welcome.h"

#include <stdio.h>
#include <string.h>

#include "util/strbuf.h"

enum {
    INSIDE = 76 // columns; with the frame, a terminal's 80
};

static void frame(cc_strbuf_t *out)
{
    char line[INSIDE + 3];
    memset(line, '-', INSIDE + 2);
    line[INSIDE + 2] = '\0';
    cc_strbuf_format(out, "+%s+\n", line);
}

// What does not fit stands out of the frame, and can be read all the same.
static void row(cc_strbuf_t *out, const char *name, const char *text)
{
    cc_strbuf_format(out, "| %-9s%-*s |\n", name, INSIDE - 9, text);
}

static const char *what_next(const cc_welcome_t *facts)
{
    if (!*facts->page && *facts->setup_ssid)
        return "Join the set-up network with a phone, and open its page.";
    if (!*facts->page)
        return "Wait for the network, or name another: wifi NAME PASSWORD";
    if (facts->needs_password)
        return "Open the page and choose a password.";
    if (facts->needs_token)
        return "Open the page and paste the token from Prusa Connect.";
    return facts->has_console ? "The page tells how the pictures do; help lists the commands here."
                              : "Open the page; it tells how the pictures do.";
}

size_t cc_console_welcome(const cc_welcome_t *facts, char out[CC_WELCOME_MAX])
{
    cc_strbuf_t lines;
    char text[200];
    cc_strbuf_init(&lines, out, CC_WELCOME_MAX);
    frame(&lines);
    row(&lines, "Camera", facts->firmware);
    if (*facts->page) {
        snprintf(text, sizeof text, "%s%s%s", facts->page, *facts->name_page ? "  " : "",
                 facts->name_page);
        row(&lines, "Page", text);
    }
    if (*facts->setup_ssid) {
        snprintf(text, sizeof text, "Wi-Fi %s, passphrase %s", facts->setup_ssid,
                 facts->passphrase);
        row(&lines, "Set-up", text);
        row(&lines, "", facts->setup_page);
    }
    row(&lines, "Next", what_next(facts));
    frame(&lines);
    return lines.len;
}
