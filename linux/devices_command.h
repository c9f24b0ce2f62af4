// connectcam devices: which cameras this computer has, for people and for scripts.
#pragma once

// argv[0] is "devices". Lists the cameras on stdout, says on stderr what is in the way of others,
// and returns the program's exit status: 0 when there is one for --camera, 1 when there is none.
int cc_devices_command(int argc, char *const argv[]);
