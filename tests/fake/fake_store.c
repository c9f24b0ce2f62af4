#include "fake/fake_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

static int find(const cc_fake_store_t *store, const char *name)
{
    for (int i = 0; i < CC_FAKE_STORE_DOCUMENTS; i++)
        if (strcmp(store->documents[i].name, name) == 0)
            return i;
    return -1;
}

static bool fails_now(cc_fake_store_t *store)
{
    if (store->fail_in == 0)
        return false;
    if (--store->fail_in > 0)
        return false;
    store->fail_in = store->fail_for_good;
    return true;
}

static int load(void *ctx, const char *name, char *buf, size_t cap)
{
    cc_fake_store_t *store = ctx;
    store->loads++;
    if (fails_now(store))
        return store->fail_err;
    int i = find(store, name);
    if (i < 0)
        return CC_ERR_NOT_FOUND;
    if (store->documents[i].len > cap)
        return CC_ERR_SPACE;
    memcpy(buf, store->documents[i].text, store->documents[i].len);
    return (int)store->documents[i].len;
}

static int save(void *ctx, const char *name, const char *text, size_t len)
{
    cc_fake_store_t *store = ctx;
    store->saves++;
    if (fails_now(store))
        return store->fail_err;
    cc_fake_store_put(store, name, text, len);
    return CC_OK;
}

static int set_aside(void *ctx, const char *name, char *kept, size_t kept_cap)
{
    cc_fake_store_t *store = ctx;
    store->set_asides++;
    if (fails_now(store))
        return store->fail_err;
    int i = find(store, name);
    if (i < 0)
        return CC_ERR_NOT_FOUND;
    snprintf(store->documents[i].name, sizeof store->documents[i].name, "%s.bad-%u", name,
             store->set_asides);
    snprintf(kept, kept_cap, "%s", store->documents[i].name);
    return CC_OK;
}

cc_store_t cc_fake_store_port(cc_fake_store_t *store)
{
    return (cc_store_t){store, load, save, set_aside};
}

void cc_fake_store_fail(cc_fake_store_t *store, unsigned nth, int err)
{
    store->fail_in = nth;
    store->fail_err = err;
}

void cc_fake_store_put(cc_fake_store_t *store, const char *name, const char *text, size_t len)
{
    int i = find(store, name);
    if (i < 0)
        i = find(store, "");
    char *copy = malloc(len + 1);
    if (i < 0 || !copy)
        abort();
    memcpy(copy, text, len);
    copy[len] = '\0';
    free(store->documents[i].text);
    store->documents[i].text = copy;
    store->documents[i].len = len;
    snprintf(store->documents[i].name, sizeof store->documents[i].name, "%s", name);
}

const char *cc_fake_store_text(const cc_fake_store_t *store, const char *name)
{
    int i = find(store, name);
    return i < 0 ? NULL : store->documents[i].text;
}

void cc_fake_store_clear(cc_fake_store_t *store)
{
    for (int i = 0; i < CC_FAKE_STORE_DOCUMENTS; i++)
        free(store->documents[i].text);
    *store = (cc_fake_store_t){0};
}
