// What the library takes the place of, third part: listing /dev and the folders below it.
//
// A folder of ours is a real one that is open, whose own names are followed by ours (/dev) or left
// out (those that do not exist), so that a DIR stays a DIR to whatever we do not know about.
#include "folders.h"

#include "next.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPEN_FOLDERS_MAX = 16
};

static struct open_folder {
    DIR *dir; // NULL = free
    enum fake_folder folder;
    unsigned number;   // of the camera when the folder was opened
    unsigned position; // of our names
    struct dirent entry;
} open_folders[OPEN_FOLDERS_MAX];
static atomic_uint open_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

_Static_assert(sizeof(struct dirent) == sizeof(struct dirent64),
               "the library is for 64-bit systems, where the two are the same");
_Static_assert(sizeof(glob_t) == sizeof(glob64_t), "likewise");

static struct open_folder *find(DIR *dir)
{
    for (unsigned i = 0; i < OPEN_FOLDERS_MAX; i++)
        if (open_folders[i].dir == dir)
            return &open_folders[i];
    return NULL;
}

enum fake_folder fake_folder_of_fd(int fd)
{
    enum fake_folder found = FAKE_FOLDER_NONE;
    if (fd < 0 || atomic_load(&open_count) == 0)
        return found;
    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < OPEN_FOLDERS_MAX; i++)
        if (open_folders[i].dir != NULL && dirfd(open_folders[i].dir) == fd)
            found = open_folders[i].folder;
    pthread_mutex_unlock(&lock);
    return found;
}

FAKE_EXPORT DIR *opendir(const char *path)
{
    unsigned number;
    enum fake_folder folder = fake_node_folder(path, &number);
    bool real = folder == FAKE_FOLDER_NONE || folder == FAKE_FOLDER_DEV;
    DIR *dir = FAKE_NEXT(opendir)(real ? path : "/");
    if (dir == NULL || folder == FAKE_FOLDER_NONE)
        return dir;
    pthread_mutex_lock(&lock);
    struct open_folder *open = find(NULL);
    if (open != NULL) {
        *open = (struct open_folder){.dir = dir, .folder = folder, .number = number};
        atomic_fetch_add(&open_count, 1);
    }
    pthread_mutex_unlock(&lock);
    if (open == NULL) {
        closedir(dir);
        errno = EMFILE;
        return NULL;
    }
    return dir;
}

// Our next name; NULL when there is none left.
static struct dirent *next_entry(struct open_folder *open)
{
    memset(&open->entry, 0, sizeof open->entry);
    open->entry.d_ino = 900 + open->position;
    open->entry.d_reclen = sizeof open->entry;
    const char *name = fake_node_entry(open->folder, open->number, open->position,
                                       open->entry.d_name, &open->entry.d_type);
    open->position++;
    return name != NULL ? &open->entry : NULL;
}

// The folder when it is ours, NULL otherwise. A DIR is used by one thread at a time, so its slot is
// too.
static struct open_folder *find_ours(DIR *dir)
{
    if (atomic_load(&open_count) == 0)
        return NULL;
    pthread_mutex_lock(&lock);
    struct open_folder *open = find(dir);
    pthread_mutex_unlock(&lock);
    return open;
}

FAKE_EXPORT struct dirent *readdir(DIR *dir)
{
    struct open_folder *open = find_ours(dir);
    struct dirent *entry = NULL;
    if (open == NULL || open->folder == FAKE_FOLDER_DEV)
        entry = FAKE_NEXT(readdir)(dir);
    return entry == NULL && open != NULL ? next_entry(open) : entry;
}

FAKE_EXPORT struct dirent64 *readdir64(DIR *dir)
{
    return (struct dirent64 *)(void *)readdir(dir);
}

FAKE_EXPORT void rewinddir(DIR *dir)
{
    struct open_folder *open = find_ours(dir);
    if (open != NULL)
        open->position = 0;
    FAKE_NEXT(rewinddir)(dir);
}

