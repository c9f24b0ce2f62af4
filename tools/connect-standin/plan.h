// The script of faults, shared by all threads.
//
//     standin_plan_take_request(&plan, "/c/info", &fault);
#pragma once

#include <pthread.h>

#include "faults.h"

typedef struct {
    pthread_mutex_t lock;
    standin_script_t script;
} standin_plan_t;

void standin_plan_init(standin_plan_t *plan);
void standin_plan_deinit(standin_plan_t *plan);

// Replaces the script. Errors: those of standin_script_parse, and the old script stays.
int standin_plan_set(standin_plan_t *plan, const char *spec, char *why, size_t why_size);

void standin_plan_take_request(standin_plan_t *plan, const char *path, standin_fault_t *fault);
void standin_plan_take_connection(standin_plan_t *plan, standin_fault_t *fault);
bool standin_plan_wants_connection(standin_plan_t *plan);

// What is left of the script, as JSON text freed with cJSON_free; NULL when out of memory.
char *standin_plan_print(standin_plan_t *plan);
