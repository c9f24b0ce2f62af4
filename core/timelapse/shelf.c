#include "timelapse/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

#define MARK "deleted" // in a day's folder: it is to be swept away

enum {
    HOURS = 24,
    SHARE_OF_RESERVE = 20, // a twentieth of the medium stays free, …
};
#define RESERVE_MAX (256ull * 1000 * 1000) // … or this, where that is less

static const cc_span_t mark_text = {(const uint8_t *)"These pictures are being removed.\n", 34};

// What one listing of a folder found.
typedef struct {
    cc_shelf_t *shelf;
    uint32_t n;                                                    // pictures
    uint32_t hour;                                                 // whose pictures belong there
    char leftover[CC_PICTURE_TEXT_MAX + sizeof CC_FILES_LEFTOVER]; // one that is there; "" none
    bool is_folder;
    bool is_marked;
    bool is_half_marked;
    bool out_of_memory;
} listing_t;

int cc_shelf_init(cc_shelf_t *shelf, const cc_files_t *files)
{
    *shelf = (cc_shelf_t){.files = files, .hour = calloc(CC_HOUR_SECONDS, sizeof *shelf->hour)};
    return shelf->hour ? CC_OK : CC_ERR_MEMORY;
}

void cc_shelf_deinit(cc_shelf_t *shelf)
{
    free(shelf->days);
    free(shelf->hour);
    *shelf = (cc_shelf_t){0};
}

static void day_path(cc_day_t day, char out[CC_FILES_PATH_MAX])
{
    cc_day_text(day, out);
}

static void hour_path(cc_day_t day, uint32_t hour, char out[CC_FILES_PATH_MAX])
{
    char name[CC_DAY_TEXT_MAX];
    cc_day_text(day, name);
    snprintf(out, CC_FILES_PATH_MAX, "%s/%02u", name, (unsigned)hour % 100);
}

void cc_shelf_path(cc_day_t day, uint32_t second, char out[CC_FILES_PATH_MAX])
{
    char folder[CC_FILES_PATH_MAX], name[CC_PICTURE_TEXT_MAX];
    hour_path(day, second / CC_HOUR_SECONDS, folder);
    cc_picture_text(second, name);
    snprintf(out, CC_FILES_PATH_MAX, "%.20s/%s", folder, name);
}

static void mark_path(cc_day_t day, const char *suffix, char out[CC_FILES_PATH_MAX])
{
    char name[CC_DAY_TEXT_MAX];
    cc_day_text(day, name);
    snprintf(out, CC_FILES_PATH_MAX, "%s/" MARK "%s", name, suffix);
}

static int remove_file(const cc_shelf_t *shelf, const char *path)
{
    int err = shelf->files->remove(shelf->files->ctx, path);
    return err == CC_ERR_NOT_FOUND ? CC_OK : err;
}

// An empty hour goes; one in which somebody has put something stays.
static void remove_hour(const cc_shelf_t *shelf, cc_day_t day, uint32_t hour,
                        const listing_t *listing)
{
    char path[CC_FILES_PATH_MAX];
    hour_path(day, hour, path);
    if (listing->is_folder)
        shelf->files->remove(shelf->files->ctx, path);
}

static bool is_leftover(const char *name, uint64_t len)
{
    size_t n = strlen(name), end = strlen(CC_FILES_LEFTOVER);
    uint32_t second;
    return (len == 0 && cc_picture_read(name, &second)) ||
           (n > end && strcmp(name + n - end, CC_FILES_LEFTOVER) == 0);
}

static void see_picture(void *arg, const char *name, uint64_t len)
{
    listing_t *listing = arg;
    uint32_t second;
    if (is_leftover(name, len)) {
        if (strlen(name) < sizeof listing->leftover)
            cc_text_copy(listing->leftover, sizeof listing->leftover, name);
    } else if (cc_picture_read(name, &second) && second / CC_HOUR_SECONDS == listing->hour &&
               len <= CC_PICTURE_BYTES_MAX) {
        listing->shelf->hour[second % CC_HOUR_SECONDS] = (uint32_t)len;
        listing->n++;
    }
}

// Reads an hour's sizes into shelf->hour. Returns how many pictures there are.
static int read_hour(cc_shelf_t *shelf, cc_day_t day, uint32_t hour, listing_t *listing)
{
    char path[CC_FILES_PATH_MAX];
    hour_path(day, hour, path);
    *listing = (listing_t){.shelf = shelf, .hour = hour};
    memset(shelf->hour, 0, CC_HOUR_SECONDS * sizeof *shelf->hour);
    int err = shelf->files->list(shelf->files->ctx, path, see_picture, listing);
    if (err < 0 && err != CC_ERR_NOT_FOUND)
        return err;
    listing->is_folder = err == CC_OK;
    return (int)listing->n;
}

