// What happened how often since the start, for the status and for Prometheus. Each field is written
// by the module it is named after and read by anyone; unsigned long, so that a 32-bit machine needs
// no lock.
#pragma once

#include <stdatomic.h>

typedef struct cc_counters {
    atomic_ulong capture_frames;      // good pictures taken
    atomic_ulong capture_frames_bad;  // dropped: cut, empty, of the wrong size
    atomic_ulong capture_opens;       // times the camera was opened
    atomic_ulong capture_stalls;      // times it was opened anew because nothing came
    atomic_ulong connect_sent;        // snapshots that Connect took
    atomic_ulong connect_failed;      // attempts that ended otherwise
    atomic_ulong connect_connections; // new TLS connections
    atomic_ulong stream_viewers;      // right now
    atomic_ulong stream_parts;        // pictures sent whole to viewers
    atomic_ulong stream_refused;      // viewers turned away because all places were taken
    atomic_ulong stream_shed;         // viewers ended because they kept the camera's buffers
    atomic_ulong timelapse_kept;      // pictures kept
    atomic_ulong timelapse_failed;    // pictures that found no place
    atomic_ulong web_requests;
    atomic_ulong web_errors; // answered 4xx or 5xx
    atomic_ulong web_logins_failed;
} cc_counters_t;

static inline void cc_count(atomic_ulong *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static inline unsigned long cc_counted(const atomic_ulong *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}
