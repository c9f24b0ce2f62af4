#include "camera/canvas.h"

#include <math.h>

typedef struct {
    int left, top, right, bottom; // right and bottom are the first outside
} area_t;

static int clamp(float value, int max)
{
    return value < 0 ? 0 : value > (float)max ? max : (int)value;
}

// The pixels that a shape within these bounds can touch.
static area_t area_of(const cc_canvas_t *canvas, float left, float top, float right, float bottom)
{
    return (area_t){
        .left = clamp(floorf(left - 1), canvas->width),
        .top = clamp(floorf(top - 1), canvas->height),
        .right = clamp(ceilf(right + 1), canvas->width),
        .bottom = clamp(ceilf(bottom + 1), canvas->height),
    };
}

static uint8_t mix(uint8_t below, uint8_t above, int cover)
{
    return (uint8_t)(below + (above - below) * cover / 256);
}

// distance: from the pixel's centre to the shape's edge, negative inside.
static void blend(cc_colour_t *pixel, cc_colour_t colour, float distance)
{
    if (distance <= -0.5f) {
        *pixel = colour;
        return;
    }
    if (distance >= 0.5f)
        return;
    int cover = (int)((0.5f - distance) * 256);
    pixel->r = mix(pixel->r, colour.r, cover);
    pixel->g = mix(pixel->g, colour.g, cover);
    pixel->b = mix(pixel->b, colour.b, cover);
}

void cc_canvas_line(cc_canvas_t *canvas, cc_point_t from, cc_point_t to, float thickness,
                    cc_colour_t colour)
{
    float radius = thickness / 2;
    float dx = to.x - from.x;
    float dy = to.y - from.y;
    float square = dx * dx + dy * dy;
    area_t area = area_of(canvas, fminf(from.x, to.x) - radius, fminf(from.y, to.y) - radius,
                          fmaxf(from.x, to.x) + radius, fmaxf(from.y, to.y) + radius);
    for (int y = area.top; y < area.bottom; y++) {
        cc_colour_t *line = canvas->pixels + (size_t)y * (size_t)canvas->width;
        for (int x = area.left; x < area.right; x++) {
            float px = (float)x + 0.5f - from.x;
            float py = (float)y + 0.5f - from.y;
            float along = square > 0 ? (px * dx + py * dy) / square : 0;
            along = along < 0 ? 0 : along > 1 ? 1 : along;
            float away_x = px - along * dx;
            float away_y = py - along * dy;
            blend(line + x, colour, sqrtf(away_x * away_x + away_y * away_y) - radius);
        }
    }
}

void cc_canvas_box(cc_canvas_t *canvas, cc_point_t corner, float width, float height, float radius,
                   cc_colour_t colour)
{
    cc_point_t middle = {corner.x + width / 2, corner.y + height / 2};
    area_t area = area_of(canvas, corner.x, corner.y, corner.x + width, corner.y + height);
    for (int y = area.top; y < area.bottom; y++) {
        cc_colour_t *line = canvas->pixels + (size_t)y * (size_t)canvas->width;
        float beyond_y = fabsf((float)y + 0.5f - middle.y) - (height / 2 - radius);
        for (int x = area.left; x < area.right; x++) {
            float beyond_x = fabsf((float)x + 0.5f - middle.x) - (width / 2 - radius);
            float distance = beyond_x > 0 && beyond_y > 0
                                 ? sqrtf(beyond_x * beyond_x + beyond_y * beyond_y)
                                 : fmaxf(beyond_x, beyond_y);
            blend(line + x, colour, distance - radius);
        }
    }
}

void cc_canvas_polygon(cc_canvas_t *canvas, const cc_point_t *corners, size_t count,
                       cc_colour_t colour)
{
    float left = corners[0].x, right = left, top = corners[0].y, bottom = top;
    for (size_t i = 1; i < count; i++) {
        left = fminf(left, corners[i].x);
        right = fmaxf(right, corners[i].x);
        top = fminf(top, corners[i].y);
        bottom = fmaxf(bottom, corners[i].y);
    }
    area_t area = area_of(canvas, left, top, right, bottom);
    for (int y = area.top; y < area.bottom; y++) {
        cc_colour_t *line = canvas->pixels + (size_t)y * (size_t)canvas->width;
        for (int x = area.left; x < area.right; x++) {
            float distance = -INFINITY;
            for (size_t i = 0; i < count; i++) {
                cc_point_t from = corners[i];
                cc_point_t to = corners[(i + 1) % count];
                float dx = to.x - from.x;
                float dy = to.y - from.y;
                float outside =
                    (((float)x + 0.5f - from.x) * dy - ((float)y + 0.5f - from.y) * dx) /
                    sqrtf(dx * dx + dy * dy);
                distance = fmaxf(distance, outside);
            }
            blend(line + x, colour, distance);
        }
    }
}
