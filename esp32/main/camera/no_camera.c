#include "camera/no_camera.h"

#include <stdio.h>

#include "util/err.h"

static int open_nothing(void *ctx, cc_camera_traits_t *traits, char *reason, size_t reason_cap)
{
    (void)traits;
    snprintf(reason, reason_cap, "%s", (const char *)ctx);
    return CC_ERR_NOT_FOUND;
}

static void do_nothing(void *ctx)
{
    (void)ctx;
}

static int start_nothing(void *ctx, const cc_camera_want_t *want)
{
    (void)ctx;
    (void)want;
    return CC_ERR_GONE;
}

static int grab_nothing(void *ctx, uint32_t timeout_ms, bool skip, cc_picture_t *picture)
{
    (void)ctx;
    (void)timeout_ms;
    (void)skip;
    (void)picture;
    return CC_ERR_GONE;
}

static void give_nothing_back(void *ctx, void *token)
{
    (void)ctx;
    (void)token;
}

cc_camera_t cc_esp32_no_camera(const char *reason)
{
    return (cc_camera_t){
        .ctx = (void *)reason, // read only
        .open = open_nothing,
        .close = do_nothing,
        .start = start_nothing,
        .stop = do_nothing,
        .apply = start_nothing,
        .grab = grab_nothing,
        .give_back = give_nothing_back,
        .interrupt = do_nothing,
    };
}
