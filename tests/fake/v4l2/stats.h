// What tests read: the counters of this process, as JSON in a file of its own, `PID.json` in the
// folder that FAKE_V4L2_STATS names. Written at the first open and at every change; its length
// never changes, so a reader sees whole numbers.
#pragma once

void fake_stats_write_locked(void);
