#include "frame/frame.h"

#include <assert.h>

cc_frame_t *cc_frame_hold(cc_frame_t *frame)
{
    unsigned before = atomic_fetch_add_explicit(&frame->holds, 1, memory_order_relaxed);
    assert(before > 0);
    (void)before;
    return frame;
}

void cc_frame_release(cc_frame_t *frame)
{
    if (!frame)
        return;
    // Release what this thread did with the bytes; the last one acquires it before they go home.
    unsigned before = atomic_fetch_sub_explicit(&frame->holds, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before == 1)
        frame->home(frame->home_ctx, frame);
}