// A power cut leaves one; whatever cannot be removed is left alone.
static void remove_leftovers(cc_shelf_t *shelf, cc_day_t day, uint32_t hour, listing_t *listing)
{
    while (*listing->leftover) {
        char folder[CC_FILES_PATH_MAX], path[CC_FILES_PATH_MAX];
        hour_path(day, hour, folder);
        snprintf(path, sizeof path, "%.20s/%s", folder, listing->leftover);
        if (shelf->files->remove(shelf->files->ctx, path) < 0 ||
            read_hour(shelf, day, hour, listing) < 0)
            return;
    }
}

static cc_shelf_day_t *find_day(const cc_shelf_t *shelf, cc_day_t day)
{
    for (size_t i = shelf->n_days; i-- > 0;)
        if (shelf->days[i].day == day)
            return &shelf->days[i];
    return NULL;
}

const cc_shelf_day_t *cc_shelf_day(const cc_shelf_t *shelf, cc_day_t day)
{
    const cc_shelf_day_t *found = find_day(shelf, day);
    return found && !found->is_deleted && found->pictures > 0 ? found : NULL;
}

// A new day in its place; NULL: out of memory.
static cc_shelf_day_t *add_day(cc_shelf_t *shelf, cc_day_t day)
{
    if (shelf->n_days == shelf->cap_days) {
        size_t cap = shelf->cap_days ? shelf->cap_days * 2 : 16;
        cc_shelf_day_t *grown = realloc(shelf->days, cap * sizeof *grown);
        if (!grown)
            return NULL;
        shelf->days = grown;
        shelf->cap_days = cap;
    }
    size_t i = shelf->n_days++;
    for (; i > 0 && shelf->days[i - 1].day > day; i--)
        shelf->days[i] = shelf->days[i - 1];
    shelf->days[i] = (cc_shelf_day_t){.day = day};
    return &shelf->days[i];
}

static void forget_day(cc_shelf_t *shelf, cc_shelf_day_t *day)
{
    cc_shelf_day_t *end = &shelf->days[--shelf->n_days];
    memmove(day, day + 1, (size_t)(end - day) * sizeof *day);
}

// The same, and its folder goes, unless somebody has put something into it.
static void drop_day(cc_shelf_t *shelf, cc_shelf_day_t *day)
{
    char path[CC_FILES_PATH_MAX];
    day_path(day->day, path);
    shelf->files->remove(shelf->files->ctx, path);
    forget_day(shelf, day);
}

static void see_day(void *arg, const char *name, uint64_t len)
{
    listing_t *listing = arg;
    cc_day_t day;
    (void)len;
    if (cc_day_read(name, &day) && !find_day(listing->shelf, day))
        listing->out_of_memory |= !add_day(listing->shelf, day);
}

static void see_mark(void *arg, const char *name, uint64_t len)
{
    listing_t *listing = arg;
    (void)len;
    listing->is_marked |= strcmp(name, MARK) == 0;
    listing->is_half_marked |= strcmp(name, MARK CC_FILES_LEFTOVER) == 0;
}

static void count_hour(cc_shelf_day_t *day, uint32_t hour, const uint32_t *bytes)
{
    for (uint32_t i = 0; i < CC_HOUR_SECONDS; i++) {
        if (bytes[i] == 0)
            continue;
        day->pictures++;
        day->last = hour * CC_HOUR_SECONDS + i;
        day->bytes += bytes[i];
    }
}

static int look_at_day(cc_shelf_t *shelf, cc_shelf_day_t *day)
{
    char path[CC_FILES_PATH_MAX];
    listing_t listing = {.shelf = shelf};
    day_path(day->day, path);
    int err = shelf->files->list(shelf->files->ctx, path, see_mark, &listing);
    if (err < 0)
        return err;
    if (listing.is_half_marked) {
        mark_path(day->day, CC_FILES_LEFTOVER, path);
        shelf->files->remove(shelf->files->ctx, path);
    }
    day->is_deleted = listing.is_marked;
    for (uint32_t hour = 0; hour < HOURS && !day->is_deleted; hour++) {
        int n = read_hour(shelf, day->day, hour, &listing);
        if (n < 0)
            return n;
        remove_leftovers(shelf, day->day, hour, &listing);
        if (listing.n > 0)
            count_hour(day, hour, shelf->hour);
    }
    return CC_OK;
}

