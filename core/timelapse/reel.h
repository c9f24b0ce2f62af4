// Films on their way to viewers: a thread of its own reads ahead, so that neither a slow disk nor a
// card that was pulled keeps the thread that sends from others.
//
//     int err = cc_reel_new(reels, &film, &reel);      // the film is the reel's now
//     err = cc_reel_show(reel, from, len, &source);    // the source closes the reel
#pragma once

#include <stdint.h>

#include "port/http_server.h"
#include "port/task.h"
#include "timelapse/film.h"

#define CC_REEL_BUFFER_BYTES (16u * 1024) // of two, for each film

typedef struct cc_reels cc_reels_t;
typedef struct cc_reel cc_reel_t;

// At most `max` films at once. Errors: CC_ERR_MEMORY.
int cc_reels_new(const cc_task_t *task, const cc_http_server_t *server, unsigned max,
                 cc_reels_t **reels);
// Ends all films and the thread; their sources are closed later, by the server.
void cc_reels_stop(cc_reels_t *reels);
// When all reels are closed. NULL is fine.
void cc_reels_free(cc_reels_t *reels);

// Errors: CC_ERR_BUSY (as many as may be), CC_ERR_MEMORY; then the film stays the caller's.
int cc_reel_new(cc_reels_t *reels, const cc_film_t *film, cc_reel_t **reel);
const cc_film_t *cc_reel_film(const cc_reel_t *reel);
// Gives up a reel that is not shown. NULL is fine.
void cc_reel_free(cc_reel_t *reel);
// A source of that part of the film, which is the reel's end too. It ends early when a picture
// cannot be read. The first one starts the thread. Errors: CC_ERR_MEMORY, CC_ERR_STOPPED.
int cc_reel_show(cc_reel_t *reel, uint64_t from, uint64_t len, cc_http_source_t *source);