FAKE_EXPORT int closedir(DIR *dir)
{
    struct open_folder *open = find_ours(dir);
    if (open != NULL) {
        pthread_mutex_lock(&lock);
        open->dir = NULL;
        atomic_fetch_sub(&open_count, 1);
        pthread_mutex_unlock(&lock);
    }
    return FAKE_NEXT(closedir)(dir);
}

typedef int (*filter_t)(const struct dirent *entry);
typedef int (*order_t)(const struct dirent **a, const struct dirent **b);

static int scan(const char *path, struct dirent ***entries, filter_t filter, order_t order)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return -1;
    struct dirent **found = NULL;
    size_t count = 0;
    bool fine = true;
    for (const struct dirent *entry; fine && (entry = readdir(dir)) != NULL;) {
        if (filter != NULL && filter(entry) == 0)
            continue;
        struct dirent **more = realloc(found, (count + 1) * sizeof(struct dirent *));
        found = more != NULL ? more : found;
        struct dirent *copy = more != NULL ? malloc(sizeof *copy) : NULL;
        fine = copy != NULL;
        if (fine) {
            // A real entry is only as long as its record.
            memcpy(copy, entry, entry->d_reclen < sizeof *copy ? entry->d_reclen : sizeof *copy);
            found[count++] = copy;
        }
    }
    closedir(dir);
    if (!fine) {
        while (count > 0)
            free(found[--count]);
        free(found);
        errno = ENOMEM;
        return -1;
    }
    if (order != NULL && count > 1)
        qsort(found, count, sizeof(struct dirent *),
              (int (*)(const void *, const void *))(void (*)(void))order);
    *entries = found;
    return (int)count;
}

FAKE_EXPORT int scandir(const char *path, struct dirent ***entries, filter_t filter, order_t order)
{
    unsigned number;
    if (fake_node_folder(path, &number) == FAKE_FOLDER_NONE)
        return FAKE_NEXT(scandir)(path, entries, filter, order);
    return scan(path, entries, filter, order);
}

FAKE_EXPORT int scandir64(const char *path, struct dirent64 ***entries,
                          int (*filter)(const struct dirent64 *),
                          int (*order)(const struct dirent64 **, const struct dirent64 **))
{
    unsigned number;
    if (fake_node_folder(path, &number) == FAKE_FOLDER_NONE)
        return FAKE_NEXT(scandir64)(path, entries, filter, order);
    return scan(path, (struct dirent ***)(void *)entries, (filter_t)(void (*)(void))filter,
                (order_t)(void (*)(void))order);
}

static void *glob_open(const char *path)
{
    return opendir(path);
}

static struct dirent *glob_read(void *dir)
{
    return readdir(dir);
}

static void glob_close(void *dir)
{
    closedir(dir);
}

// The C library lists folders for glob() by its own inner names, unless it is given others. True
// when the pattern is about /dev.
static bool prepare_glob(const char *pattern, int flags, glob_t *matches)
{
    if ((flags & GLOB_ALTDIRFUNC) || strncmp(pattern, "/dev/", 5) != 0)
        return false;
    matches->gl_opendir = glob_open;
    matches->gl_readdir = glob_read;
    matches->gl_closedir = glob_close;
    matches->gl_stat = stat;
    matches->gl_lstat = lstat;
    return true;
}

FAKE_EXPORT int glob(const char *pattern, int flags, int (*failed)(const char *, int),
                     glob_t *matches)
{
    if (prepare_glob(pattern, flags, matches))
        flags |= GLOB_ALTDIRFUNC;
    return FAKE_NEXT(glob)(pattern, flags, failed, matches);
}

FAKE_EXPORT int glob64(const char *pattern, int flags, int (*failed)(const char *, int),
                       glob64_t *matches)
{
    if (prepare_glob(pattern, flags, (glob_t *)(void *)matches))
        flags |= GLOB_ALTDIRFUNC;
    return FAKE_NEXT(glob64)(pattern, flags, failed, matches);
}
