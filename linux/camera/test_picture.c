#include "camera/test_picture.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "camera/canvas.h"
#include "camera/test_look.h"

// The scene is laid out on 800 by 600 units, and fitted into the middle of other shapes.
#define SCENE_WIDTH  800.0f
#define SCENE_HEIGHT 600.0f
#define PLATE_TOP    452.0f // where the print stands
#define PRINT_HEIGHT 230.0f
#define PRINT_MIDDLE 400.0f
#define LAYERS       92
#define PRINT_MS     90000 // from an empty plate to the next one
#define PRINT_DONE   0.92f // of PRINT_MS; it is looked at for the rest
#define STROKE_MS    900   // the nozzle's way from one side to the other
#define FAN_TURN_MS  1700

static const cc_colour_t paper = {236, 239, 242, 0};
static const cc_colour_t accent = {250, 104, 49, 0};
static const cc_colour_t accent_dark = {214, 80, 30, 0};
static const cc_colour_t coal = {30, 33, 38, 0};
static const cc_colour_t iron = {52, 57, 65, 0};
static const cc_colour_t steel = {148, 158, 170, 0};

struct cc_test_picture {
    cc_size_t size;
    float unit; // pixels in one of the scene's
    cc_point_t corner;
    int32_t control[CC_CONTROL_COUNT];
    unsigned lamp_percent;
    bool is_set;
    cc_canvas_t still;   // what does not move
    cc_canvas_t upright; // one moment
    cc_canvas_t turned;  // the same, mirrored and rotated
};

static cc_colour_t look(const cc_test_picture_t *picture, cc_colour_t colour)
{
    return cc_test_look(picture->control, picture->lamp_percent, colour);
}

static cc_point_t place(const cc_test_picture_t *picture, float x, float y)
{
    return (cc_point_t){picture->corner.x + x * picture->unit,
                        picture->corner.y + y * picture->unit};
}

static void box(const cc_test_picture_t *picture, cc_canvas_t *canvas, float x, float y,
                float width, float height, float radius, cc_colour_t colour)
{
    cc_canvas_box(canvas, place(picture, x, y), width * picture->unit, height * picture->unit,
                  radius * picture->unit, look(picture, colour));
}

static void line(const cc_test_picture_t *picture, cc_canvas_t *canvas, float x0, float y0,
                 float x1, float y1, float thickness, cc_colour_t colour)
{
    cc_canvas_line(canvas, place(picture, x0, y0), place(picture, x1, y1),
                   thickness * picture->unit, look(picture, colour));
}

static void text(const cc_test_picture_t *picture, cc_canvas_t *canvas, float x, float y,
                 float size, const char *words)
{
    cc_canvas_text(canvas, place(picture, x, y), size * picture->unit, words, look(picture, paper));
}

static void text_right(const cc_test_picture_t *picture, cc_canvas_t *canvas, float right, float y,
                       float size, const char *words)
{
    text(picture, canvas, right - cc_canvas_text_width(size, words), y, size, words);
}

static cc_colour_t between(cc_colour_t from, cc_colour_t to, float part)
{
    return (cc_colour_t){
        .r = (uint8_t)((float)from.r + ((float)to.r - (float)from.r) * part),
        .g = (uint8_t)((float)from.g + ((float)to.g - (float)from.g) * part),
        .b = (uint8_t)((float)from.b + ((float)to.b - (float)from.b) * part),
    };
}

static void fill_lines(const cc_test_picture_t *picture, cc_canvas_t *canvas, int top, int bottom,
                       cc_colour_t from, cc_colour_t to)
{
    for (int y = top; y < bottom; y++) {
        float part = (float)(y - top) / (float)(bottom - top);
        cc_colour_t colour = look(picture, between(from, to, part));
        cc_colour_t *pixels = canvas->pixels + (size_t)y * (size_t)canvas->width;
        for (int x = 0; x < canvas->width; x++)
            pixels[x] = colour;
    }
}

static void draw_room(const cc_test_picture_t *picture, cc_canvas_t *canvas)
{
    int edge = (int)place(picture, 0, 470).y;
    fill_lines(picture, canvas, 0, edge, (cc_colour_t){66, 82, 101, 0},
               (cc_colour_t){112, 129, 146, 0});
    fill_lines(picture, canvas, edge, canvas->height, (cc_colour_t){92, 78, 68, 0},
               (cc_colour_t){58, 49, 43, 0});
}

