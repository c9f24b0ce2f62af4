// The store port on ESP32: a document is a blob of NVS, in a namespace of our own.
//
// NVS writes a new blob beside the old one, switches to it by one entry, and erases the old one
// then: whenever the power goes, a load gives the old text or the new one, whole. It spreads its
// writes over all its pages.
//
// Room: the older firmwares' map has 20 KB of it, five pages of which NVS keeps one free: 16,128
// bytes in entries of 32. Our largest document (7 KB, nearly all of it a certificate of one's own)
// fits twice with what the older firmwares left there (0.5 KB, and some 1.5 KB of the Wi-Fi
// driver's). Where it does not, save says CC_ERR_DISK_FULL and the old text stays.
#pragma once

#include <stdbool.h>

#include "port/store.h"

// Opens NVS itself first. Where its pages are of another version, or none is free (both: never
// ours or the older firmwares'), all of it is erased, because nothing else helps; *erased tells.
// Errors: CC_ERR_IO, CC_ERR_MEMORY.
int cc_esp32_store_open(bool *erased);

// Names: at most 15 characters, NVS's limit; longer ones get CC_ERR_ARGUMENT. set_aside says
// "settings.bad-1", and CC_ERR_DISK_FULL when five are kept or no more fits.
cc_store_t cc_esp32_store_port(void);
