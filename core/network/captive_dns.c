#include "network/captive_dns.h"

#include <string.h>

enum {
    HEADER = 12,    // RFC 1035 section 4.1.1
    NAME_MAX = 255, // section 2.3.4, the closing zero included
    LABEL_MAX = 63,
    TYPE_A = 1,
    TYPE_ANY = 255,
    CLASS_IN = 1,
    CLASS_ANY = 255,
    RECORD = 16,
    TTL_S = 5, // short: a phone must not keep our address for a name once it is back at home
    NOT_IMPLEMENTED = 4,
    FORMAT_ERROR = 1,
};

static unsigned read16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static void write16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

// Where the question that begins behind the header ends; 0: it is cut or none. A pointer has no
// business in the first name of a message.
static size_t end_of_question(const uint8_t *query, size_t len)
{
    size_t at = HEADER;
    while (at < len && query[at] != 0) {
        if (query[at] > LABEL_MAX)
            return 0;
        at += 1u + query[at];
        if (at - HEADER >= NAME_MAX)
            return 0;
    }
    at += 1u + 4u; // the zero, type and class
    return at <= len ? at : 0;
}

static size_t header_only(uint8_t *out, unsigned code)
{
    write16(out + 2, (read16(out + 2) & 0x7900u) | 0x8000u | code);
    memset(out + 4, 0, 8);
    return HEADER;
}

size_t cc_captive_dns_answer(const uint8_t *query, size_t len, const uint8_t address[4],
                             uint8_t *out)
{
    if (len < HEADER || len > CC_CAPTIVE_DNS_MAX)
        return 0;
    unsigned flags = read16(query + 2);
    if (flags & 0x8000u) // an answer; two servers would talk forever
        return 0;
    size_t end = end_of_question(query, len);
    unsigned questions = read16(query + 4);
    if (out != query)
        memmove(out, query, end ? end : HEADER);
    if (flags & 0x7800u)
        return header_only(out, NOT_IMPLEMENTED);
    if (questions != 1)
        return header_only(out, FORMAT_ERROR);
    if (!end || end + RECORD > CC_CAPTIVE_DNS_MAX)
        return 0;

    unsigned type = read16(out + end - 4);
    unsigned class = read16(out + end - 2);
    unsigned answers =
        (type == TYPE_A || type == TYPE_ANY) && (class == CLASS_IN || class == CLASS_ANY);
    // an answer with authority, recursion as it was wanted and there for the asking
    write16(out + 2, 0x8000u | 0x0400u | (flags & 0x0100u) | 0x0080u);
    write16(out + 6, answers);
    memset(out + 8, 0, 4); // no authority; what the query added (EDNS) is not repeated
    if (!answers)
        return end;
    uint8_t *record = out + end;
    write16(record, 0xC000u | HEADER); // the name of the question (section 4.1.4)
    write16(record + 2, TYPE_A);
    write16(record + 4, CLASS_IN);
    write16(record + 6, 0);
    write16(record + 8, TTL_S);
    write16(record + 10, 4);
    memcpy(record + 12, address, 4);
    return end + RECORD;
}
