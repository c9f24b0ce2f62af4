#include "plan.h"

void standin_plan_init(standin_plan_t *plan)
{
    pthread_mutex_init(&plan->lock, NULL);
    plan->script.len = 0;
}

void standin_plan_deinit(standin_plan_t *plan)
{
    pthread_mutex_destroy(&plan->lock);
}

int standin_plan_set(standin_plan_t *plan, const char *spec, char *why, size_t why_size)
{
    pthread_mutex_lock(&plan->lock);
    int err = standin_script_parse(spec, &plan->script, why, why_size);
    pthread_mutex_unlock(&plan->lock);
    return err;
}

void standin_plan_take_request(standin_plan_t *plan, const char *path, standin_fault_t *fault)
{
    pthread_mutex_lock(&plan->lock);
    standin_script_take_request(&plan->script, path, fault);
    pthread_mutex_unlock(&plan->lock);
}

void standin_plan_take_connection(standin_plan_t *plan, standin_fault_t *fault)
{
    pthread_mutex_lock(&plan->lock);
    standin_script_take_connection(&plan->script, fault);
    pthread_mutex_unlock(&plan->lock);
}

bool standin_plan_wants_connection(standin_plan_t *plan)
{
    pthread_mutex_lock(&plan->lock);
    bool wants = standin_script_wants_connection(&plan->script);
    pthread_mutex_unlock(&plan->lock);
    return wants;
}

char *standin_plan_print(standin_plan_t *plan)
{
    pthread_mutex_lock(&plan->lock);
    cJSON *list = standin_script_json(&plan->script);
    pthread_mutex_unlock(&plan->lock);
    char *text = cJSON_PrintUnformatted(list);
    cJSON_Delete(list);
    return text;
}