static void draw_patches(const cc_test_picture_t *picture, cc_canvas_t *canvas)
{
    static const cc_colour_t colours[] = {
        {196, 40, 44, 0},  {232, 132, 36, 0}, {238, 206, 56, 0}, {72, 156, 72, 0},
        {48, 158, 178, 0}, {52, 84, 168, 0},  {150, 72, 156, 0}, {206, 158, 132, 0},
    };
    for (int i = 0; i < 8; i++) {
        uint8_t grey = (uint8_t)(i * 255 / 7);
        float y = 110 + 40 * (float)i;
        box(picture, canvas, 36, y, 52, 34, 5, colours[i]);
        box(picture, canvas, 712, y, 52, 34, 5, (cc_colour_t){grey, grey, grey, 0});
    }
}

static void draw_plate(const cc_test_picture_t *picture, cc_canvas_t *canvas)
{
    cc_point_t corners[] = {
        place(picture, 270, PLATE_TOP - 10),
        place(picture, 530, PLATE_TOP - 10),
        place(picture, 578, PLATE_TOP + 20),
        place(picture, 222, PLATE_TOP + 20),
    };
    cc_canvas_polygon(canvas, corners, 4, look(picture, (cc_colour_t){164, 142, 86, 0}));
    cc_colour_t grid = {138, 118, 70, 0};
    for (int i = 1; i < 10; i++) {
        float part = (float)i / 10;
        line(picture, canvas, 270 + 260 * part, PLATE_TOP - 10, 222 + 356 * part, PLATE_TOP + 20, 1,
             grid);
    }
    line(picture, canvas, 250, PLATE_TOP + 2, 550, PLATE_TOP + 2, 1, grid);
    box(picture, canvas, 222, PLATE_TOP + 20, 356, 7, 2, iron);
}

static void draw_frame(const cc_test_picture_t *picture, cc_canvas_t *canvas)
{
    for (int i = 0; i < 2; i++) {
        float x = i ? 570 : 204;
        box(picture, canvas, x, 108, 26, 380, 4, coal);
        line(picture, canvas, x + 13, 124, x + 13, 476, 5, steel);
    }
    box(picture, canvas, 192, 100, 416, 30, 9, coal);
    // The spool stands on the frame.
    line(picture, canvas, 520, 58, 520, 58, 92, iron);
    line(picture, canvas, 520, 58, 520, 58, 74, accent_dark);
    line(picture, canvas, 520, 58, 520, 58, 34, coal);
    line(picture, canvas, 520, 58, 520, 58, 14, steel);

    box(picture, canvas, 186, 484, 428, 46, 10, coal);
    box(picture, canvas, 210, 526, 40, 10, 3, accent_dark);
    box(picture, canvas, 550, 526, 40, 10, 3, accent_dark);
}

static void draw_still(cc_test_picture_t *picture)
{
    cc_canvas_t *canvas = &picture->still;
    draw_room(picture, canvas);
    draw_patches(picture, canvas);
    draw_frame(picture, canvas);
    draw_plate(picture, canvas);

    char size[16];
    snprintf(size, sizeof size, "%ux%u", picture->size.width, picture->size.height);
    text(picture, canvas, 36, 34, 20, "connectcam test camera");
    text_right(picture, canvas, 764, 34, 20, size);
}

static void draw_bars(cc_test_picture_t *picture)
{
    static const cc_colour_t bars[] = {
        {191, 191, 191, 0}, {191, 191, 0, 0}, {0, 191, 191, 0}, {0, 191, 0, 0},
        {191, 0, 191, 0},   {191, 0, 0, 0},   {0, 0, 191, 0},   {16, 16, 16, 0},
    };
    cc_colour_t looks[8];
    for (int i = 0; i < 8; i++)
        looks[i] = look(picture, bars[i]);
    cc_canvas_t *canvas = &picture->still;
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++)
            canvas->pixels[(size_t)y * (size_t)canvas->width + (size_t)x] =
                looks[x * 8 / canvas->width];
    }
}

// Half the width of the thing that is printed, a vase, at a height of 0 (its foot) to 1.
static float half_width(float height)
{
    return 66 + 24 * sinf(height * 5.6f + 0.5f) - 20 * height;
}

static void draw_print(const cc_test_picture_t *picture, cc_canvas_t *canvas, float done,
                       float nozzle_x)
{
    float layers = done * LAYERS;
    float thickness = PRINT_HEIGHT / LAYERS;
    for (int i = 0; i < LAYERS && (float)i < layers; i++) {
        float half = half_width((float)i / LAYERS);
        bool is_last = (float)(i + 1) > layers && done < 1;
        float right = is_last ? nozzle_x : PRINT_MIDDLE + half;
        cc_colour_t colour = i % 2 ? accent : between(accent, accent_dark, 0.55f);
        float y = PLATE_TOP - ((float)i + 0.5f) * thickness;
        line(picture, canvas, PRINT_MIDDLE - half, y, right, y, thickness + 0.4f, colour);
        // Its left side lies in the shade, its right one shines.
        line(picture, canvas, PRINT_MIDDLE - half, y, PRINT_MIDDLE - half * 0.72f, y,
             thickness + 0.4f, between(colour, coal, 0.28f));
        if (!is_last)
            line(picture, canvas, PRINT_MIDDLE + half * 0.52f, y, PRINT_MIDDLE + half * 0.66f, y,
                 thickness + 0.4f, between(colour, paper, 0.35f));
    }
}

