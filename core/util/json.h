// JSON from outside, read within bounds, and JSON of ours, written to the heap.
#pragma once

#include <cJSON.h>
#include <stddef.h>

#define CC_JSON_DEPTH_MAX   6   // levels of nesting
#define CC_JSON_MEMBERS_MAX 256 // members of one object

// Parses a whole document: UTF-8, nothing behind it, no deeper than the bounds, no name twice in an
// object, no NUL in a text (cJSON would end the text there). *json is the caller's, freed by
// cJSON_Delete. Errors: CC_ERR_FORMAT, CC_ERR_MEMORY; `reason` (static) says which rule was broken.
int cc_json_parse(const char *text, size_t len, cJSON **json, const char **reason);

// Adds a member; a failed allocation is seen when the whole is printed (NULL), so no need to check
// What has more than 15 digits loses the last of them, which no reader of ours minds.
void cc_json_add_unsigned(cJSON *object, const char *name, unsigned long long value);
