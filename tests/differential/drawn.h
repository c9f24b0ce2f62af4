// JPEGs of every kind that libjpeg can make, drawn from a number, and their pixels.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    unsigned width;
    unsigned height;
    int quality;           // 1..100; below 25 the quantisation tables are of two bytes
    unsigned n_components; // 1 grey, 2 anything, 3 colour, 4 CMYK
    uint8_t across[4];     // sampling factors; 0 reads as 1
    uint8_t down[4];
    unsigned restart_mcus; // between restart markers; 0: none
    bool optimize;         // Huffman tables made for this picture
    bool no_huffman;       // left out, as MJPEG does; not with optimize
    bool progressive;
    bool arithmetic;
    unsigned smooth; // how far things are blurred, pixels
    int brightness;  // percent; 0 reads as 100
    uint32_t seed;   // of what is on it
} cc_drawn_t;

// The bytes, freed by the caller.
uint8_t *cc_drawn_jpeg(const cc_drawn_t *drawn, size_t *len);

typedef struct {
    unsigned width;
    unsigned height;
    unsigned n_components;
    uint8_t *bytes; // freed by the caller
    long warnings;  // of data that libjpeg found broken, and went on
} cc_drawn_pixels_t;

// Decodes as libjpeg does; false: it refuses.
bool cc_drawn_decode(const uint8_t *jpeg, size_t len, cc_drawn_pixels_t *pixels);

// The next of a row of numbers, below `below`.
uint32_t cc_drawn_random(uint32_t *seed, uint32_t below);
