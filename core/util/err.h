// Why something failed, in one place: the enum that functions return, and the words that logs, the
// API and the page show.
//
// Every function of core that can fail returns int: 0 is fine, a positive number is a count where
// the function says so, a negative number is one of these. Outputs stay untouched on error.
//
//     int err = cc_jpeg_read(bytes, len, &info);
//     if (err < 0)
//         cc_log(log, CC_LOG_WARNING, "camera", "%s", cc_err_text(err));
#pragma once

// X(name, value, sentence for people)
#define CC_ERR_TABLE(X)                                                                            \
    X(CC_OK, 0, "fine")                                                                            \
    X(CC_ERR_ARGUMENT, -1, "the request makes no sense")                                           \
    X(CC_ERR_RANGE, -2, "a value is outside its range")                                            \
    X(CC_ERR_MEMORY, -3, "out of memory")                                                          \
    X(CC_ERR_SPACE, -4, "it does not fit")                                                         \
    X(CC_ERR_TIMEOUT, -5, "it took too long")                                                      \
    X(CC_ERR_AGAIN, -6, "not yet")                                                                 \
    X(CC_ERR_STOPPED, -7, "it was told to stop")                                                   \
    X(CC_ERR_NOT_FOUND, -8, "not found")                                                           \
    X(CC_ERR_UNSUPPORTED, -9, "not supported here")                                                \
    X(CC_ERR_FORMAT, -10, "the data is not in the right form")                                     \
    X(CC_ERR_CUT, -11, "the data ends too early")                                                  \
    X(CC_ERR_IO, -12, "reading or writing failed")                                                 \
    X(CC_ERR_GONE, -13, "the device is gone")                                                      \
    X(CC_ERR_BUSY, -14, "somebody else is using it")                                               \
    X(CC_ERR_DENIED, -15, "permission denied")                                                     \
    X(CC_ERR_DISK_FULL, -16, "the disk is full")                                                   \
    X(CC_ERR_READ_ONLY, -17, "the disk is read-only")                                              \
    X(CC_ERR_NETWORK, -18, "the network does not answer")

typedef enum {
#define CC_ERR_ENUM(name, value, text) name = value,
    CC_ERR_TABLE(CC_ERR_ENUM)
#undef CC_ERR_ENUM
} cc_err_t;

// The sentence for `err`, without a full stop; static, never NULL. Counts (positive) read as fine.
const char *cc_err_text(int err);
