// What Connect is told of this camera: the body of PUT /c/info.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/camera.h"
#include "port/net.h"

// Everything that goes in.
typedef struct {
    char name[257];
    char manufacturer[64];
    char model[64];
    char driver[16];
    char path[128];
    char firmware[48];
    int32_t interval_s;
    cc_size_t size; // 0x0 unknown
    cc_size_t sizes[CC_CAMERA_SIZES_MAX];
    size_t n_sizes;
    cc_net_info_t net; // its rssi_dbm, bssid and up are not sent
} cc_info_t;

// Whether both tell Connect the same.
bool cc_info_equal(const cc_info_t *a, const cc_info_t *b);

// The body as text on the heap, freed by cc_info_body_free; NULL when out of memory. What is
// unknown is left out: Connect takes no nulls.
char *cc_info_body(const cc_info_t *info);
void cc_info_body_free(char *body);

// What Connect answers: the camera as it knows it.
typedef struct {
    char name[257];  // "" when it tells none
    bool registered; // it belongs to a printer
} cc_info_answer_t;

// CC_ERR_FORMAT when it is no such answer.
int cc_info_read_answer(const char *body, size_t len, cc_info_answer_t *answer);