static void draw_head(const cc_test_picture_t *picture, cc_canvas_t *canvas, float x, float tip_y,
                      int64_t unix_ms)
{
    float y = tip_y - 46;
    line(picture, canvas, 214, y - 8, 586, y - 8, 5, steel);
    line(picture, canvas, 214, y + 8, 586, y + 8, 5, steel);
    box(picture, canvas, 198, y - 18, 38, 36, 5, accent_dark);
    box(picture, canvas, 564, y - 18, 38, 36, 5, accent_dark);
    line(picture, canvas, 486, 72, x + 8, y - 34, 2.4f, accent_dark);

    cc_point_t nozzle[] = {
        place(picture, x - 9, tip_y - 13),
        place(picture, x + 9, tip_y - 13),
        place(picture, x + 2.5f, tip_y),
        place(picture, x - 2.5f, tip_y),
    };
    cc_canvas_polygon(canvas, nozzle, 4, look(picture, (cc_colour_t){204, 168, 84, 0}));
    box(picture, canvas, x - 15, tip_y - 22, 30, 11, 2, steel);
    box(picture, canvas, x - 33, y - 36, 66, 62, 9, accent);
    line(picture, canvas, x, y - 5, x, y - 5, 46, coal);
    float turn = (float)(unix_ms % FAN_TURN_MS) / FAN_TURN_MS * 6.2831853f;
    for (int i = 0; i < 5; i++) {
        float angle = turn + (float)i * 1.2566371f;
        line(picture, canvas, x + 5 * cosf(angle), y - 5 + 5 * sinf(angle),
             x + 17 * cosf(angle + 0.5f), y - 5 + 17 * sinf(angle + 0.5f), 6, iron);
    }
    line(picture, canvas, x, y - 5, x, y - 5, 11, accent_dark);
}

static void draw_clock(const cc_test_picture_t *picture, cc_canvas_t *canvas, int64_t unix_ms,
                       uint64_t frame)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm utc;
    char words[48];
    if (gmtime_r(&seconds, &utc) && strftime(words, sizeof words, "%Y-%m-%d %H:%M:%S UTC", &utc))
        text(picture, canvas, 36, 556, 19, words);
    snprintf(words, sizeof words, "frame %06" PRIu64, frame);
    text_right(picture, canvas, 764, 556, 19, words);
    // A second's way from left to right.
    box(picture, canvas, 0, 593, SCENE_WIDTH * (float)(unix_ms % 1000 + 1) / 1000, 7, 0, accent);
}

static void draw_progress(const cc_test_picture_t *picture, cc_canvas_t *canvas, float done)
{
    box(picture, canvas, 320, 496, 160, 22, 5, (cc_colour_t){16, 60, 66, 0});
    if (done > 0.02f)
        box(picture, canvas, 328, 503, 144 * done, 8, 2, (cc_colour_t){92, 216, 206, 0});
}

static void draw_moment(cc_test_picture_t *picture, int64_t unix_ms, uint64_t frame)
{
    cc_canvas_t *canvas = &picture->upright;
    memcpy(canvas->pixels, picture->still.pixels,
           (size_t)canvas->width * (size_t)canvas->height * sizeof *canvas->pixels);
    if (!picture->control[CC_CONTROL_TEST_PATTERN]) {
        float done = (float)(unix_ms % PRINT_MS) / (PRINT_MS * PRINT_DONE);
        done = done > 1 ? 1 : done;
        float swing = (float)(unix_ms % (2 * STROKE_MS)) / STROKE_MS; // 0..2: there and back
        float side = swing < 1 ? 2 * swing - 1 : 3 - 2 * swing;
        float nozzle_x = PRINT_MIDDLE + side * half_width(done);
        float tip_y = PLATE_TOP - PRINT_HEIGHT * done;
        if (done >= 1) {
            nozzle_x = 280;
            tip_y -= 6;
        }
        draw_print(picture, canvas, done, nozzle_x);
        draw_head(picture, canvas, nozzle_x, tip_y, unix_ms);
        draw_progress(picture, canvas, done);
    }
    draw_clock(picture, canvas, unix_ms, frame);
}

