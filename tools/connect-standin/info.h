// The body of PUT /c/info, checked against the API description 0.22.0 (schema camera_request).
// Pure; any thread.
//
//     cJSON *info;
//     char why[STANDIN_WHY_SIZE];
//     if (standin_info_read(body, len, &info, why, sizeof why) == 0)
//         cJSON_Delete(info);
#pragma once

#include <cjson/cJSON.h>
#include <stddef.h>

// Reads and checks the whole: JSON and nothing behind it, UTF-8, every member known, once, of its
// type, length and values, no null anywhere. `*info` belongs to the caller. Errors: CC_ERR_FORMAT
// with one sentence in `why` that names the member, CC_ERR_MEMORY; `*info` stays untouched.
int standin_info_read(const char *body, size_t len, cJSON **info, char *why, size_t why_size);
