#include "fake/corpus.h"

#include <stdio.h>
#include <stdlib.h>

uint8_t *cc_corpus_read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    uint8_t *bytes = size >= 0 ? malloc((size_t)size + 1) : NULL;
    if (!bytes || fseek(file, 0, SEEK_SET) != 0 ||
        fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        abort();
    }
    fclose(file);
    *len = (size_t)size;
    return bytes;
}

uint8_t *cc_corpus_read(const char *name, size_t *len)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CC_CORPUS, name);
    return cc_corpus_read_file(path, len);
}
