// The page's files, baked in by the build from assets/. Each ends in a NUL that is not counted.
#pragma once

#include <stddef.h>

extern const char standin_asset_page_html[];
extern const char standin_asset_page_css[];
extern const char standin_asset_page_js[];
extern const char standin_asset_icon_svg[];
