// connectcam timelapse export DAY -o FILE: a day of kept pictures as a film, beside a camera that
// runs or without one.
#pragma once

// argv[0] is "timelapse". Returns the program's exit status, and says on stderr what went wrong.
int cc_timelapse_command(int argc, char *const argv[]);
