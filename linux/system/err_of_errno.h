// What errno says of a file, as the ports of core say it.
#pragma once

int cc_linux_err_of_errno(int number);
