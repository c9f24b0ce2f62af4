// The task port on Linux: pthreads, whose conditions wait on the monotonic clock, so that setting
// the wall clock moves no deadline. It has no state.
//
// Threads get 256 KB of stack unless they ask for another size, and their name as
// pthread_setname_np shows it in top -H. Signals are blocked in them: they go to the main thread.
#pragma once

#include "port/task.h"

cc_task_t cc_linux_task_port(void);
