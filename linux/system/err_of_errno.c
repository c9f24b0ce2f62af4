#include "system/err_of_errno.h"

#include <errno.h>

#include "util/err.h"

int cc_linux_err_of_errno(int number)
{
    switch (number) {
    case ENOENT:
        return CC_ERR_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
        return CC_ERR_DISK_FULL;
    case EROFS:
        return CC_ERR_READ_ONLY;
    case EACCES:
    case EPERM:
        return CC_ERR_DENIED;
    case ENOMEM:
        return CC_ERR_MEMORY;
    default:
        return CC_ERR_IO;
    }
}
