#include "frame/jpeg.h"

#include <string.h>

#include "util/err.h"

enum {
    SOF0 = 0xC0,
    DHT = 0xC4,
    JPG = 0xC8,
    DAC = 0xCC,
    RST0 = 0xD0,
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    APP1 = 0xE1,
    TEM = 0x01,
};

// clang-format off
const uint8_t cc_jpeg_standard_dht[420] = {
    0xFF, 0xC4, 0x01, 0xA2,
    // luminance DC (table K.3): class and number, how many codes of each length, their values
    0x00,
    0x00, 0x01, 0x05, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B,
    // luminance AC (table K.5)
    0x10,
    0x00, 0x02, 0x01, 0x03, 0x03, 0x02, 0x04, 0x03, 0x05, 0x05, 0x04, 0x04, 0x00, 0x00, 0x01, 0x7D,
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7,
    0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5,
    0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
    0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
    // chrominance DC (table K.4)
    0x01,
    0x00, 0x03, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B,
    // chrominance AC (table K.6)
    0x11,
    0x00, 0x02, 0x01, 0x02, 0x04, 0x04, 0x03, 0x04, 0x07, 0x05, 0x04, 0x04, 0x00, 0x01, 0x02, 0x77,
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
    0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0,
    0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26,
    0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5,
    0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
    0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA,
    0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
};
// clang-format on

static bool is_frame_header(uint8_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != DHT && marker != JPG && marker != DAC;
}

static bool stands_alone(uint8_t marker)
{
    return marker == TEM || (marker >= RST0 && marker <= SOI);
}

// The offset of the 0xFF of the next marker in entropy-coded data from `at`; stuffed zeros and
// restart markers belong to the data (B.1.1.5). `len` when there is none, or none yet.
static size_t skip_scan(const uint8_t *bytes, size_t at, size_t len)
{
    while (at + 1 < len) {
        const uint8_t *found = memchr(bytes + at, 0xFF, len - 1 - at);
        if (!found)
            return len;
        at = (size_t)(found - bytes);
        uint8_t marker = bytes[at + 1];
        if (marker == 0xFF) {
            at += 1; // a fill byte
            continue;
        }
        if (marker != 0x00 && !(marker >= RST0 && marker <= RST7))
            return at;
        at += 2;
    }
    return len;
}

static int read_frame_header(const uint8_t *segment, size_t segment_len, uint8_t marker,
                             cc_jpeg_info_t *info)
{
    // Lf(2) P(1) Y(2) X(2) Nf(1), then three bytes a component
    if (info->components || segment_len < 8)
        return CC_ERR_FORMAT;
    uint8_t components = segment[7];
    if (!components || segment_len != 8u + 3u * components)
        return CC_ERR_FORMAT;
    info->height = (uint16_t)(segment[3] << 8 | segment[4]);
    info->width = (uint16_t)(segment[5] << 8 | segment[6]);
    if (!info->width || !info->height) // a height given later by DNL is nothing a camera sends
        return CC_ERR_FORMAT;
    info->components = components;
    info->baseline = marker == SOF0 && segment[2] == 8;
    return CC_OK;
}

int cc_jpeg_read(const uint8_t *bytes, size_t len, cc_jpeg_info_t *info)
{
    cc_jpeg_info_t found = {0};

    if (len < 2)
        return CC_ERR_CUT;
    if (bytes[0] != 0xFF || bytes[1] != SOI)
        return CC_ERR_FORMAT;

    for (size_t at = 2;;) {
        if (at + 2 > len)
            return CC_ERR_CUT;
        if (bytes[at] != 0xFF)
            return CC_ERR_FORMAT;
        uint8_t marker = bytes[at + 1];
        if (marker == 0xFF) { // fill bytes may precede any marker (B.1.1.2)
            at += 1;
            continue;
        }
        if (marker == EOI) {
            if (!found.scan_at)
                return CC_ERR_FORMAT;
            found.len = at + 2;
            *info = found;
            return CC_OK;
        }
        if (marker == 0x00 || stands_alone(marker))
            return CC_ERR_FORMAT;

        if (at + 4 > len)
            return CC_ERR_CUT;
        size_t segment_len = (size_t)(bytes[at + 2] << 8 | bytes[at + 3]);
        if (segment_len < 2)
            return CC_ERR_FORMAT;
        if (segment_len > len - at - 2)
            return CC_ERR_CUT;
        if (is_frame_header(marker)) {
            int err = read_frame_header(bytes + at + 2, segment_len, marker, &found);
            if (err < 0)
                return err;
        }
        if (marker == DHT && !found.scan_at)
            found.has_huffman = true;
        if (marker == APP1 && !found.scan_at && segment_len >= 8 &&
            memcmp(bytes + at + 4, "Exif\0", 6) == 0)
            found.has_exif = true;
        if (marker != SOS) {
            at += 2 + segment_len;
            continue;
        }
        if (!found.components)
            return CC_ERR_FORMAT;
        if (!found.scan_at)
            found.scan_at = at;
        size_t data = at + 2 + segment_len;
        at = skip_scan(bytes, data, len);
        if (at == len)
            return CC_ERR_CUT;
        if (at == data)
            return CC_ERR_FORMAT; // a scan of no data
    }
}

// Leaves the picture that turned out to be none, and looks for the next SOI from `at`.
static void scan_restart(cc_jpeg_scan_t *scan, size_t at)
{
    *scan = (cc_jpeg_scan_t){.at = at};
}

static bool scan_find_start(cc_jpeg_scan_t *scan, const uint8_t *buf, size_t len)
{
    while (scan->at + 1 < len) {
        const uint8_t *found = memchr(buf + scan->at, 0xFF, len - 1 - scan->at);
        if (!found) {
            scan->at = len - 1;
            return false;
        }
        scan->at = (size_t)(found - buf);
        if (buf[scan->at + 1] == SOI) {
            scan->start = scan->at;
            scan->at += 2;
            scan->in_picture = true;
            return true;
        }
        scan->at += 1;
    }
    return false;
}

int cc_jpeg_scan(cc_jpeg_scan_t *scan, const uint8_t *buf, size_t len)
{
    for (;;) {
        if (!scan->in_picture && !scan_find_start(scan, buf, len))
            return 0;
        if (scan->in_scan) {
            size_t marker = skip_scan(buf, scan->at, len);
            if (marker == len) {
                if (len > scan->at + 1)
                    scan->at = len - 1; // the last byte may be the first half of a marker
                return 0;
            }
            scan->at = marker;
            scan->in_scan = false;
        }
        if (scan->at + 2 > len)
            return 0;
        uint8_t marker = buf[scan->at + 1];
        if (buf[scan->at] != 0xFF || marker == 0x00) {
            scan_restart(scan, scan->at + 1);
            continue;
        }
        if (marker == 0xFF) {
            scan->at += 1;
            continue;
        }
        if (marker == EOI) {
            scan->at += 2;
            scan->end = scan->at;
            return 1;
        }
        if (marker == SOI) { // the picture before it was cut
            scan_restart(scan, scan->at);
            continue;
        }
        if (stands_alone(marker)) {
            scan->at += 2;
            continue;
        }
        if (scan->at + 4 > len)
            return 0;
        size_t segment_len = (size_t)(buf[scan->at + 2] << 8 | buf[scan->at + 3]);
        if (segment_len < 2) {
            scan_restart(scan, scan->at + 2);
            continue;
        }
        if (segment_len > len - scan->at - 2)
            return 0;
        scan->at += 2 + segment_len;
        scan->in_scan = marker == SOS;
    }
}
