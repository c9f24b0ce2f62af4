// Any bytes as a picture to be turned and measured: it ends, within its memory, with an error or a
// whole picture; and turned back and again, it is the same.
#include <stdint.h>
#include <string.h>

#include "frame/measure.h"
#include "frame/turn.h"
#include "require.h"
#include "util/err.h"

enum {
    WORK_MAX = 8 << 20 // larger pictures only cost time here
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

typedef struct {
    uint8_t *bytes; // NULL: refused
    size_t len;
    cc_turn_t turn;
} turned_t;

static void require_refusal(int err, const char *why)
{
    REQUIRE(err == CC_ERR_FORMAT || err == CC_ERR_CUT || err == CC_ERR_UNSUPPORTED);
    REQUIRE(why && *why);
}

static turned_t turn(const uint8_t *bytes, size_t len, cc_turn_t how)
{
    turned_t turned = {0};
    cc_turn_plan_t plan;
    const char *why = NULL;
    size_t need, again;
    int err = cc_turn_plan(bytes, len, how, &plan, &why);
    if (err < 0) {
        require_refusal(err, why);
        return turned;
    }
    if (plan.work_len > WORK_MAX)
        return turned;
    void *work = malloc(plan.work_len);
    REQUIRE(work);
    err = cc_turn_write(&plan, work, NULL, 0, &need, &why);
    if (err == CC_ERR_SPACE) {
        turned.bytes = malloc(need);
        turned.len = need;
        turned.turn = plan.turn;
        REQUIRE(turned.bytes);
        REQUIRE(cc_turn_write(&plan, work, turned.bytes, need, &again, &why) == CC_OK);
        REQUIRE(again == need);
        cc_baseline_t picture;
        REQUIRE(cc_baseline_read(turned.bytes, turned.len, &picture, &why) == CC_OK);
        REQUIRE(picture.len == need && picture.restart_mcus == 0);
        REQUIRE(picture.width == plan.width && picture.height == plan.height);
    } else {
        require_refusal(err, why);
    }
    free(work);
    return turned;
}

static void measure(const uint8_t *bytes, size_t len)
{
    static cc_measure_work_t work;
    cc_measured_t measured;
    int err = cc_measure(bytes, len, &work, &measured);
    REQUIRE(err == CC_OK || err == CC_ERR_FORMAT || err == CC_ERR_CUT || err == CC_ERR_UNSUPPORTED);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const cc_turn_t back[] = {CC_TURN_NONE, CC_TURN_MIRROR,    CC_TURN_FLIP,
                                     CC_TURN_180,  CC_TURN_TRANSPOSE, CC_TURN_90,
                                     CC_TURN_270,  CC_TURN_TRANSVERSE};
    measure(bytes, len);
    turned_t first = turn(bytes, len, (cc_turn_t)(len % 8));
    if (!first.bytes)
        return 0;
    turned_t second = turn(first.bytes, first.len, back[first.turn]);
    // DC of neighbours that were none before may be too far apart for a code
    if (second.bytes) {
        turned_t third = turn(second.bytes, second.len, first.turn);
        REQUIRE(third.bytes && third.len == first.len);
        REQUIRE(memcmp(third.bytes, first.bytes, first.len) == 0);
        free(third.bytes);
    }
    free(second.bytes);
    free(first.bytes);
    return 0;
}
