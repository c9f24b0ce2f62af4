#include "net/lookup.h"

#include <esp_netif.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <lwip/dns.h>

#include "util/err.h"

#define LOOK_AROUND_MS 100

// What the TCP/IP thread fills in. An answer that comes after the lookup was given up carries an
// older number, and is nobody's.
static struct {
    StaticSemaphore_t memory;
    SemaphoreHandle_t done;
    uintptr_t number;
    bool found;
    ip_addr_t address;
} waiting;

typedef struct {
    const char *name;
    uint8_t kind; // lwIP's
    err_t err;
} question_t;

static void on_answer(const char *name, const ip_addr_t *address, void *arg)
{
    (void)name;
    if ((uintptr_t)arg != waiting.number)
        return;
    waiting.found = address != NULL;
    if (address)
        waiting.address = *address;
    xSemaphoreGive(waiting.done);
}

// In the TCP/IP thread, as on_answer: what they share needs no lock.
static esp_err_t ask(void *arg)
{
    question_t *question = arg;
    ip_addr_t address;
    waiting.number++;
    waiting.found = false;
    xSemaphoreTake(waiting.done, 0);
    question->err = dns_gethostbyname_addrtype(question->name, &address, on_answer,
                                               (void *)waiting.number, question->kind);
    if (question->err == ERR_OK)
        waiting.address = address;
    return ESP_OK;
}

static uint64_t now_ms(void)
{
    return (uint64_t)(esp_timer_get_time() / 1000) + 1;
}

int cc_esp32_lookup(const char *name, cc_lookup_kind_t kind, uint64_t until_ms,
                    const atomic_bool *stop, ip_addr_t *address)
{
    if (!waiting.done)
        waiting.done = xSemaphoreCreateBinaryStatic(&waiting.memory);
    question_t question = {name, LWIP_DNS_ADDRTYPE_IPV4_IPV6, ERR_OK};
    if (kind == CC_LOOKUP_IPV6)
        question.kind = LWIP_DNS_ADDRTYPE_IPV6;
    if (esp_netif_tcpip_exec(ask, &question) != ESP_OK || question.err == ERR_MEM)
        return CC_ERR_MEMORY;
    if (question.err != ERR_OK && question.err != ERR_INPROGRESS)
        return CC_ERR_NOT_FOUND; // no name server, or no name
    while (question.err == ERR_INPROGRESS) {
        if (atomic_load(stop))
            return CC_ERR_STOPPED;
        if (xSemaphoreTake(waiting.done, pdMS_TO_TICKS(LOOK_AROUND_MS))) {
            if (!waiting.found)
                return CC_ERR_NOT_FOUND;
            break;
        }
        if (now_ms() >= until_ms)
            return CC_ERR_TIMEOUT;
    }
    *address = waiting.address;
    return CC_OK;
}
