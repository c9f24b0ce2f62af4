// The camera behind every descriptor of this process: what a UVC driver keeps for one device.
//
// One lock guards everything here. Functions that end in _locked are called with it held; those
// that answer a client return 0 or more, or a negative errno as the kernel would.
//
// A descriptor that a client holds is one end of a socket pair, so that every way of waiting (poll,
// select, epoll) works on it unpatched: a byte waits in it while a frame does, its sending side is
// full so that it is never writable, and cutting it off is the hang-up of an unplugged device.
#pragma once

#include "config.h"
#include "controls.h"
#include "script.h"

#include <linux/videodev2.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    FAKE_BUFFERS_MAX = VIDEO_MAX_FRAME,
    FAKE_HANDLES_MAX = 32,
    FAKE_DESCRIPTORS_MAX = 4096, // numbers from here on are refused
};

// An open file of the device, shared by the descriptors that dup() makes of it.
struct fake_handle {
    unsigned descriptors; // 0 = free
    bool dead;            // its camera was unplugged
    bool ready;           // a byte waits in the socket
    int near_end;         // ours of the client's end, -1 = none
    int far_end;
    int event_fd; // readable while an event is pending, -1 = nothing subscribed
    uint32_t priority;
    struct {
        bool subscribed;
        uint32_t flags;   // of the subscription
        uint32_t changes; // pending, 0 = no event
    } events[FAKE_CONTROLS_MAX];
    uint32_t event_sequence;
};

enum fake_buffer_state {
    FAKE_BUFFER_CLIENT,
    FAKE_BUFFER_QUEUED,
    FAKE_BUFFER_FILLING,
    FAKE_BUFFER_DONE,
};

struct fake_buffer {
    enum fake_buffer_state state;
    int memory_fd;
    uint32_t length; // bytes, as agreed with S_FMT
    uint32_t bytes_used;
    uint32_t sequence;
    bool failed;
    int64_t taken_ns; // CLOCK_MONOTONIC
    uint64_t order;   // of queueing, then of being done
    uint64_t serial;  // tells it from an older buffer of the same index
    unsigned mappings;
};

struct fake_camera {
    pthread_mutex_t lock;
    pthread_cond_t filled; // `filling` became false
    struct fake_script script;

    unsigned format; // index into the configuration
    unsigned size;
    unsigned rate;
    int32_t values[FAKE_CONTROLS_MAX];

    struct fake_handle handles[FAKE_HANDLES_MAX];
    struct fake_handle *owner; // who asked for the buffers
    struct fake_buffer buffers[FAKE_BUFFERS_MAX];
    unsigned buffer_count;
    uint64_t order; // the last one given
    uint64_t serial;

    bool streaming;
    bool filling;           // the worker writes into a buffer, without the lock
    int64_t start_ns;       // when frame 0 began
    uint32_t next_sequence; // of the next frame that can be had

    struct {
        unsigned long opens, streamons, delivered, dropped, failed;
    } counts;
};

extern struct fake_camera fake_camera;

void fake_camera_lock(void);
void fake_camera_unlock(void);

// Reads the file of commands again and does what it says.
void fake_camera_obey_locked(void);

// Whether the device is there, and under which number; takes the lock.
bool fake_camera_present(unsigned *number);

// open(2): the new descriptor.
int fake_camera_open(int flags);

// The handle behind a descriptor, NULL when it is none of ours. Takes no lock.
struct fake_handle *fake_camera_handle(int fd);

// A descriptor that dup() made, and one that close() ends.
void fake_camera_attach(int fd, struct fake_handle *handle);
void fake_camera_detach(int fd);

// Readable while the camera does not stream, which poll() reports as an error. -1 before the first
// open.
int fake_camera_idle_fd(void);

unsigned fake_camera_used_handles_locked(void);
int64_t fake_now_ns(void);
