// Drawing into memory: a few smooth shapes and a line font, enough for the test picture.
//
// Coordinates are pixels from the top left; a pixel's centre lies at .5. Edges are smoothed by how
// far a pixel's centre lies from them. What lies outside is cut off.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t r, g, b, unused;
} cc_colour_t;

typedef struct {
    cc_colour_t *pixels; // lines of `width`, one after another
    int width;
    int height;
} cc_canvas_t;

typedef struct {
    float x, y;
} cc_point_t;

// A line with round ends; from == to is a dot.
void cc_canvas_line(cc_canvas_t *canvas, cc_point_t from, cc_point_t to, float thickness,
                    cc_colour_t colour);

// A box with round corners; radius 0: sharp ones.
void cc_canvas_box(cc_canvas_t *canvas, cc_point_t corner, float width, float height, float radius,
                   cc_colour_t colour);

// A convex polygon, its corners clockwise as seen.
void cc_canvas_polygon(cc_canvas_t *canvas, const cc_point_t *corners, size_t count,
                       cc_colour_t colour);

// A line of text, its capitals `size` pixels high, `corner` their top left. All letters are equally
// wide, so that a clock stands still. Letters that the font lacks are left blank.
void cc_canvas_text(cc_canvas_t *canvas, cc_point_t corner, float size, const char *text,
                    cc_colour_t colour);

// Pixels from the left of the first letter to the right of the last.
float cc_canvas_text_width(float size, const char *text);
