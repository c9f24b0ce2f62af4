// Waiting that ends when the program shall end, or when the client has gone. Any thread.
//
//     if (standin_stop_wait(&stop, socket, 5000) == 0)
//         answer(); // five seconds have passed and somebody still listens
#pragma once

typedef struct {
    int fd; // readable once the program shall end
} standin_stop_t;

// Errors: CC_ERR_IO.
int standin_stop_open(standin_stop_t *stop);
void standin_stop_close(standin_stop_t *stop);

// Ends every wait, now and later.
void standin_stop_now(standin_stop_t *stop);

// Waits `wait_ms`, for ever when negative. Errors: CC_ERR_STOPPED, CC_ERR_GONE (the other side of
// `socket` has closed).
int standin_stop_wait(const standin_stop_t *stop, int socket, int wait_ms);

// Waits until `socket` takes more bytes. Errors: as above.
int standin_stop_wait_writable(const standin_stop_t *stop, int socket);
