// Any bytes as an image: what is found does not depend on the pieces they come in, and what counts
// as whole says what it is and where it ends.
#include <stdint.h>
#include <string.h>

#include "require.h"
#include "update/image.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int judge(cc_image_t *image, const uint8_t *bytes, size_t len, size_t piece)
{
    static const cc_image_wanted_t wanted = {"here", 0, 4096};
    cc_image_begin(image, &wanted);
    for (size_t at = 0; at < len; at += piece) {
        int err = cc_image_feed(image, bytes + at, len - at < piece ? len - at : piece);
        if (err < 0)
            return err;
    }
    return cc_image_end(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static cc_image_t whole, parts;
    int err = judge(&whole, bytes, len, len ? len : 1);
    REQUIRE(judge(&parts, bytes, len, 1) == err);
    if (err < 0) {
        REQUIRE(*whole.why && strcmp(whole.why, parts.why) == 0);
        return 0;
    }
    REQUIRE(*whole.version && strcmp(whole.version, parts.version) == 0);
    REQUIRE(whole.len == parts.len && whole.len <= len && whole.len % 16 == 0);
    REQUIRE(memcmp(whole.sha256, bytes + whole.len - 32, 32) == 0);
    REQUIRE(len == whole.len + (whole.signature ? CC_IMAGE_TRAILER_BYTES : 0));
    REQUIRE(!whole.signature || whole.signature_len <= CC_IMAGE_SIGNATURE_MAX);
    return 0;
}