int cc_shelf_look(cc_shelf_t *shelf)
{
    uint32_t medium = shelf->files->medium(shelf->files->ctx);
    listing_t listing = {.shelf = shelf};
    if (medium == 0)
        return CC_ERR_GONE;
    if (medium == shelf->medium)
        return CC_OK;
    shelf->medium = 0;
    shelf->n_days = 0;
    shelf->bytes = 0;
    int err = shelf->files->list(shelf->files->ctx, "", see_day, &listing);
    if (err < 0 && err != CC_ERR_NOT_FOUND)
        return err;
    if (listing.out_of_memory)
        return CC_ERR_MEMORY;
    for (size_t i = shelf->n_days; i-- > 0;) {
        cc_shelf_day_t *day = &shelf->days[i];
        err = look_at_day(shelf, day);
        if (err < 0 && err != CC_ERR_NOT_FOUND)
            return err;
        if (err == CC_ERR_NOT_FOUND) // a file of that name
            forget_day(shelf, day);
        else if (!day->is_deleted && day->pictures == 0)
            drop_day(shelf, day);
        else
            shelf->bytes += day->bytes; // none of a deleted one
    }
    shelf->medium = medium;
    return CC_OK;
}

uint64_t cc_shelf_allowed(uint64_t used, const cc_files_room_t *room, uint64_t keep_bytes)
{
    uint64_t reserve = room->total_bytes / SHARE_OF_RESERVE;
    if (reserve > RESERVE_MAX)
        reserve = RESERVE_MAX;
    uint64_t allowed = used + (room->free_bytes > reserve ? room->free_bytes - reserve : 0);
    return allowed < keep_bytes ? allowed : keep_bytes;
}

static void forget_picture(cc_shelf_t *shelf, cc_shelf_day_t *day, uint32_t bytes)
{
    day->pictures -= day->pictures > 0;
    day->bytes -= bytes < day->bytes ? bytes : day->bytes;
    shelf->bytes -= bytes < shelf->bytes ? bytes : shelf->bytes;
}

// Removes pictures of the hour that `from` is in, until no more than `allowed` bytes are left or
// the hour is over; the day's last one stays where `spares_last`.
static int thin_out_hour(cc_shelf_t *shelf, cc_shelf_day_t *day, uint64_t allowed, bool spares_last)
{
    char path[CC_FILES_PATH_MAX];
    uint32_t hour = day->from / CC_HOUR_SECONDS;
    listing_t listing;
    int n = read_hour(shelf, day->day, hour, &listing);
    if (n < 0)
        return n;
    for (uint32_t i = 0; n > 0 && i < CC_HOUR_SECONDS; i++) {
        uint32_t second = hour * CC_HOUR_SECONDS + i;
        if (shelf->hour[i] == 0)
            continue;
        day->from = second;
        if (shelf->bytes <= allowed || (spares_last && second >= day->last))
            return CC_OK;
        cc_shelf_path(day->day, second, path);
        int err = remove_file(shelf, path);
        if (err < 0)
            return err;
        forget_picture(shelf, day, shelf->hour[i]);
    }
    remove_hour(shelf, day->day, hour, &listing);
    day->from = (hour + 1) * CC_HOUR_SECONDS;
    return CC_OK;
}

static cc_shelf_day_t *oldest_day(cc_shelf_t *shelf)
{
    for (size_t i = 0; i < shelf->n_days; i++)
        if (!shelf->days[i].is_deleted)
            return &shelf->days[i];
    return NULL;
}

static bool is_newest(const cc_shelf_t *shelf, const cc_shelf_day_t *day)
{
    const cc_shelf_day_t *end = &shelf->days[shelf->n_days];
    for (const cc_shelf_day_t *later = day + 1; later < end; later++)
        if (!later->is_deleted)
            return false;
    return true;
}

int cc_shelf_make_room(cc_shelf_t *shelf, uint64_t len, uint64_t keep_bytes, cc_files_room_t *room)
{
    cc_files_room_t found = {0};
    int err = shelf->files->room(shelf->files->ctx, &found);
    if (err < 0)
        return err;
    *room = found;
    uint64_t allowed = cc_shelf_allowed(shelf->bytes, &found, keep_bytes);
    if (len > allowed)
        return CC_ERR_DISK_FULL;
    allowed -= len;
    cc_shelf_day_t *day;
    while (shelf->bytes > allowed && (day = oldest_day(shelf))) {
        if (day->from >= CC_DAY_SECONDS) { // its last hour went
            shelf->bytes -= day->bytes;
            drop_day(shelf, day);
            continue;
        }
        bool spares_last = is_newest(shelf, day);
        if (spares_last && day->from >= day->last) {
            if (day->from > day->last) // somebody else took it away: the sums are wrong
                shelf->medium = 0;
            return CC_ERR_DISK_FULL;
        }
        err = thin_out_hour(shelf, day, allowed, spares_last);
        if (err < 0)
            return err;
    }
    return CC_OK;
}

