// Files of tests/corpus, and others.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The bytes of tests/corpus/NAME, freed by the caller; aborts when it cannot be read.
uint8_t *cc_corpus_read(const char *name, size_t *len);

// The same of any file.
uint8_t *cc_corpus_read_file(const char *path, size_t *len);
