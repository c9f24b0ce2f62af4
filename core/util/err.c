#include "util/err.h"

const char *cc_err_text(int err)
{
    if (err > 0)
        err = 0;
    switch (err) {
#define CC_ERR_CASE(name, value, text)                                                             \
    case value:                                                                                    \
        return text;
        CC_ERR_TABLE(CC_ERR_CASE)
#undef CC_ERR_CASE
    }
    return "an unknown error";
}