// Copies upright to turned as a sensor and a lossless rotation would: mirrored first, then rotated
// clockwise. `across` and `down` say how far apart in the upright picture two neighbours of the
// turned one are.
static void turn(cc_test_picture_t *picture)
{
    const int32_t *control = picture->control;
    ptrdiff_t width = picture->upright.width;
    ptrdiff_t height = picture->upright.height;
    ptrdiff_t right = control[CC_CONTROL_HMIRROR] ? -1 : 1;
    ptrdiff_t below = control[CC_CONTROL_VFLIP] ? -width : width;
    ptrdiff_t first = (right < 0 ? width - 1 : 0) + (below < 0 ? (height - 1) * width : 0);
    ptrdiff_t across = right;
    ptrdiff_t down = below;
    switch (control[CC_CONTROL_ROTATION]) {
    case 90:
        first += (height - 1) * below;
        across = -below;
        down = right;
        break;
    case 180:
        first += (height - 1) * below + (width - 1) * right;
        across = -right;
        down = -below;
        break;
    case 270:
        first += (width - 1) * right;
        across = below;
        down = -right;
        break;
    default:
        break;
    }

    // In squares, because a walk down a column meets another cache line with every step.
    enum {
        SQUARE = 32
    };
    cc_canvas_t *to = &picture->turned;
    const cc_colour_t *from = picture->upright.pixels;
    for (int top = 0; top < to->height; top += SQUARE) {
        int bottom = top + SQUARE < to->height ? top + SQUARE : to->height;
        for (int left = 0; left < to->width; left += SQUARE) {
            int end = left + SQUARE < to->width ? left + SQUARE : to->width;
            for (int y = top; y < bottom; y++) {
                cc_colour_t *pixels = to->pixels + (size_t)y * (size_t)to->width;
                for (int x = left; x < end; x++)
                    pixels[x] = from[first + x * across + y * down];
            }
        }
    }
}

static bool is_turned(const cc_test_picture_t *picture)
{
    return picture->control[CC_CONTROL_HMIRROR] || picture->control[CC_CONTROL_VFLIP] ||
           picture->control[CC_CONTROL_ROTATION];
}

cc_test_picture_t *cc_test_picture_open(cc_size_t size)
{
    cc_test_picture_t *picture = calloc(1, sizeof *picture);
    if (!picture)
        return NULL;
    picture->size = size;
    picture->unit = fminf((float)size.width / SCENE_WIDTH, (float)size.height / SCENE_HEIGHT);
    picture->corner.x = ((float)size.width - SCENE_WIDTH * picture->unit) / 2;
    picture->corner.y = ((float)size.height - SCENE_HEIGHT * picture->unit) / 2;
    cc_canvas_t *canvases[] = {&picture->still, &picture->upright, &picture->turned};
    for (size_t i = 0; i < 3; i++) {
        canvases[i]->width = size.width;
        canvases[i]->height = size.height;
        canvases[i]->pixels = malloc((size_t)size.width * size.height * sizeof(cc_colour_t));
        if (!canvases[i]->pixels) {
            cc_test_picture_close(picture);
            return NULL;
        }
    }
    return picture;
}

void cc_test_picture_close(cc_test_picture_t *picture)
{
    if (!picture)
        return;
    free(picture->still.pixels);
    free(picture->upright.pixels);
    free(picture->turned.pixels);
    free(picture);
}

cc_size_t cc_test_picture_size(const cc_test_picture_t *picture)
{
    if (picture->control[CC_CONTROL_ROTATION] % 180 == 0)
        return picture->size;
    return (cc_size_t){picture->size.height, picture->size.width};
}

void cc_test_picture_set(cc_test_picture_t *picture, const int32_t control[CC_CONTROL_COUNT],
                         unsigned lamp_percent)
{
    if (picture->is_set && picture->lamp_percent == lamp_percent &&
        memcmp(picture->control, control, sizeof picture->control) == 0)
        return;
    memcpy(picture->control, control, sizeof picture->control);
    picture->lamp_percent = lamp_percent;
    picture->is_set = true;

    cc_size_t turned = cc_test_picture_size(picture);
    picture->turned.width = turned.width;
    picture->turned.height = turned.height;
    if (control[CC_CONTROL_TEST_PATTERN])
        draw_bars(picture);
    else
        draw_still(picture);
}

cc_pixels_t cc_test_picture_draw(cc_test_picture_t *picture, int64_t unix_ms, uint64_t frame)
{
    draw_moment(picture, unix_ms, frame);
    const cc_canvas_t *canvas = &picture->upright;
    if (is_turned(picture)) {
        turn(picture);
        canvas = &picture->turned;
    }
    size_t stride = (size_t)canvas->width * sizeof(cc_colour_t);
    return (cc_pixels_t){
        .bytes = &canvas->pixels->r,
        .len = stride * (size_t)canvas->height,
        .stride = stride,
        .full_range = true,
    };
}
