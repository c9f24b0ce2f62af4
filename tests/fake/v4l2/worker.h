// The one thread of the library: makes frames at the agreed rate and watches the file of commands.
// It lives while a descriptor is open, and sleeps without a timer unless a frame is due.
#pragma once

#include <stdbool.h>

// Neither is called with the camera's lock held. False when there is no thread to be had.
bool fake_worker_start(void);
void fake_worker_stop(void);

// Makes it look again at what is due; any thread.
void fake_worker_wake(void);

// In a child after fork(): the thread stayed with the parent.
void fake_worker_forget(void);
