// The page's files, gzipped into the program by the build (tools/bake.py).
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *path; // "/", "/style.css" …
    const char *content_type;
    const char *etag; // with quotes
    const uint8_t *gzip;
    size_t gzip_len;
} cc_asset_t;

extern const cc_asset_t cc_assets[];
extern const size_t cc_n_assets;
