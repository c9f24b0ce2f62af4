#include "wire.h"

#include <stdbool.h>
#include <sys/socket.h>

#include "util/err.h"

void standin_wire_reset(int socket)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};

    // should the next call not do it, the close will
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    // connect(2): AF_UNSPEC dissolves the association, which for TCP on Linux sends an RST
    if (connect(socket, &nobody, sizeof nobody) < 0)
        shutdown(socket, SHUT_RDWR);
}

int standin_wire_send(gnutls_session_t session, int socket, const standin_stop_t *stop,
                      const char *bytes, size_t len, int pause_ms)
{
    bool first = true;

    for (size_t sent = 0; sent < len; first = false) {
        if (pause_ms && !first) {
            int err = standin_stop_wait(stop, socket, pause_ms);
            if (err < 0)
                return err;
        }
        ssize_t n;
        while ((n = gnutls_record_send(session, bytes + sent, pause_ms ? 1 : len - sent)) ==
                   GNUTLS_E_AGAIN ||
               n == GNUTLS_E_INTERRUPTED) {
            int err = standin_stop_wait_writable(stop, socket);
            if (err < 0)
                return err;
        }
        if (n <= 0)
            return CC_ERR_GONE;
        sent += (size_t)n;
    }
    return CC_OK;
}
