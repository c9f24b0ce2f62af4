// Gives every file of a folder to a fuzz target, with any compiler: what once broke a parser stays
// mended. The bytes end at a guard page.
//
//     replay_jpeg tests/corpus/jpeg
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fake/corpus.h"
#include "fake/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void replay(const char *path)
{
    size_t len;
    uint8_t *bytes = cc_corpus_read_file(path, &len);
    cc_guard_t guard = cc_guard_new(bytes, len);
    free(bytes);
    LLVMFuzzerTestOneInput(guard.bytes, guard.len);
    cc_guard_free(&guard);
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    unsigned n = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char path[1024];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        // before the bytes are read, so that a crash tells which file it was
        fprintf(stderr, "%s\n", path);
        replay(path);
        n++;
    }
    closedir(folder);
    printf("%u files\n", n);
    return n > 0 ? 0 : 1;
}
