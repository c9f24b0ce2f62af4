// The crypto port on ESP32: the hardware's random numbers and digests.
//
// The hardware's numbers are true ones only while the radio or the ADC feeds it. So
// cc_esp32_crypto_open draws a seed with the ADC feeding it, and every number given out is a digest
// of that seed, a counter and fresh bytes of the hardware: secret from the first start on, with
// Wi-Fi or without.
#pragma once

#include "port/crypto.h"

// Before the camera and the radio are started: the ADC's entropy needs peripherals of theirs.
// Errors: CC_ERR_MEMORY.
int cc_esp32_crypto_open(void);

cc_crypto_t cc_esp32_crypto_port(void);
