#include "system/system.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "util/err.h"

#define ZONES_MAX 32

struct cc_linux_system {
    char *storage; // a folder on the disk that counts
    void (*restart)(void *arg);
    void *arg;
    int zone; // of /sys/class/thermal, -1: none is the processor's
};

// The first line of a small file, without its newline. Returns whether there was one.
static bool read_line(const char *path, char *line, size_t cap)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool fine = fgets(line, (int)cap, file) != NULL;
    fclose(file);
    if (fine)
        line[strcspn(line, "\n")] = '\0';
    return fine;
}

static uint64_t resident_bytes(void)
{
    char line[128];
    uint64_t pages = 0;
    if (!read_line("/proc/self/statm", line, sizeof(line)) ||
        sscanf(line, "%*s %" SCNu64, &pages) != 1)
        return 0;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t available_bytes(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    if (!file)
        return 0;
    char line[128];
    uint64_t kib = 0;
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
            break;
    fclose(file);
    return kib * 1024u;
}

// Machines have zones for batteries, disks and radios too; these are the names that drivers give
// the processor's: Raspberry Pi, Intel, many ARM boards, ACPI.
static bool is_processor(const char *type)
{
    static const char *const names[] = {"cpu", "x86_pkg_temp", "soc", "acpitz", "k10temp"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncmp(type, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static int find_zone(void)
{
    for (int i = 0; i < ZONES_MAX; i++) {
        char path[64];
        char type[64];
        snprintf(path, sizeof(path), "/sys/class/thermal/thermal_zone%d/type", i);
        if (read_line(path, type, sizeof(type)) && is_processor(type))
            return i;
    }
    return -1;
}

static int16_t temperature_c(int zone)
{
    char path[64];
    char line[32];
    int milli;
    snprintf(path, sizeof(path), "/sys/class/thermal/thermal_zone%d/temp", zone);
    if (zone < 0 || !read_line(path, line, sizeof(line)) || sscanf(line, "%d", &milli) != 1)
        return INT16_MIN;
    if (milli < -100000 || milli > 300000)
        return INT16_MIN;
    return (int16_t)(milli / 1000);
}

static void read_storage(const char *folder, cc_system_info_t *out)
{
    struct statvfs disk;
    if (statvfs(folder, &disk) < 0)
        return;
    out->storage_free = (uint64_t)disk.f_bavail * disk.f_frsize;
    out->storage_total = (uint64_t)disk.f_blocks * disk.f_frsize;
}

static void info(void *ctx, cc_system_info_t *out)
{
    cc_linux_system_t *self = ctx;
    *out = (cc_system_info_t){0};
    read_storage(self->storage, out);
    out->memory_used = resident_bytes();
    out->memory_free = available_bytes();
    out->temperature_c = temperature_c(self->zone);
}

static void restart(void *ctx)
{
    cc_linux_system_t *self = ctx;
    self->restart(self->arg);
}

int cc_linux_system_open(const char *storage, void (*on_restart)(void *arg), void *arg,
                         cc_linux_system_t **system)
{
    cc_linux_system_t *opened = calloc(1, sizeof(*opened));
    if (!opened)
        return CC_ERR_MEMORY;
    opened->storage = strdup(storage);
    if (!opened->storage) {
        free(opened);
        return CC_ERR_MEMORY;
    }
    opened->restart = on_restart;
    opened->arg = arg;
    opened->zone = find_zone();
    *system = opened;
    return 0;
}

void cc_linux_system_close(cc_linux_system_t *system)
{
    if (system)
        free(system->storage);
    free(system);
}

cc_system_t cc_linux_system_port(cc_linux_system_t *system)
{
    return (cc_system_t){
        .ctx = system,
        .platform = "Linux",
        .info = info,
        .restart = restart,
        .update_hint =
            "This camera is updated like the other programs of its computer, not through its page.",
    };
}
