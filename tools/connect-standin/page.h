// The plain-HTTP side, for people and tests: the living page, what was recorded, the CA, the
// faults.
//
//     standin_page_open(&page, &listener, "https://127.0.0.1:8443");
#pragma once

#include <microhttpd.h>

#include "certificates.h"
#include "listener.h"
#include "plan.h"
#include "record.h"

typedef struct {
    struct MHD_Daemon *daemon;
    standin_record_t *record;
    standin_plan_t *plan;
    const standin_certificates_t *certificates;
    char *html; // with the API's address in it
} standin_page_t;

// Serves on `listener`, whose socket it takes over. The fields `record`, `plan` and `certificates`
// are set by the caller and must outlive it. `api_url` stands in the page as it is: no character
// that HTML escapes. Errors: CC_ERR_MEMORY, CC_ERR_IO.
int standin_page_open(standin_page_t *page, const standin_listener_t *listener,
                      const char *api_url);

// Ends every connection. standin_record_stop() comes before it, or a long poll is waited for.
void standin_page_close(standin_page_t *page);
