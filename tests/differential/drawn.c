#include "differential/drawn.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

uint32_t cc_drawn_random(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(*seed >> 4) * below) >> 28);
}

static void say_nothing(j_common_ptr picture)
{
    (void)picture;
}

// Areas of one colour with edges in all directions, and noise.
static void draw_row(const cc_drawn_t *drawn, unsigned y, unsigned char *row)
{
    uint32_t seed = drawn->seed;
    unsigned slope = 1 + cc_drawn_random(&seed, 7), size = 5 + cc_drawn_random(&seed, 40);
    unsigned noise = cc_drawn_random(&seed, 60);
    uint32_t grain = drawn->seed ^ y * 2654435761u;
    int percent = drawn->brightness ? drawn->brightness : 100;
    for (unsigned x = 0; x < drawn->width; x++) {
        for (unsigned i = 0; i < drawn->n_components; i++) {
            unsigned sum = 0, reach = drawn->smooth;
            for (unsigned step = 0; step <= reach; step++) {
                unsigned at = (x + step) * slope + y * (i + 1);
                sum += (at / size * 97 + (x + step + 3 * y) / (2 * size) * 61) % 200;
            }
            unsigned value = sum / (reach + 1);
            if (reach == 0)
                value += cc_drawn_random(&grain, noise + 1);
            row[x * drawn->n_components + i] = (unsigned char)((int)value * percent / 100);
        }
    }
}

static void leave_out_huffman(uint8_t *bytes, size_t *len)
{
    for (size_t at = 2; bytes[at + 1] != 0xDA;) {
        size_t segment = 2 + (size_t)(bytes[at + 2] << 8 | bytes[at + 3]);
        if (bytes[at + 1] == 0xC4) {
            memmove(bytes + at, bytes + at + segment, *len - at - segment);
            *len -= segment;
        } else {
            at += segment;
        }
    }
}

uint8_t *cc_drawn_jpeg(const cc_drawn_t *drawn, size_t *len)
{
    static const J_COLOR_SPACE spaces[] = {JCS_UNKNOWN, JCS_GRAYSCALE, JCS_UNKNOWN, JCS_RGB,
                                           JCS_CMYK};
    struct jpeg_compress_struct encoder;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long bytes_len = 0;
    encoder.err = jpeg_std_error(&errors); // ends the program: what is drawn here can be drawn
    errors.output_message = say_nothing;
    jpeg_create_compress(&encoder);
    jpeg_mem_dest(&encoder, &bytes, &bytes_len);
    encoder.image_width = drawn->width;
    encoder.image_height = drawn->height;
    encoder.input_components = (int)drawn->n_components;
    encoder.in_color_space = spaces[drawn->n_components];
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, drawn->quality, FALSE);
    encoder.optimize_coding = drawn->optimize;
    encoder.arith_code = drawn->arithmetic;
    encoder.restart_interval = drawn->restart_mcus;
    for (unsigned i = 0; i < drawn->n_components; i++) {
        encoder.comp_info[i].h_samp_factor = drawn->across[i] ? drawn->across[i] : 1;
        encoder.comp_info[i].v_samp_factor = drawn->down[i] ? drawn->down[i] : 1;
    }
    if (drawn->progressive)
        jpeg_simple_progression(&encoder);
    jpeg_start_compress(&encoder, TRUE);
    unsigned char *row = malloc((size_t)drawn->width * drawn->n_components);
    while (encoder.next_scanline < encoder.image_height) {
        draw_row(drawn, encoder.next_scanline, row);
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    jpeg_destroy_compress(&encoder);
    free(row);
    *len = bytes_len;
    if (drawn->no_huffman && !drawn->optimize)
        leave_out_huffman(bytes, len);
    return bytes;
}

typedef struct {
    struct jpeg_error_mgr errors;
    jmp_buf back;
} lenient_t;

static void jump_back(j_common_ptr decoder)
{
    lenient_t *lenient = (lenient_t *)decoder->err;
    longjmp(lenient->back, 1);
}

bool cc_drawn_decode(const uint8_t *jpeg, size_t len, cc_drawn_pixels_t *pixels)
{
    struct jpeg_decompress_struct decoder;
    lenient_t lenient;
    unsigned char *volatile bytes = NULL;
    decoder.err = jpeg_std_error(&lenient.errors);
    lenient.errors.error_exit = jump_back;
    lenient.errors.output_message = say_nothing;
    jpeg_create_decompress(&decoder);
    if (setjmp(lenient.back)) {
        jpeg_destroy_decompress(&decoder);
        free(bytes);
        return false;
    }
    jpeg_mem_src(&decoder, jpeg, (unsigned long)len);
    jpeg_read_header(&decoder, TRUE);
    jpeg_start_decompress(&decoder);
    size_t row_len = (size_t)decoder.output_width * (size_t)decoder.output_components;
    bytes = malloc(row_len * decoder.output_height);
    while (decoder.output_scanline < decoder.output_height) {
        unsigned char *row = bytes + row_len * decoder.output_scanline;
        jpeg_read_scanlines(&decoder, &row, 1);
    }
    jpeg_finish_decompress(&decoder);
    *pixels = (cc_drawn_pixels_t){decoder.output_width, decoder.output_height,
                                  (unsigned)decoder.output_components, bytes,
                                  lenient.errors.num_warnings};
    jpeg_destroy_decompress(&decoder);
    return true;
}