static size_t sum_of(const cc_span_t *parts, size_t n_parts)
{
    size_t len = 0;
    for (size_t i = 0; i < n_parts; i++)
        len += parts[i].len;
    return len;
}

int cc_shelf_keep(cc_shelf_t *shelf, cc_day_t day, uint32_t second, const cc_span_t *parts,
                  size_t n_parts)
{
    char path[CC_FILES_PATH_MAX];
    size_t len = sum_of(parts, n_parts);
    cc_shelf_day_t *kept = find_day(shelf, day);
    if (!kept)
        kept = add_day(shelf, day);
    if (!kept)
        return CC_ERR_MEMORY;
    if (kept->is_deleted || len == 0 || len > CC_PICTURE_BYTES_MAX)
        return CC_ERR_ARGUMENT;
    if (kept->pictures > 0 && second <= kept->last)
        second = kept->last + 1;
    if (second >= CC_DAY_SECONDS)
        return CC_ERR_SPACE;
    cc_shelf_path(day, second, path);
    int err = shelf->files->save(shelf->files->ctx, path, parts, n_parts);
    if (err < 0)
        return err;
    kept->pictures++;
    kept->bytes += len;
    kept->last = second;
    shelf->bytes += len;
    return CC_OK;
}

int cc_shelf_delete(cc_shelf_t *shelf, cc_day_t day)
{
    char path[CC_FILES_PATH_MAX];
    cc_shelf_day_t *found = find_day(shelf, day);
    if (!found || found->is_deleted)
        return CC_ERR_NOT_FOUND;
    mark_path(day, "", path);
    int err = shelf->files->save(shelf->files->ctx, path, &mark_text, 1);
    // a full disk has no room for the mark: it is swept away all the same, if no power cut comes
    if (err < 0 && err != CC_ERR_DISK_FULL)
        return err;
    found->is_deleted = true;
    found->from = 0;
    shelf->bytes -= found->bytes;
    return CC_OK;
}

int cc_shelf_sweep(cc_shelf_t *shelf)
{
    char path[CC_FILES_PATH_MAX];
    size_t i = 0;
    while (i < shelf->n_days && !shelf->days[i].is_deleted)
        i++;
    if (i == shelf->n_days)
        return 0;
    cc_shelf_day_t *day = &shelf->days[i];
    if (day->from < CC_DAY_SECONDS) {
        day->bytes = 0; // was taken off the sum when it was deleted
        uint32_t hour = day->from / CC_HOUR_SECONDS;
        listing_t listing;
        int n = read_hour(shelf, day->day, hour, &listing);
        if (n < 0)
            return n;
        remove_leftovers(shelf, day->day, hour, &listing);
        for (uint32_t second = 0; n > 0 && second < CC_HOUR_SECONDS; second++) {
            if (shelf->hour[second] == 0)
                continue;
            cc_shelf_path(day->day, hour * CC_HOUR_SECONDS + second, path);
            int err = remove_file(shelf, path);
            if (err < 0)
                return err;
        }
        remove_hour(shelf, day->day, hour, &listing);
        day->from += CC_HOUR_SECONDS;
        return 1;
    }
    mark_path(day->day, "", path);
    int err = remove_file(shelf, path);
    if (err < 0)
        return err;
    drop_day(shelf, day);
    return 1;
}

int cc_shelf_pictures(cc_shelf_t *shelf, cc_day_t day, cc_kept_t **pictures, uint32_t *n)
{
    cc_kept_t *found = NULL;
    uint32_t n_found = 0;
    for (uint32_t hour = 0; hour < HOURS; hour++) {
        listing_t listing;
        int n_hour = read_hour(shelf, day, hour, &listing);
        cc_kept_t *grown =
            n_hour > 0 ? realloc(found, (n_found + (uint32_t)n_hour) * sizeof *found) : found;
        if (n_hour < 0 || (n_hour > 0 && !grown)) {
            free(found);
            return n_hour < 0 ? n_hour : CC_ERR_MEMORY;
        }
        found = grown;
        uint32_t end = n_found + (uint32_t)n_hour;
        for (uint32_t i = 0; i < CC_HOUR_SECONDS && n_found < end; i++)
            if (shelf->hour[i] > 0)
                found[n_found++] = (cc_kept_t){hour * CC_HOUR_SECONDS + i, shelf->hour[i]};
    }
    if (n_found == 0)
        return CC_ERR_NOT_FOUND;
    *pictures = found;
    *n = n_found;
    return CC_OK;
}
