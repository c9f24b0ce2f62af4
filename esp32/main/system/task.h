// The task port on ESP32: FreeRTOS tasks with their stacks in internal memory, and monitors made of
// a mutex and a list of who waits.
//
// notify_all, wait and leave are called inside the monitor, as the port says; an assertion tells
// who forgot. Task notification CC_ESP32_NOTIFICATION of every task that waits is the monitors'
// own; index 0 stays ESP-IDF's.
//
// Stacks, in bytes; each is what the frames of its deepest call add up to, and a third more. A
// thread that asks for 0 gets what stands here for its name, or CC_ESP32_STACK.
//   capture  the camera driver's start and the settings' controls
//   connect  a TLS handshake: mbedTLS checks the chain's signatures on this stack (7.6 KB measured
//            with a chain of two, and public servers send longer ones)
//   timelapse  FAT, below a line for the log
#pragma once

#include <stdbool.h>

#include "port/task.h"

#define CC_ESP32_NOTIFICATION 1
#define CC_ESP32_STACK        4096

// Who runs where. Core 0 has Wi-Fi and TCP/IP; TLS arithmetic goes to the other one, below
// everything that people wait for.
enum {
    CC_ESP32_PRIORITY_CONNECT = 3,
    CC_ESP32_PRIORITY_WORKER = 4,
    CC_ESP32_PRIORITY_WEB = 5,
    CC_ESP32_PRIORITY_SEND = 6,
    CC_ESP32_PRIORITY_CAPTURE = 7,
};

cc_task_t cc_esp32_task_port(void);

// Looks after the threads that the port started: false when one has not come to a wait for
// limit_ms; *name is then its name. A thread that waits, however long, is fine.
bool cc_esp32_task_all_alive(uint32_t limit_ms, const char **name);
