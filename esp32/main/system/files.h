// The files port on ESP32: a folder of the microSD card.
//
// By FatFs itself, not by the C library's files: its listings have the lengths, which are to be
// asked for one by one there, each time by a search of the folder.
//
// A save writes the file under its own name. FatFs gives it its length and first cluster when it is
// closed, by writing one sector, after its data and its clusters are on the card: a power cut
// before that leaves a file of no bytes. (To rename it, as one does on Linux, would be worse: that
// writes two names, and between the two of them both lead to the same clusters.)
//
// The card is held while a file is open, and for each other call.
#pragma once

#include "port/files.h"

// `folder`: a name in the card's root; static. After cc_esp32_card_open.
cc_files_t cc_esp32_files_port(const char *folder);
