// The lamp beside the camera. Only the capture thread calls it.
#pragma once

typedef struct cc_light {
    void *ctx;
    // percent 0 (off) to 100. NULL: there is no lamp, and its settings are absent.
    int (*set)(void *ctx, unsigned percent);
} cc_light_t;
