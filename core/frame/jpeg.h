// What a JPEG file is, as far as a camera must know: where it ends, how large the picture is,
// whether it is whole. Nothing is decoded. Pure: bytes in, facts out; any thread.
//
//     cc_jpeg_info_t info;
//     if (cc_jpeg_read(bytes, len, &info) == 0)
//         send(bytes, info.len);
//
// Source of the numbers: ITU-T T.81 (markers: table B.1; frame header: B.2.2; scan header: B.2.3).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint16_t width;  // pixels, 1..65535
    uint16_t height; // pixels, 1..65535
    size_t len;     // bytes from SOI to EOI inclusive; a camera's padding behind EOI is not counted
    size_t scan_at; // offset of the first SOS marker: where missing Huffman tables would go
    uint8_t components; // 1 grey, 3 colour
    bool baseline;      // SOF0: sequential, Huffman, 8 bit; false: progressive or another process
    bool has_huffman;   // a DHT came before the first scan; many webcams leave it out of MJPEG
    bool has_exif;      // it says about itself what exif.h would
} cc_jpeg_info_t;

// Reads the markers of one whole JPEG at the start of `bytes`. Bytes behind EOI are ignored.
// Errors: CC_ERR_FORMAT (no JPEG, or markers that contradict themselves), CC_ERR_CUT (ends before
// EOI).
int cc_jpeg_read(const uint8_t *bytes, size_t len, cc_jpeg_info_t *info);

// The standard Huffman tables of T.81 annex K.3 as one DHT segment, marker included: what a decoder
// needs for an MJPEG frame that came without (`has_huffman` false). Static, 420 bytes.
extern const uint8_t cc_jpeg_standard_dht[420];

// Finds the next JPEG in a byte stream that arrives in pieces (an MJPEG pipe). It remembers where
// it was, so that each byte is looked at once.
//
//     cc_jpeg_scan_t scan = {0};
//     len += read(fd, buf + len, cap - len);
//     switch (cc_jpeg_scan(&scan, buf, len)) { case 1: picture is buf[scan.start..scan.end) … }
typedef struct {
    size_t start; // offset of SOI, valid once in_picture
    size_t end;   // offset behind EOI, valid when cc_jpeg_scan returned 1
    size_t at;    // next byte to look at
    bool in_picture;
    bool in_scan; // between SOS and the next marker that is no RSTn
} cc_jpeg_scan_t;

// Returns 1 when a whole picture stands in buf[start..end), 0 when more bytes are needed. After 1,
// move what is behind `end` to the front of the buffer and start again with a zeroed scan. Bytes
// before SOI are skipped. When 0 comes back and !in_picture, everything before `at` may be dropped.
int cc_jpeg_scan(cc_jpeg_scan_t *scan, const uint8_t *buf, size_t len);
