#include "camera/buffer_pool.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/err.h"

#define COUNT_MAX 32

struct cc_buffer_pool {
    pthread_mutex_t lock; // guards `free` and `closed`
    uint32_t free;        // bit i: buffers[i] is home
    uint32_t all;
    bool closed;
    int home_fd; // an eventfd, written when the first buffer comes home to an empty pool
    uint8_t *memory;
    size_t memory_len;
    cc_buffer_t buffers[COUNT_MAX];
};

static void pool_free(cc_buffer_pool_t *pool)
{
    munmap(pool->memory, pool->memory_len);
    close(pool->home_fd);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

// The first free buffer, so that the pages in use stay few; NULL when all are on loan.
static cc_buffer_t *take(cc_buffer_pool_t *pool)
{
    cc_buffer_t *buffer = NULL;
    pthread_mutex_lock(&pool->lock);
    if (pool->free) {
        int i = __builtin_ctz(pool->free);
        pool->free &= ~(UINT32_C(1) << i);
        buffer = &pool->buffers[i];
    }
    pthread_mutex_unlock(&pool->lock);
    return buffer;
}

cc_buffer_pool_t *cc_buffer_pool_open(size_t count, size_t cap)
{
    assert(count >= 1 && count <= COUNT_MAX);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t stride = (cap + page - 1) / page * page;
    cc_buffer_pool_t *pool = calloc(1, sizeof *pool);
    if (!pool)
        return NULL;

    pool->home_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pool->home_fd < 0)
        goto no_event;
    pool->memory_len = count * stride;
    void *memory = mmap(NULL, pool->memory_len, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        goto no_memory;
    pool->memory = memory;
    for (size_t i = 0; i < count; i++) {
        pool->buffers[i] =
            (cc_buffer_t){.bytes = pool->memory + i * stride, .cap = cap, .pool = pool};
        pool->all |= UINT32_C(1) << i;
    }
    pool->free = pool->all;
    pthread_mutex_init(&pool->lock, NULL);
    return pool;

no_memory:
    close(pool->home_fd);
no_event:
    free(pool);
    return NULL;
}

void cc_buffer_pool_close(cc_buffer_pool_t *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->closed = true;
    bool last = pool->free == pool->all;
    pthread_mutex_unlock(&pool->lock);
    if (last)
        pool_free(pool);
}

int cc_buffer_pool_hold(cc_buffer_pool_t *pool, const cc_stop_event_t *stop, uint64_t until_ms,
                        cc_buffer_t **buffer)
{
    for (;;) {
        cc_buffer_t *taken = take(pool);
        if (taken) {
            *buffer = taken;
            return CC_OK;
        }
        int err = cc_stop_event_wait(stop, pool->home_fd, POLLIN, until_ms);
        if (err < 0)
            return err;
        eventfd_t ignored;
        (void)eventfd_read(pool->home_fd, &ignored);
    }
}

void cc_buffer_release(cc_buffer_t *buffer)
{
    if (!buffer)
        return;
    cc_buffer_pool_t *pool = buffer->pool;
    uint32_t bit = UINT32_C(1) << (buffer - pool->buffers);
    pthread_mutex_lock(&pool->lock);
    assert(!(pool->free & bit));
    if (!pool->free)
        (void)eventfd_write(pool->home_fd, 1);
    pool->free |= bit;
    bool last = pool->closed && pool->free == pool->all;
    pthread_mutex_unlock(&pool->lock);
    if (last)
        pool_free(pool);
}
