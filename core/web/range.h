// What a request wants of a file that the asker may have in part or whole already (RFC 9110,
// sections 13 and 14). Pure.
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    CC_RANGE_WHOLE,
    CC_RANGE_PART,    // *from and *n
    CC_RANGE_OUTSIDE, // there is no such part: 416
} cc_range_t;

// Range, for a file of len bytes (at least 1). NULL, what is none, and several ranges at once mean
// the whole, as the RFC allows.
cc_range_t cc_range_read(const char *header, uint64_t len, uint64_t *from, uint64_t *n);

// Whether If-Range, or its absence (NULL), lets Range count. `etag` with its quotes; `modified` as
// Last-Modified has it.
bool cc_range_counts(const char *if_range, const char *etag, const char *modified);

// Whether If-None-Match names this file.
bool cc_range_is_known(const char *if_none_match, const char *etag);
